"""Cores to put under an adapter: one that knows one word, and Laurel's own."""

from __future__ import annotations

import tempfile
from collections.abc import Awaitable, Callable

from bot.core.app import App, utc_now
from bot.core.commands import Command
from bot.core.db import Database
from bot.core.founding import Founder, found
from bot.core.port import Actor, MemberRef, Reply
from bot.core.site import Site

WORD = "Hello"


class Echo(App):
    """Answers everything with the word: what is measured over it is the adapter alone."""

    async def ask(self, actor: Actor, command: Command) -> Reply:
        """Give the word."""
        del actor, command
        return Reply((WORD,))

    async def hand_over(self, who: MemberRef, show: Callable[[Reply], Awaitable[object]], most: int) -> None:
        """Nothing waits for anybody."""


def core(kind: type[App]) -> App:
    """Make a core over SQLite, with a school in it."""
    database = Database(f"sqlite:///{tempfile.mkdtemp()}/school.db")
    database.migrate()
    site = Site(pages="http://127.0.0.1", master_key=bytes(32))
    with database.write() as db:
        found(db, site, utc_now(), Founder("Riverside School", "", "en", "UTC"))
    return kind(database, site)
