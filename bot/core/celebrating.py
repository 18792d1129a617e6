"""Celebrations: the card the class sees, and congratulations on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from bot.core import announcements, levels
from bot.core.badges import emblem_of
from bot.core.cards import Emblem
from bot.core.case import Case
from bot.core.commands import Congratulate
from bot.core.dates import zone
from bot.core.errors import CongratulateSelf, NoSuchAward
from bot.core.models import Account, Award, Celebration, Congratulation, Evidence, Member
from bot.core.people import account_in
from bot.core.port import EVERYWHERE, MemberRef
from bot.core.site import Site

NAMED = 20
"""As many recipients as a card names one by one."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """One of those celebrated; `ref` is None where they have no account in the space it is shown in."""

    name: str
    ref: MemberRef | None
    page: str


@dataclass(frozen=True, slots=True)
class CelebrationFacts:
    """What the class's card says. `recipients` are the first of `total` who hold it still; `withdrawn` if nobody."""

    id: str
    badge: str
    emblem: Emblem
    giver: str
    issuer: str
    reason: str
    level: str
    at: datetime
    recipients: tuple[Recipient, ...]
    total: int
    withdrawn: bool
    congratulations: int
    congratulated: tuple[MemberRef, ...]
    """Those of them who have an account in this space."""
    quotes: tuple[tuple[str, str], ...]
    """Who wrote what, of the messages that prove it."""
    lang: str


@dataclass(frozen=True, slots=True)
class Congratulated:
    """The caller's congratulation counts, or (`taken_back`) no longer does."""

    badge: str
    taken_back: bool


def congratulate(case: Case, ask: Congratulate) -> Congratulated:
    """Add the caller's congratulation, or take it back; every card of it shows the new count."""
    celebration = case.db.get(Celebration, ask.celebration)
    if celebration is None or celebration.organisation_id != case.organisation.id:
        raise NoSuchAward
    held = Award.celebration_id == celebration.id, Award.revoked_at.is_(None)
    if not case.db.scalar(select(exists().where(*held))):
        raise NoSuchAward
    mine = case.db.get(Congratulation, (celebration.id, case.me.id))
    if mine is None:
        if not case.db.scalar(select(exists().where(*held, Award.member_id != case.me.id))):
            raise CongratulateSelf
        case.db.add(Congratulation(celebration_id=celebration.id, member_id=case.me.id, created_at=case.now))
    else:
        case.db.delete(mine)
    case.db.flush()
    announcements.refresh(case.db, case.now, celebration.id)
    return Congratulated(celebration.version.name, taken_back=mine is not None)


def _refs(db: Session, celebration: Celebration, platform: str, space: str) -> tuple[MemberRef, ...]:
    """Give those who congratulated, by their accounts in one space."""
    here = Account.platform == platform, Account.space.in_((space, EVERYWHERE))
    found = db.execute(
        select(Account.space, Account.external_id)
        .join(Congratulation, Congratulation.member_id == Account.member_id)
        .where(Congratulation.celebration_id == celebration.id, *here)
        .order_by(Congratulation.created_at, Account.id)
    )
    return tuple(MemberRef(platform, known_in, one) for known_in, one in found)


def _proof(awards: Sequence[Award]) -> Sequence[Evidence]:
    """Give the evidence of one celebration: each of its awards has the same."""
    return awards[0].evidence if awards else ()


def celebration_facts(db: Session, site: Site, celebration_id: str, platform: str, space: str) -> CelebrationFacts:
    """Give what a card in one space says of a celebration, as of now."""
    celebration = db.get_one(Celebration, celebration_id)
    standing = Award.celebration_id == celebration.id, Award.revoked_at.is_(None)
    held = db.scalars(select(Award).where(*standing).order_by(Award.id).limit(NAMED)).all()
    total = db.scalar(select(func.count()).select_from(Award).where(*standing)) or 0
    issuer = celebration.version.badge.issuer

    def recipient(member: Member, award: str) -> Recipient:
        here = account_in(member, platform, space)
        ref = MemberRef(platform, here.space, here.external_id) if here is not None else None
        return Recipient(here.name if here is not None else member.name, ref, site.award_page(award))

    return CelebrationFacts(
        id=celebration.id,
        badge=celebration.version.name,
        emblem=emblem_of(celebration.version),
        giver=celebration.giver.name,
        issuer=issuer.name,
        reason=celebration.reason,
        level=levels.shown(celebration),
        at=celebration.created_at.astimezone(zone(celebration.giver.timezone)),
        recipients=tuple(recipient(award.member, award.id) for award in held),
        total=total,
        withdrawn=not held,
        congratulations=len(celebration.congratulations),
        congratulated=_refs(db, celebration, platform, space),
        quotes=tuple((row.author.name if row.author else "", row.text) for row in _proof(held) if row.text),
        lang=celebration.giver.lang,
    )
