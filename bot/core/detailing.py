"""What a badge says beyond its form: its type, credits, alignments, levels, and the badges it is made of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from math import inf
from typing import Any, Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked
from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from bot.core import levels
from bot.core.case import note
from bot.core.credentials import Achievement, Alignment
from bot.core.ids import new_id
from bot.core.models import BadgeClass, BadgeVersion
from bot.core.site import Site

AchievementType = Literal[
    "Achievement", "ApprenticeshipCertificate", "Assessment", "Assignment", "AssociateDegree", "Award",
    "BachelorDegree", "Badge", "Certificate", "CertificateOfCompletion", "Certification", "CoCurricular",
    "CommunityService", "Competency", "Course", "Degree", "Diploma", "DoctoralDegree", "Fieldwork",
    "GeneralEducationDevelopment", "JourneymanCertificate", "LearningProgram", "License", "MasterCertificate",
    "MasterDegree", "Membership", "MicroCredential", "ProfessionalDoctorate", "QualityAssuranceCredential",
    "ResearchDoctorate", "SecondarySchoolDiploma",
]  # fmt: skip
"""The standard's list (OB 3.0, AchievementType); one's own begins with "ext:"."""

TARGETS = (
    "ceasn:Competency", "ceterms:Credential", "CFItem", "CFRubric", "CFRubricCriterion", "CFRubricCriterionLevel",
    "CTDL",
)  # fmt: skip
"""What an alignment may lead to (OB 3.0, AlignmentTargetType); one's own begins with "ext:"."""

_OWN_TARGET = re.compile(r"ext:[a-zA-Z0-9._-]+")
_LANGUAGE = re.compile(r"[a-z]{2,4}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")

_STRICT = ConfigDict(extra="forbid")


@checked(config=_STRICT, frozen=True)
class Framed:
    """One node of a public skills framework, as a file names it."""

    name: str
    url: str
    description: str | None = None
    framework: str | None = None
    code: str | None = None
    kind: str | None = None


@checked(config=_STRICT, frozen=True)
class Details:
    """As a file says them; `parts` are names of badges that lead to this one."""

    achievement_type: AchievementType | levels.Extension = "Badge"
    credits_available: float | None = None
    language: str | None = None
    alignment: tuple[Framed, ...] = ()
    parts: tuple[str, ...] = ()
    result: tuple[levels.Scale, ...] = ()


class BadDetails(ValueError):
    """The details cannot be used; its text says what is wrong, and with what."""


_ADAPTER = TypeAdapter(Details)


@dataclass(frozen=True, slots=True)
class Detailed:
    """A badge has a new version with these details."""

    badge: str
    version: int


def read(given: Mapping[str, Any]) -> Details:
    """Check details from a file. Raises `BadDetails`."""
    try:
        details = _ADAPTER.validate_python(dict(given))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise BadDetails(f"{where}: {first['msg']}") from error
    if wrong := _fault(details) or levels.fault(details.result):
        raise BadDetails(wrong)
    return details


def _fault(details: Details) -> str:
    """Say what no verifier would take; "" for nothing. Only a file is asked: what is stored was awarded already."""
    earned = details.credits_available
    if earned is not None and not 0 <= earned < inf:
        return "credits_available: a number, and not below 0"
    if details.language is not None and not _LANGUAGE.fullmatch(details.language):
        return "language: written as en, pt-BR or zh-Hant"
    for number, one in enumerate(details.alignment):
        if one.kind is not None and one.kind not in TARGETS and not _OWN_TARGET.fullmatch(one.kind):
            return f"alignment.{number}.kind: one of {', '.join(TARGETS)}, or ext: and a name of your own"
    return ""


def detail(db: Session, now: datetime, badge: BadgeClass, details: Details) -> Detailed:
    """Give a badge a new version with these details; what was awarded before stays as it is. Raises `BadDetails`."""
    parts = [_part(db, badge, name) for name in details.parts]
    stored = {**_ADAPTER.dump_python(details, mode="json"), "parts": parts}
    old = badge.now
    same = ("name", "description", "criteria", "skills", "shape", "colour", "icon", "expires_after_days")
    badge.versions.append(
        BadgeVersion(
            id=new_id(now),
            number=old.number + 1,
            **{field: getattr(old, field) for field in same},
            evidence_required=old.evidence_required,
            details=stored,
            created_by=None,
            created_at=now,
        )
    )
    note(db, now, "badge-detailed", badge.id, organisation=badge.organisation_id, facts={"version": old.number + 1})
    db.flush()
    return Detailed(badge.name, old.number + 1)


def with_details(site: Site, version: BadgeVersion, bare: Achievement) -> Achievement:
    """Add a version's details to its achievement."""
    if not version.details:
        return bare
    details = _ADAPTER.validate_python({**version.details, "parts": ()})
    return replace(
        bare,
        achievement_type=details.achievement_type,
        credits_available=details.credits_available,
        language=details.language,
        alignments=(
            *(Alignment(**asdict(one)) for one in details.alignment),
            *_parts(site, version),
        ),
        results=levels.descriptions(version),
    )


def _parts(site: Site, version: BadgeVersion) -> list[Alignment]:
    db = object_session(version)
    if not site.public or db is None:
        return []  # a part is known by its address
    badges = [db.get_one(BadgeClass, one) for one in version.details.get("parts", ())]
    return [Alignment.to_part(badge.now.name, site.badge_page(badge.now.id), version.name) for badge in badges]


def _part(db: Session, badge: BadgeClass, name: str) -> str:
    found = db.scalar(
        select(BadgeClass).where(
            BadgeClass.organisation_id == badge.organisation_id,
            BadgeClass.name == name,
            BadgeClass.archived_at.is_(None),
        )
    )
    if found is None or found is badge:
        raise BadDetails(f"parts: there is no other badge called {name}")
    return found.id
