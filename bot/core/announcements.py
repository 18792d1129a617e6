"""What ought to be said, written in the transaction of what it is about; `bot.core.outbox` delivers it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import case as sql_case
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.core.case import Case
from bot.core.ids import new_id
from bot.core.models import Account, Announcement, Celebration, Goal, Member
from bot.core.people import account_in
from bot.core.port import Place

LIVE = ("open", "waiting")
"""The states of what is still to be made equal to the facts."""


def announce(
    case: Case, kind: str, subject: str, *, channel: Place | None = None, member: Member | None = None
) -> None:
    """Have something said: in a channel of the caller's space, or to a member directly if they can be reached."""
    where = case.actor.where if member is None else case.actor.who.ref
    row = _put(
        case.db,
        case.now,
        kind,
        subject,
        (where.platform, where.space),
        channel.id if channel is not None else None,
        member,
        case.actor.event_id,
    )
    if channel is not None and channel.closed is not None:  # the answer says so: nobody need be told once more
        row.closed_at, row.obstacle = case.now, channel.closed


def tell(case: Case, kind: str, subject: str, account: Account) -> None:
    """Have something said to a member directly, by the account of theirs that is named."""
    warn(case.db, case.now, kind, subject, account, case.actor.event_id)


def warn(db: Session, now: datetime, kind: str, subject: str, account: Account, cause: str = "") -> None:
    """Do the same where nobody has asked for anything."""
    _put(db, now, kind, subject, (account.platform, account.space), None, account.member, cause)


def remind(db: Session, now: datetime, goal: Goal) -> None:
    """Have a goal's owner reminded, where they set the goal; earlier reminders of it are left as they are."""
    db.execute(
        update(Announcement)
        .where(Announcement.subject == goal.id, Announcement.kind == "reminder", Announcement.state.in_(LIVE))
        .values(state="past")
    )
    _put(db, now, "reminder", goal.id, (goal.platform, goal.space), None, goal.member, "")


def _put(
    db: Session,
    now: datetime,
    kind: str,
    subject: str,
    space: tuple[str, str],
    channel: str | None,
    member: Member | None,
    cause: str,
) -> Announcement:
    row = Announcement(
        id=new_id(now),
        kind=kind,
        subject=subject,
        platform=space[0],
        space=space[1],
        channel=channel,
        member_id=member.id if member is not None else None,
        cause=cause,
        due_at=now,
        created_at=now,
    )
    db.add(row)
    return row


def tell_giver(db: Session, now: datetime, card: Announcement) -> None:
    """Have who gave a badge told that its card cannot stand where it belongs, if it never stood there."""
    if card.kind != "celebration" or card.message is not None or card.shown:
        return
    giver = db.get_one(Celebration, card.subject).giver
    if (account := account_in(giver, card.platform, card.space)) is not None:
        warn(db, now, "barred", card.id, account, card.cause)


def refresh(db: Session, now: datetime, subject: str) -> None:
    """Have every message about `subject` made equal to the facts again."""
    db.execute(
        update(Announcement)
        .where(Announcement.subject == subject, Announcement.state.in_(LIVE))
        .values(
            wanted=Announcement.wanted + 1,
            # One that is under way, or waits because the platform said so, comes to it by itself and no sooner.
            due_at=sql_case((Announcement.shown >= Announcement.wanted, now), else_=Announcement.due_at),
        )
    )
