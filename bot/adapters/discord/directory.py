"""Who is who, as Discord tells it: asked once, kept for a while; and on which server somebody is known."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import discord
from discord.http import Route

from bot.adapters.discord import roles as giving
from bot.adapters.discord.markup import PLATFORM
from bot.adapters.remembered import Remembered
from bot.core.app import App
from bot.core.port import EVERYWHERE, MemberRef, Person, Role

FIVE_MINUTES = 300.0
A_MINUTE = 60.0
SERVERS_ASKED = 25
"""Servers that are asked whether somebody is a member who writes directly and was met on none so far."""
FOUND = 10
"""Members that are looked at to find out who `@zoe` is, where a form's text says so."""
PAGE, PAGES = 1_000, 50
"""Members that Discord gives at a time, about once a second; and how often it is asked while somebody waits."""


class TooLarge(Exception):
    """A server has more members than can be looked through."""


@dataclass(frozen=True, slots=True)
class Known:
    """A member of a server: what they are called there, and the ids of their roles."""

    name: str
    names: tuple[str, ...]
    is_bot: bool
    roles: frozenset[int]


class Directory:
    """Answers who somebody is. `teachers` are names or ids of the roles whose members teach.

    `servers` are the ids of the school's; without any, all that took Laurel in are. Set `client` before asking.
    """

    client: discord.Client

    def __init__(self, app: App, teachers: Collection[str], servers: Collection[str] = ()) -> None:
        self._app, self._servers = app, frozenset(map(int, servers))
        self._teachers = {name.removeprefix("@").strip().casefold() for name in teachers}
        self._members: Remembered[tuple[int, int], Known] = Remembered(FIVE_MINUTES)
        self._strangers: Remembered[tuple[int, int], bool] = Remembered(A_MINUTE)

    # -- servers -----------------------------------------------------------------------------------------------

    def guild(self, guild: int | None) -> discord.Guild | None:
        """Give a server of the school that Laurel is a member of."""
        ours = guild is not None and (guild in self._servers or not self._servers)
        return self.client.get_guild(guild) if guild is not None and ours else None

    async def home(self, user: int) -> discord.Guild | None:
        """Give the server that somebody who writes directly belongs to, if they share one with Laurel."""
        met = await self._app.met_in(ref(user))
        last = self.guild(int(met)) if met.isdigit() else None
        if last is not None and await self.member(last.id, user) is not None:
            return last
        ours = [guild for guild in self.client.guilds if self.guild(guild.id) is not None][:SERVERS_ASKED]
        known = await asyncio.gather(*(self.member(guild.id, user) for guild in ours))
        return next((guild for guild, who in zip(ours, known, strict=True) if who is not None), None)

    def left(self, guild: int) -> None:
        """Let go of what is known of a server's members: it took Laurel out."""
        self._members.drop(lambda key: key[0] == guild)
        self._strangers.drop(lambda key: key[0] == guild)

    # -- people ------------------------------------------------------------------------------------------------

    async def member(self, guild: int, user: int) -> Known | None:
        """Give a member of a server; None for who is none."""
        known = self._members.get((guild, user))
        if known is not None or self._strangers.get((guild, user)):
            return known
        return await self._members.ask((guild, user), lambda: self._ask_who_is(guild, user))

    async def _ask_who_is(self, guild: int, user: int) -> Known | None:
        try:
            data = await self.client.http.get_member(guild, user)
        except (discord.NotFound, discord.Forbidden):
            self._strangers.put((guild, user), True)
            return None
        return known_from(data["user"], data)

    def learn(self, guild: int, user: int, known: Known) -> Known:
        """Keep what an interaction told of somebody."""
        return self._members.put((guild, user), known)

    async def person(self, guild: int | None, user: str) -> Person | None:
        """Give who is behind an id."""
        if guild is None or not user.isdigit() or (known := await self.member(guild, int(user))) is None:
            return None
        return Person(ref(user), known.name, known.is_bot)

    async def members_of(self, guild: int, role: int) -> list[Person]:
        """Give a role's members.

        Raises `discord.Forbidden` where the Members intent is not granted, `TooLarge` for a server of too many members.
        """
        server = self.guild(guild)
        if server is not None and (server.member_count or 0) > PAGE * PAGES:
            raise TooLarge
        found, after = list[Person](), None
        for _ in range(PAGES):
            page = await self.client.http.get_members(guild, PAGE, after)
            for data in page:
                known = self.learn(guild, int(data["user"]["id"]), known_from(data["user"], data))
                if role in known.roles or role == guild:  # everyone's role is the server's id
                    found.append(Person(ref(data["user"]["id"]), known.name, known.is_bot))
            if len(page) < PAGE:
                return found
            after = int(page[-1]["user"]["id"])
        raise TooLarge

    async def called(self, guild: int | None, word: str) -> list[tuple[str, Person]]:
        """Give members whose names begin with a word, each with everything they are called."""
        if guild is None:
            return []
        route = Route("GET", "/guilds/{guild_id}/members/search", guild_id=guild)
        try:
            page = await self.client.http.request(route, params={"query": word, "limit": FOUND})
        except (discord.HTTPException, discord.RateLimited):
            return []
        found = []
        for data in page:
            known = known_from(data["user"], data)
            who = Person(ref(data["user"]["id"]), known.name, known.is_bot)
            found += [(name, who) for name in known.names]
        return found

    # -- roles -------------------------------------------------------------------------------------------------

    def vouched(self, guild: discord.Guild | None, user: int, roles: Iterable[int], *, runs: bool) -> frozenset[str]:
        """Give what a server vouches for: its teachers by their roles; who runs it is staff."""
        if guild is None:
            return frozenset()
        mine = set(roles)
        said = {"teacher"} if any(self.teaches(guild, role) for role in mine) else set()
        may = any(role.permissions.administrator for role in guild.roles if role.id in mine)
        return frozenset(said | ({"staff"} if runs or may or guild.owner_id == user else set()))

    def teaches(self, guild: discord.Guild, role: int) -> bool:
        """Tell whether a role is one of those that teach, by its name or by its id."""
        known = guild.get_role(role)
        return bool(self._teachers & {str(role), *([known.name.strip().casefold()] if known is not None else ())})

    def role(self, home: int | None, resolved: Mapping[str, Any], role: str) -> Role:
        """Give a role that somebody chose, with what would keep Laurel from giving it."""
        guild = self.guild(home)
        name = str((resolved.get("roles") or {}).get(role, {}).get("name") or role)
        if guild is None:
            return Role(giving.named(home, role), name, "gone")
        return giving.described(guild, role, name, teaches=self.teaches(guild, int(role)))


def ref(user: object) -> MemberRef:
    """Give who has an id: on Discord it is the same person on every server, and in direct messages."""
    return MemberRef(PLATFORM, EVERYWHERE, str(user))


def known_from(user: Mapping[str, Any], member: Mapping[str, Any] | None = None) -> Known:
    """Read a user, and what they are in a server."""
    member = member or {}
    names = tuple(
        dict.fromkeys(filter(None, (member.get("nick"), user.get("global_name"), str(user.get("username") or ""))))
    )
    roles = frozenset(int(role) for role in member.get("roles") or ())
    return Known(names[0] if names else str(user["id"]), names, bool(user.get("bot")), roles)
