"""What Slack tells, each with its acknowledgement at once and the work in a task of its own."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack import views
from bot.adapters.slack.answering import Line
from bot.adapters.slack.commands import Body, line_of, team_of, user_of
from bot.adapters.slack.modals import Modals
from bot.core.commands import Command, Help, ListBadges, ShowBadges, ShowGoals
from bot.core.errors import Refusal
from bot.core.port import Option, Reply

if TYPE_CHECKING:
    from bot.adapters.slack import Slack

log = structlog.get_logger(__name__)

LISTS = (ShowBadges, ShowGoals, ListBadges)
"""What turns a page: the answer takes the list's own place."""
AWARD_MESSAGE = "award_message"
REMEMBERED = 600.0  # seconds in which Slack may send an event again
MOST_REMEMBERED = 20_000

Handler = Callable[[Body, Mapping[str, Any]], Coroutine[None, None, None]]


class Listening:
    """Every listener of the bolt app. Handlers acknowledge and begin; `drain` waits for what they began."""

    def __init__(self, slack: Slack) -> None:
        self._slack = slack
        self._modals = Modals(slack, self)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._seen: dict[str, float] = {}

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
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

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
            direct=False,
        )
        self._begin(line, line.trigger, lambda: self._slack.reading.slash(body), str(body.get("user_name") or ""))

    async def pressed(self, ack: AsyncAck, body: Body) -> None:
        """Somebody pressed a button of ours."""
        await ack()
        action = body["actions"][0]

        async def read() -> Command:
            return await asyncio.to_thread(self._slack.app.pressed, str(action["value"]))

        self._begin(line_of(body), str(body["trigger_id"]), read)

    async def opened(self, ack: AsyncAck) -> None:
        """Somebody followed a link, or closed what was only to be read: nothing is to be done."""
        await ack()

    async def award_message(self, ack: AsyncAck, body: Body) -> None:
        """Somebody chose "Award for this message"."""
        await ack()

        async def read() -> Command:
            client = await self._slack.client(team_of(body))
            return await self._slack.reading.award_message(body, client)

        self._begin(line_of(body), str(body["trigger_id"]), read)

    async def suggested(self, ack: AsyncAck, body: Body) -> None:
        """Somebody types into the badge picker."""
        actor = await self._slack.reading.actor(line_of(body), "")
        found = await self._slack.app.suggest(actor, "award", str(body.get("value") or ""), most=views.OPTIONS)
        await ack(options=views.options([Option(one.value, one.label) for one in found]))

    # -- events ------------------------------------------------------------------------------------------------

    def _event(self, handler: Handler) -> Callable[..., Awaitable[None]]:
        async def handle(ack: AsyncAck, body: Body, event: Mapping[str, Any]) -> None:
            await ack()
            if not self._seen_before(str(body.get("event_id") or "")):
                self.aside(handler(body, event))

        return handle

    async def _home_opened(self, body: Body, event: Mapping[str, Any]) -> None:
        if event.get("tab", "home") == "home":
            await self._slack.home.publish(team_of(body), str(event["user"]))

    async def _mentioned(self, body: Body, event: Mapping[str, Any]) -> None:
        if event.get("bot_id") or not event.get("user"):
            return
        line = Line(team_of(body), str(event["user"]), str(event["channel"]))
        await self._serve(line, str(body["event_id"]), _always(Help()))

    async def _written(self, body: Body, event: Mapping[str, Any]) -> None:
        if event.get("channel_type") != "im" or event.get("bot_id") or not event.get("user"):
            return
        if event.get("subtype") not in (None, "file_share"):  # edited, deleted, joined: nothing new was said
            return
        line = Line(team_of(body), str(event["user"]), str(event["channel"]), direct=True)
        text = str(event.get("text") or "")

        async def read() -> Command:
            reading = self._slack.reading
            if files := event.get("files"):
                return await reading.posted(files[0], await self._slack.client(line.team))
            return await reading.chat(line.team, text)

        await self._serve(line, str(body["event_id"]), read)

    async def _linked(self, body: Body, event: Mapping[str, Any]) -> None:
        await self._slack.unfurl(team_of(body), event)

    async def _user_changed(self, body: Body, event: Mapping[str, Any]) -> None:
        self._slack.directory.learn(team_of(body), event["user"])

    async def _groups_changed(self, body: Body, event: Mapping[str, Any]) -> None:
        del event
        self._slack.directory.groups_changed(team_of(body))

    async def _gone(self, body: Body, event: Mapping[str, Any]) -> None:
        del event
        await self._slack.uninstalled(team_of(body), "app_uninstalled")

    async def _revoked(self, body: Body, event: Mapping[str, Any]) -> None:
        if (event.get("tokens") or {}).get("bot"):
            await self._slack.uninstalled(team_of(body), "tokens_revoked")

    # -- the work ----------------------------------------------------------------------------------------------

    def _begin(self, line: Line, event_id: str, read: Callable[[], Awaitable[Command]], name: str = "") -> None:
        if not self._seen_before(event_id):
            self.spawn(self._serve(line, event_id, read, name))

    async def _serve(self, line: Line, event_id: str, read: Callable[[], Awaitable[Command]], name: str = "") -> None:
        slack = self._slack
        client = await slack.client(line.team)
        try:
            command, actor = await asyncio.gather(read(), slack.reading.actor(line, event_id, name))
        except Refusal as refusal:
            await self.show(line, await slack.reading.refused(line, refusal), Help(), client)
            return
        except Exception as error:  # noqa: BLE001 - whatever it is, who asked gets an answer
            await self.show(line, await self.unread(error, event_id, line), Help(), client)
            return
        reply = await slack.app.ask(actor, command)
        shown = line if isinstance(command, LISTS) else replace(line, replaces=False)
        await self.show(shown, reply, command, client)
        self.aside(slack.hand_over(line, client))
        self.aside(slack.home.refresh(line.team, line.user))

    async def show(self, line: Line, reply: Reply, command: Command, client: AsyncWebClient) -> None:
        """Show a reply to who asked; what was done is done, even where nobody can be told."""
        try:
            await self._slack.answering.answer(line, reply, command, client)
        except Exception as error:  # what was done is done; nobody else can be told
            log.warning("an answer could not be shown", channel=line.channel, exc_info=True)
            await self._slack.noticed(error, line.team)

    async def unread(self, error: Exception, event_id: str, line: Line) -> Reply:
        """Give the answer to what could not even be read."""
        log.warning("what Slack sent could not be read", event_id=event_id, exc_info=error)
        await self._slack.noticed(error, line.team)
        return self._slack.app.broke()

    def aside(self, work: Coroutine[None, None, None]) -> None:
        """Do something that nobody waits for; what goes wrong there is logged and harms nothing else."""
        self.spawn(self._safely(work))

    async def _safely(self, work: Awaitable[None]) -> None:
        try:
            await work
        except Exception:
            log.exception("an event of Slack was lost")

    def spawn(self, work: Coroutine[None, None, Any]) -> asyncio.Task[Any]:
        """Begin work that `drain` waits for."""
        task = asyncio.create_task(work, name="slack work")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _seen_before(self, event_id: str) -> bool:
        """Tell whether this process has begun an event already; across processes, the database tells."""
        now = time.monotonic()
        for old in [e for e, at in list(self._seen.items())[:2] if now - at > REMEMBERED]:
            del self._seen[old]
        while len(self._seen) >= MOST_REMEMBERED:
            del self._seen[next(iter(self._seen))]
        seen = bool(event_id) and event_id in self._seen
        self._seen.setdefault(event_id, now)
        return seen


def _always(command: Command) -> Callable[[], Awaitable[Command]]:
    async def read() -> Command:
        return command

    return read
