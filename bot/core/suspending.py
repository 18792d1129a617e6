"""A badge that does not count for a while, and counts again: for what can still be cleared up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core import announcements, role_keeping
from bot.core.case import Case
from bot.core.commands import ReinstateBadge, SuspendBadge
from bot.core.errors import NotSuspended, SuspendedAlready
from bot.core.listing import flip
from bot.core.models import Award
from bot.core.people import name_hider
from bot.core.revoking import checked_reason, theirs_to_judge


@dataclass(frozen=True, slots=True)
class Suspended:
    """One award does not count until it is reinstated.

    `published` is false where its credential names no list of suspended badges: only its own page says so then.
    """

    badge: str
    name: str
    reason: str
    published: bool


@dataclass(frozen=True, slots=True)
class Reinstated:
    """One award counts again."""

    badge: str
    name: str


def suspend(case: Case, ask: SuspendBadge) -> Suspended:
    """Suspend one award with a reason; by who gave it, or by staff."""
    awards = [award for award in theirs_to_judge(case, ask) if not award.suspended]
    reason = checked_reason(ask.reason, "suspend")
    if not awards:
        raise SuspendedAlready
    told = name_hider(case.db, case.organisation, near=[awards[0].member])(reason)
    for award in awards:
        award.suspended_at, award.suspended_why, award.reinstated_at = case.now, told, None
    flip(case.db, case.site, case.now, awards, "suspension", on=True)
    _note(case, awards, "suspended", why=told)
    published = all('"suspension"' in award.current for award in awards)
    return Suspended(awards[0].version.badge.name, awards[0].member.name, reason, published)


def reinstate(case: Case, ask: ReinstateBadge) -> Reinstated:
    """Let a suspended award count again; by who gave it, or by staff. Raises `NotSuspended`."""
    awards = [award for award in theirs_to_judge(case, ask) if award.suspended]
    if not awards:
        raise NotSuspended
    for award in awards:
        award.reinstated_at = case.now
    flip(case.db, case.site, case.now, awards, "suspension", on=False)
    _note(case, awards, "reinstated")
    return Reinstated(awards[0].version.badge.name, awards[0].member.name)


def _note(case: Case, awards: Sequence[Award], action: str, **facts: str) -> None:
    for award in awards:
        case.audit(action, award.id, **facts)
        announcements.refresh(case.db, case.now, award.id)
    role_keeping.follow(case, awards[0].badge_id, [award.member_id for award in awards])
