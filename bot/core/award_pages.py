"""Awards as anybody may see them: facts of their pages, and the bytes behind their addresses.

Every question takes what `App.look` gives it, and raises `NotThere` for what is not there.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.core import backpacks, levels, publishing
from bot.core.collection import linkedin
from bot.core.credentials import Check, Outcome
from bot.core.dates import zone
from bot.core.exporting import baked_png, file_name
from bot.core.files import TEXT, without_names
from bot.core.models import Award, Evidence, EvidenceFile, Member, Organisation
from bot.core.pages import Badge, NotThere, Published, as_json, badge_facts, found_or_not_there, hosted
from bot.core.people import name_hider
from bot.core.site import Site
from bot.core.words.evidence import kind_called


@dataclass(frozen=True, slots=True)
class Quoted:
    """A chat message that proves an award. `author` is "" for who has not agreed to be named.

    `sha256` is "" where a name was taken out: the digest of the whole would let anybody try names until one fits.
    """

    author: str
    said_at: datetime | None
    text: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that proves an award, by the name that the world may read; `kind` is what everybody calls it."""

    id: str
    name: str
    kind: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Proof:
    """How a credential is signed."""

    credential: str
    signer: str
    key: str
    cryptosuite: str
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class Revocation:
    """When an award was taken back, or suspended; `reason` is "" for a giver's mistake, which is nobody's business."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class AwardPage:
    """One award as anybody may see it. `recipient` and `giver` are "" for who has not agreed to be named."""

    id: str
    badge: Badge
    level: str
    recipient: str
    giver: str
    reason: str
    links: tuple[str, ...]
    quotes: tuple[Quoted, ...]
    files: tuple[Attached, ...]
    names_taken_out: bool
    at: datetime
    expires_at: datetime | None
    expired: bool
    revoked: Revocation | None
    suspended: Revocation | None
    proof: Proof
    checks: tuple[Check, ...]
    checked_at: datetime
    page: str
    png: str
    linkedin: str
    oembed: str
    reachable: bool
    """False while the page opens on this machine only, and nothing may point to it."""

    @property
    def verdict(self) -> Outcome:
        """What all checks together come to."""
        outcomes = {check.outcome for check in self.checks}
        if Outcome.FAILED in outcomes:
            return Outcome.FAILED
        return Outcome.PASSED if outcomes == {Outcome.PASSED} else Outcome.UNKNOWN


def award_page(db: Session, site: Site, now: datetime, award_id: str) -> AwardPage:
    """Give an award's page, its checks just run."""
    award = found_or_not_there(db, Award, award_id)
    organisation = db.get_one(Organisation, award.celebration.organisation_id)
    here = zone(organisation.timezone)

    # What was signed, since names that have changed were taken out of it; and whoever agrees no longer, too.
    signed, hide = json.loads(award.current), name_hider(db, organisation)
    told = award.celebration.reason
    reason = hide(signed["credentialSubject"].get("narrative", ""))
    messages = [row for row in award.evidence if row.text is not None]
    texts = [hide(proof.get("narrative", "")) for proof in signed.get("evidence", ()) if proof.get("genre") == "chat"]
    quotes = tuple(_quoted(row, text, here) for row, text in zip(messages, texts, strict=True))
    files = _files(award, signed, hide)
    return AwardPage(
        id=award.id,
        badge=badge_facts(site, award.version),
        level=levels.shown(award.celebration),
        recipient=_agreed(award.member),
        giver=_agreed(award.celebration.giver),
        reason=reason,
        links=tuple(row.url for row in award.evidence if row.kind == "link" and row.url),
        quotes=quotes,
        files=tuple(
            Attached(row.id, name, kind_called(row.media_type or "", "en"), row.sha256 or "") for row, name in files
        ),
        names_taken_out=reason != told
        or any(quote.text != row.text for quote, row in zip(quotes, messages, strict=True))
        or any(name != row.name for row, name in files),
        at=award.awarded_at.astimezone(here),
        expires_at=award.expires_at and award.expires_at.astimezone(here),
        expired=award.expires_at is not None and award.expires_at <= now,
        revoked=_taken(award.revoked_at, hide(award.revoked_for), here),
        suspended=_taken(award.suspended_at if award.suspended else None, hide(award.suspended_why or ""), here),
        proof=_proof(signed),
        checks=publishing.award_checks(db, site, now, award),
        checked_at=now.astimezone(here),
        page=site.award_page(award.id),
        png=site.award_png(award.id),
        linkedin=linkedin(site, award),
        oembed=f"{site.pages}/oembed?{urlencode({'url': site.award_page(award.id)})}",
        reachable=site.public,
    )


def award_document(db: Session, _site: Site, _now: datetime, award_id: str) -> Published:
    """Give an award's credential exactly as it was signed."""
    award = found_or_not_there(db, Award, award_id)
    return Published(award.current.encode(), file_name(award.version.name))


def award_picture(db: Session, site: Site, _now: datetime, award_id: str) -> Published:
    """Give an award's picture with the credential baked in."""
    award = found_or_not_there(db, Award, award_id)
    return Published(baked_png(site, award), file_name(award.version.name))


def award_ob2(db: Session, site: Site, _now: datetime, award_id: str, *, legacy: bool = False) -> Published:
    """Give an award as a hosted Assertion of Open Badges 2.0, where older backpacks can have one."""
    award = found_or_not_there(db, Award, award_id)
    made = hosted(lambda: (backpacks.legacy_assertion if legacy else backpacks.assertion)(site, award))
    return replace(as_json(made, award.version.name), gone=award.revoked_at is not None)


def evidence_file(db: Session, _site: Site, _now: datetime, evidence_id: str) -> tuple[Published, str]:
    """Give a file that proves an award, and its media type; for as long as the award is not taken back."""
    proof = found_or_not_there(db, Evidence, evidence_id)
    award = db.get_one(Award, proof.award_id)
    if proof.kind != "file" or award.revoked_at is not None:
        raise NotThere
    hide = name_hider(db, db.get_one(Organisation, award.celebration.organisation_id))
    [name] = [name for row, name in _files(award, json.loads(award.current), hide) if row.id == proof.id]
    return Published(db.get_one(EvidenceFile, proof.sha256).data, name), proof.media_type or TEXT


def _files(award: Award, signed: dict[str, Any], hide: Callable[[str], str]) -> list[tuple[Evidence, str]]:
    """Give an award's files, each with its name as it was signed: members' names were taken out of it."""
    rows = [row for row in award.evidence if row.kind == "file"]
    names = [without_names(p["name"], hide) for p in signed.get("evidence", ()) if p.get("genre") == "file"]
    return list(zip(rows, names, strict=True))


def _taken(at: datetime | None, reason: str, here: ZoneInfo) -> Revocation | None:
    return Revocation(at.astimezone(here), reason) if at is not None else None


def _agreed(member: Member | None) -> str:
    return member.name if member is not None and member.public_name else ""


def _quoted(row: Evidence, cleaned: str, here: ZoneInfo) -> Quoted:
    return Quoted(
        author=_agreed(row.author),
        said_at=row.said_at and row.said_at.astimezone(here),
        text=cleaned,
        sha256=(row.sha256 or "") if cleaned == row.text else "",
    )


def _proof(document: dict[str, Any]) -> Proof:
    proof = document["proof"][0]
    signer, _, key = proof["verificationMethod"].partition("#")
    return Proof(document["id"], signer, key, proof["cryptosuite"], datetime.fromisoformat(proof["created"]))
