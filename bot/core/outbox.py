"""The outbox: every announcement delivered, retried and kept equal to the facts, by itself."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import announcing
from bot.core.case import note
from bot.core.db import Database
from bot.core.models import Announcement, Member
from bot.core.people import ref_of
from bot.core.port import Delivered, GaveUp, MemberRef, Place, Platform, Reply, RetryAt
from bot.core.site import Site

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=90)
PATIENCE = timedelta(seconds=60)  # for one delivery; shorter than the lease, so that nobody else starts the same one
BATCH = 50
LOOK = 0.05  # seconds between two looks at what another process has taken
MOST_ATTEMPTS = 20  # with the waits below, about a day and a half


@dataclass(frozen=True, slots=True)
class _Fault:
    """Something broke, here or in the adapter: tried again with longer and longer waits, but not for ever."""

    why: str


_Result = Delivered | RetryAt | GaveUp | _Fault


@dataclass(frozen=True, slots=True)
class _Parcel:
    announcement: str
    lease: str
    until: datetime
    wanted: int
    attempts: int
    platform: str
    to: Place | MemberRef | None
    message: str | None
    reply: Reply | None
    problem: str = ""


class Outbox:
    """Delivers what is due, again and again, until the platform has it or says never."""

    def __init__(
        self, database: Database, site: Site, platforms: Mapping[str, Platform], clock: Callable[[], datetime]
    ) -> None:
        """Serve only announcements for these platforms; `clock` gives the aware time."""
        self._database, self._site, self._platforms, self._clock = database, site, platforms, clock

    async def pump(self) -> int:
        """Deliver everything due now, channel by channel in order; give how many messages were shown."""
        shown = 0
        while parcels := await asyncio.to_thread(self._claim):
            places: dict[object, list[_Parcel]] = {}
            for parcel in parcels:
                places.setdefault(parcel.to, []).append(parcel)
            shown += sum(await asyncio.gather(*(self._deliver_all(queue) for queue in places.values())))
        return shown

    async def pump_for(self, cause: str) -> None:
        """Deliver everything due, and wait for what another process has taken of what the event `cause` caused."""
        await self.pump()
        while await asyncio.to_thread(self._taken, cause):
            await asyncio.sleep(LOOK)
            await self.pump()  # a taker that died never says so: once its lease is over, this takes over

    def _taken(self, cause: str) -> bool:
        with self._database.read() as db:
            mine = select(Announcement.id).where(Announcement.cause == cause, Announcement.lease.is_not(None))
            return db.scalar(mine.limit(1)) is not None

    async def _deliver_all(self, queue: list[_Parcel]) -> int:
        shown = 0
        for parcel in queue:
            result: _Result | None
            if self._clock() + PATIENCE <= parcel.until:
                result = await self._deliver(parcel)
            else:  # those before it took so long that its lease could end under way: back into the queue
                result = RetryAt(self._clock(), "its turn came too late")
            await asyncio.to_thread(self._record, parcel, result)
            shown += isinstance(result, Delivered)
        return shown

    async def _deliver(self, parcel: _Parcel) -> _Result | None:
        """Give what the platform says; None if there is nothing to tell it."""
        if parcel.problem:
            return _Fault(parcel.problem)
        if parcel.to is None:
            return GaveUp("the member has no account there")
        if parcel.reply is None:  # nothing to show (any more), and nothing stands there to correct
            return None
        platform = self._platforms[parcel.platform]
        if parcel.message and not platform.limits.edits:
            return None
        try:
            delivery = platform.deliver(parcel.to, parcel.reply, key=parcel.announcement, edits=parcel.message or None)
            return await asyncio.wait_for(delivery, PATIENCE.total_seconds())
        except Exception as error:
            log.warning("delivery failed", announcement=parcel.announcement, platform=parcel.platform, exc_info=True)
            return _Fault(type(error).__name__)

    def _claim(self) -> list[_Parcel]:
        now = self._clock()
        with self._database.write() as db:
            due = db.scalars(
                select(Announcement)
                .where(
                    Announcement.state == "open",
                    Announcement.wanted > Announcement.shown,
                    Announcement.due_at <= now,
                    Announcement.platform.in_(self._platforms),
                )
                .order_by(Announcement.id)
                .limit(BATCH)
                .with_for_update(skip_locked=True)
            ).all()
            return [self._take(db, now, announcement) for announcement in due]

    def _take(self, db: Session, now: datetime, announcement: Announcement) -> _Parcel:
        announcement.lease = secrets.token_hex(8)
        announcement.due_at = now + LEASE
        announcement.attempts += 1
        reply, problem = None, ""
        try:
            reply = announcing.compose(db, self._site, now, announcement)
        except Exception as error:  # one bad row must not hold up the others
            log.exception("announcement has no words", announcement=announcement.id)
            problem = type(error).__name__
        return _Parcel(
            announcement=announcement.id,
            lease=announcement.lease,
            until=announcement.due_at,
            wanted=announcement.wanted,
            attempts=announcement.attempts,
            platform=announcement.platform,
            to=self._to(db, announcement),
            message=announcement.message,
            reply=reply,
            problem=problem,
        )

    @staticmethod
    def _to(db: Session, announcement: Announcement) -> Place | MemberRef | None:
        if announcement.channel is not None:
            return Place(announcement.platform, announcement.space, announcement.channel)
        member = db.get(Member, announcement.member_id)
        return ref_of(member, announcement.platform, announcement.space) if member is not None else None

    def _record(self, parcel: _Parcel, result: _Result | None) -> None:
        now = self._clock()
        with self._database.write() as db:
            announcement = db.scalar(
                select(Announcement).where(Announcement.id == parcel.announcement).with_for_update()
            )
            if announcement is None or announcement.lease != parcel.lease:
                return  # the lease ran out and somebody else took over
            announcement.lease = None
            match result:
                case None:
                    _shown(announcement, now, parcel.wanted)
                case Delivered(message):
                    # A first showing that had to be repeated may be an earlier attempt's, with the facts of then:
                    # it is made equal to the facts of now by one more edit.
                    sure = parcel.message is not None or parcel.attempts == 1
                    announcement.message = message or None
                    _shown(announcement, now, parcel.wanted if sure else parcel.wanted - 1)
                case RetryAt(at, why):
                    announcement.attempts -= 1  # only faults use attempts up
                    announcement.due_at = at
                    announcement.last_error = why
                case _Fault(why) if parcel.attempts < MOST_ATTEMPTS:
                    wait = min(2.0 ** min(parcel.attempts, 13), 3 * 3600.0)
                    announcement.due_at = now + timedelta(seconds=wait)
                    announcement.last_error = why
                case GaveUp(why) | _Fault(why):
                    announcement.state = "gave-up"
                    announcement.last_error = why
                    log.error("announcement given up", announcement=announcement.id, why=why)
                    note(db, now, "announcement-given-up", announcement.id, facts={"why": why})


def _shown(announcement: Announcement, now: datetime, version: int) -> None:
    announcement.shown = version
    announcement.attempts = 0
    announcement.due_at = now
    announcement.last_error = None
