"""The work after an acknowledgement: begun at once, answered whatever becomes of it, and waited for at the end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from typing import Any

import structlog

from bot.adapters.heard import Heard
from bot.adapters.slack.answering import Answering, Line
from bot.adapters.slack.commands import Reading
from bot.adapters.slack.home import Home
from bot.adapters.slack.render import PLATFORM
from bot.core.app import App
from bot.core.commands import LISTS, Command, Help
from bot.core.errors import Refusal
from bot.core.port import MemberRef, Reply

log = structlog.get_logger(__name__)

REMEMBERED = 600.0  # seconds in which Slack may send an event again
MOST_FOLLOWING = 4  # messages that follow an answer: Slack takes five by one address

Noticed = Callable[[Exception, str], Coroutine[None, None, None]]
Read = Callable[[], Awaitable[Command]]


class Work:
    """Runs what was begun. `noticed` is told of every failure: it may be a token's end."""

    def __init__(self, app: App, reading: Reading, answering: Answering, home: Home, noticed: Noticed) -> None:
        self._app, self._reading, self._answering, self._home = app, reading, answering, home
        self._noticed = noticed
        self._tasks: set[asyncio.Task[Any]] = set()
        self._heard = Heard(REMEMBERED)

    def begin(self, line: Line, event_id: str, read: Read, name: str = "") -> None:
        """Serve somebody, unless this very event was begun before."""
        if not self.seen_before(event_id):
            self.spawn(self.serve(line, event_id, read, name))

    async def serve(self, line: Line, event_id: str, read: Read, name: str = "") -> None:
        """Read a command, ask it, and show the answer."""
        try:
            command, actor = await asyncio.gather(read(), self._reading.actor(line, event_id, name))
        except Refusal as refusal:
            await self._show(line, await self._reading.refused(line, refusal), Help())
            return
        except Exception as error:  # noqa: BLE001 - whatever it is, who asked gets an answer
            await self._show(line, self.unread(error, event_id, line), Help())
            return
        reply = await self._app.ask(actor, command)
        await self.done(line if isinstance(command, LISTS) else replace(line, replaces=False), reply, command)

    async def done(self, line: Line, reply: Reply, command: Command) -> None:
        """Show what became of a command to who asked, and in their home."""
        await self._show(line, reply, command)
        self.aside(self._hand_over(line))
        self.renew(line)

    def renew(self, line: Line) -> None:
        """Renew somebody's home, where they opened it."""
        self.aside(self._home.refresh(line.team, line.user))

    def unread(self, error: Exception, event_id: str, line: Line) -> Reply:
        """Give the answer to what could not even be read."""
        log.warning("what Slack sent could not be read", event_id=event_id, exc_info=error)
        self.aside(self._noticed(error, line.team))
        return self._app.broke()

    def aside(self, work: Coroutine[None, None, None]) -> None:
        """Do something that nobody waits for; what goes wrong there is logged and harms nothing else."""
        self.spawn(self._safely(work))

    def spawn(self, work: Coroutine[None, None, Any]) -> asyncio.Task[Any]:
        """Begin work that `drain` waits for."""
        task = asyncio.create_task(work, name="slack work")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def drain(self) -> None:
        """Wait for the work that was begun."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def seen_before(self, event_id: str) -> bool:
        """Tell whether this process has begun an event already; one without an id is a new one."""
        return bool(event_id) and self._heard.before(event_id)

    async def _show(self, line: Line, reply: Reply, command: Command) -> None:
        try:
            await self._answering.answer(line, reply, command)
        except Exception as error:  # what was done is done; nobody else can be told
            log.warning("an answer could not be shown", channel=line.channel, exc_info=True)
            self.aside(self._noticed(error, line.team))

    async def _hand_over(self, line: Line) -> None:
        """Show somebody what could not reach them directly, if they are where only they see it."""
        if line.direct or not (line.url or line.channel):
            return
        plain = replace(line, trigger="", view="", replaces=False)

        async def show(reply: Reply) -> None:
            await self._answering.answer(plain, reply, Help())

        await self._app.hand_over(MemberRef(PLATFORM, line.team, line.user), show, MOST_FOLLOWING)

    async def _safely(self, work: Coroutine[None, None, None]) -> None:
        try:
            await work
        except Exception:
            log.exception("an event of Slack was lost")
