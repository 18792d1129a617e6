"""What is new, for every open tab: whoever wrote it, in this process or another one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.adapters.room import store
from bot.adapters.room.store import RoomMessage
from bot.core.db import Database

log = structlog.get_logger(__name__)

LOOK_EVERY = 0.25
HEARTBEAT = 15.0
"""Seconds of silence after which a tab hears that the line is still open."""


class Feed:
    """Looks for changes while anybody follows: one look for all, and none while no tab is open."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._followers: set[asyncio.Event] = set()
        self._looking: asyncio.Task[None] | None = None
        self._soon = asyncio.Event()
        self._closed = False

    def open(self) -> None:
        """Let streams be followed, for the first time or again."""
        self._closed = False

    async def follow(self, since: int) -> AsyncIterator[Sequence[RoomMessage]]:
        """Give what changed after `since`, again and again; nothing, now and then, when all is quiet."""
        wake = asyncio.Event()
        self._followers.add(wake)
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look(), name="room-feed")
        try:
            while not self._closed:
                wake.clear()  # before the question, so that what comes during it is asked for again
                changed = await asyncio.to_thread(self._changes, since)
                if changed:
                    since = changed[-1].changed
                    yield changed
                    continue
                try:
                    await asyncio.wait_for(wake.wait(), HEARTBEAT)
                except TimeoutError:
                    yield ()
        finally:
            self._followers.discard(wake)

    def nudge(self) -> None:
        """Look at once: something was just written here."""
        self._soon.set()

    def close(self) -> None:
        """End every stream."""
        self._closed = True
        self._soon.set()
        for follower in self._followers:
            follower.set()

    async def _look(self) -> None:
        last = -1
        while self._followers and not self._closed:
            try:
                now = await asyncio.to_thread(self._tip)
            except SQLAlchemyError:  # the database may be away for a moment; the tabs need not know
                log.warning("room could not look for news", exc_info=True)
                now = last
            if now != last:
                last = now
                for follower in self._followers:
                    follower.set()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._soon.wait(), LOOK_EVERY)
            self._soon.clear()

    def _tip(self) -> int:
        with self._database.read() as db:
            return store.tip(db)

    def _changes(self, since: int) -> Sequence[RoomMessage]:
        with self._database.read() as db:
            return store.changes(db, since)
