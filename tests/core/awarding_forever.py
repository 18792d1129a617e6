"""A process that awards and delivers until it is killed: `python -m tests.core.awarding_forever DATABASE FOLDER RUN`.

It writes a line for each award that was confirmed. Its platform is a folder with a file per message, as a chat
that knows each key; every call is noted there too.
"""

from __future__ import annotations

import asyncio
import itertools
import sys
from pathlib import Path

from bot.core.app import App, utc_now
from bot.core.db import Database
from bot.core.outbox import Outbox
from bot.core.port import Delivered, Limits, MemberRef, Place, Reply
from bot.core.site import Site
from tests.conftest import Clock, School
from tests.core.reading import press, words

SITE = Site(pages="https://badges.example.edu", master_key=bytes(range(32)), public=True)


class Folder:
    """Shows a message by making its file, once."""

    name, limits = "room", Limits()

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def run(self) -> None:
        """Serve nobody."""

    async def deliver(self, to: Place | MemberRef, reply: Reply, *, key: str, edits: str | None) -> Delivered:
        del to
        message = self.folder / key
        if edits is not None:
            assert message.exists()
            message.write_text(words(reply.text))
            return Delivered(edits)
        try:
            with message.open("x") as file:
                file.write(words(reply.text))
        except FileExistsError:
            with (self.folder / "repeated").open("a") as file:
                file.write(f"{key}\n")
        return Delivered(key)


def main(url: str, folder: Path, run: str) -> None:
    """Award to two newcomers, undo every fourth, deliver; again and again."""
    database = Database(url)
    school = School(App(database, SITE), Clock(utc_now()))
    outbox = Outbox(database, SITE, {"room": Folder(folder)}, utc_now)
    for number in itertools.count():
        who = f"{run}x{number}"
        reply = school.type("rivera", f"/award @{who}a @{who}b Peer Mentoring for it", event_id=f"award-{who}")
        print(f"{reply.kind} {who}a {who}b", flush=True)  # noqa: T201
        if number % 4 == 3:
            school.ask("rivera", press(reply, "Undo"), event_id=f"undo-{who}")
        asyncio.run(outbox.pump())


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
