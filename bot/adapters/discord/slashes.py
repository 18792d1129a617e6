"""Slash commands as Discord sends them, as commands of the core."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import discord

from bot.adapters.discord import menu, roles
from bot.adapters.discord.directory import TooLarge
from bot.adapters.discord.files import fetch
from bot.adapters.discord.people import Json, People
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
    GiveRole,
    Help,
    LinkAccount,
    ListBadges,
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
    StopRole,
    SuspendBadge,
    TakeBadges,
    Typed,
    UnlinkAccount,
    VerifyBadge,
)
from bot.core.credentials import MAX_PICTURE
from bot.core.errors import RoleUnread, RoleUnsearched
from bot.core.port import Group, Person


@dataclass(frozen=True, slots=True)
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

    @property
    def files(self) -> list[Json]:
        """Give the file that was attached, if one was."""
        file = (self.resolved.get("attachments") or {}).get(str(self.options.get("file") or ""))
        return [file] if file is not None else []


class Slashes(People):
    """Reads slash commands. May raise `discord.HTTPException` where Discord does not say who somebody is.

    And a `Refusal`, where it does not say who has a role.
    """

    async def command(self, slash: Slash, home: int | None) -> Command:
        """Give the command; what this version does not know is handed on, and the core says what there is."""
        text = slash.text
        match slash.path:
            case ("award",):
                return await self._award(slash, home)
            case ("revoke",):
                return RevokeBadge(
                    await self._student(slash, home), text("badge"), await self._said(text("reason"), home)
                )
            case ("verify",):
                if slash.files:
                    return replace(await self._file(slash), url=text("url"), recipient=text("recipient"))
                return VerifyBadge(text("url"), text("recipient")) if text("url") else AskVerify()
            case ("mybadges", asked):
                return await self._mybadges(asked, slash, home)
            case ("goals", asked):
                return await self._goals(asked, slash, home)
            case ("badge", asked):
                return self._badge(asked, slash, home)
            case ("laurel", asked):
                return await self._laurel(asked, slash, home)
        return _typed(slash)

    async def _award(self, slash: Slash, home: int | None) -> Command:
        names = ("student", *menu.STUDENTS)
        people = [
            await self.resolved(slash.resolved, slash.options[name], home) for name in names if slash.options.get(name)
        ]
        badge = slash.text("badge")
        strays: list[str] = []
        if "students" in slash.options:
            for part in await self.words(slash.text("students"), home):
                if isinstance(part, Person):
                    people.append(part)
                else:
                    strays += part.replace(",", " ").split()
        role = slash.options.get("role")
        groups = (await self._role(slash, str(role), home),) if role else ()
        reason, named = await self.prose(slash.text("reason"), home)
        if strays:  # whom nobody knows: the core says so, in words
            first = strays[0] if strays[0].startswith("@") else f"@{strays[0]}"
            return Typed("/award", (first, badge, *(("for", reason) if reason else ())))
        people = list(dict.fromkeys(people))
        links, level = slash.text("evidence"), slash.text("level")
        if not people and not groups:
            return AskAward(badge=badge, reason=reason, named=named, links=links, level=level)
        return AwardBadge(tuple(people), badge, reason, named=named, links=links, level=level, groups=groups)

    async def _role(self, slash: Slash, role: str, home: int | None) -> Group:
        name = str((slash.resolved.get("roles") or {}).get(role, {}).get("name") or role)
        try:
            found = await self.directory.members_of(home, int(role)) if home is not None else []
        except discord.Forbidden as error:
            raise RoleUnread(name) from error
        except TooLarge as error:
            raise RoleUnsearched(name) from error
        return Group(name.removeprefix("@"), tuple(found))

    async def _mybadges(self, asked: str, slash: Slash, home: int | None) -> Command:
        match asked:
            case "show":
                member = slash.options.get("member")
                return ShowBadges(await self.resolved(slash.resolved, member, home) if member else None)
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

    def _badge(self, asked: str, slash: Slash, home: int | None) -> Command:
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
            case "role":
                role = str(slash.options.get("role") or "")
                if slash.options.get("stop"):
                    return StopRole(badge, role and roles.named(home, role))
                return GiveRole(badge, self.directory.role(home, slash.resolved, role) if role else None)
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

    async def posted(self, size: int, url: str) -> VerifyBadge:
        """Read a file that was posted, a badge to check. What is too large for one is not fetched."""
        if size > MAX_PICTURE:
            return VerifyBadge(too_large=True)
        return VerifyBadge(file=base64.b64encode(await fetch(url, MAX_PICTURE)).decode())

    async def _file(self, slash: Slash) -> VerifyBadge:
        [file] = slash.files
        return await self.posted(int(file.get("size") or 0), str(file["url"]))

    async def _student(self, slash: Slash, home: int | None) -> Person:
        return await self.resolved(slash.resolved, slash.options["student"], home)

    async def _said(self, text: str, home: int | None) -> str:
        return (await self.prose(text, home))[0]


def _typed(slash: Slash) -> Typed:
    return Typed(f"/{slash.path[0]}", (*slash.path[1:], *(str(value) for value in slash.options.values())))
