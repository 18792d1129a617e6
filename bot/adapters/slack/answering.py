"""Giving a member their answer: in a modal, on the line that the command came by, or wherever Slack still lets us."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.adapters.slack import views
from bot.adapters.slack.pictures import Pictures, Sources
from bot.adapters.slack.render import VALUE, Json, Look, blocks, fallback
from bot.adapters.slack.views import Kept
from bot.adapters.slack.workspaces import PATIENCE, UNREACHED, NotInstalled, Workspaces, error_of, is_revoked, why
from bot.core.app import App
from bot.core.commands import Command
from bot.core.port import Reply

log = structlog.get_logger(__name__)

NAME = "Laurel"
NO_PICTURE = frozenset(("invalid_blocks", "invalid_slack_file", "slack_file_not_found", "file_not_found"))
"""What Slack says of an uploaded picture that it cannot show (yet)."""
PROCESSED = 1.0
"""Seconds after which Slack has mostly taken in what was uploaded."""


@dataclass(frozen=True, slots=True)
class Line:
    """Where an answer to somebody can go, best first: `view` is a modal that stands open, `home` App Home.

    `direct` is their conversation with the bot: there an answer is a message like any other. `thread` is the thread
    that they wrote in.
    """

    team: str
    user: str
    channel: str = ""
    url: str = ""
    trigger: str = ""
    view: str = ""
    home: bool = False
    direct: bool = False
    replaces: bool = False
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """A reply on its way to who asked."""

    line: Line
    reply: Reply
    asked: Command


class Closed(Exception):
    """The line that a command came by takes nothing more."""


Way = Callable[[Said], Coroutine[None, None, None]]
Make = Callable[[Sources], Awaitable[Json]]
"""Makes a view, with those pictures that can be seen by now."""


class Answering:
    """Shows replies to those who asked."""

    def __init__(self, app: App, workspaces: Workspaces) -> None:
        self.app, self._workspaces = app, workspaces
        self._pictures = Pictures(app, workspaces)

    async def answer(self, line: Line, reply: Reply, asked: Command) -> None:
        """Show a reply to the caller alone, by the first of Slack's ways that is open.

        Raises what closed the last of them, and at once what says that the token is no longer good.
        """
        said = Said(line, reply, asked)
        closed: Exception | None = None
        for way in self._ways(said):
            try:
                await way(said)
            except (*UNREACHED, NotInstalled, Closed) as error:
                if is_revoked(error):
                    raise
                log.info("one way to answer is closed", why=_why(error))
                closed = error
            else:
                return
        if closed is not None:
            raise closed

    def _ways(self, said: Said) -> Iterator[Way]:
        line = said.line
        if line.trigger and (line.home or said.reply.form is not None):
            yield self._opened
        if line.view:
            yield self._renewed
        if line.url:
            yield self._responded
        if line.channel and not line.direct:
            yield self._whispered
        yield self._written

    # -- in a modal --------------------------------------------------------------------------------------------

    async def _opened(self, said: Said) -> None:
        client, line = await self._workspaces.client(said.line.team), said.line
        put = client.views_push if line.view else client.views_open
        await self._put(said, lambda view: put(trigger_id=line.trigger, view=view))

    async def _renewed(self, said: Said) -> None:
        client = await self._workspaces.client(said.line.team)
        await self._put(said, lambda view: client.views_update(view_id=said.line.view, view=view))

    async def _put(self, said: Said, put: Callable[[Json], Awaitable[AsyncSlackResponse]]) -> None:
        team = said.line.team

        async def make(sources: Sources) -> Json:
            if said.reply.form is not None:
                return await self.modal(said.reply, said.line, sources)
            return await self.to_be_read(said.line, said.reply, said.asked, sources)

        known = await self.known(said.reply, team)  # nothing slow before it: a trigger is good for three seconds
        shown = (await put(await make(known)))["view"]
        await self.illustrate(shown["id"], shown["hash"], known, said.reply, team, make)

    async def illustrate(
        self, view: str, version: str | None, known: Sources, reply: Reply, team: str, make: Make
    ) -> None:
        """Show a view once more when pictures can be seen that had to be uploaded first."""
        sources = await self.sources(reply, team)
        if sources == known:
            return
        try:
            client = await self._workspaces.client(team)
            await client.views_update(view_id=view, hash=version, view=await make(sources))
        except UNREACHED as error:  # it was closed or changed meanwhile; its words were there
            log.debug("a view stays without its pictures", why=why(error))

    # -- as a message ------------------------------------------------------------------------------------------

    async def _responded(self, said: Said) -> None:
        line = said.line
        webhook = AsyncWebhookClient(line.url, timeout=PATIENCE)

        async def send(words: str, made: list[Json]) -> None:
            answer = await webhook.send(
                text=words, blocks=made, response_type="ephemeral", replace_original=line.replaces
            )
            if answer.status_code != 200:
                raise Closed(answer.body)

        await self._message(said, send)

    async def _whispered(self, said: Said) -> None:
        client, line = await self._workspaces.client(said.line.team), said.line
        await self._message(
            said,
            lambda words, made: client.chat_postEphemeral(
                channel=line.channel, user=line.user, thread_ts=line.thread or None, text=words, blocks=made
            ),
        )

    async def _written(self, said: Said) -> None:
        client, line = await self._workspaces.client(said.line.team), said.line
        there = line.channel if line.direct else ""
        await self._message(
            said,
            lambda words, made: client.chat_postMessage(
                channel=there or line.user,
                thread_ts=line.thread or None if there else None,
                text=words,
                blocks=made,
                unfurl_links=False,
                unfurl_media=False,
            ),
        )

    async def _message(self, said: Said, send: Callable[[str, list[Json]], Awaitable[object]]) -> None:
        """Send a reply as a message; where Slack will not show its pictures there, with their words."""
        team = said.line.team
        sources = await self.sources(said.reply, team)
        words = self.words(said.reply, team)
        if sources:
            try:
                await send(words, await self.blocks(said.reply, team, sources, said.asked))
            except (SlackApiError, Closed) as error:
                if not any(
                    name in (str(error) if isinstance(error, Closed) else error_of(error)) for name in NO_PICTURE
                ):
                    raise
            else:
                return
        await send(words, await self.blocks(said.reply, team, {}, said.asked))

    # -- as Block Kit ------------------------------------------------------------------------------------------

    async def modal(self, reply: Reply, line: Line, sources: Sources) -> Json:
        """Make the form of a reply into a modal."""
        form = reply.form
        assert form is not None, "the reply opens no form"  # noqa: S101

        def made() -> Json:
            kept = Kept(line.channel, line.url, self.app.carried(form.command, views.COMMAND))
            return views.modal(reply, form, self._look(line.team, sources), kept)

        return await asyncio.to_thread(made)

    async def to_be_read(self, line: Line, reply: Reply, asked: Command, sources: Sources) -> Json:
        """Make a reply into a modal that is only read."""
        look = self._look(line.team, sources, asked)
        return await asyncio.to_thread(views.shown, reply, look, NAME, Kept(line.channel, line.url))

    async def with_words(self, view: Mapping[str, Any], reply: Reply, team: str, sources: Sources) -> Json:
        """Give a form that was sent once more, with what Laurel says to it on top."""
        return await asyncio.to_thread(views.with_words, view, reply, self._look(team, sources))

    async def blocks(self, reply: Reply, team: str, sources: Sources, asked: Command | None = None) -> list[Json]:
        """Make a reply into blocks."""
        return await asyncio.to_thread(blocks, reply, self._look(team, sources, asked))

    def words(self, reply: Reply, team: str) -> str:
        """Give a reply's words for a notification."""
        return fallback(reply, self._look(team, {}))

    async def home(self, reply: Reply, team: str) -> Json:
        """Make a reply into an App Home."""
        look = self._look(team, await self.sources(reply, team))
        return await asyncio.to_thread(views.home, reply, look)

    async def known(self, reply: Reply, team: str) -> Sources:
        """Give where a reply's pictures can be seen at once."""
        return await self._pictures.known(reply, team)

    async def sources(self, reply: Reply, team: str, *, patient: bool = True) -> Sources:
        """Give where a reply's pictures can be seen, once those are there that have to be uploaded first."""
        return await self._pictures.sources(reply, team, patient=patient)

    def forget_pictures(self, gone: Sources, team: str) -> None:
        """Have pictures uploaded anew that can no longer be seen."""
        self._pictures.forget(gone, team)

    def _look(self, team: str, sources: Sources, asked: Command | None = None) -> Look:
        return Look(team, sources.get, lambda command: self.app.carried(command, VALUE), asked)


def _why(error: Exception) -> str:
    return str(error) if isinstance(error, Closed) else why(error)
