"""People as Discord's interactions name them: chosen from a list, mentioned in a text, typed into a form."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from bot.adapters import names
from bot.adapters.discord import mentions
from bot.adapters.discord.directory import Directory, known_from, ref
from bot.core.commands import AwardBadge, Command
from bot.core.port import Person

Json = Mapping[str, Any]
LOOKED_UP = 10
"""Names in a form's text that Discord is asked for, one after the other; what else has an at sign stays as it is."""


class People:
    """Reads whom somebody means. `home` is the server whose members can be meant."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory

    async def resolved(self, resolved: Json, user: object, home: int | None) -> Person:
        """Give who was chosen, as Discord resolved them."""
        id_ = str(user)
        told = (resolved.get("users") or {}).get(id_)
        member = (resolved.get("members") or {}).get(id_)
        if told is None or (member is None and not told.get("bot")):
            known = await self.directory.person(home, id_)
            if known is not None:
                return known
        described = known_from(told or {"id": id_}, member)
        return Person(ref(id_), described.name, described.is_bot)

    async def words(self, text: str, home: int | None) -> tuple[str | Person, ...]:
        """Part a text at its mentions."""
        return await mentions.words(text, self._finder(home), self._namer(home))

    async def prose(self, text: str, home: int | None) -> tuple[str, tuple[Person, ...]]:
        """Give a text as it reads, and everybody whose name stands in it."""
        return await mentions.prose(text, self._finder(home), self._namer(home))

    async def answered(self, given: Mapping[str, Any], resolved: Json, home: int | None) -> dict[str, Any]:
        """Put people in the place of users' ids in a form's answers."""
        found: dict[str, Any] = {}
        for name, value in given.items():
            if isinstance(value, list):
                found[name] = tuple([await self.resolved(resolved, user, home) for user in value])
            else:
                found[name] = value
        return found

    async def named(self, command: Command, home: int | None) -> Command:
        """Look who is mentioned in the reason that a form asked for."""
        if not isinstance(command, AwardBadge) or "@" not in command.reason:
            return command
        reason, mentioned = await self.prose(command.reason, home)
        words = names.mentioned(reason)[:LOOKED_UP]
        called = [one for word in words for one in await self.directory.called(home, word)]
        reason, meant = names.in_prose(reason, called)
        return dataclasses.replace(command, reason=reason, named=(*mentioned, *meant))

    def _finder(self, home: int | None) -> mentions.Find:
        return lambda user: self.directory.person(home, user)

    def _namer(self, home: int | None) -> mentions.Roles:
        guild = self.directory.guild(home)

        def name_of(id_: str) -> str:
            found = (guild.get_role(int(id_)) or guild.get_channel_or_thread(int(id_))) if guild is not None else None
            return found.name if found is not None else ""

        return name_of
