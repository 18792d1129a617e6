"""What ought to be said, written in the transaction of what it is about; `bot.core.outbox` delivers it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import case as sql_case
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.core.case import Case
from bot.core.ids import new_id
from bot.core.models import Account, Announcement, Goal, Member


def announce(case: Case, kind: str, subject: str, *, channel: str | None = None, member: Member | None = None) -> None:
    """Have something said: in a channel of the caller's space, or to a member directly if they can be reached."""
    where = case.actor.where if member is None else case.actor.who.ref
    _put(case.db, case.now, kind, subject, (where.platform, where.space), channel, member, case.actor.event_id)


def tell(case: Case, kind: str, subject: str, account: Account) -> None:
    """Have something said to a member directly, by the account of theirs that is named."""
    _put(
        case.db,
        case.now,
        kind,
        subject,
        (account.platform, account.space),
        None,
        account.member,
        case.actor.event_id,
    )


def remind(db: Session, now: datetime, goal: Goal) -> None:
    """Have a goal's owner reminded, where they set the goal; earlier reminders of it are left as they are."""
    db.execute(
        update(Announcement)
        .where(Announcement.subject == goal.id, Announcement.kind == "reminder", Announcement.state == "open")
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
) -> None:
    db.add(
        Announcement(
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
    )


def refresh(db: Session, now: datetime, subject: str) -> None:
    """Have every message about `subject` made equal to the facts again."""
    db.execute(
        update(Announcement)
        .where(Announcement.subject == subject, Announcement.state == "open")
        .values(
            wanted=Announcement.wanted + 1,
            # One that is under way, or waits because the platform said so, comes to it by itself and no sooner.
            due_at=sql_case((Announcement.shown >= Announcement.wanted, now), else_=Announcement.due_at),
        )
    )
