"""`/badge role`: which roles of a chat a badge gives to those who hold it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.core import role_keeping
from bot.core.case import Case
from bot.core.commands import GiveRole, StopRole
from bot.core.errors import NoRoleGiven, NoRolesHere, RoleUnfit
from bot.core.finding import find_badge
from bot.core.models import Account, BadgeClass
from bot.core.people import account_of
from bot.core.policy import Action, require
from bot.core.port import Role
from bot.core.roles import BadgeRole, ChatRole


@dataclass(frozen=True, slots=True)
class RolesShown:
    """Which roles a badge gives in the caller's space: each by the platform's id and its name."""

    badge: str
    name: str
    roles: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RoleGiven:
    """A badge gives a role from now on, and to the `holders` whom it has here already."""

    badge: str
    name: str
    role: tuple[str, str]
    holders: int


@dataclass(frozen=True, slots=True)
class RoleStopped:
    """A badge gives some roles no more; `losers` had one by this badge alone, and lose it."""

    name: str
    roles: tuple[str, ...]
    losers: int


@dataclass(frozen=True, slots=True)
class InUse:
    """A role that a badge in use gives: the platform's id of it, its name, and the badge's."""

    role: str
    name: str
    badge: str


def give_role(case: Case, ask: GiveRole) -> RoleGiven | RolesShown:
    """Let a badge give a role, to those who hold it already, too. Raises `NoRolesHere` or `RoleUnfit`.

    Asked again for a role that it gives already, everybody's is looked at anew.
    """
    _require(case)
    badge = find_badge(case, ask.badge, lambda found: replace(ask, badge=found))
    if ask.role is None:
        return RolesShown(badge.id, badge.name, tuple((r.external_id, r.name) for r in _given(case, badge)))
    if ask.role.problem is not None or ask.role.powers or ask.role.teaches:
        raise RoleUnfit(ask.role)
    role = _kept(case, ask.role)
    if case.db.get(BadgeRole, (badge.id, role.id)) is None:
        case.db.add(BadgeRole(badge_id=badge.id, role_id=role.id, created_at=case.now))
        case.db.flush()
    case.audit("role-given", badge.id, role=role.id, name=role.name, platform=role.platform, id=role.external_id)
    holders = role_keeping.holders(badge.id, case.now)
    role_keeping.want(case.db, case.now, role, holders, case.actor.event_id, at_once=True)
    here = role_keeping.here(role).where(Account.member_id.in_(holders))
    return RoleGiven(
        badge.id,
        badge.name,
        (role.external_id, role.name),
        case.db.scalar(select(func.count()).select_from(here.subquery())) or 0,
    )


def stop_role(case: Case, ask: StopRole) -> RoleStopped:
    """Let a badge give a role no more, or none here. Raises `NoRoleGiven`.

    Who has the role by this badge alone loses it; what another badge gives stays.
    """
    _require(case)
    badge = find_badge(case, ask.badge, lambda found: replace(ask, badge=found), archived_too=True)
    roles = [role for role in _given(case, badge) if ask.role in ("", role.external_id)]
    if not roles:
        raise NoRoleGiven(badge.name)
    losers: set[str | None] = set()
    for role in roles:
        case.db.delete(case.db.get_one(BadgeRole, (badge.id, role.id)))
        case.db.flush()
        lost = role_keeping.losers(case.db, case.now, role)
        losers.update(lost)
        case.audit("role-stopped", badge.id, role=role.id, name=role.name)
        role_keeping.want(case.db, case.now, role, lost, case.actor.event_id, at_once=True)
    return RoleStopped(badge.name, tuple(role.name for role in roles), len(losers))


def role_names(case: Case, badge: BadgeClass) -> tuple[str, ...]:
    """Give what the roles are called that a badge gives in the caller's space."""
    return tuple(role.name for role in _given(case, badge))


def in_use(db: Session, platform: str) -> tuple[InUse, ...]:
    """Give every role that a badge gives on a platform."""
    found = db.execute(
        select(ChatRole.external_id, ChatRole.name, BadgeClass.name)
        .join(BadgeRole, BadgeRole.role_id == ChatRole.id)
        .join(BadgeClass, BadgeClass.id == BadgeRole.badge_id)
        .where(ChatRole.platform == platform)
        .order_by(BadgeClass.folded, ChatRole.name)
    )
    return tuple(InUse(*row) for row in found)


# -- rows ----------------------------------------------------------------------------------------------------


def _require(case: Case) -> None:
    if not case.limits.roles:
        raise NoRolesHere
    require(case, Action.GIVE_ROLES)


def _given(case: Case, badge: BadgeClass) -> Sequence[ChatRole]:
    where = case.actor.where
    chosen = select(ChatRole).join(BadgeRole).where(BadgeRole.badge_id == badge.id)
    here = chosen.where(ChatRole.platform == where.platform, ChatRole.space == where.space)
    return case.db.scalars(here.order_by(ChatRole.name, ChatRole.id)).all()


def _kept(case: Case, role: Role) -> ChatRole:
    """Give the row of a role, made or renewed: it can be given now, and the caller is who cares for it."""
    where, setter = case.actor.where, account_of(case.db, case.actor.who.ref)
    if setter is None:
        raise LookupError("who asks has been met")
    known = case.db.scalar(
        select(ChatRole).where(
            ChatRole.platform == where.platform, ChatRole.space == where.space, ChatRole.external_id == role.id
        )
    )
    if known is None:
        known = ChatRole(
            id=case.new_id(),
            platform=where.platform,
            space=where.space,
            external_id=role.id,
            created_at=case.now,
        )
        case.db.add(known)
    known.name, known.setter, known.problem = role.name, setter, None
    case.db.flush()
    return known
