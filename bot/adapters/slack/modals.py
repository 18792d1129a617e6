"""Forms as modals: sent, found wanting, or changed while they show what they will look like."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck

from bot.adapters.slack import views
from bot.adapters.slack.answering import Answering, Line, Make
from bot.adapters.slack.commands import Body, Reading, line_of
from bot.adapters.slack.pictures import Sources
from bot.adapters.slack.render import Json
from bot.adapters.slack.views import Kept
from bot.adapters.slack.working import Work
from bot.adapters.slack.workspaces import UNREACHED, Workspaces, why
from bot.core import wire
from bot.core.app import App
from bot.core.commands import Command, Forgotten
from bot.core.errors import Refusal
from bot.core.port import Reply

log = structlog.get_logger(__name__)

PATIENCE = 2.2
"""Seconds that a modal which was sent waits for its answer: Slack gives up after three."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of a form: how Slack is told, and, where a modal goes on standing there, what makes it."""

    command: Command
    reply: Reply
    ack: Json = field(default_factory=lambda: {"response_action": "clear"})
    make: Make | None = None
    known: Sources = field(default_factory=dict)


class Modals:
    """Serves the modals of a bolt app."""

    def __init__(self, app: App, workspaces: Workspaces, reading: Reading, answering: Answering, work: Work) -> None:
        self._app, self._workspaces, self._reading, self._answering = app, workspaces, reading, answering
        self._work = work

    async def submitted(self, ack: AsyncAck, body: Body) -> None:
        """Somebody sent a form: what is wrong stands beside its question, and nothing typed is lost."""
        line = line_of(body)
        asking = self._work.spawn(self._answered(body, line))
        try:
            answered = await asyncio.wait_for(asyncio.shield(asking), PATIENCE)
        except TimeoutError:
            await ack(response_action="clear")
            self._work.aside(self._later(asking, line))
            return
        await ack(**answered.ack)
        self._work.aside(self._after(answered, line, str(body["view"]["id"])))

    async def _answered(self, body: Body, line: Line) -> Answered:
        """Ask what was sent, and make the answer with what is at hand: pictures that are not there yet follow."""
        command, reply = await self._asked(body, line)
        try:
            return await self._told(body["view"], line, command, reply)
        except Exception:
            log.exception("a modal could not be made; its answer goes as a message")
            return Answered(command, reply)

    async def _told(self, view: Mapping[str, Any], line: Line, command: Command, reply: Reply) -> Answered:
        form = reply.form
        if form is not None and (wrong := views.problems(form)):
            return Answered(command, reply, {"response_action": "errors", "errors": wrong})

        async def make(sources: Sources) -> Json:
            if form is not None:
                return await self._answering.modal(reply, line, sources)
            if reply.kind != "said":
                return await self._answering.with_words(view, reply, line.team, sources)
            return await self._answering.to_be_read(line, reply, command, sources)

        if form is None and reply.kind == "said" and (line.url or line.channel):  # not opened in App Home
            return Answered(command, reply)
        known = await self._answering.known(reply, line.team)
        return Answered(command, reply, {"response_action": "update", "view": await make(known)}, make, known)

    async def _after(self, answered: Answered, line: Line, view: str) -> None:
        if answered.ack["response_action"] == "clear":
            await self._work.done(line, answered.reply, answered.command)
            return
        self._work.renew(line)
        if answered.make is not None:
            await self._answering.illustrate(view, None, answered.known, answered.reply, line.team, answered.make)

    async def _later(self, asking: asyncio.Task[Answered], line: Line) -> None:
        answered = await asking
        await self._work.done(line, answered.reply, answered.command)

    async def _asked(self, body: Body, line: Line) -> tuple[Command, Reply]:
        view = body["view"]
        event_id = str(body.get("trigger_id") or view["id"] + view["hash"])
        command: Command = Forgotten()
        try:
            actor = await self._reading.actor(line, event_id)
            with suppress(wire.NotACommand):
                command = await self._filled(view, line)
        except Refusal as refusal:
            return command, await self._reading.refused(line, refusal)
        except Exception as error:  # noqa: BLE001 - whatever it is, who asked gets an answer
            return command, self._work.unread(error, event_id, line)
        return command, await self._app.ask(actor, command)

    async def _filled(self, view: Mapping[str, Any], line: Line, *, draft: bool = False) -> Command:
        kept = Kept.read(view["private_metadata"])
        asked = await asyncio.to_thread(self._app.pressed, kept.command)
        given = views.answers(view, files=not draft)  # a draft has no need of them
        answers = await self._reading.answered(line, given, await self._workspaces.client(line.team))
        return await self._reading.named(line.team, wire.fill(asked, answers, draft=draft))

    async def typing(self, ack: AsyncAck, body: Body) -> None:
        """Somebody changed an answer of a form that shows what it will look like."""
        await ack()
        view, line = body.get("view"), line_of(body)
        if view is not None and view["callback_id"] == views.FORM:
            self._work.aside(self._redrawn(view, line, str(body["trigger_id"])))

    async def _redrawn(self, view: Mapping[str, Any], line: Line, event_id: str) -> None:
        try:
            command = await self._filled(view, line, draft=True)
        except wire.NotACommand:
            return  # this form shows nothing before it is sent
        reply = await self._app.ask(await self._reading.actor(line, event_id), command)
        if reply.form is None:
            return
        client = await self._workspaces.client(line.team)
        kept = Kept.read(view["private_metadata"])
        there = Line(line.team, line.user, kept.channel, kept.url)
        shown = await self._answering.modal(reply, there, await self._answering.sources(reply, line.team))
        try:
            await client.views_update(view_id=view["id"], hash=view["hash"], view=shown)
        except UNREACHED as error:  # it was closed, sent or changed again meanwhile
            log.debug("a form is not drawn again", why=why(error))
