"""App Home: a member's badges, goals and settings, published when it is opened and renewed after changes."""

from __future__ import annotations

import asyncio
import uuid
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

import structlog
from slack_sdk.errors import SlackApiError

from bot.adapters.slack.answering import Line
from bot.core.commands import Command, ShowBadges, ShowGoals, ShowHome

if TYPE_CHECKING:
    from bot.adapters.slack import Slack

log = structlog.get_logger(__name__)

MOST_OPEN = 5_000
SHOWN: tuple[Command, ...] = (ShowHome(), ShowBadges(), ShowGoals())


class Home:
    """Publishes App Home. Those who opened it since the start are renewed, others when they open it."""

    def __init__(self, slack: Slack) -> None:
        self._slack = slack
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
        slack = self._slack
        line = Line(team, user, home=True)
        replies = []
        for command in SHOWN:
            actor = await slack.reading.actor(line, f"home:{uuid.uuid4()}")
            replies.append(await slack.app.ask(actor, command))
        client = await slack.client(team)
        view = await slack.answering.home(replies, team, client)
        await client.views_publish(user_id=user, view=view)
        while len(self._open) >= MOST_OPEN:
            del self._open[next(iter(self._open))]
        self._open[team, user] = None

    async def refresh(self, team: str, user: str) -> None:
        """Renew somebody's home if they opened it."""
        if (team, user) not in self._open:
            return
        try:
            await self.publish(team, user)
        except SlackApiError as error:
            log.warning("App Home could not be renewed", why=str(error.response.get("error")))
