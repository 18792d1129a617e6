"""What Discord tells: interactions answered in time, and ordinary words in direct messages."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord
import structlog

from bot.adapters.discord import forms
from bot.adapters.discord.answering import LOST, NOBODY, Answer, Letter
from bot.adapters.discord.directory import ref
from bot.adapters.discord.fitting import seen
from bot.adapters.discord.forms import PAGE, Kept
from bot.adapters.discord.slashes import Slash
from bot.adapters.discord.suggesting import suggest
from bot.adapters.heard import Heard
from bot.core import wire
from bot.core.commands import LISTS, Command, Forgotten, Help
from bot.core.errors import Refusal
from bot.core.port import Choice, Reply
from bot.core.words.replies import reply as in_words

if TYPE_CHECKING:
    from bot.adapters.discord import Discord

log = structlog.get_logger(__name__)

PATIENCE = 1.0
"""Seconds after which an answer is promised rather than given: Discord gives up after three."""
TYPING = 2.0
"""Seconds that a suggestion may take."""
REMEMBERED = 900.0  # seconds for which Discord may send an interaction again
CHOICE = 100
_NUMBER = re.compile(r"\d+\|")

Interaction = discord.Interaction[Any]


class Listening:
    """Serves interactions and direct messages, each in a task of its own; `drain` waits for them."""

    def __init__(self, platform: Discord) -> None:
        self._discord = platform
        self._tasks: set[asyncio.Task[None]] = set()
        self._heard = Heard(REMEMBERED)

    def interaction(self, interaction: Interaction) -> None:
        """Begin to serve an interaction; one that Discord sends again is served already."""
        if interaction.type is discord.InteractionType.autocomplete:
            self._spawn(self._suggested(interaction))
        elif interaction.type is not discord.InteractionType.ping and not self._heard.before(interaction.id):
            self._spawn(self._served(interaction))

    def message(self, message: discord.Message) -> None:
        """Begin to answer ordinary words to Laurel."""
        if message.guild is None and not message.author.bot and not self._heard.before(message.id):
            self._spawn(self._written(message))

    async def drain(self) -> None:
        """Wait for the work that was begun."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    # -- interactions ------------------------------------------------------------------------------------------

    async def _served(self, interaction: Interaction) -> None:
        work = asyncio.create_task(self._answer(interaction), name="discord answer")
        done, _ = await asyncio.wait([work], timeout=PATIENCE)
        if not done:
            await self._discord.answering.promise(interaction)
        if room := await self._discord.answering.send(interaction, await work):
            await self._hand_over(interaction, room)

    async def _hand_over(self, interaction: Interaction, room: int) -> None:
        """Show somebody whom no direct message reaches what was meant for them, now that they are here."""
        answering = self._discord.answering

        async def show(reply: Reply) -> None:
            await answering.follow_up(interaction, await answering.letter(reply, mentions=False))

        await self._discord.app.hand_over(ref(interaction.user.id), show, room)

    async def _answer(self, interaction: Interaction) -> Answer:
        opens = interaction.type is not discord.InteractionType.modal_submit
        answering = self._discord.answering
        try:
            match interaction.type:
                case discord.InteractionType.application_command:
                    command = await self._discord.reading.command(interaction)
                case discord.InteractionType.component:
                    return await self._pressed(interaction)
                case _:
                    return await self._submitted(interaction)
            return await answering.answer(await self._asked(interaction, command), command, opens=opens)
        except Refusal as refusal:
            return await answering.answer(in_words(refusal, interaction.locale.value), Help(), opens=False)
        except Exception:  # whatever it is, who asked gets an answer
            log.warning("an interaction could not be served", interaction=interaction.id, exc_info=True)
            broke = self._discord.app.broke(interaction.locale.value)
            return await answering.answer(broke, Help(), opens=False)

    async def _asked(self, interaction: Interaction, command: Command) -> Reply:
        return await self._discord.app.ask(await self._discord.reading.actor(interaction), command)

    async def _pressed(self, interaction: Interaction) -> Answer:
        """Serve a button, or what was chosen from a menu."""
        data: Mapping[str, Any] = interaction.data or {}
        values = data.get("values")
        carried = str(values[0] if values else data["custom_id"])
        answering, page = self._discord.answering, 0
        if to_open := PAGE.fullmatch(carried):
            page, carried = int(to_open[2]), to_open[5]
            kept = answering.shelf.get(to_open[4])
            if kept is not None:
                return await answering.opened(kept, page)
        command = await asyncio.to_thread(self._discord.app.pressed, _NUMBER.sub("", carried, count=1))
        reply = await self._asked(interaction, command)
        form = reply.form
        if form is not None and page:
            return await answering.opened(Kept(form, command, reply.text), page)
        mine = interaction.message is not None and interaction.message.flags.ephemeral
        return await answering.answer(reply, command, opens=True, replaces=mine and isinstance(command, LISTS))

    async def _submitted(self, interaction: Interaction) -> Answer:
        """Serve a modal that was sent: what is wrong stands beside its question, and nothing typed is lost."""
        data: Mapping[str, Any] = interaction.data or {}
        answering, reading = self._discord.answering, self._discord.reading
        sent = PAGE.fullmatch(str(data["custom_id"]))
        kept = answering.shelf.get(sent[4]) if sent is not None else None
        before = await asyncio.to_thread(self._discord.app.pressed, sent[5]) if sent is not None else Forgotten()
        home = await reading.home_of(interaction)
        given = forms.settled(forms.answers(data), kept, before)
        answers = await reading.answers(interaction, given, home)
        try:
            command = wire.fill(before, answers.given)
        except wire.NotACommand:
            command = Forgotten()
        if kept is not None:
            kept = forms.filled(kept, answers.given, command, answers.files)
        if answers.refusal is not None:
            reply = in_words(answers.refusal, interaction.locale.value)
            return await self._again(reply, kept)
        if sent is not None and int(sent[3]) > 1:
            return await self._turned(interaction, command, kept)
        command = await reading.slashes.named(command, home)
        reply = await self._asked(interaction, command)
        return await self._again(reply, kept)

    async def _again(self, reply: Reply, kept: Kept | None) -> Answer:
        """Show what became of a form; one that was refused can be opened again, as it was filled in."""
        if reply.kind != "said" and kept is not None and reply.form is None:
            reply = replace(reply, nodes=(*reply.nodes, kept.form))
        asked = kept.asked if kept is not None else Forgotten()
        return await self._discord.answering.answer(reply, asked, opens=False)

    async def _turned(self, interaction: Interaction, command: Command, kept: Kept | None) -> Answer:
        """Show what stands in a form of several pages so far, with the ways to its pages and to send it."""
        answering = self._discord.answering
        asked = kept.asked if kept is not None else Forgotten()
        try:
            draft = wire.fill(command, {}, draft=True)
        except wire.NotACommand:  # nothing to be said about it before it is sent
            said = Reply(kept.text, (kept.form,)) if kept is not None else await self._asked(interaction, asked)
            return await answering.answer(said, asked, opens=False)
        return await answering.answer(await self._asked(interaction, draft), asked, opens=False)

    # -- the rest ----------------------------------------------------------------------------------------------

    async def _suggested(self, interaction: Interaction) -> None:
        """Complete what somebody types."""
        try:
            async with asyncio.timeout(TYPING):
                found = await self._fitting(interaction)
        except TimeoutError:  # nothing is better than what Discord no longer waits for
            found = ()
        choices = [discord.app_commands.Choice(name=seen(one.label, CHOICE), value=one.value[:CHOICE]) for one in found]
        with suppress(*LOST):  # whoever types on is asked about anew
            await interaction.response.autocomplete(choices)

    async def _fitting(self, interaction: Interaction) -> tuple[Choice, ...]:
        slash = Slash.read(interaction.data or {})
        actor = await self._discord.reading.actor(interaction)
        return await suggest(self._discord.app, actor, slash)

    async def _written(self, message: discord.Message) -> None:
        """Answer what somebody writes directly, and each file that they post with it."""
        reading, answering = self._discord.reading, self._discord.answering
        answered: list[tuple[Command, Reply]] = []
        try:
            for number, command in enumerate(await reading.chat(message)):
                event = f"{message.id}.{number}" if number else str(message.id)
                actor = await reading.directly(message.author, message.channel.id, event)
                answered.append((command, await self._discord.app.ask(actor, command)))
        except Exception:
            log.warning("a direct message could not be read", message=message.id, exc_info=True)
            answered.append((Help(), self._discord.app.broke()))
        letters = [letter for command, reply in answered for letter in await answering.letters(reply, command)]
        for number, letter in enumerate(letters):
            nonce = f"{message.id}.{number}"
            try:
                await self._say(message, letter, nonce)
            except discord.RateLimited as limited:  # nobody hurries here, and there is no other way
                await _rest(limited.retry_after)
                await self._say(message, letter, nonce)

    @staticmethod
    async def _say(message: discord.Message, letter: Letter, nonce: str) -> None:
        await message.channel.send(view=letter.view, files=letter.files, nonce=nonce, allowed_mentions=NOBODY)

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(self._safely(work), name="discord work")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _safely(self, work: Coroutine[None, None, None]) -> None:
        try:
            await work
        except Exception:  # what was done is done; nobody else can be told
            log.warning("an answer could not be shown", exc_info=True)


async def _rest(seconds: float) -> None:
    await asyncio.sleep(seconds)
