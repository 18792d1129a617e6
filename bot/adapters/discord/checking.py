"""What Laurel's token can and cannot do on its servers, found out by asking Discord."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import discord
from discord.http import Route

from bot.adapters.discord.client import intents, point_to
from bot.adapters.discord.menu import commands, compared
from bot.adapters.found import Found

NAMES = {
    "view_channel": "View Channels",
    "send_messages": "Send Messages",
    "send_messages_in_threads": "Send Messages in Threads",
    "attach_files": "Attach Files",
}
"""All that Laurel asks of a server: to see a channel, and to post cards with their pictures in it."""
NEEDED = discord.Permissions(**dict.fromkeys(NAMES, True))
UNREACHABLE = (aiohttp.ClientError, OSError, TimeoutError, discord.HTTPException)


@asynccontextmanager
async def logged_in(api: str, gateway: str, token: str) -> AsyncIterator[discord.Client]:
    """Give a client that may ask, without a connection. Raises `discord.LoginFailure` for a token that is not good."""
    point_to(api, gateway)
    client = discord.Client(intents=intents())
    try:
        await client.login(token)
        yield client
    finally:
        await client.close()


def invitation(application: int) -> str:
    """Give the address at which somebody who runs a server takes Laurel in."""
    return discord.utils.oauth_url(application, permissions=NEEDED, scopes=("bot", "applications.commands"))


async def look(
    api: str, gateway: str, token: str, teachers: tuple[str, ...], servers: tuple[str, ...]
) -> AsyncIterator[Found]:
    """Ask Discord about the token, the commands, the servers and the roles that teach."""
    try:
        async with logged_in(api, gateway, token) as client:
            async for found in _looked(client, teachers, servers):
                yield found
    except discord.LoginFailure:
        yield Found(False, "Discord does not take the token: copy the bot's token anew from the developer portal")
    except UNREACHABLE as error:
        yield Found(False, f"Discord cannot be asked at {api} ({type(error).__name__}: {error})")


async def _looked(client: discord.Client, teachers: tuple[str, ...], servers: tuple[str, ...]) -> AsyncIterator[Found]:
    application, me = await client.application_info(), client.user.id if client.user is not None else 0
    yield Found(True, f"the bot is {client.user}")
    there = await client.http.request(
        Route("GET", "/applications/{application_id}/commands", application_id=application.id),
        params={"with_localizations": "true"},
    )
    if sorted(map(compared, there)) == sorted(map(compared, commands())):
        yield Found(True, f"Discord has all {len(there)} commands")
    else:
        yield Found(False, "Discord's commands are not up to date: run `laurel discord sync`, or start Laurel")
    if application.bot_public and not servers:
        says = (
            "anybody can take the bot into a server of theirs and would be staff: switch Public Bot off, or set servers"
        )
        yield Found(False, says)
    granted = application.flags.gateway_guild_members or application.flags.gateway_guild_members_limited
    says = "the Server Members intent is granted: roles can be awarded" if granted else ""
    yield Found(
        True, says or "the Server Members intent is not granted: everything works but awarding a role's members"
    )
    found = [guild async for guild in client.fetch_guilds(limit=None)]
    if not found:
        yield Found(False, f"the bot is in no server: open {invitation(application.id)}")
    for guild in found:
        if servers and str(guild.id) not in servers:
            yield Found(False, f"{guild.name} ({guild.id}) is none of [discord] servers: it vouches for nobody")
            continue
        async for one in _server(guild, me, teachers):
            yield one


async def _server(guild: discord.Guild, me: int, teachers: tuple[str, ...]) -> AsyncIterator[Found]:
    roles = await guild.fetch_roles()
    known = {name.casefold() for role in roles for name in (role.name, str(role.id))}
    names = [name for name in teachers if name.removeprefix("@").strip().casefold() in known]
    if teachers and not names:
        yield Found(False, f"{guild.name} has no role {' or '.join(teachers)}: correct [discord] teacher_roles")
    else:
        yield Found(True, f"{guild.name}: " + (f"{' and '.join(names)} teach" if names else "who runs it awards"))
    held = {role.id for role in (await guild.fetch_member(me)).roles}
    mine = discord.Permissions.none()
    for role in roles:
        if role.is_default() or role.id in held:
            mine |= role.permissions
    lacking = [name for key, name in NAMES.items() if not getattr(mine, key)]
    if lacking and not mine.administrator:
        yield Found(False, f"{guild.name}: Laurel lacks {', '.join(lacking)}: give its role these permissions")
