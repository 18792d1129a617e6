"""The built-in room: a browser chat on this machine, over the same port as every other platform."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from starlette.routing import BaseRoute

from bot.adapters.room import commands, pages, sample, store
from bot.adapters.room.errors import EmptyRoom, NotLoopback, RoomRefusal
from bot.adapters.room.feed import Feed
from bot.adapters.room.guard import check_loopback
from bot.adapters.room.render import to_json
from bot.adapters.room.terminal import to_text
from bot.core.app import App
from bot.core.cards import Drawing
from bot.core.db import Database
from bot.core.port import Delivered, GaveUp, Limits, MemberRef, Place, Reply, Result

__all__ = ["NotLoopback", "Room", "RoomRefusal", "check_loopback", "sample", "to_text"]


class Room:
    """One room of one school. Several processes may serve the same one: all of it stands in the database."""

    name = commands.PLATFORM
    limits = Limits()

    def __init__(self, app: App, database: Database) -> None:
        self.app, self.database = app, database
        self.feed = Feed(database)

    def routes(self) -> list[BaseRoute]:
        """Give everything under /room."""
        return pages.routes(self)

    async def run(self) -> None:
        """Wait until cancelled, then let every open tab go: they find their way back by themselves."""
        self.feed.open()
        try:
            await asyncio.Event().wait()
        finally:
            self.feed.close()

    async def deliver(self, to: Place | MemberRef, reply: Reply, *, key: str, edits: str | None) -> Result:
        """Put `reply` in a place, or change the message that `edits` names; one `key` never stands twice."""
        result = await asyncio.to_thread(self._put, to, reply, key, edits)
        self.feed.nudge()
        return result

    async def say(self, handle: str, channel: str, text: str, event_id: str) -> Reply | None:
        """Do what somebody typed: a private reply, or None for words that now stand in a channel.

        `channel` is a channel's name, or "dm". Raises a `RoomRefusal`.
        """
        return await commands.say(self, handle, channel, text, event_id)

    def crowd(self) -> store.Crowd:
        """Look who and what is there. Raises `EmptyRoom`."""
        with self.database.read() as db:
            crowd = store.crowd(db)
        if crowd is None:
            raise EmptyRoom
        return crowd

    def post(self, crowd: store.Crowd, place: str, author: str, text: str, *, key: str, at: datetime) -> None:
        """Let somebody's words stand in a place."""
        shown = commands.chat(text, crowd)
        with self.database.write() as db:
            store.post(db, crowd.space, key=key, place=place, author=author, at=at, text=text, shown=shown)

    def shown(self, reply: Reply) -> dict[str, Any]:
        """Make what a page draws of a reply; call it off the event loop, since pictures are kept."""
        return to_json(reply, self._picture_url)

    def _put(self, to: Place | MemberRef, reply: Reply, key: str, edits: str | None) -> Delivered | GaveUp:
        place = store.direct(to.id) if isinstance(to, MemberRef) else to.id
        shown, at = self.shown(reply), self.app.clock()
        with self.database.write() as db:
            crowd = store.crowd(db)
            if crowd is None or crowd.space != to.space or not commands.is_place(crowd, place):
                return GaveUp(f"the room has no {place}")
            if edits is not None:
                edited = store.edit(db, crowd.space, edits, shown)
                return GaveUp("the message is gone") if edited is None else Delivered(edited.id)
            message = store.post(db, crowd.space, key=key, place=place, author=store.BOT, at=at, text="", shown=shown)
            return Delivered(message.id)

    def _picture_url(self, drawing: Drawing) -> str:
        # The page may show pictures of its own server only, whatever address the world knows it by.
        return self.app.keep_picture(drawing).removeprefix(self.app.site.pages)
