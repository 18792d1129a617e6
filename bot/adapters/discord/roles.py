"""Roles that badges give on a server: what keeps Laurel from giving one, and giving and taking them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import aiohttp
import discord

from bot.adapters.discord.delays import LATER, SOON, later
from bot.core.port import Barred, Delivered, GaveUp, MemberRef, RetryAt, Role, RoleProblem

if TYPE_CHECKING:
    from bot.adapters.discord.directory import Directory

HAD = "had"
"""The message of somebody who has the role."""
REASON = 512
ELEVATED = discord.Permissions.elevated()
"""What Discord itself counts as power over a server: it asks whoever has it for a second factor where that is set."""
NO_MEMBER = frozenset((10007, 10013))
NO_ROLE = 10011
FORBIDDEN = frozenset((50001, 50013))


def named(guild: int | None, role: str) -> str:
    """Give the port's id of a role: which server's it is, too, since several may share one space."""
    return f"{guild}/{role}"


def described(guild: discord.Guild, role: str, name: str, *, teaches: bool) -> Role:
    """Give a role as it is now, with what would keep Laurel from giving it."""
    known = guild.get_role(int(role))
    powers: tuple[str, ...] = ()
    if known is not None:
        carried = discord.Permissions(known.permissions.value & ELEVATED.value)
        powers = tuple(power.replace("_", " ").title() for power, has in carried if has)
    return Role(
        named(guild.id, role), known.name if known is not None else name, _problem(guild, known), powers, teaches
    )


def problem(role: discord.Role | None, *, may: bool, highest: int) -> RoleProblem | None:
    """Say what keeps Laurel from giving a role: it `may` give some, and its own stands at `highest`."""
    if role is None:
        return "gone"
    if role.is_default():
        return "everyone"
    if role.managed:
        return "managed"
    if not may:
        return "unallowed"
    return "above" if role.position >= highest else None


def _problem(guild: discord.Guild, role: discord.Role | None) -> RoleProblem | None:
    """Say the same as far as Laurel is told what it is on a server."""
    return problem(role, may=guild.me.guild_permissions.manage_roles, highest=guild.me.top_role.position)


class Granting:
    """Gives and takes roles. `clock` gives the aware time."""

    def __init__(self, directory: Directory, clock: Callable[[], datetime]) -> None:
        self._directory, self._clock = directory, clock

    async def grant(
        self, client: discord.Client | None, to: MemberRef, role: str, *, held: bool, why: str
    ) -> Delivered | RetryAt | GaveUp | Barred:
        """Give a role or take it. What Discord would refuse is not asked of it."""
        if client is None:
            return RetryAt(self._clock() + SOON, "not connected")
        server, _, id_ = role.partition("/")
        guild = self._directory.guild(int(server))
        if guild is None or guild.unavailable:
            return RetryAt(self._clock() + LATER, "Laurel is not on that server")
        known = guild.get_role(int(id_))
        if known is None and not held:
            return Delivered("")
        if (barred := _problem(guild, known)) is not None:
            return Barred(barred)
        change = client.http.add_role if held else client.http.remove_role
        try:
            await change(guild.id, int(to.id), int(id_), reason=why[:REASON])
        except discord.RateLimited as limited:
            return RetryAt(self._clock() + timedelta(seconds=limited.retry_after), "rate limit")
        except discord.HTTPException as error:
            return self._refused(held, error)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            return RetryAt(self._clock() + SOON, type(error).__name__)
        return Delivered(HAD if held else "")

    def _refused(self, held: bool, error: discord.HTTPException) -> Delivered | RetryAt | GaveUp | Barred:
        """Say what is to be done about a role that Discord did not give or take. Raises what is a fault of ours."""
        if (put_off := later(self._clock(), error)) is not None:
            return put_off
        if error.code in FORBIDDEN:
            return Barred("unallowed")
        if error.code in NO_MEMBER | {NO_ROLE} and not held:
            return Delivered("")
        if error.code == NO_ROLE:
            return Barred("gone")
        if error.code in NO_MEMBER:
            return GaveUp("they are not on that server")
        raise error
