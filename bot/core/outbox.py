"""The outbox: every announcement delivered, retried and kept equal to the facts, by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Coroutine, Mapping
from datetime import datetime, timedelta
from typing import Self

import structlog
from sqlalchemy import func, select, tuple_

from bot.core import role_keeping
from bot.core.announcements import LIVE
from bot.core.db import Database
from bot.core.models import Announcement
from bot.core.parcels import Fault, Parcel, record, take
from bot.core.port import Barred, Closed, Delivered, GaveUp, GivesRoles, MemberRef, Place, Platform, Result, RetryAt
from bot.core.site import Site
from bot.core.words.roles import why

log = structlog.get_logger(__name__)

PATIENCE = timedelta(seconds=60)  # for one delivery; shorter than the lease, so that nobody else starts the same one
BATCH = 50  # rows taken at a time, and places of one platform served at once
LOOK = 0.05  # seconds between two looks at what another process has taken

_Where = tuple[str, str, str, str]
"""Platform, space, channel ("" for a direct message) and member ("" for a channel): what is served in order."""


class _Flights:
    """Deliveries under way: one task for each place, all of them ended when the block is left."""

    def __init__(self) -> None:
        self._tasks: dict[_Where, asyncio.Task[int]] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def __bool__(self) -> bool:
        return bool(self._tasks)

    def places(self, platform: str) -> list[_Where]:
        return [where for where in self._tasks if where[0] == platform]

    def start(self, where: _Where, delivery: Coroutine[None, None, int]) -> None:
        self._tasks[where] = asyncio.create_task(delivery, name=f"outbox {where[0]}")

    async def landed(self, sooner: asyncio.Event | None = None) -> int:
        """Wait until a place has been served, or for `sooner`; give how many messages were shown meanwhile."""
        waiting = [asyncio.create_task(sooner.wait())] if sooner is not None else []
        try:
            await asyncio.wait([*self._tasks.values(), *waiting], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting:
                task.cancel()
        done = [where for where, task in self._tasks.items() if task.done()]
        return sum(self._tasks.pop(where).result() for where in done)


class Outbox:
    """Delivers what is due, again and again, until the platform has it or says never."""

    def __init__(
        self, database: Database, site: Site, platforms: Mapping[str, Platform], clock: Callable[[], datetime]
    ) -> None:
        """Serve only announcements for these platforms; `clock` gives the aware time."""
        self._database, self._site, self._platforms, self._clock = database, site, platforms, clock

    async def pump(self) -> int:
        """Deliver everything due now, each channel in order and none waiting for another; give how many were shown."""
        shown = 0
        async with _Flights() as flights:
            while await self._launch(flights):
                shown += await flights.landed()
        return shown

    async def keep_pumping(self, due: asyncio.Event, stop: asyncio.Event) -> None:
        """Deliver whatever is due each time `due` is set, until `stop` is set too; then end what is under way."""
        async with _Flights() as flights:
            while not stop.is_set():
                due.clear()
                try:
                    await self._launch(flights)
                except Exception:  # the database may be away for a moment; the next look comes soon
                    log.exception("outbox could not be read")
                await flights.landed(due)
            while flights:
                await flights.landed()

    async def _launch(self, flights: _Flights) -> bool:
        """Start delivering what is due, but for places that are being served; tell whether any is."""
        for name in self._platforms:
            busy = flights.places(name)
            # A place that is slow, or a platform that is, takes nobody else's turn.
            while len(busy) < BATCH and (queues := await asyncio.to_thread(self._claim, name, busy)):
                for place, parcels in queues.items():
                    flights.start(place, self._deliver_all(parcels))
                busy = flights.places(name)
        return bool(flights)

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

    async def _deliver_all(self, queue: list[Parcel]) -> int:
        shown, closed = 0, None
        for parcel in queue:
            result: Result | Barred | Fault | None
            if closed is not None and _would_post(parcel):
                result = closed  # what keeps one message out keeps out those behind it
            elif self._clock() + PATIENCE <= parcel.until:
                result = await self._deliver(parcel)
            else:  # those before it took so long that its lease could end under way: back into the queue
                result = RetryAt(self._clock(), "its turn came too late")
            if isinstance(result, Closed) and _would_post(parcel):
                closed = result
            try:
                await asyncio.to_thread(self._record, parcel, result)
            except Exception:  # its lease brings it back, and its key keeps it from being shown twice
                log.exception("what a platform said could not be written down", announcement=parcel.announcement)
            shown += isinstance(result, Delivered)
        return shown

    async def _deliver(self, parcel: Parcel) -> Result | Barred | Fault | None:
        """Give what the platform says; None if there is nothing to tell it."""
        if parcel.problem:
            return Fault(parcel.problem)
        if parcel.to is None:
            return GaveUp("the member has no account there")
        if parcel.shows is None:  # nothing to show (any more), and nothing stands there to correct
            return None
        platform = self._platforms[parcel.platform]
        try:
            if isinstance(parcel.shows, role_keeping.Holding):
                return await asyncio.wait_for(_granted(platform, parcel.to, parcel.shows), PATIENCE.total_seconds())
            if parcel.message and not platform.limits.edits:
                return None
            delivery = platform.deliver(parcel.to, parcel.shows, key=parcel.announcement, edits=parcel.message or None)
            return await asyncio.wait_for(delivery, PATIENCE.total_seconds())
        except Exception as error:
            log.warning("delivery failed", announcement=parcel.announcement, platform=parcel.platform, exc_info=True)
            return Fault(type(error).__name__)

    def _claim(self, platform: str, busy: Collection[_Where] = ()) -> dict[_Where, list[Parcel]]:
        """Take what is due on a platform, oldest first and place by place, but nothing for places that are `busy`."""
        now = self._clock()
        where = (Announcement.platform, Announcement.space, Announcement.channel, Announcement.member_id)
        due = (
            Announcement.state.in_(LIVE),
            Announcement.wanted > Announcement.shown,
            Announcement.due_at <= now,
            Announcement.platform == platform,
            tuple_(*(func.coalesce(column, "") for column in where)).not_in(list(busy)),
        )
        with self._database.read() as db:  # mostly there is nothing, and then no writer needs to wait
            if db.scalar(select(Announcement.id).where(*due).limit(1)) is None:
                return {}
        queues: dict[_Where, list[Parcel]] = {}
        with self._database.write() as db:
            chosen = select(Announcement).where(*due).order_by(Announcement.id).limit(BATCH)
            for row in db.scalars(chosen.with_for_update(skip_locked=True)).all():
                place = (row.platform, row.space, row.channel or "", row.member_id or "")
                queues.setdefault(place, []).append(take(db, self._site, now, row))
        return queues

    def _record(self, parcel: Parcel, result: Result | Barred | Fault | None) -> None:
        with self._database.write() as db:
            record(db, self._clock(), parcel, result)


async def _granted(
    platform: Platform, to: Place | MemberRef, holding: role_keeping.Holding
) -> Delivered | RetryAt | GaveUp | Barred:
    if not isinstance(to, MemberRef) or not isinstance(platform, GivesRoles):
        return GaveUp("the platform gives no roles")
    return await platform.grant(to, holding.role, held=holding.held, why=why(holding.badge, holding.lang))


def _would_post(parcel: Parcel) -> bool:
    return not (parcel.message or parcel.problem or parcel.to is None or parcel.shows is None)
