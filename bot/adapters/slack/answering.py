"""Giving a member their answer: in a modal, on the line that the command came by, or wherever Slack still lets us."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.adapters.slack import views
from bot.adapters.slack.pictures import Pictures, Sources
from bot.adapters.slack.render import VALUE, Json, Look, blocks, fallback
from bot.adapters.slack.views import Kept
from bot.adapters.slack.workspaces import error_of
from bot.core.app import App
from bot.core.commands import Command
from bot.core.port import Reply

log = structlog.get_logger(__name__)

NAME = "Laurel"
TOO_LATE = frozenset(("expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id", "trigger_exchanged"))
NO_PICTURE = frozenset(("invalid_blocks", "invalid_slack_file", "slack_file_not_found", "file_not_found"))
"""What Slack says of an uploaded picture that it cannot show (yet)."""
PROCESSED = 1.0
"""Seconds after which Slack has mostly taken in what was uploaded."""


@dataclass(frozen=True, slots=True)
class Line:
    """Where an answer to somebody can go, best first: `view` is a modal that stands open, `home` App Home.

    `direct` is their conversation with the bot: there an answer is a message like any other.
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

    def kept(self, command: str = "") -> Kept:
        """Give what a modal opened from here has to remember."""
        return Kept(command, self.channel, self.url)


class Answering:
    """Shows replies to those who asked."""

    def __init__(self, app: App, pictures: Pictures) -> None:
        self.app, self._pictures = app, pictures

    async def answer(self, line: Line, reply: Reply, asked: Command, client: AsyncWebClient) -> None:
        """Show a reply to the caller alone, whatever of Slack's ways is still open."""
        if views.form_of(reply) is not None and line.trigger and await self._opened(line, reply, client):
            return
        if line.view:
            await client.views_update(view_id=line.view, view=await self.to_be_read(line, reply, asked, client))
        elif line.home and line.trigger:
            view = await self.to_be_read(line, reply, asked, client)
            await client.views_open(trigger_id=line.trigger, view=view)
        else:
            await self._say(line, reply, asked, client)

    async def modal(self, reply: Reply, line: Line, client: AsyncWebClient) -> Json:
        """Make the form of a reply into a modal."""
        return await self._modal(reply, line, await self._pictures.sources(reply, line.team, client))

    async def _modal(self, reply: Reply, line: Line, sources: Sources) -> Json:
        form = views.form_of(reply)
        assert form is not None, "the reply opens no form"  # noqa: S101

        def made() -> Json:
            look = self._look(line.team, sources)
            return views.modal(reply, form, look, line.kept(look.carry(form.command)))

        return await asyncio.to_thread(made)

    async def to_be_read(self, line: Line, reply: Reply, asked: Command, client: AsyncWebClient) -> Json:
        """Make a reply into a modal that is only read."""
        look = self._look(line.team, await self._pictures.sources(reply, line.team, client), asked)
        return await asyncio.to_thread(views.shown, reply, look, NAME, line.kept())

    async def with_words(self, view: Mapping[str, Any], reply: Reply, team: str, client: AsyncWebClient) -> Json:
        """Give a form that was sent once more, with what Laurel says to it on top."""
        look = self._look(team, await self._pictures.sources(reply, team, client))
        return await asyncio.to_thread(views.with_words, view, reply, look)

    async def blocks(self, reply: Reply, team: str, sources: Sources, asked: Command | None = None) -> list[Json]:
        """Make a reply into blocks."""
        return await asyncio.to_thread(blocks, reply, self._look(team, sources, asked))

    def words(self, reply: Reply, team: str) -> str:
        """Give a reply's words for a notification."""
        return fallback(reply, self._look(team, {}))

    async def home(self, replies: list[Reply], team: str, client: AsyncWebClient) -> Json:
        """Make replies into an App Home."""
        sources: Sources = {}
        for reply in replies:
            sources |= await self._pictures.sources(reply, team, client)
        return await asyncio.to_thread(views.home, replies, self._look(team, sources))

    async def sources(self, reply: Reply, team: str, client: AsyncWebClient) -> Sources:
        """Give where a reply's pictures can be seen."""
        return await self._pictures.sources(reply, team, client)

    def _look(self, team: str, sources: Sources, asked: Command | None = None) -> Look:
        return Look(team, sources.get, lambda command: self.app.carried(command, VALUE), asked)

    async def _opened(self, line: Line, reply: Reply, client: AsyncWebClient) -> bool:
        known = await self._pictures.known(reply, line.team)
        view = await self._modal(reply, line, known)  # nothing slow before it: the moment lasts three seconds
        try:
            if line.view:
                opened = await client.views_push(trigger_id=line.trigger, view=view)
            else:
                opened = await client.views_open(trigger_id=line.trigger, view=view)
        except SlackApiError as error:
            if error_of(error) not in TOO_LATE:
                raise
            return False  # a button will open it, with a trigger of its own
        sources = await self._pictures.sources(reply, line.team, client)
        if sources != known:
            view = await self._modal(reply, line, sources)
            await client.views_update(view_id=opened["view"]["id"], hash=opened["view"]["hash"], view=view)
        return True

    async def _say(self, line: Line, reply: Reply, asked: Command, client: AsyncWebClient) -> None:
        sources = await self._pictures.sources(reply, line.team, client)
        words = self.words(reply, line.team)
        for shown in (sources, {}) if sources else (sources,):
            made = await self.blocks(reply, line.team, shown, asked)
            if line.url and await self._responded(line, words, made):
                return
            try:
                await self._posted(line, words, made, client)
            except SlackApiError as error:
                if error_of(error) not in NO_PICTURE or not shown:
                    raise
                continue
            return

    @staticmethod
    async def _responded(line: Line, words: str, made: list[Json]) -> bool:
        """Answer where the command came from; False once Slack no longer takes it there."""
        answer = await AsyncWebhookClient(line.url).send(
            text=words, blocks=made, response_type="ephemeral", replace_original=line.replaces
        )
        return answer.status_code == 200

    @staticmethod
    async def _posted(line: Line, words: str, made: list[Json], client: AsyncWebClient) -> None:
        if line.channel and not line.direct:
            try:
                await client.chat_postEphemeral(channel=line.channel, user=line.user, text=words, blocks=made)
            except SlackApiError as error:
                if error_of(error) in NO_PICTURE:
                    raise
            else:
                return
        await client.chat_postMessage(
            channel=line.channel if line.direct and line.channel else line.user,
            text=words,
            blocks=made,
            unfurl_links=False,
            unfurl_media=False,
        )
