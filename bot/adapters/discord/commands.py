"""What members do in Discord, as an actor and a command of the port."""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import discord

from bot.adapters.discord import mentions, menu
from bot.adapters.discord.directory import Directory, Known, known_from
from bot.adapters.discord.markup import PLATFORM
from bot.core.commands import (
    AddGoal,
    AddStarterBadges,
    ArchiveBadge,
    AskAward,
    AskBadge,
    AskGoal,
    AskPrivacy,
    AskVerify,
    AwardBadge,
    Command,
    DropGoal,
    FinishGoal,
    Help,
    LinkAccount,
    ListBadges,
    Quote,
    ReinstateBadge,
    RemindGoal,
    RestoreBadge,
    RevokeBadge,
    SetIdentity,
    ShowBadge,
    ShowBadges,
    ShowGoals,
    ShowPortfolio,
    SnoozeGoal,
    SuspendBadge,
    TakeBadges,
    Typed,
    UnlinkAccount,
    VerifyBadge,
)
from bot.core.port import Actor, MemberRef, Person, Place

Json = Mapping[str, Any]
BIGGEST = 5 * 2**20
"""Bytes of a badge that somebody posts to have it checked."""


class TooBig(ValueError):
    """A file that is no badge by its size alone."""


@dataclasses.dataclass(frozen=True, slots=True)
class Slash:
    """A slash command as Discord sends it: its name and those of its groups, its options, what these stand for."""

    path: tuple[str, ...]
    options: Mapping[str, Any]
    resolved: Json
    focused: str = ""

    @classmethod
    def read(cls, data: Json) -> Slash:
        """Read an interaction's data."""
        path, options = [str(data["name"])], list(data.get("options") or ())
        while options and options[0].get("type") in (1, 2):
            path.append(str(options[0]["name"]))
            options = list(options[0].get("options") or ())
        given = {str(one["name"]): one.get("value") for one in options}
        focused = next((str(one["name"]) for one in options if one.get("focused")), "")
        return cls(tuple(path), given, data.get("resolved") or {}, focused)

    def text(self, name: str) -> str:
        """Give a text that was typed, or ""."""
        return str(self.options.get(name) or "").strip()


class Reading:
    """Reads what Discord sends. May raise `discord.HTTPException` where Discord does not say who somebody is."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory

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
        return Actor(who, Place(PLATFORM, space, str(interaction.channel_id)), str(interaction.id), roles, lang)

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
        """Read an application command. Raises `TooBig` for a file that nobody reads."""
        data: Json = interaction.data or {}  # type: ignore[assignment]
        home = await self.home_of(interaction)
        match menu.menu_called().get(str(data["name"])) if data.get("type") in (2, 3) else None:
            case menu.AWARD_MESSAGE:
                return await self._award_message(interaction, data, home)
            case menu.AWARD_PERSON:
                return AskAward(recipients=(await self._resolved(data["resolved"], data["target_id"], home),))
            case menu.SHOW_BADGES:
                return ShowBadges(await self._resolved(data["resolved"], data["target_id"], home))
        return await self._slash(Slash.read(data), home)

    async def _slash(self, slash: Slash, home: int | None) -> Command:
        text = slash.text
        match slash.path:
            case ("award",):
                return await self._award(slash, home)
            case ("revoke",):
                return RevokeBadge(
                    await self._student(slash, home), text("badge"), await self._said(text("reason"), home)
                )
            case ("verify",):
                if slash.options.get("file"):
                    return VerifyBadge(text("url"), text("recipient"), await self._file(slash))
                return VerifyBadge(text("url"), text("recipient")) if text("url") else AskVerify()
            case ("mybadges", asked):
                return await self._mybadges(asked, slash, home)
            case ("goals", asked):
                return await self._goals(asked, slash, home)
            case ("badge", asked):
                return self._badge(asked, slash)
            case ("laurel", asked):
                return await self._laurel(asked, slash, home)
        return _typed(slash)

    async def _award(self, slash: Slash, home: int | None) -> Command:
        names = ("student", *menu.STUDENTS)
        people = [
            await self._resolved(slash.resolved, slash.options[name], home) for name in names if slash.options.get(name)
        ]
        badge = slash.text("badge")
        strays: list[str] = []
        if "students" in slash.options:
            for part in await mentions.words(slash.text("students"), self._finder(home), self._namer(home)):
                if isinstance(part, Person):
                    people.append(part)
                else:
                    strays += part.replace(",", " ").split()
        if role := slash.options.get("role"):
            people += await self._role(slash, str(role), home, strays)
        reason, named = await mentions.prose(slash.text("reason"), self._finder(home), self._namer(home))
        reason = " ".join(filter(None, (reason, slash.text("evidence"))))
        if strays:  # whom nobody knows: the core says so, in words
            first = strays[0] if strays[0].startswith("@") else f"@{strays[0]}"
            return Typed("/award", (first, badge, *(("for", reason) if reason else ())))
        people = list(dict.fromkeys(people))
        if not badge:
            return AskAward(recipients=tuple(people), reason=reason)
        return AwardBadge(tuple(people), badge, reason, named=named)

    async def _role(self, slash: Slash, role: str, home: int | None, strays: list[str]) -> list[Person]:
        name = str((slash.resolved.get("roles") or {}).get(role, {}).get("name") or role)
        try:
            found = await self.directory.members_of(home, int(role)) if home is not None else []
        except discord.Forbidden:
            found = []
        if not found:
            strays.append("@" + "-".join(name.removeprefix("@").split()))
        return found

    async def _mybadges(self, asked: str, slash: Slash, home: int | None) -> Command:
        match asked:
            case "show":
                member = slash.options.get("member")
                return ShowBadges(await self._resolved(slash.resolved, member, home) if member else None)
            case "privacy":
                return AskPrivacy()
            case "take":
                return TakeBadges()
            case "portfolio":
                return ShowPortfolio()
            case "identity":
                return SetIdentity(slash.text("address"))
        return _typed(slash)

    async def _goals(self, asked: str, slash: Slash, home: int | None) -> Command:
        text = slash.text
        match asked:
            case "list":
                return ShowGoals()
            case "add":
                what = await self._said(text("what"), home)
                return AddGoal(what, text("due"), text("every")) if what else AskGoal()
            case "done":
                return FinishGoal(text("goal"))
            case "drop":
                return DropGoal(text("goal"))
            case "snooze":
                return SnoozeGoal(text("goal"))
            case "remind":
                return RemindGoal(text("goal"), text("every"))
        return _typed(slash)

    def _badge(self, asked: str, slash: Slash) -> Command:
        badge = slash.text("badge")
        match asked:
            case "list":
                return ListBadges(archived=bool(slash.options.get("archived")))
            case "show":
                return ShowBadge(badge)
            case "new":
                return AskBadge(name=slash.text("name"))
            case "edit":
                return AskBadge(badge=badge) if badge else ListBadges()
            case "archive":
                return ArchiveBadge(badge)
            case "restore":
                return RestoreBadge(badge)
            case "starter":
                return AddStarterBadges()
        return _typed(slash)

    async def _laurel(self, asked: str, slash: Slash, home: int | None) -> Command:
        text = slash.text
        match asked:
            case "help":
                return Help(text("topic"))
            case "link":
                return LinkAccount(text("code"))
            case "unlink":
                return UnlinkAccount()
            case "suspend":
                reason = await self._said(text("reason"), home)
                return SuspendBadge(await self._student(slash, home), text("badge"), reason)
            case "reinstate":
                return ReinstateBadge(await self._student(slash, home), text("badge"))
            case "identity":
                return SetIdentity(text("address"), await self._student(slash, home))
        return _typed(slash)

    async def _award_message(self, interaction: discord.Interaction[Any], data: Json, home: int | None) -> AskAward:
        """Read "Award for this message": the message becomes evidence, its author comes along as recipient."""
        message = data["resolved"]["messages"][str(data["target_id"])]
        user = message["author"]
        by_nobody = bool(message.get("webhook_id"))
        author = None if by_nobody else await self.directory.person(home, str(user["id"]))
        if author is None:
            ref = MemberRef(PLATFORM, await self.directory.space(home), str(user["id"]))
            author = Person(ref, known_from(user).name, by_nobody or bool(user.get("bot")))
        text, named = await mentions.prose(str(message.get("content") or ""), self._finder(home), self._namer(home))
        files = [str(file.get("filename") or "") for file in message.get("attachments") or ()]
        where = interaction.guild_id or "@me"
        url = f"https://discord.com/channels/{where}/{message.get('channel_id') or interaction.channel_id}/{message['id']}"
        at = datetime.fromisoformat(str(message["timestamp"]))
        recipients = () if author.is_bot or int(user["id"]) == interaction.user.id else (author,)
        return AskAward(Quote(author, text or ", ".join(files), at, url, named), recipients)

    # -- forms and ordinary words ------------------------------------------------------------------------------

    async def answered(self, given: Mapping[str, Any], resolved: Json, home: int | None) -> dict[str, Any]:
        """Put people in the place of users' ids in a form's answers."""
        found: dict[str, Any] = {}
        for name, value in given.items():
            if isinstance(value, list):
                found[name] = tuple([await self._resolved(resolved, user, home) for user in value])
            else:
                found[name] = value
        return found

    async def named(self, command: Command, home: int | None) -> Command:
        """Look who is mentioned in the reason that a form asked for."""
        if not isinstance(command, AwardBadge) or "@" not in command.reason:
            return command
        reason, typed = await mentions.prose(command.reason, self._finder(home), self._namer(home))
        reason, called = await mentions.typed(reason, lambda word: self.directory.called(home, word))
        return dataclasses.replace(command, reason=reason, named=(*typed, *called))

    async def words(self, text: str, home: int | None) -> tuple[str | Person, ...]:
        """Read ordinary words."""
        return await mentions.words(text, self._finder(home), self._namer(home))

    async def _file(self, slash: Slash) -> str:
        file = (slash.resolved.get("attachments") or {})[str(slash.options["file"])]
        return await self.posted(int(file.get("size") or 0), str(file["url"]))

    async def posted(self, size: int, url: str) -> str:
        """Read a file that was posted. Raises `TooBig`."""
        if size > BIGGEST:
            raise TooBig(str(size))
        return base64.b64encode(await self.directory.file(url, BIGGEST)).decode()

    # -- people ------------------------------------------------------------------------------------------------

    async def _student(self, slash: Slash, home: int | None) -> Person:
        return await self._resolved(slash.resolved, slash.options["student"], home)

    async def _said(self, text: str, home: int | None) -> str:
        return (await mentions.prose(text, self._finder(home), self._namer(home)))[0]

    async def _resolved(self, resolved: Json, user: object, home: int | None) -> Person:
        """Give who was chosen, as Discord resolved them."""
        id_ = str(user)
        told = (resolved.get("users") or {}).get(id_)
        member = (resolved.get("members") or {}).get(id_)
        ref = MemberRef(PLATFORM, await self.directory.space(home), id_)
        if told is None or (member is None and not told.get("bot")):
            known = await self.directory.person(home, id_)
            if known is not None:
                return known
        return known_person(ref, told or {"id": id_}, member)

    def _finder(self, home: int | None) -> mentions.Find:
        return lambda user: self.directory.person(home, user)

    def _namer(self, home: int | None) -> mentions.Roles:
        guild = self.directory.guild(home)

        def name_of(id_: str) -> str:
            found = (guild.get_role(int(id_)) or guild.get_channel_or_thread(int(id_))) if guild is not None else None
            return found.name if found is not None else ""

        return name_of


def known_person(ref: MemberRef, user: Json, member: Json | None) -> Person:
    """Give a person as Discord describes them."""
    known = known_from(user, member)
    return Person(ref, known.name, known.is_bot)


def _typed(slash: Slash) -> Typed:
    """Hand on what this version does not know: the core says what there is."""
    return Typed(f"/{slash.path[0]}", (*slash.path[1:], *(str(value) for value in slash.options.values())))
