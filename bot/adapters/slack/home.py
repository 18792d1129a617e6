"""App Home: all that is a member's, published when it is opened and renewed after changes."""

from __future__ import annotations

import asyncio
import uuid
from weakref import WeakValueDictionary

import structlog

from bot.adapters.slack.answering import Answering, Line
from bot.adapters.slack.commands import Reading
from bot.adapters.slack.workspaces import UNREACHED, NotInstalled, Workspaces, why
from bot.core.app import App
from bot.core.commands import ShowHome

log = structlog.get_logger(__name__)

MOST_OPEN = 5_000


class Home:
    """Publishes App Home. Those who opened it since the start are renewed, others when they open it."""

    def __init__(self, app: App, workspaces: Workspaces, reading: Reading, answering: Answering) -> None:
        self._app, self._workspaces, self._reading, self._answering = app, workspaces, reading, answering
        self._open: dict[tuple[str, str], None] = {}
        self._stale: set[tuple[str, str]] = set()
        self._turns: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    async def publish(self, team: str, user: str) -> None:
        """Show somebody's home as it is now: one after the other, so that none is overtaken by an older one.

        Whoever waits for their turn finds that the one before them has begun after they came, and has nothing to do.
        """
        whose = (team, user)
        self._stale.add(whose)
        turn = self._turns.setdefault(whose, asyncio.Lock())
        async with turn:
            if whose in self._stale:
                self._stale.discard(whose)
                try:
                    await self._publish(team, user)
                except BaseException:
                    self._stale.add(whose)  # whoever waits tries for themself
                    raise

    async def _publish(self, team: str, user: str) -> None:
        actor = await self._reading.actor(Line(team, user, home=True), f"home:{uuid.uuid4()}")
        view = await self._answering.home(await self._app.ask(actor, ShowHome()), team)
        client = await self._workspaces.client(team)
        await client.views_publish(user_id=user, view=view)
        self._open.pop((team, user), None)  # who is renewed takes nobody's place, and stands last again
        while len(self._open) >= MOST_OPEN:
            del self._open[next(iter(self._open))]
        self._open[team, user] = None

    async def refresh(self, team: str, user: str) -> None:
        """Renew somebody's home if they opened it."""
        if (team, user) not in self._open:
            return
        try:
            await self.publish(team, user)
        except NotInstalled:
            self._open.pop((team, user), None)
        except UNREACHED as error:
            log.warning("App Home could not be renewed", why=why(error))
