"""Discord, over discord.py: application commands, components and direct messages, on as many servers as there are."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass

import aiohttp
import discord
import structlog

from bot.adapters.discord.answering import Answering
from bot.adapters.discord.client import API, GATEWAY, LOGIN_REFUSED, Client, point_to
from bot.adapters.discord.commands import Reading
from bot.adapters.discord.delivering import Delivering
from bot.adapters.discord.directory import Directory
from bot.adapters.discord.listening import Listening
from bot.adapters.discord.markup import PLATFORM
from bot.adapters.discord.roles import Granting
from bot.core.app import App
from bot.core.port import Barred, Delivered, GaveUp, Limits, MemberRef, Place, Reply, Result, RetryAt, Stopped

__all__ = ["API", "GATEWAY", "Access", "Discord"]

log = structlog.get_logger(__name__)

FATAL = {
    4004: LOGIN_REFUSED,
    4010: "Discord says 4010: the shard is not valid",
    4011: "Discord says 4011: the bot is in too many servers for one shard",
    4012: "Discord says 4012: this version of its gateway is over; update Laurel",
    4013: "Discord says 4013: the intents are not valid; update Laurel",
    4014: "Discord says 4014: an intent is not granted; grant it in the developer portal",
}
"""How a gateway ends a connection where coming back is of no use."""
LONGEST_WAIT = 60.0
GRACE = 5.0
"""Seconds that answers under way have to come to their end."""


@dataclass(frozen=True, slots=True)
class Access:
    """What Laurel comes to Discord with: the bot's token, and what it is to know of the school.

    `teacher_roles` are names or ids; `servers` the ids of the school's servers, none for all that take Laurel in;
    `celebrations` the ids of the channels, threads or forums where cards go, one for a server.
    """

    token: str
    teacher_roles: Collection[str] = ()
    servers: Collection[str] = ()
    celebrations: Collection[str] = ()
    api: str = API
    gateway: str = GATEWAY


class Discord:
    """Discord as a platform of the port."""

    name = PLATFORM
    limits = Limits(roles=True)

    def __init__(self, app: App, access: Access) -> None:
        self.app, self._access = app, access
        self.client: Client | None = None
        self.directory = Directory(app, access.teacher_roles, access.servers)
        self.reading = Reading(app, self.directory, access.celebrations)
        self.answering = Answering(app)
        self.delivering = Delivering(self.answering, app.clock)
        self.granting = Granting(self.directory, app.clock)
        self.listening = Listening(self)

    async def run(self) -> None:
        """Serve until cancelled. Raises `Stopped` for a token that is no longer good."""
        point_to(self._access.api, self._access.gateway)
        wait = 1.0
        while True:
            began = time.monotonic()
            try:
                await self._serve()
            except discord.LoginFailure as error:
                raise Stopped(FATAL[4004]) from error
            except discord.PrivilegedIntentsRequired as error:
                raise Stopped(FATAL[4014]) from error
            except discord.ConnectionClosed as error:
                if error.code in FATAL:
                    raise Stopped(FATAL[error.code]) from error
                log.warning("Discord closed the connection", code=error.code)
            except discord.RateLimited as limited:
                log.warning("Discord asks to wait", seconds=limited.retry_after)
                wait = max(wait, limited.retry_after)
            except (
                discord.HTTPException,
                discord.GatewayNotFound,
                aiohttp.ClientError,
                OSError,
                TimeoutError,
            ) as error:
                log.warning("Discord cannot be reached", why=f"{type(error).__name__}: {error}")
            if time.monotonic() - began > LONGEST_WAIT:  # it was good for a while
                wait = 1.0
            await _rest(wait)
            wait = min(wait * 2, LONGEST_WAIT)

    async def deliver(self, to: Place | MemberRef, reply: Reply, *, key: str, edits: str | None) -> Result:
        """Put `reply` in a channel or in somebody's direct messages, or change the message that `edits` names."""
        return await self.delivering.deliver(self.client, to, reply, key, edits)

    async def grant(self, to: MemberRef, role: str, *, held: bool, why: str) -> Delivered | RetryAt | GaveUp | Barred:
        """Give somebody a role or take it, whichever `held` says."""
        return await self.granting.grant(self.client, to, role, held=held, why=why)

    async def _serve(self) -> None:
        client = Client(self)
        self.directory.client = client
        try:
            await client.login(self._access.token)
            self.client = client
            await client.connect()
        finally:
            self.client = None
            with suppress(TimeoutError):
                await asyncio.wait_for(self.listening.drain(), GRACE)
            await client.close()


async def _rest(seconds: float) -> None:
    await asyncio.sleep(seconds)
