"""What could be meant while somebody types: only what they may do, and what they did lately first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from bot.core.finding import fold, in_use, matching, put_away
from bot.core.models import Award, BadgeClass, Celebration, Goal, Member, Organisation
from bot.core.people import account_of, first_organisation, owner_of, roles_of
from bot.core.policy import is_staff, may_teach
from bot.core.port import Actor, Choice, Person

Purpose = Literal["award", "revoke", "suspend", "reinstate", "show", "change", "role", "restore", "aim", "goal"]
"""What is to be done with the badge that is named: give it, take it back, …, aim at it; or which goal is meant."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Who types, as far as they are known; `holder` is whose badges are meant, None for anybody's."""

    db: Session
    organisation: Organisation
    me: Member | None
    roles: frozenset[str]
    holder: Person | None


def suggest(
    db: Session, actor: Actor, purpose: Purpose, typed: str, holder: Person | None, most: int
) -> tuple[Choice, ...]:
    """Give what fits what is typed so far, best first."""
    organisation = owner_of(db, actor.where.platform, actor.where.space) or first_organisation(db)
    account = account_of(db, actor.who.ref)
    me = account.member if account is not None else None
    roles = roles_of(db, organisation, actor, me) if me is not None else actor.roles
    asking = Asking(db, organisation, me, roles, holder)
    if purpose == "goal":
        return _goals(asking, typed, most)
    badges = matching(_KNOWN[purpose](asking), typed, most)
    return tuple(Choice(badge.id, badge.name, badge.now.description) for badge in badges)


def _goals(asking: Asking, typed: str, most: int) -> tuple[Choice, ...]:
    """Give the caller's own open goals, the newest first; those that begin as typed before those that contain it."""
    if asking.me is None:
        return ()
    mine = select(Goal).where(Goal.member_id == asking.me.id, Goal.state == "open").order_by(Goal.id.desc())
    wanted = fold(typed)
    fit = [goal for goal in asking.db.scalars(mine) if wanted in fold(goal.title)]
    fit.sort(key=lambda goal: not fold(goal.title).startswith(wanted))
    return tuple(Choice(goal.id, goal.title) for goal in fit[:most])


def _awardable(asking: Asking) -> Sequence[BadgeClass]:
    """Give the badges in use to who may award them, those that they gave themself first, the latest before others."""
    if not may_teach(asking):
        return ()
    badges = in_use(asking.db, asking.organisation)
    given = (
        select(Award.badge_id, func.max(Award.awarded_at))
        .join(Celebration)
        .where(Celebration.awarded_by == (asking.me.id if asking.me is not None else None))
        .group_by(Award.badge_id)
    )
    last = dict(asking.db.execute(given).all())
    lately = sorted((b for b in badges if b.id in last), key=lambda b: last[b.id], reverse=True)
    return [*lately, *(b for b in badges if b.id not in last)]


def _judged(*more: ColumnElement[bool]) -> Callable[[Asking], Sequence[BadgeClass]]:
    """Give what finds the badges held, archived ones too, by awards that the caller may take back or suspend."""

    def find(asking: Asking) -> Sequence[BadgeClass]:
        if not may_teach(asking) or asking.me is None:
            return ()
        held = select(Award.badge_id).where(Award.held, *more)
        if not is_staff(asking):
            held = held.join(Celebration).where(Celebration.awarded_by == asking.me.id)
        if asking.holder is not None:
            account = account_of(asking.db, asking.holder.ref)
            held = held.where(Award.member_id == (account.member_id if account is not None else None))
        ours = BadgeClass.organisation_id == asking.organisation.id, BadgeClass.id.in_(held)
        return asking.db.scalars(select(BadgeClass).where(*ours).order_by(BadgeClass.folded)).all()

    return find


def _shown(asking: Asking) -> Sequence[BadgeClass]:
    """Give the badges in use, then what the caller holds of archived ones; to who teaches, all that are archived."""
    archived = put_away(asking.db, asking.organisation)
    if not may_teach(asking):
        mine = Award.member_id == (asking.me.id if asking.me is not None else None)
        held = set(asking.db.scalars(select(Award.badge_id).where(Award.held, mine)))
        archived = [badge for badge in archived if badge.id in held]
    return [*in_use(asking.db, asking.organisation), *archived]


def _used(asking: Asking) -> Sequence[BadgeClass]:
    return in_use(asking.db, asking.organisation)


def _changeable(asking: Asking) -> Sequence[BadgeClass]:
    return _used(asking) if may_teach(asking) else ()


def _giving_roles(asking: Asking) -> Sequence[BadgeClass]:
    return _used(asking) if is_staff(asking) else ()


def _archived(asking: Asking) -> Sequence[BadgeClass]:
    return put_away(asking.db, asking.organisation) if may_teach(asking) else ()


_SUSPENDED = Award.suspended_at.is_not(None) & Award.reinstated_at.is_(None)
_KNOWN: dict[Purpose, Callable[[Asking], Sequence[BadgeClass]]] = {
    "award": _awardable,
    "revoke": _judged(),
    "suspend": _judged(~_SUSPENDED),
    "reinstate": _judged(_SUSPENDED),
    "show": _shown,
    "change": _changeable,
    "role": _giving_roles,
    "restore": _archived,
    "aim": _used,
}
