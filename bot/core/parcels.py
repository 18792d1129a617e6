"""Announcements taken for delivery by lease, each put into words at that moment, and what came of it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from bot.core import announcing, role_keeping
from bot.core.announcements import refresh, tell_giver
from bot.core.case import note
from bot.core.models import Account, Announcement, Member
from bot.core.people import ref_of
from bot.core.port import Barred, Closed, Delivered, GaveUp, MemberRef, Place, Result, RetryAt
from bot.core.site import Site

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=90)
LOOKED_AT = 50  # waiting messages, of which some may have nothing to say any more
MOST_ATTEMPTS = 20  # with the waits below, about a day and a half
AGAIN = timedelta(hours=1)
"""How soon a place that is closed is tried again."""
PATIENCE = timedelta(days=3)
"""How long a channel may be closed before its messages are given up."""
SELDOM = timedelta(days=7)
"""Who takes no direct messages is tried ever more seldom, but at least so often; what waits is never given up."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something broke, here or in the adapter: tried again with longer and longer waits, but not for ever."""

    why: str


@dataclass(frozen=True, slots=True)
class Parcel:
    """One announcement that was taken, as it was then; nobody else takes it `until` its lease is over."""

    announcement: str
    lease: str
    until: datetime
    wanted: int
    attempts: int
    platform: str
    to: Place | MemberRef | None
    message: str | None
    shows: announcing.Wanted | None
    problem: str = ""


def take(db: Session, site: Site, now: datetime, announcement: Announcement) -> Parcel:
    """Take an announcement; its row is locked."""
    announcement.lease = secrets.token_hex(8)
    announcement.due_at = now + LEASE
    announcement.attempts += 1
    shows, problem = None, ""
    try:
        shows = announcing.compose(db, site, now, announcement)
    except Exception as error:  # one bad row must not hold up the others
        log.exception("announcement has no words", announcement=announcement.id)
        problem = type(error).__name__
    return Parcel(
        announcement=announcement.id,
        lease=announcement.lease,
        until=announcement.due_at,
        wanted=announcement.wanted,
        attempts=announcement.attempts,
        platform=announcement.platform,
        to=_to(db, announcement),
        message=announcement.message,
        shows=shows,
        problem=problem,
    )


def _waiting(who: MemberRef) -> Select[Announcement]:
    """Choose what could not reach somebody directly."""
    return (
        select(Announcement)
        .join(Account, Account.member_id == Announcement.member_id)
        .where(Account.platform == who.platform, Account.space == who.space, Account.external_id == who.id)
        .where(Announcement.platform == who.platform, Announcement.space == who.space)
        .where(Announcement.state == "waiting", Announcement.message.is_(None), Announcement.channel.is_(None))
    )


def anything_waiting(db: Session, who: MemberRef) -> bool:
    """Tell whether there is anything that could not reach somebody directly."""
    return db.scalar(_waiting(who).limit(1)) is not None


def take_waiting(db: Session, site: Site, now: datetime, who: MemberRef, most: int) -> list[Parcel]:
    """Take what could not reach somebody directly, oldest first, for who can show it to them now."""
    free = or_(Announcement.lease.is_(None), Announcement.due_at <= now)
    waiting = _waiting(who).where(free).order_by(Announcement.id).limit(LOOKED_AT)
    parcels: list[Parcel] = []
    for row in db.scalars(waiting.with_for_update(skip_locked=True, of=Announcement)).all():
        parcel = take(db, site, now, row)
        if parcel.shows is not None:
            parcels.append(parcel)
        else:  # there is nothing to say of it any more, or no way to say it
            record(db, now, parcel, Fault(parcel.problem) if parcel.problem else None)
        if len(parcels) == most:
            break
    return parcels


def handed_over(db: Session, now: datetime, parcel: Parcel, *, shown: bool) -> None:
    """Write down whether what was waiting has been shown: where it was, nothing can be changed later."""
    if not shown:
        record(db, now, parcel, Closed("could not be shown", "direct"))
    elif (announcement := _mine(db, parcel)) is not None:
        _shown(announcement, now, parcel.wanted)
        announcement.state = "past"


def record(db: Session, now: datetime, parcel: Parcel, result: Result | Barred | Fault | None) -> None:
    """Write down what came of a delivery; None if there was nothing to say."""
    announcement = _mine(db, parcel)
    if announcement is None:
        return  # the lease ran out and somebody else took over
    match result:
        case None:
            _tell_anew(db, now, announcement)
            _shown(announcement, now, parcel.wanted)
        case Delivered(message):
            # A first showing that had to be repeated may be an earlier attempt's, with the facts of then:
            # it is made equal to the facts of now by one more edit.
            sure = parcel.message is not None or parcel.attempts == 1
            announcement.message = message or None
            _tell_anew(db, now, announcement)
            _hurry_others(db, now, announcement)
            _shown(announcement, now, parcel.wanted if sure else parcel.wanted - 1)
            if announcement.kind == "role":
                role_keeping.mended(db, announcement)
        case Barred():
            role_keeping.barred(db, now, announcement, result)
        case RetryAt(at, why):
            announcement.attempts -= 1  # only faults use attempts up
            announcement.due_at = at
            announcement.last_error = why
        case Closed(why, obstacle):
            announcement.attempts -= 1
            announcement.last_error = why
            announcement.obstacle = obstacle
            _closed(db, now, announcement)
        case Fault(why) if parcel.attempts < MOST_ATTEMPTS:
            wait = min(2.0 ** min(parcel.attempts, 13), 3 * 3600.0)
            announcement.due_at = now + timedelta(seconds=wait)
            announcement.last_error = why
        case GaveUp(why) | Fault(why):
            announcement.obstacle = "gone" if isinstance(result, GaveUp) else "fault"
            _give_up(db, now, announcement, why)


def _mine(db: Session, parcel: Parcel) -> Announcement | None:
    """Give the row, if it still is who took it: let go of with that."""
    announcement = db.scalar(select(Announcement).where(Announcement.id == parcel.announcement).with_for_update())
    if announcement is None or announcement.lease != parcel.lease:
        return None
    announcement.lease = None
    return announcement


def _to(db: Session, announcement: Announcement) -> Place | MemberRef | None:
    if announcement.channel is not None:
        return Place(announcement.platform, announcement.space, announcement.channel)
    member = db.get(Member, announcement.member_id)
    return ref_of(member, announcement.platform, announcement.space) if member is not None else None


def _shown(announcement: Announcement, now: datetime, version: int) -> None:
    announcement.shown = version
    announcement.attempts = 0
    announcement.due_at = now
    announcement.last_error = announcement.closed_at = announcement.obstacle = None
    if announcement.state == "waiting":
        announcement.state = "open"


def _tell_anew(db: Session, now: datetime, announcement: Announcement) -> None:
    """Have what was said of a card that could not stand made true again."""
    if announcement.kind == "celebration" and not announcement.shown:
        refresh(db, now, announcement.id)


def _hurry_others(db: Session, now: datetime, announcement: Announcement) -> None:
    """Where nothing is in the way any more, let what else waits there follow at once."""
    if announcement.closed_at is None:
        return
    if announcement.channel is not None:
        there = Announcement.channel == announcement.channel
    else:
        there = Announcement.channel.is_(None) & (Announcement.member_id == announcement.member_id)
    db.execute(
        update(Announcement)
        .where(there, Announcement.platform == announcement.platform, Announcement.space == announcement.space)
        .where(Announcement.closed_at.is_not(None), Announcement.lease.is_(None), Announcement.id != announcement.id)
        .where(Announcement.state != "gave-up", Announcement.due_at > now)
        .values(due_at=now)
    )


def _closed(db: Session, now: datetime, announcement: Announcement) -> None:
    first = announcement.closed_at is None
    since = announcement.closed_at = announcement.closed_at or now
    if announcement.channel is None:
        if announcement.state == "open":  # a newer reminder may have taken its place meanwhile
            announcement.state = "waiting"
        announcement.due_at = now + min(max(now - since, AGAIN), SELDOM)
    elif now - since >= PATIENCE:
        _give_up(db, now, announcement, announcement.last_error or "")
    else:
        announcement.due_at = now + AGAIN
        if first:
            tell_giver(db, now, announcement)


def _give_up(db: Session, now: datetime, announcement: Announcement, why: str) -> None:
    announcement.state = "gave-up"
    announcement.last_error = why
    log.error("announcement given up", announcement=announcement.id, why=why)
    note(db, now, "announcement-given-up", announcement.id, facts={"why": why})
    tell_giver(db, now, announcement)
