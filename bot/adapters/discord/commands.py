"""What members do in Discord, as an actor and a command of the port."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import discord

from bot.adapters.discord import menu
from bot.adapters.discord.directory import Directory, Known, known_from
from bot.adapters.discord.markup import PLATFORM
from bot.adapters.discord.slashes import Slash, Slashes
from bot.core.commands import AskAward, Chat, Command, Quote, ShowBadges
from bot.core.port import Actor, MemberRef, Person, Place

Json = Mapping[str, Any]


class Reading:
    """Reads what Discord sends. May raise `discord.HTTPException` where Discord does not say who somebody is."""

    def __init__(self, directory: Directory, celebrations: Collection[str] = ()) -> None:
        self.directory, self.slashes = directory, Slashes(directory)
        self._celebrations = tuple(map(int, celebrations))

    # -- who and where -----------------------------------------------------------------------------------------

    async def actor(self, interaction: discord.Interaction[Any]) -> Actor:
        """Give who asks, from where, with what Discord vouches for."""
        user, guild = interaction.user, self.directory.guild(interaction.guild_id)
        lang = interaction.locale.value
        if guild is None or not isinstance(user, discord.Member):
            return await self.directly(user, interaction.channel_id or 0, str(interaction.id), lang)
        known = Known(user.display_name, (user.display_name, user.name), user.bot, frozenset(r.id for r in user.roles))
        self.directory.learn(guild.id, user.id, known)
        self.directory.met(user.id, guild.id)
        space = await self.directory.space(guild.id)
        roles = self.directory.vouched(guild, user.id, known.roles, runs=interaction.permissions.administrator)
        who = Person(MemberRef(PLATFORM, space, str(user.id)), known.name, known.is_bot)
        place = Place(PLATFORM, space, str(interaction.channel_id))
        return Actor(who, place, str(interaction.id), roles, lang, celebrates=self._celebrates(guild, space))

    def _celebrates(self, guild: discord.Guild, space: str) -> Place | None:
        """Give where a server celebrates badges, if the settings name a place of it that is still there."""
        there = [one for one in self._celebrations if guild.get_channel_or_thread(one) is not None]
        return Place(PLATFORM, space, str(there[0])) if there else None

    async def directly(self, user: discord.User | discord.Member, channel: int, event_id: str, lang: str = "") -> Actor:
        """Give who writes to Laurel directly, as their server knows them."""
        home = await self.directory.home(user.id)
        space = await self.directory.space(home.id if home is not None else None)
        known = await self.directory.member(home.id, user.id) if home is not None else None
        who = Person(MemberRef(PLATFORM, space, str(user.id)), known.name if known else user.display_name, user.bot)
        roles = self.directory.vouched(home, user.id, known.roles if known else (), runs=False)
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
        return await self.slashes.command(Slash.read(data), home)

    async def _award_message(self, interaction: discord.Interaction[Any], data: Json, home: int | None) -> AskAward:
        """Read "Award for this message": the message becomes evidence, its author comes along as recipient."""
        message = data["resolved"]["messages"][str(data["target_id"])]
        user = message["author"]
        by_nobody = bool(message.get("webhook_id"))
        author = None if by_nobody else await self.directory.person(home, str(user["id"]))
        if author is None:
            ref = MemberRef(PLATFORM, await self.directory.space(home), str(user["id"]))
            author = Person(ref, known_from(user).name, by_nobody or bool(user.get("bot")))
        text, named = await self.slashes.prose(str(message.get("content") or ""), home)
        files = [str(file.get("filename") or "") for file in message.get("attachments") or ()]
        where = interaction.guild_id or "@me"
        channel = message.get("channel_id") or interaction.channel_id
        url = f"https://discord.com/channels/{where}/{channel}/{message['id']}"
        at = datetime.fromisoformat(str(message["timestamp"]))
        recipients = () if author.is_bot or int(user["id"]) == interaction.user.id else (author,)
        return AskAward(Quote(author, text or ", ".join(files), at, url, named), recipients)

    async def chat(self, message: discord.Message) -> Command:
        """Read what somebody writes to Laurel directly: a badge to check, or words."""
        if message.attachments:
            file = message.attachments[0]
            return await self.slashes.posted(file.size, file.url)
        home = await self.directory.home(message.author.id)
        return Chat(await self.slashes.words(message.content, home.id if home is not None else None))
