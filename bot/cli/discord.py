"""`laurel discord`: inviting the bot, telling Discord the commands, and checking what it can do.

Discord's SDK is imported where it is needed: it takes longer to load than most other commands take.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.markup import escape
from sqlalchemy.exc import DBAPIError

from bot.adapters.found import Found
from bot.cli.plain import ConfigFile, fail, out, plainly
from bot.config import DiscordSettings, load
from bot.core.db import Database, exists
from bot.core.granting import InUse, in_use

discord = typer.Typer(no_args_is_help=True, help="Discord: inviting the bot, and checking it.")
T = TypeVar("T")


@discord.command()
def invite(
    config: ConfigFile = None,
    user: Annotated[bool, typer.Option("--user", help="For somebody's own account, to use it anywhere.")] = False,
    roles: Annotated[
        bool, typer.Option("--roles", help="Ask for Manage Roles, too: badges are to give roles.")
    ] = False,
) -> None:
    """Print the address at which somebody who runs a server takes Laurel in, with exactly what it needs."""
    from bot.adapters.discord.checking import invitation, logged_in, own_invitation

    with plainly():
        set_up = _settings(config)

        async def asked() -> int:
            async with logged_in(set_up.api_base, set_up.gateway, set_up.token.get_secret_value()) as client:
                return client.application_id or 0

        application = _asked(asked())
        typer.echo(own_invitation(application) if user else invitation(application, roles=roles))


@discord.command()
def sync(config: ConfigFile = None) -> None:
    """Tell Discord which commands there are, whether they changed or not."""
    from bot.adapters.discord.checking import logged_in
    from bot.adapters.discord.syncing import sync as bring_up_to_date

    with plainly():
        set_up = _settings(config)

        async def told() -> None:
            async with logged_in(set_up.api_base, set_up.gateway, set_up.token.get_secret_value()) as client:
                await bring_up_to_date(client, always=True)

        _asked(told())
        out.print("Discord has the commands; in open chats they may take a minute.")


@discord.command()
def check(config: ConfigFile = None) -> None:
    """Ask Discord what the token can and cannot do; ends with 1 where something is missing."""
    with plainly():
        found = asyncio.run(everything(_settings(config), _given(load(config).database.url)))
        for one in found:
            out.print(f"{'[green]✓[/]' if one.well else '[red]✗[/]'} {escape(one.says)}")
        raise typer.Exit(0 if all(one.well for one in found) else 1)


async def everything(set_up: DiscordSettings, given: tuple[InUse, ...]) -> list[Found]:
    """Look at everything that Discord tells."""
    from bot.adapters.discord.checking import look

    token = set_up.token.get_secret_value()
    asked = look(
        set_up.api_base, set_up.gateway, token, set_up.teacher_roles, set_up.servers, set_up.celebrations, given
    )
    return [one async for one in asked]


def _given(url: str) -> tuple[InUse, ...]:
    """Give the roles that badges give, where there is a database yet that knows of any."""
    from bot.adapters.discord.markup import PLATFORM

    if not exists(url):
        return ()
    database = Database(url)
    try:
        with database.read() as db:
            return in_use(db, PLATFORM)
    except DBAPIError:  # of an earlier version, or away: that is for `laurel doctor` to say
        return ()
    finally:
        database.close()


def _settings(config: Path | None) -> DiscordSettings:
    settings = load(config)
    if not settings.discord.enabled:
        fail("[discord] token: there is none; docs/discord.md says where to find it.")
    return settings.discord


def _asked(question: Coroutine[None, None, T]) -> T:
    """Ask Discord; ends the program in one line where it does not answer."""
    from discord import LoginFailure

    from bot.adapters.discord.checking import UNREACHABLE
    from bot.adapters.discord.client import LOGIN_REFUSED

    try:
        return asyncio.run(question)
    except LoginFailure:
        fail(f"[discord] token: {LOGIN_REFUSED}.")
    except UNREACHABLE as error:
        fail(f"Discord does not answer as it should ({type(error).__name__}: {error}); try `laurel discord check`.")
