"""What Slack tells, each with its acknowledgement at once and the work in a task of its own."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from functools import partial
from typing import Any, Protocol

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.adapters.slack import views
from bot.adapters.slack.answering import Line
from bot.adapters.slack.commands import Body, Reading, line_of, team_of, user_of
from bot.adapters.slack.home import Home
from bot.adapters.slack.modals import Modals
from bot.adapters.slack.working import Work
from bot.adapters.slack.workspaces import Workspaces
from bot.core.app import App
from bot.core.commands import Command, Help
from bot.core.port import Option

AWARD_MESSAGE = "award_message"

Handler = Callable[[Body, Mapping[str, Any]], Coroutine[None, None, None]]


class Told(Protocol):
    """What concerns a whole workspace."""

    async def unfurl(self, team: str, event: Mapping[str, Any]) -> None:
        """Addresses stand in a message."""
        ...

    async def uninstalled(self, team: str, why: str, at: float | None) -> None:
        """A workspace took Laurel out."""
        ...


class Listening:
    """Every listener of the bolt app. Handlers acknowledge and begin; `drain` waits for what they began."""

    def __init__(
        self, app: App, workspaces: Workspaces, reading: Reading, home: Home, modals: Modals, work: Work, told: Told
    ) -> None:
        self._app, self._workspaces, self._reading, self._home = app, workspaces, reading, home
        self._modals, self._work, self._told = modals, work, told

    def listen(self, app: AsyncApp) -> None:
        """Put the listeners on an app."""
        app.command(re.compile("^/"))(self.slash)
        app.action(re.compile("^press:"))(self.pressed)
        app.action(re.compile("^open:"))(self.opened)
        app.action(re.compile(f"^({views.ANSWER}|{views.BADGES})$"))(self._modals.typing)
        app.options(views.BADGES)(self.suggested)
        app.view(views.FORM)(self._modals.submitted)
        app.view(views.SHOWN)(self.opened)
        app.shortcut(AWARD_MESSAGE)(self.award_message)
        for event, handler in {
            "app_home_opened": self._home_opened,
            "app_mention": self._mentioned,
            "message": self._written,
            "link_shared": self._linked,
            "user_change": self._user_changed,
            "subteam_updated": self._groups_changed,
            "subteam_members_changed": self._groups_changed,
            "app_uninstalled": self._gone,
            "tokens_revoked": self._revoked,
        }.items():
            app.event(event)(self._event(handler))

    async def drain(self) -> None:
        """Wait for the work that was begun."""
        await self._work.drain()

    # -- what members do ---------------------------------------------------------------------------------------

    async def slash(self, ack: AsyncAck, body: Body) -> None:
        """Somebody typed a slash command."""
        await ack()
        channel = str(body.get("channel_id") or "")
        line = Line(
            team_of(body),
            user_of(body),
            channel,
            url=str(body.get("response_url") or ""),
            trigger=str(body.get("trigger_id") or ""),
        )
        self._work.begin(line, line.trigger, lambda: self._reading.slash(body), str(body.get("user_name") or ""))

    async def pressed(self, ack: AsyncAck, body: Body) -> None:
        """Somebody pressed a button of ours."""
        await ack()
        action = body["actions"][0]

        async def read() -> Command:
            return await asyncio.to_thread(self._app.pressed, str(action["value"]))

        self._work.begin(line_of(body), str(body["trigger_id"]), read)

    async def opened(self, ack: AsyncAck) -> None:
        """Somebody followed a link, or closed what was only to be read: nothing is to be done."""
        await ack()

    async def award_message(self, ack: AsyncAck, body: Body) -> None:
        """Somebody chose "Award for this message"."""
        await ack()

        async def read() -> Command:
            client = await self._workspaces.client(team_of(body))
            return await self._reading.award_message(body, client)

        self._work.begin(line_of(body), str(body["trigger_id"]), read)

    async def suggested(self, ack: AsyncAck, body: Body) -> None:
        """Somebody types into the badge picker."""
        actor = await self._reading.actor(line_of(body), "")
        found = await self._app.suggest(actor, "award", str(body.get("value") or ""), most=views.OPTIONS)
        await ack(options=views.options([Option(one.value, one.label) for one in found]))

    # -- events ------------------------------------------------------------------------------------------------

    def _event(self, handler: Handler) -> Callable[..., Awaitable[None]]:
        async def handle(ack: AsyncAck, body: Body, event: Mapping[str, Any]) -> None:
            await ack()
            if not self._work.seen_before(str(body.get("event_id") or "")):
                self._work.aside(handler(body, event))

        return handle

    async def _home_opened(self, body: Body, event: Mapping[str, Any]) -> None:
        if event.get("tab", "home") == "home":
            await self._home.publish(team_of(body), str(event["user"]))

    async def _mentioned(self, body: Body, event: Mapping[str, Any]) -> None:
        if event.get("bot_id") or not event.get("user"):
            return
        line = Line(team_of(body), str(event["user"]), str(event["channel"]), thread=str(event.get("thread_ts") or ""))
        await self._work.serve(line, str(body["event_id"]), _always(Help()))

    async def _written(self, body: Body, event: Mapping[str, Any]) -> None:
        if event.get("channel_type") != "im" or event.get("bot_id") or not event.get("user"):
            return
        if event.get("subtype") not in (None, "file_share"):  # edited, deleted, joined: nothing new was said
            return
        thread = str(event.get("thread_ts") or "")
        line = Line(team_of(body), str(event["user"]), str(event["channel"]), direct=True, thread=thread)
        text = str(event.get("text") or "")

        async def read(file: Mapping[str, Any] | None) -> Command:
            if file is not None:
                return await self._reading.posted(file, await self._workspaces.client(line.team))
            return await self._reading.chat(line.team, text)

        for number, file in enumerate(event.get("files") or (None,)):
            event_id = f"{body['event_id']}.{number}" if number else str(body["event_id"])
            await self._work.serve(line, event_id, partial(read, file))

    async def _linked(self, body: Body, event: Mapping[str, Any]) -> None:
        await self._told.unfurl(team_of(body), event)

    async def _user_changed(self, body: Body, event: Mapping[str, Any]) -> None:
        self._reading.directory.changed(team_of(body), event["user"])

    async def _groups_changed(self, body: Body, event: Mapping[str, Any]) -> None:
        del event
        self._reading.directory.groups_changed(team_of(body))

    async def _gone(self, body: Body, event: Mapping[str, Any]) -> None:
        del event
        await self._told.uninstalled(team_of(body), "app_uninstalled", body.get("event_time"))

    async def _revoked(self, body: Body, event: Mapping[str, Any]) -> None:
        if (event.get("tokens") or {}).get("bot"):
            await self._told.uninstalled(team_of(body), "tokens_revoked", body.get("event_time"))


def _always(command: Command) -> Callable[[], Awaitable[Command]]:
    async def read() -> Command:
        return command

    return read
