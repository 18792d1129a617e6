"""An issuer by another name: from now on, and in what it signed before if that is wanted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.core.case import note
from bot.core.issuing import profile
from bot.core.models import Award, Issuer, Organisation
from bot.core.reissuing import sign_anew
from bot.core.site import Site
from bot.core.soundness import unsignable

LONGEST = 200


class BadName(ValueError):
    """An issuer cannot be called that, or be found there; its text says why."""


@dataclass(frozen=True, slots=True)
class Renamed:
    """What the issuer was called, and what it is called now."""

    before: str
    now: str


def rename(db: Session, now: datetime, issuer: Issuer, name: str, url: str | None = None) -> Renamed:
    """Call an issuer by another name; its identity and its keys stay. Raises `BadName`."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST or unsignable(name):
        raise BadName(f"give a name of 1 to {LONGEST} characters, without control characters")
    if url and (not url.startswith(("https://", "http://")) or unsignable(url) or any(map(str.isspace, url))):
        raise BadName("write the address as https://…")
    before, issuer.name = issuer.name, name
    issuer.url = issuer.url if url is None else url
    facts = {"before": before, "name": name, "url": issuer.url}
    note(db, now, "issuer-renamed", issuer.id, organisation=issuer.organisation_id, facts=facts)
    db.flush()
    return Renamed(before, name)


def standing(db: Session, now: datetime, issuer: Issuer) -> list[str]:
    """Give the ids of an issuer's awards that count: what is revoked or expired stays as it was signed."""
    counts = Award.revoked_at.is_(None), or_(Award.expires_at.is_(None), Award.expires_at > now)
    chosen = select(Award.id).where(Award.issuer_id == issuer.id, *counts)
    return list(db.scalars(chosen.order_by(Award.celebration_id, Award.id)))


def reissue(db: Session, site: Site, now: datetime, issuer: Issuer, ids: Sequence[str]) -> int:
    """Sign these awards anew under the issuer's name of today, but for those that carry it; give how many.

    What was interrupted can so be begun again.
    """
    awards = db.scalars(select(Award).where(Award.id.in_(ids), Award.revoked_at.is_(None))).all()
    named = {"name": issuer.name, "url": profile(site, issuer).url}
    older = [award for award in awards if not named.items() <= {"url": None, **_signer(award)}.items()]
    sign_anew(db, site, now, db.get_one(Organisation, issuer.organisation_id), older, "issuer")
    return len(older)


def _signer(award: Award) -> dict[str, str]:
    return {name: value for name, value in json.loads(award.current)["issuer"].items() if isinstance(value, str)}
