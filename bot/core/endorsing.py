"""Endorsements: a third party's signed word for a badge, an award or an issuer, made here or brought along."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import credentials
from bot.core.case import note
from bot.core.credentials import Check, Fetch, Outcome
from bot.core.ids import new_id
from bot.core.issuing import achievement, credential_id, endorsements, issuer_did, profile, signing_key
from bot.core.models import Award, BadgeClass, BadgeVersion, Endorsement, Issuer, Organisation
from bot.core.reissuing import sign_anew
from bot.core.site import Site

LONGEST = 1000
MOST = 20
"""Endorsements of one thing: each stands in every credential of it."""


class NothingEndorsed(LookupError):
    """No badge, award or issuer has that id or name."""


class Untrusted(Exception):
    """An endorsement brought along does not hold; `checks` are those that did not pass."""

    def __init__(self, checks: tuple[Check, ...]) -> None:
        super().__init__()
        self.checks = checks


class Over(Exception):
    """The award was taken back or has expired, and is not signed anew."""


class TooMany(Exception):
    """The thing has as many endorsements as there is room for."""


@dataclass(frozen=True, slots=True)
class Endorsed:
    """What was endorsed, and by whom."""

    what: str
    by: str


Thing = BadgeVersion | Award | Issuer


def find(db: Session, asked: str) -> Thing:
    """Find what is endorsed, by id, by a badge's or an issuer's name. Raises `NothingEndorsed`."""
    key = asked.rstrip("/").rpartition("/")[2].removeprefix("urn:uuid:")
    by_id = db.get(BadgeVersion, key) or db.get(Award, key) or db.get(Issuer, key)
    if by_id is not None:
        return by_id
    badges = db.scalars(select(BadgeClass).where(BadgeClass.name == asked, BadgeClass.archived_at.is_(None)))
    named: list[Thing] = [*(badge.now for badge in badges), *db.scalars(select(Issuer).where(Issuer.name == asked))]
    if len(named) == 1:
        return named[0]
    raise NothingEndorsed(asked)


def endorse(db: Session, site: Site, now: datetime, thing: Thing, by: Issuer, comment: str) -> Endorsed:
    """Sign an endorsement in an issuer's name, and keep it. Raises `credentials.Unsignable`, `Over` or `TooMany`."""
    facts = credentials.Endorsement(
        id=uuid.uuid4().urn,
        issuer=profile(site, by),
        about=_id_of(site, thing),
        comment=comment[:LONGEST],
        valid_from=now,
    )
    key = signing_key(site, by)
    document = credentials.sign(
        credentials.endorsement_credential(facts), key, key.verification_method(issuer_did(site, by)), now
    )
    return _keep(db, site, now, thing, document, by.name)


def bring(db: Session, site: Site, now: datetime, signed: bytes, fetch: Fetch) -> Endorsed:
    """Keep an endorsement that somebody else signed, once every check of it holds.

    Raises `Untrusted`, `NothingEndorsed` where it is about nothing of ours, `Over`, or `TooMany`.
    """
    found = credentials.verify_endorsement(signed, fetch=fetch, now=now)
    bad = tuple(check for check in found.checks if check.outcome is not Outcome.PASSED)
    if bad or found.credential is None:
        raise Untrusted(bad)
    document = found.credential
    about = str(document["credentialSubject"].get("id", ""))
    thing = find(db, about)
    if _id_of(site, thing) != about:
        raise NothingEndorsed(about)
    return _keep(db, site, now, thing, document, found.issuer_name or found.issuer_id or "?")


def _keep(db: Session, site: Site, now: datetime, thing: Thing, document: dict[str, Any], by: str) -> Endorsed:
    if isinstance(thing, Award) and thing.over(now):
        raise Over
    if len(endorsements(thing)) >= MOST:
        raise TooMany
    kind = {BadgeVersion: "badge", Award: "award", Issuer: "issuer"}[type(thing)]
    text = credentials.as_json(document)
    db.add(Endorsement(id=new_id(now), kind=kind, about=thing.id, document=text, created_at=now))
    note(db, now, "endorsed", thing.id, facts={"by": by})
    db.flush()
    if isinstance(thing, Award):  # the word for one award stands in its own credential
        organisation = db.get_one(Organisation, thing.celebration.organisation_id)
        sign_anew(db, site, now, organisation, [thing], "endorsement")
    return Endorsed(thing.version.name if isinstance(thing, Award) else thing.name, by)


def _id_of(site: Site, thing: Thing) -> str:
    match thing:
        case BadgeVersion():
            return achievement(site, thing).id
        case Award():
            return credential_id(site, thing)
    return issuer_did(site, thing)
