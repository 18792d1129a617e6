"""What Laurel's token can and cannot do on its servers, found out by asking Discord."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import discord

from bot.adapters.discord.client import LOGIN_REFUSED, intents, point_to
from bot.adapters.discord.menu import BY_USER, commands
from bot.adapters.discord.syncing import up_to_date

NAMES = {
    "view_channel": "View Channels",
    "send_messages": "Send Messages",
    "send_messages_in_threads": "Send Messages in Threads",
    "attach_files": "Attach Files",
}
"""All that Laurel asks of a server: to see a channel, and to post cards with their pictures in it."""
NEEDED = discord.Permissions(**dict.fromkeys(NAMES, True))
UNREACHABLE = (aiohttp.ClientError, OSError, TimeoutError, discord.HTTPException)


@dataclass(frozen=True, slots=True)
class Found:
    """One thing looked at, in a sentence that says what to do where it is not well."""

    well: bool
    says: str


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


def own_invitation(application: int) -> str:
    """Give the address at which somebody takes Laurel onto their own account: its commands, and nothing else."""
    return discord.utils.oauth_url(application, scopes=("applications.commands",)) + f"&integration_type={BY_USER}"


async def look(
    api: str, gateway: str, token: str, teachers: tuple[str, ...], servers: tuple[str, ...]
) -> AsyncIterator[Found]:
    """Ask Discord about the token, the commands, the servers and the roles that teach."""
    try:
        async with logged_in(api, gateway, token) as client:
            async for found in _looked(client, teachers, servers):
                yield found
    except discord.LoginFailure:
        yield Found(False, LOGIN_REFUSED)
    except UNREACHABLE as error:
        yield Found(False, f"Discord cannot be asked at {api} ({type(error).__name__}: {error})")


async def _looked(client: discord.Client, teachers: tuple[str, ...], servers: tuple[str, ...]) -> AsyncIterator[Found]:
    application, me = await client.application_info(), client.user.id if client.user is not None else 0
    yield Found(True, f"the bot is {client.user}")
    if await up_to_date(client):
        yield Found(True, f"Discord has all {len(commands())} commands")
    else:
        yield Found(False, "Discord's commands are not up to date: run `laurel discord sync`, or start Laurel")
    if application.bot_public and not servers:
        says = (
            "anybody can take the bot into a server of theirs and would be staff: switch Public Bot off, or set servers"
        )
        yield Found(False, says)
    yield Found(True, _on_accounts(application))
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


def _on_accounts(application: discord.AppInfo) -> str:
    """Say who can take Laurel onto their own account, to use it anywhere."""
    if application.user_integration_config is None:
        return "nobody can take the bot onto their own account: switch User Install on if they should"
    if not application.bot_public:
        return (
            "only you can take the bot onto your own account: switch Public Bot on, with servers set, if others should"
        )
    return "everybody can take the bot onto their own account: `laurel discord invite --user` prints where"


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
