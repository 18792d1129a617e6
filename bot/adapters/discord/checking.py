"""What Laurel's token can and cannot do on its servers, found out by asking Discord."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from functools import reduce
from operator import or_
from typing import Any

import aiohttp
import discord

from bot.adapters.discord.client import LOGIN_REFUSED, intents, point_to
from bot.adapters.discord.menu import BY_USER, commands
from bot.adapters.discord.places import NAMES, THREADS, WRITABLE, asks_in_vain_for_tags, lacking
from bot.adapters.discord.roles import named, problem
from bot.adapters.discord.syncing import up_to_date
from bot.adapters.found import Found
from bot.core.granting import InUse

NEEDED = discord.Permissions(**dict.fromkeys(NAMES, True))
FOR_ROLES = discord.Permissions(manage_roles=True)
"""What it needs besides where badges give roles."""
UNREACHABLE = (aiohttp.ClientError, OSError, TimeoutError, discord.HTTPException, discord.RateLimited)


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


def invitation(application: int, *, roles: bool = False) -> str:
    """Give the address at which somebody who runs a server takes Laurel in; with `roles`, so that it may give some."""
    wanted = NEEDED | FOR_ROLES if roles else NEEDED
    return discord.utils.oauth_url(application, permissions=wanted, scopes=("bot", "applications.commands"))


def own_invitation(application: int) -> str:
    """Give the address at which somebody takes Laurel onto their own account: its commands, and nothing else."""
    return discord.utils.oauth_url(application, scopes=("applications.commands",)) + f"&integration_type={BY_USER}"


async def look(
    api: str,
    gateway: str,
    token: str,
    teachers: tuple[str, ...],
    servers: tuple[str, ...],
    celebrations: tuple[str, ...] = (),
    given: Collection[InUse] = (),
) -> AsyncIterator[Found]:
    """Ask Discord about the token, the commands, the servers, and all that settings and badges name."""
    try:
        async with logged_in(api, gateway, token) as client:
            async for found in _looked(client, teachers, servers, given):
                yield found
            for place in celebrations:
                yield await _celebrated(client, int(place))
    except discord.LoginFailure:
        yield Found(False, LOGIN_REFUSED)
    except UNREACHABLE as error:
        yield Found(False, f"Discord cannot be asked at {api} ({type(error).__name__}: {error})")


async def _looked(
    client: discord.Client, teachers: tuple[str, ...], servers: tuple[str, ...], given: Collection[InUse]
) -> AsyncIterator[Found]:
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
        async for one in _server(client, guild, me, teachers, given):
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


async def _server(
    client: discord.Client, guild: discord.Guild, me: int, teachers: tuple[str, ...], given: Collection[InUse]
) -> AsyncIterator[Found]:
    roles = await guild.fetch_roles()
    known = {name.casefold() for role in roles for name in (role.name, str(role.id))}
    names = [name for name in teachers if name.removeprefix("@").strip().casefold() in known]
    if teachers and not names:
        yield Found(False, f"{guild.name} has no role {' or '.join(teachers)}: correct [discord] teacher_roles")
    else:
        yield Found(True, f"{guild.name}: " + (f"{' and '.join(names)} teach" if names else "who runs it awards"))
    mine, held = await _granted(client, guild, roles, me)
    missing = [name for key, name in NAMES.items() if not getattr(mine, key)]
    if missing and not mine.administrator:
        yield Found(False, f"{guild.name}: Laurel lacks {', '.join(missing)}: give its role these permissions")
    highest = max((role.position for role in roles if role.id in held), default=0)
    there = {named(guild.id, str(role.id)): role for role in roles}
    for use in given:
        if use.role.startswith(named(guild.id, "")):
            barred = _barred(there.get(use.role), mine, highest)
            yield Found(not barred, f"{guild.name}: {use.badge} gives {use.name}{barred}")


async def _granted(
    client: discord.Client, guild: discord.Guild, roles: list[discord.Role], me: int
) -> tuple[discord.Permissions, set[int]]:
    """Give what Laurel may do on a server, and the ids of its roles there."""
    # As ids: discord.py gives only those roles of a member that it knows, and of a fetched server it knows none.
    held = {int(role) for role in (await client.http.get_member(guild.id, me))["roles"]} | {guild.id}
    mine = discord.Permissions.none()
    for role in roles:
        if role.id in held:
            mine |= role.permissions
    return mine, held


def _barred(role: discord.Role | None, mine: discord.Permissions, highest: int) -> str:
    """Say what keeps Laurel from giving a role, and what to do."""
    match problem(role, may=mine.manage_roles or mine.administrator, highest=highest):
        case None:
            return ""
        case "gone":
            return ", which is gone: let the badge give another with /badge role"
        case "unallowed":
            return ", but Laurel may not: give its role the permission Manage Roles"
        case "above":
            return ", which stands above Laurel's role: drag that above it in the server's settings"
    return ", which nobody can give: choose another with /badge role"


async def _celebrated(client: discord.Client, place: int) -> Found:
    """Look whether a card can stand in a place of the settings."""
    try:
        there: dict[str, Any] = dict(await client.http.get_channel(place))
        thread = there["type"] in THREADS
        channel = dict(await client.http.get_channel(int(there["parent_id"]))) if thread else there
    except (discord.NotFound, discord.Forbidden) as error:
        says = f"[discord] celebrations: {place} cannot be seen ({error.text}): correct the id, or let Laurel see it"
        return Found(False, says)
    called = f"celebrations go to {there.get('name')} ({place})"
    if there["type"] not in WRITABLE or "guild_id" not in there:
        return Found(False, f"{called}, where no card can stand: name a channel, a thread or a forum of a server")
    me = client.user.id if client.user is not None else 0
    guild = await client.fetch_guild(int(there["guild_id"]), with_counts=False)
    mine, held = await _granted(client, guild, await guild.fetch_roles(), me)
    if missing := lacking(_allowed(mine, channel, held, me), thread=thread):
        return Found(False, f"{called}, where Laurel lacks {', '.join(missing)}: give its role these permissions there")
    if thread and there["thread_metadata"].get("locked") and not mine.manage_threads:
        return Found(False, f"{called}, which is locked: unlock it")
    if asks_in_vain_for_tags(there):
        return Found(False, f"{called}, which asks for a tag that Laurel may not choose: add one for everybody")
    return Found(True, called)


def _allowed(mine: discord.Permissions, channel: dict[str, Any], held: set[int], me: int) -> discord.Permissions:
    """Give what Laurel's permissions become in one channel, by its rules for everybody, for roles and for members."""
    allowed = discord.Permissions(mine.value)
    rules = {int(rule["id"]): (int(rule["allow"]), int(rule["deny"])) for rule in channel["permission_overwrites"]}
    everybody = int(channel["guild_id"])
    roles = [rules[role] for role in held - {everybody} if role in rules]
    together = (reduce(or_, (allow for allow, _ in roles), 0), reduce(or_, (deny for _, deny in roles), 0))
    for allow, deny in (rules.get(everybody, (0, 0)), together, rules.get(me, (0, 0))):
        allowed.handle_overwrite(allow, deny)
    return allowed
