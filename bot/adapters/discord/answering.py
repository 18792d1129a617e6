"""Giving a member their answer, to them alone: in a modal, in the interaction's own message, or wherever is left."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import aiohttp
import discord
import structlog

from bot.adapters.discord import forms
from bot.adapters.discord.fitting import ALT, CUSTOM_ID, Json, Look, Message, name_of, seen
from bot.adapters.discord.forms import Kept, Shelf
from bot.adapters.discord.render import message, messages
from bot.core import pictures, wire
from bot.core.app import App
from bot.core.commands import Command, Forgotten
from bot.core.port import Form, Reply

log = structlog.get_logger(__name__)

NOBODY = discord.AllowedMentions.none()
MOST_FOLLOWING = 4
"""Messages that may follow an answer: more would bury it."""
FOLLOWING_ALONE = 5
"""Messages that Discord lets follow where Laurel is not a member, but only installed by who asks."""
TOO_LATE = frozenset((10062, 10015, 50027))
"""What Discord says of an interaction that it no longer knows, or that is over."""
ANSWERED = 40060
"""What Discord says of an interaction that was answered already."""
LOST = (discord.HTTPException, aiohttp.ClientError, OSError)
"""What comes of an answer that Discord did not take, or that nobody knows the end of."""
FIRST = 5.0
"""Seconds after which a first answer is not tried again: Discord waits for three."""


class Drawn(discord.ui.LayoutView):
    """Components made beforehand; discord.py has nothing to listen for, since buttons carry what they do."""

    def __init__(self, components: list[Json]) -> None:
        super().__init__(timeout=None)
        self._made = components

    def to_components(self) -> list[Json]:
        """Give them as they were made."""
        return self._made

    def has_components_v2(self) -> bool:
        """Say that they are."""
        return True

    def is_finished(self) -> bool:
        """Say that nobody waits for them."""
        return True


class Opened(discord.ui.Modal):
    """A modal made beforehand."""

    def __init__(self, made: Json) -> None:
        super().__init__(title=made["title"], timeout=None, custom_id=made["custom_id"])
        self._made = made

    def to_dict(self) -> Json:
        """Give it as it was made."""
        return self._made

    def is_finished(self) -> bool:
        """Say that nobody waits for it: what is sent with it comes as an interaction."""
        return True


@dataclass(frozen=True, slots=True)
class Letter:
    """One message with its pictures."""

    message: Message
    pictures: tuple[bytes, ...] = ()

    @property
    def view(self) -> Drawn:
        """Give what discord.py sends."""
        return Drawn(self.message.components)

    @property
    def files(self) -> list[discord.File]:
        """Give the pictures as files, anew for each time that they are sent."""
        return [
            discord.File(BytesIO(png), name_of(index), description=seen(picture.alt, ALT))
            for index, (png, picture) in enumerate(zip(self.pictures, self.message.pictures, strict=True))
        ]

    @property
    def pictured(self) -> str:
        """Give what the pictures are known by, and what they say; "" without any."""
        shown = [png + picture.alt.encode() for png, picture in zip(self.pictures, self.message.pictures, strict=True)]
        return hashlib.sha256(b"".join(shown)).hexdigest()[:16] if shown else ""

    @property
    def mentions(self) -> discord.AllowedMentions:
        """Give whom the message tells of itself: nobody but those that it names."""
        users = [discord.Object(int(user)) for user in self.message.mentions]
        return discord.AllowedMentions(everyone=False, users=users, roles=False, replied_user=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody is to see: a modal, or where none can open, messages; `replaces` the list that they came from."""

    letters: Callable[[], Awaitable[list[Letter]]]
    modal: Json | None = None
    replaces: bool = False


class Answering:
    """Makes replies into what Discord takes, and shows them to those who asked."""

    def __init__(self, app: App) -> None:
        self.app, self.shelf = app, Shelf()

    async def letters(self, reply: Reply, asked: Command) -> list[Letter]:
        """Make a reply into messages, its pictures drawn."""

        def made() -> list[Letter]:
            return [_letter(one) for one in messages(reply, self._look(reply, asked))]

        return await asyncio.to_thread(made)

    async def letter(self, reply: Reply, *, mentions: bool) -> Letter:
        """Make a reply into the one message that stands in a channel."""

        def made() -> Letter:
            return _letter(message(reply, self._look(reply, Forgotten()), mentions=mentions))

        return await asyncio.to_thread(made)

    async def answer(self, reply: Reply, asked: Command, *, opens: bool, replaces: bool = False) -> Answer:
        """Get an answer ready; `opens` tells whether a modal can be shown."""

        async def letters() -> list[Letter]:
            return await self.letters(reply, asked)

        form = reply.form
        if form is not None and opens and reply.kind == "said":  # what is wrong is said first
            return Answer(letters, await self.modal(Kept(form, asked, reply.text), 0))
        ready = await letters()

        async def made() -> list[Letter]:
            return ready

        return Answer(made, replaces=replaces)

    async def modal(self, kept: Kept, page: int) -> Json:
        """Make a page of a form into a modal."""

        def made() -> Json:
            start = f"m{page}.{len(forms.pages(kept.form))}.{self.shelf.keep(kept)}:"
            carried = self.app.carried(kept.form.command, CUSTOM_ID - len(start))
            return forms.modal(kept, page, start + carried)

        return await asyncio.to_thread(made)

    async def opened(self, kept: Kept, page: int) -> Answer:
        """Get a page of a form ready."""

        async def letters() -> list[Letter]:
            return await self.letters(Reply(kept.text, (kept.form,)), kept.asked)

        return Answer(letters, await self.modal(kept, page))

    async def send(self, interaction: discord.Interaction[Any], answer: Answer) -> int:
        """Show an answer to the caller alone, whatever of Discord's ways is still open; give how many may follow it."""
        modal = None if interaction.response.is_done() else answer.modal
        letters = [] if modal is not None else await answer.letters()
        try:
            await self._first(interaction, modal, letters, replaces=answer.replaces)
        except LOST as error:
            if not await self._still_open(interaction, error):
                return 0
            letters = letters or await answer.letters()
            try:
                async with asyncio.timeout(FIRST):
                    await self._edited(interaction, letters[0])
            except LOST:
                await self._directly(interaction, letters)
                return 0
            modal = None
        for number, letter in enumerate(letters[1:], 1):
            try:
                await self.follow_up(interaction, letter)
            except LOST:
                await self._directly(interaction, letters[number:])
                return 0
        if modal is not None:
            return 0  # nothing follows those
        alone = interaction.is_user_integration() and not interaction.is_guild_integration()
        return max(0, min(MOST_FOLLOWING, FOLLOWING_ALONE - len(letters[1:]) if alone else MOST_FOLLOWING))

    async def promise(self, interaction: discord.Interaction[Any]) -> None:
        """Say that an answer will come. Where Discord does not take that, or nobody knows, `send` finds out."""
        with suppress(*LOST):
            async with asyncio.timeout(FIRST):
                await interaction.response.defer(ephemeral=True, thinking=True)

    async def _first(
        self, interaction: discord.Interaction[Any], modal: Json | None, letters: list[Letter], *, replaces: bool
    ) -> None:
        """Give the answer that Discord waits for, or what was promised."""
        response = interaction.response
        if response.is_done():
            await self._edited(interaction, letters[0])
            return
        async with asyncio.timeout(FIRST):
            if modal is not None:
                await response.send_modal(Opened(modal))
            elif replaces:
                view, files = letters[0].view, letters[0].files
                await response.edit_message(view=view, attachments=files, allowed_mentions=NOBODY)
            else:
                view, files = letters[0].view, letters[0].files
                await response.send_message(view=view, files=files, ephemeral=True, allowed_mentions=NOBODY)

    @staticmethod
    async def _still_open(interaction: discord.Interaction[Any], error: Exception) -> bool:
        """Tell whether somebody still waits for an answer that did not get through. Raises what is a fault of ours."""
        if isinstance(error, discord.HTTPException) and error.status < 500 and error.code not in TOO_LATE:
            if error.code != ANSWERED:
                raise error
            # By another process, by a try whose reply was lost, or with a promise that is still to be kept.
            with suppress(*LOST, discord.ClientException):
                return (await interaction.original_response()).flags.loading
            return False
        return True

    @staticmethod
    async def _edited(interaction: discord.Interaction[Any], letter: Letter) -> None:
        await interaction.edit_original_response(view=letter.view, attachments=letter.files, allowed_mentions=NOBODY)

    @staticmethod
    async def follow_up(interaction: discord.Interaction[Any], letter: Letter) -> None:
        """Show the caller one more message."""
        await interaction.followup.send(view=letter.view, files=letter.files, ephemeral=True, allowed_mentions=NOBODY)

    @staticmethod
    async def _directly(interaction: discord.Interaction[Any], letters: list[Letter]) -> None:
        """Tell the caller in their direct messages what found no way to where they asked."""
        try:
            channel = await interaction.user.create_dm()
            for number, letter in enumerate(letters):
                nonce = f"{interaction.id}.{number}"
                await channel.send(view=letter.view, files=letter.files, nonce=nonce, allowed_mentions=NOBODY)
        except (*LOST, discord.RateLimited) as error:
            log.warning("an answer found no way", interaction=interaction.id, why=str(error))

    def _look(self, reply: Reply, asked: Command) -> Look:
        places: dict[int, str] = {}

        def opens(form: Form, page: int, of: int) -> str:
            place = places.get(id(form))
            if place is None:
                place = places[id(form)] = self.shelf.keep(Kept(form, asked, reply.text))
            start = f"f{page}.{of}.{place}:"
            again = wire.fill(form.command, {}, draft=True) if form.live else asked
            return start + self.app.carried(again, CUSTOM_ID - len(start))

        return Look(self.app.carried, opens)


def _letter(made: Message) -> Letter:
    return Letter(made, tuple(pictures.png(picture.drawing) for picture in made.pictures))
