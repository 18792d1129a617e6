"""`laurel slack`: the app manifest, and what a token can do.

Slack's SDK is imported where it is needed: it takes longer to load than most other commands take.
"""

from __future__ import annotations

import asyncio
import json

import typer
from rich.markup import escape

from bot.adapters.found import Found
from bot.cli.plain import ConfigFile, fail, out, plainly
from bot.config import Settings, load
from bot.wiring import open_laurel

slack = typer.Typer(no_args_is_help=True, help="Slack: making the app, and checking it.")


@slack.command("manifest")
def print_manifest(config: ConfigFile = None) -> None:
    """Print the app manifest: with a signing secret set, for signed requests to this web server, else Socket Mode."""
    from bot.adapters.slack.manifest import manifest

    with plainly():
        settings = load(config)
        secret = settings.slack.signing_secret.get_secret_value()
        socket = bool(settings.slack.app_token.get_secret_value()) or not secret
        if not socket and not settings.web.public_url:
            fail("[web] public_url: Slack sends its requests there; set it, or use Socket Mode (app_token).")
        made = manifest(
            socket=socket,
            pages=settings.web.public_url,
            public=bool(settings.web.public_url),
            oauth=bool(settings.slack.client_id),
        )
        typer.echo(json.dumps(made, indent=2))


@slack.command()
def check(config: ConfigFile = None) -> None:
    """Ask Slack what the tokens can and cannot do; ends with 1 where something is missing."""
    with plainly():
        settings = load(config)
        if not (settings.slack.client_id or settings.slack.bot_token.get_secret_value()):
            fail("[slack] bot_token: there is none; docs/slack.md says where to find it.")
        found = asyncio.run(_all(settings))
        for one in found:
            out.print(f"{'[green]✓[/]' if one.well else '[red]✗[/]'} {escape(one.says)}")
        raise typer.Exit(0 if all(one.well for one in found) else 1)


async def _all(settings: Settings) -> list[Found]:
    from bot.adapters.slack.checking import look, look_at_installed
    from bot.adapters.slack.installing import Installations

    set_up = settings.slack
    if set_up.client_id:
        laurel = open_laurel(settings)
        try:
            installations = Installations(laurel.database, laurel.site.master_key, set_up.client_id)
            return [one async for one in look_at_installed(set_up.api_url, installations)]
        finally:
            laurel.database.close()
    tokens = (set_up.bot_token.get_secret_value(), set_up.app_token.get_secret_value())
    asked = look(set_up.api_url, *tokens, set_up.teachers, public=bool(settings.web.public_url))
    return [one async for one in asked]
