"""Taking a badge back: undo right after giving it, or revoke with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import or_, select

from bot.core import announcements, goals, role_keeping
from bot.core.awarding import LONGEST_REASON, UNDO_MINUTES
from bot.core.case import Case
from bot.core.commands import ReinstateBadge, RevokeBadge, SuspendBadge, UndoAwards
from bot.core.errors import (
    NoSuchAward,
    NotAllowed,
    NotHeld,
    ReasonMissing,
    ReasonTooLong,
    TakenBackAlready,
    UndoTooLate,
    Unsignable,
)
from bot.core.finding import find_badge
from bot.core.listing import flip
from bot.core.models import UNDONE, Award, Celebration
from bot.core.people import name_hider, recognise
from bot.core.policy import Action, require, require_revoking
from bot.core.soundness import unsignable


@dataclass(frozen=True, slots=True)
class Undone:
    """Everything one `/award` gave is taken back."""

    badge: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Revoked:
    """One award is taken back for a reason."""

    badge: str
    name: str
    reason: str
    published: bool
    """False where no list of revoked badges can be reached: only the award's own page says so then."""


def undo(case: Case, ask: UndoAwards) -> Undone:
    """Take back what is left of one `/award`; only by who gave it, only within `UNDO_MINUTES`."""
    require(case, Action.REVOKE)
    celebration = case.db.get(Celebration, ask.celebration)
    if celebration is None or celebration.organisation_id != case.organisation.id:
        raise NoSuchAward
    if celebration.awarded_by != case.me.id:
        raise NotAllowed(Action.REVOKE_OTHERS)
    if case.now - celebration.created_at > timedelta(minutes=UNDO_MINUTES):
        raise UndoTooLate(UNDO_MINUTES)
    awards = [award for award in celebration.awards if award.revoked_at is None]
    if not awards:
        raise TakenBackAlready
    _take_back(case, awards, UNDONE)
    for award in awards:
        _hold_again(case, award)
    return Undone(celebration.version.name, tuple(award.member.name for award in awards))


def revoke(case: Case, ask: RevokeBadge) -> Revoked:
    """Take one award back with a reason; by who gave it, or by staff."""
    awards = theirs_to_judge(case, ask)
    reason = checked_reason(ask.reason, "revoke")
    # The award's page says why: names leave the chat there, as they do in what is signed.
    _take_back(case, awards, name_hider(case.db, case.organisation, near=[awards[0].member])(reason))
    return Revoked(awards[0].version.badge.name, awards[0].member.name, reason, case.site.public)


def theirs_to_judge(case: Case, ask: RevokeBadge | SuspendBadge | ReinstateBadge) -> list[Award]:
    """Find what the caller may take back or suspend: the award that is named, and its twins. Raises a `Refusal`."""
    require(case, Action.REVOKE)
    badge = find_badge(case, ask.badge, lambda found: replace(ask, badge=found), archived_too=True)
    member = recognise(case.db, case.now, case.organisation, ask.recipient)
    award = case.db.scalar(select(Award).where(Award.badge_id == badge.id, Award.member_id == member.id, Award.held))
    if award is None:
        raise NotHeld(member.name, badge.name)
    awards = [award, *_twins(case, award)]
    for one in awards:
        require_revoking(case, one)
    return awards


def checked_reason(given: str, example: str) -> str:
    """Give a reason that everybody may read. Raises `ReasonMissing`, `ReasonTooLong` or `Unsignable`."""
    reason = given.strip()
    if not reason:
        raise ReasonMissing(example)
    if len(reason) > LONGEST_REASON:
        raise ReasonTooLong(len(reason), LONGEST_REASON)
    if unsignable(reason):
        raise Unsignable("reason")
    return reason


def _twins(case: Case, held: Award) -> Sequence[Award]:
    """Give what else says that the holder has the badge: they held it with two accounts before these were linked."""
    return case.db.scalars(
        select(Award).where(
            Award.badge_id == held.badge_id,
            Award.member_id == held.member_id,
            Award.id != held.id,
            Award.revoked_at.is_(None),
            or_(Award.expires_at.is_(None), Award.expires_at > case.now),
        )
    ).all()


def _hold_again(case: Case, undone: Award) -> None:
    """Let the expired award that the undone one had replaced stand in the collection again."""
    replaced = case.db.scalars(
        select(Award)
        .where(Award.badge_id == undone.badge_id, Award.member_id == undone.member_id, Award.revoked_at.is_(None))
        .order_by(Award.awarded_at.desc())
        .limit(1)
    ).first()
    if replaced is not None:
        replaced.held = True


def _take_back(case: Case, awards: Sequence[Award], why: str) -> None:
    for award in awards:
        award.held = False
        award.revoked_at = case.now
        award.revoked_by = case.me.id
        award.revoked_why = why
        goals.forget_award(case, award)
        case.audit("revoked", award.id, why=why)
        announcements.refresh(case.db, case.now, award.id)
    flip(case.db, case.site, case.now, awards, "revocation", on=True)
    role_keeping.follow(case, awards[0].badge_id, [award.member_id for award in awards])
    for celebration in {award.celebration_id for award in awards}:
        announcements.refresh(case.db, case.now, celebration)
