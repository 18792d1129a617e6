"""Forms as modals: sent, found wanting, or changed while they show what they will look like."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack import views
from bot.adapters.slack.answering import Line
from bot.adapters.slack.commands import Body, line_of
from bot.adapters.slack.views import Kept
from bot.core import wire
from bot.core.commands import Command, Forgotten
from bot.core.errors import Refusal
from bot.core.port import Reply

if TYPE_CHECKING:
    from bot.adapters.slack import Slack
    from bot.adapters.slack.listening import Listening

PATIENCE = 2.2
"""Seconds that a modal which was sent waits for its answer: Slack gives up after three."""


class Modals:
    """Serves the modals of a bolt app; `listening` does the work that outlasts the acknowledgement."""

    def __init__(self, slack: Slack, listening: Listening) -> None:
        self._slack, self._listening = slack, listening

    async def submitted(self, ack: AsyncAck, body: Body) -> None:
        """Somebody sent a form: what is wrong stands beside its question, and nothing typed is lost."""
        view, line = body["view"], line_of(body)
        client = await self._slack.client(line.team)
        work = self._listening.spawn(self._asked(body, line))
        try:
            command, reply = await asyncio.wait_for(asyncio.shield(work), PATIENCE)
        except TimeoutError:
            await ack(response_action="clear")
            self._listening.spawn(self._later(work, line, client))
            return
        form = views.form_of(reply)
        wrong = views.problems(form) if form is not None else {}
        if wrong:
            await ack(response_action="errors", errors=wrong)
        elif form is not None:
            await ack(response_action="update", view=await self._slack.answering.modal(reply, line, client))
        elif reply.kind == "said" and not (line.url or line.channel):  # it was opened in App Home
            shown = await self._slack.answering.to_be_read(line, reply, command, client)
            await ack(response_action="update", view=shown)
            self._listening.aside(self._slack.home.refresh(line.team, line.user))
        elif reply.kind != "said":
            again = await self._slack.answering.with_words(view, reply, line.team, client)
            await ack(response_action="update", view=again)
        else:
            await ack(response_action="clear")
            self._listening.spawn(self._listening.show(line, reply, command, client))

    async def _asked(self, body: Body, line: Line) -> tuple[Command, Reply]:
        slack, view = self._slack, body["view"]
        event_id = str(body.get("trigger_id") or view["id"] + view["hash"])
        command: Command = Forgotten()
        try:
            actor = await slack.reading.actor(line, event_id)
            with suppress(wire.NotACommand):
                command = await self._filled(view, line)
        except Refusal as refusal:
            return command, await slack.reading.refused(line, refusal)
        except Exception as error:  # noqa: BLE001 - whatever it is, who asked gets an answer
            return command, await self._listening.unread(error, event_id, line)
        return command, await slack.app.ask(actor, command)

    async def _filled(self, view: Mapping[str, Any], line: Line, *, draft: bool = False) -> Command:
        slack = self._slack
        kept = Kept.read(view["private_metadata"])
        asked = await asyncio.to_thread(slack.app.pressed, kept.command)
        given = views.answers(view, files=not draft)  # a draft has no need of them
        answers = await slack.reading.answered(line, given, await slack.client(line.team))
        return await slack.reading.named(line.team, wire.fill(asked, answers, draft=draft))

    async def _later(self, work: asyncio.Task[tuple[Command, Reply]], line: Line, client: AsyncWebClient) -> None:
        command, reply = await work
        await self._listening.show(line, reply, command, client)

    async def typing(self, ack: AsyncAck, body: Body) -> None:
        """Somebody changed an answer of a form that shows what it will look like."""
        await ack()
        view, line = body.get("view"), line_of(body)
        if view is None or view["callback_id"] != views.FORM:
            return

        async def redraw() -> None:
            slack = self._slack
            client = await slack.client(line.team)
            try:
                command = await self._filled(view, line, draft=True)
            except wire.NotACommand:
                return  # this form shows nothing before it is sent
            reply = await slack.app.ask(await slack.reading.actor(line, str(body["trigger_id"])), command)
            if views.form_of(reply) is not None:
                kept = Kept.read(view["private_metadata"])
                there = Line(line.team, line.user, kept.channel, kept.url)
                shown = await slack.answering.modal(reply, there, client)
                await client.views_update(view_id=view["id"], hash=view["hash"], view=shown)

        self._listening.aside(redraw())
