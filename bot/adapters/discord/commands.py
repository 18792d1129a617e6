"""What members do in Discord, as an actor and a command of the port."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import discord

from bot.adapters.discord import menu
from bot.adapters.discord.directory import Directory, Known, known_from, ref
from bot.adapters.discord.files import attached
from bot.adapters.discord.forms import Ticked, Uploaded
from bot.adapters.discord.markup import PLATFORM
from bot.adapters.discord.places import Places, closed_here
from bot.adapters.discord.slashes import Slash, Slashes
from bot.core.app import App
from bot.core.commands import AskAward, AwardBadge, Chat, Command, Quote, ShowBadges
from bot.core.errors import Refusal
from bot.core.holding import Offered
from bot.core.port import EVERYWHERE, Actor, Person, Place

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answers:
    """What was put into a form; `files` names those that were taken in, `refusal` is why one was not."""

    given: dict[str, Any]
    files: Mapping[str, str] = field(default_factory=dict)
    refusal: Refusal | None = None


class Reading:
    """Reads what Discord sends. May raise `discord.HTTPException` where Discord does not say who somebody is.

    And a `Refusal`, where a file that was attached cannot be evidence.
    """

    def __init__(self, app: App, directory: Directory, celebrations: Collection[str] = ()) -> None:
        self._app = app
        self.directory, self.slashes = directory, Slashes(directory)
        self._places = Places(directory, celebrations)

    # -- who and where -----------------------------------------------------------------------------------------

    async def actor(self, interaction: discord.Interaction[Any]) -> Actor:
        """Give who asks, from where, with what Discord vouches for."""
        user, guild = interaction.user, self.directory.guild(interaction.guild_id)
        lang = interaction.locale.value
        if guild is None or not isinstance(user, discord.Member):
            return await self.directly(user, interaction.channel_id or 0, str(interaction.id), lang)
        known = Known(user.display_name, (user.display_name, user.name), user.bot, frozenset(r.id for r in user.roles))
        self.directory.learn(guild.id, user.id, known)
        roles = self.directory.vouched(guild, user.id, known.roles, runs=interaction.permissions.administrator)
        who = Person(ref(user.id), known.name, known.is_bot)
        place = Place(PLATFORM, str(guild.id), str(interaction.channel_id), closed=closed_here(interaction))
        celebrates = await self._places.celebrates(guild)
        return Actor(who, place, str(interaction.id), roles, lang, celebrates=celebrates)

    async def directly(self, user: discord.User | discord.Member, channel: int, event_id: str, lang: str = "") -> Actor:
        """Give who writes to Laurel directly, as their server knows them."""
        home = await self.directory.home(user.id)
        known = await self.directory.member(home.id, user.id) if home is not None else None
        who = Person(ref(user.id), known.name if known else user.display_name, user.bot)
        roles = self.directory.vouched(home, user.id, known.roles if known else (), runs=False)
        space = str(home.id) if home is not None else EVERYWHERE
        return Actor(who, Place(PLATFORM, space, str(channel), direct=True), event_id, roles, lang)

    async def home_of(self, interaction: discord.Interaction[Any]) -> int | None:
        """Give the server whose members are meant."""
        guild = self.directory.guild(interaction.guild_id) or await self.directory.home(interaction.user.id)
        return guild.id if guild is not None else None

    # -- commands ----------------------------------------------------------------------------------------------

    async def command(self, interaction: discord.Interaction[Any]) -> Command:
        """Read an application command."""
        data: Json = interaction.data or {}
        home = await self.home_of(interaction)
        match menu.menu_called().get(str(data["name"])) if data.get("type") in (2, 3) else None:
            case menu.AWARD_MESSAGE:
                return await self._award_message(interaction, data, home)
            case menu.AWARD_PERSON:
                return AskAward(recipients=(await self.slashes.resolved(data["resolved"], data["target_id"], home),))
            case menu.SHOW_BADGES:
                return ShowBadges(await self.slashes.resolved(data["resolved"], data["target_id"], home))
        slash = Slash.read(data)
        command = await self.slashes.command(slash, home)
        if slash.files and isinstance(command, AwardBadge | AskAward):
            return replace(command, files=await self._held(interaction, slash.files))
        return command

    async def _held(self, interaction: discord.Interaction[Any], files: Iterable[Json]) -> tuple[str, ...]:
        actor = await self.actor(interaction)
        await self._app.hold(actor, ())  # who may not award has nothing fetched
        return await self._app.hold(actor, await asyncio.gather(*map(attached, files)))

    async def _offered(self, interaction: discord.Interaction[Any], files: Iterable[Json]) -> Offered:
        actor = await self.actor(interaction)
        await self._app.hold(actor, ())
        return await self._app.offer(actor, await asyncio.gather(*map(attached, files)))

    async def _award_message(self, interaction: discord.Interaction[Any], data: Json, home: int | None) -> AskAward:
        """Read "Award for this message": the message becomes evidence."""
        message = data["resolved"]["messages"][str(data["target_id"])]
        user = message["author"]
        by_nobody = bool(message.get("webhook_id"))
        author = None if by_nobody else await self.directory.person(home, str(user["id"]))
        if author is None:
            author = Person(ref(user["id"]), known_from(user).name, by_nobody or bool(user.get("bot")))
        text, named = await self.slashes.prose(str(message.get("content") or ""), home)
        files = message.get("attachments") or ()
        offered = await self._offered(interaction, files) if files else Offered((), ())
        where = interaction.guild_id or "@me"
        channel = message.get("channel_id") or interaction.channel_id
        url = f"https://discord.com/channels/{where}/{channel}/{message['id']}"
        at = datetime.fromisoformat(str(message["timestamp"]))
        quote = Quote(author, text, at, url, named) if text or not files else None
        return AskAward(quote, files=offered.held, left_out=offered.left_out, author=author)

    async def answers(
        self, interaction: discord.Interaction[Any], given: Mapping[str, Any], home: int | None
    ) -> Answers:
        """Read what was put into a form: people in the place of their ids, and files taken in."""
        data: Json = interaction.data or {}
        resolved: Json = data.get("resolved") or {}
        found, files = await self.slashes.answered(given, resolved, home), dict[str, str]()
        for name, answer in given.items():
            match answer:
                case Ticked(values):
                    found[name] = values
                case Uploaded(ids):
                    attachments = [resolved["attachments"][id_] for id_ in ids]
                    try:
                        found[name] = await self._held(interaction, attachments) if ids else ()
                    except Refusal as refusal:
                        del found[name]
                        return Answers(found, refusal=refusal)
                    files |= {held: str(file["filename"]) for held, file in zip(found[name], attachments, strict=True)}
        return Answers(found, files)

    async def chat(self, message: discord.Message) -> list[Command]:
        """Read what somebody writes to Laurel directly: words, and every file as a badge to check."""
        files: list[Command] = [await self.slashes.posted(file.size, file.url) for file in message.attachments]
        if files and not message.content.strip():
            return files
        home = await self.directory.home(message.author.id)
        return [Chat(await self.slashes.words(message.content, home.id if home is not None else None)), *files]
