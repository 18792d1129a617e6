"""The first start: an organisation, its issuer and key; and roles given from outside the chat."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import keyring
from bot.core.badges import add_starter_set
from bot.core.case import note
from bot.core.ids import new_id
from bot.core.models import Grant, Issuer, Organisation
from bot.core.people import first_organisation
from bot.core.site import Site

ROLES = ("teacher", "staff")


@dataclass(frozen=True, slots=True)
class Founder:
    """What an organisation begins as."""

    name: str
    url: str
    lang: str
    timezone: str


def found(db: Session, site: Site, now: datetime, founder: Founder) -> Organisation:
    """Give the installation's first organisation; make it, its issuer and the issuer's key if there is none."""
    with suppress(LookupError):
        return first_organisation(db)
    organisation = Organisation(
        id=new_id(now), name=founder.name, lang=founder.lang, timezone=founder.timezone, created_at=now
    )
    db.add(organisation)
    db.flush()
    issuer = Issuer(
        id=new_id(now),
        organisation_id=organisation.id,
        name=founder.name,
        url=founder.url,
        created_at=now,
    )
    db.add(issuer)
    keyring.complete(db, site, now, issuer)
    note(db, now, "founded", organisation.id, organisation=organisation.id, facts={"issuer": issuer.id})
    db.flush()
    return organisation


def add_starter(db: Session, now: datetime, organisation: Organisation) -> tuple[str, ...]:
    """Add the starter badges; give the names of those that were new."""
    names = add_starter_set(db, now, organisation, by=None)
    if names:
        note(db, now, "starter-added", organisation.id, organisation=organisation.id, facts={"names": names})
    return names


def grant(db: Session, now: datetime, organisation: Organisation, platform: str, external_id: str, role: str) -> bool:
    """Give somebody a role, known by platform and id there; False if they have it already.

    Raises `ValueError` for a role there is not.
    """
    if role not in ROLES:
        raise ValueError(role)
    where = (
        Grant.organisation_id == organisation.id,
        Grant.platform == platform,
        Grant.external_id == external_id,
        Grant.role == role,
    )
    if db.scalar(select(Grant).where(*where)) is not None:
        return False
    db.add(
        Grant(
            id=new_id(now),
            organisation_id=organisation.id,
            platform=platform,
            external_id=external_id,
            role=role,
            created_at=now,
        )
    )
    note(db, now, "granted", f"{platform}:{external_id}", organisation=organisation.id, facts={"role": role})
    return True
