"""Who ought to have which role of a chat, kept equal to the badges they hold.

Who ought to have a role, or to lose it, is an announcement of the kind "role": one for each member and role, whichever
badges give it. The outbox delivers it like any other; what is so is looked up at that moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, insert, or_, select, true, update
from sqlalchemy import case as sql_case
from sqlalchemy.orm import Session

from bot.core import announcements
from bot.core.case import Case
from bot.core.db import Database
from bot.core.ids import new_id
from bot.core.models import Account, Announcement, Award, BadgeClass, Member
from bot.core.port import EVERYWHERE, Barred
from bot.core.roles import BadgeRole, ChatRole

AGAIN = timedelta(hours=1)
"""How long until a role is tried again that somebody there has to let us give."""

Members = Select[str] | Sequence[str | None]
"""Ids of members, or what finds them."""


@dataclass(frozen=True, slots=True)
class Holding:
    """What the outbox sees to: that a member has a role, since they hold `badge`; or does not, where that is ""."""

    role: str
    badge: str
    lang: str

    @property
    def held(self) -> bool:
        """Whether they ought to have it."""
        return bool(self.badge)


@dataclass(frozen=True, slots=True)
class RoleBarred:
    """A role can no longer be given or taken: `problem` says why, to who had set it."""

    role: str
    problem: str


# -- whose role may have changed -----------------------------------------------------------------------------


def follow(case: Case, badge: str, members: Members) -> None:
    """Have the roles that a badge gives made equal to what these members hold by now."""
    case.db.flush()
    for role in case.db.scalars(select(ChatRole).join(BadgeRole).where(BadgeRole.badge_id == badge)).all():
        want(case.db, case.now, role, members, case.actor.event_id)


def follow_all(case: Case, members: Sequence[Member]) -> None:
    """Do the same with every role that these members' badges give, or gave: what is whose has changed."""
    ids = [member.id for member in members]
    given = select(BadgeRole.role_id).join(Award, Award.badge_id == BadgeRole.badge_id).where(Award.member_id.in_(ids))
    had = select(Announcement.subject).where(Announcement.kind == "role", Announcement.member_id.in_(ids))
    for role in case.db.scalars(select(ChatRole).where(or_(ChatRole.id.in_(given), ChatRole.id.in_(had)))).all():
        want(case.db, case.now, role, ids, case.actor.event_id)


def want(db: Session, now: datetime, role: ChatRole, members: Members, cause: str, *, at_once: bool = False) -> None:
    """Raise `wanted` of these members' rows, and make rows for those who ought to have the role and have none.

    `at_once` also hurries those that wait because of what may be mended by now.
    """
    mine = and_(_about(role), Announcement.member_id.in_(members))
    there = exists().where(_about(role), Announcement.member_id == Account.member_id)
    fresh = db.scalars(
        here(role)
        .where(Account.member_id.in_(members), _ought(now, Account.member_id, role.id), ~there)
        .order_by(Account.member_id)
    ).all()
    idle = or_(Announcement.state != "open", Announcement.shown >= Announcement.wanted)
    db.execute(
        update(Announcement)
        .where(mine)
        .values(
            state="open",
            wanted=Announcement.wanted + 1,
            # What was given up after several tries may have come through in one of them.
            attempts=sql_case((Announcement.state != "open", 1), else_=Announcement.attempts),
            # One that is under way comes to it by itself and no sooner.
            due_at=sql_case(
                (Announcement.lease.is_not(None), Announcement.due_at),
                (or_(idle, true() if at_once else false()), now),
                else_=Announcement.due_at,
            ),
        )
        .execution_options(synchronize_session=False)
    )
    if fresh:
        db.execute(insert(Announcement), [_row(now, role, member, cause) for member in fresh])


def here(role: ChatRole) -> Select[str]:
    """Find the members who have an account where the role is."""
    there = Account.platform == role.platform, Account.space.in_((role.space, EVERYWHERE))
    return select(Account.member_id).where(*there)


def holders(badge: str, now: datetime) -> Select[str]:
    """Find the members who hold a badge that counts."""
    return select(Award.member_id).where(Award.badge_id == badge, _counts(now))


def losers(db: Session, now: datetime, role: ChatRole) -> Sequence[str | None]:
    """Give the members who may have a role and ought not to."""
    lost = _about(role), _may_stand(), ~_ought(now, Announcement.member_id, role.id)
    return db.scalars(select(Announcement.member_id).where(*lost)).all()


def tick(database: Database, now: datetime) -> int:
    """Have those roles taken back whose badges have expired; give how many."""
    over = (
        Announcement.subject.in_(select(ChatRole.id)),
        Announcement.kind == "role",
        Announcement.state == "open",
        Announcement.shown >= Announcement.wanted,
        Announcement.message.is_not(None),
        ~_ought(now, Announcement.member_id, Announcement.subject),
    )
    with database.read() as db:  # mostly there is none, and then no writer needs to wait
        if db.scalar(select(Announcement.id).where(*over).limit(1)) is None:
            return 0
    with database.write() as db:
        ids = db.scalars(select(Announcement.id).where(*over).limit(500).with_for_update(skip_locked=True)).all()
        db.execute(
            update(Announcement)
            .where(Announcement.id.in_(ids))
            .values(wanted=Announcement.wanted + 1, due_at=now)
            .execution_options(synchronize_session=False)
        )
        return len(ids)


# -- what the outbox asks ------------------------------------------------------------------------------------


def holding(db: Session, now: datetime, announcement: Announcement) -> Holding | None:
    """Say whether a member has a role by what they hold now; None if there is nothing to give or to take back."""
    role = db.get_one(ChatRole, announcement.subject)
    badge = db.scalars(
        select(BadgeClass)
        .join(BadgeRole, BadgeRole.badge_id == BadgeClass.id)
        .join(Award, Award.badge_id == BadgeClass.id)
        .where(BadgeRole.role_id == role.id, Award.member_id == announcement.member_id, _counts(now))
        .order_by(BadgeClass.folded)
        .limit(1)
    ).first()
    if badge is None and not announcement.may_stand:
        return None  # they may have it from somebody else
    return Holding(role.external_id, badge.name if badge is not None else "", role.setter.member.lang)


def barred(db: Session, now: datetime, announcement: Announcement, result: Barred) -> None:
    """Note that a role could not be given or taken, tell who set it once, and have it tried again later."""
    role = db.scalars(select(ChatRole).where(ChatRole.id == announcement.subject).with_for_update()).one()
    announcement.attempts -= 1  # only faults use attempts up
    announcement.last_error = result.problem
    announcement.due_at = now + AGAIN
    if result.problem == "gone":
        announcement.state = "gave-up"
    if role.problem != result.problem:
        role.problem = result.problem
        announcements.warn(db, now, "role-barred", role.id, role.setter)


def mended(db: Session, announcement: Announcement) -> None:
    """Note that a role can be given: when it cannot again, that is worth telling."""
    role = db.get_one(ChatRole, announcement.subject)
    if role.problem is not None:
        role.problem = None


def barred_facts(db: Session, announcement: Announcement) -> RoleBarred | None:
    """Give what to tell who set a role; None if it was mended before they could be told."""
    role = db.get_one(ChatRole, announcement.subject)
    return RoleBarred(role.name, role.problem) if role.problem is not None else None


# -- rows --------------------------------------------------------------------------------------------------


def _row(now: datetime, role: ChatRole, member: str, cause: str) -> dict[str, Any]:
    return {
        "id": new_id(now),
        "kind": "role",
        "subject": role.id,
        "platform": role.platform,
        "space": role.space,
        "member_id": member,
        "cause": cause,
        "due_at": now,
        "created_at": now,
    }


def _about(role: ChatRole) -> ColumnElement[bool]:
    return and_(Announcement.kind == "role", Announcement.subject == role.id)


def _may_stand() -> ColumnElement[bool]:
    """Find what `Announcement.may_stand` will tell of at the next try."""
    return or_(Announcement.message.is_not(None), Announcement.attempts > 0)


def _counts(now: datetime) -> ColumnElement[bool]:
    """Find awards that count: neither revoked, nor suspended, nor expired."""
    return and_(
        Award.held,
        or_(Award.suspended_at.is_(None), Award.reinstated_at.is_not(None)),
        or_(Award.expires_at.is_(None), Award.expires_at > now),
    )


def _ought(now: datetime, member: Any, role: Any) -> ColumnElement[bool]:
    """Find whether a member holds what gives a role."""
    gives = and_(Award.badge_id == BadgeRole.badge_id, BadgeRole.role_id == role)
    return exists().where(gives, Award.member_id == member, _counts(now))
