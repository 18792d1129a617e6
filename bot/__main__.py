"""The `laurel` command."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from rich.markup import escape

from bot import logs
from bot.adapters.room import sample
from bot.cli.award import award
from bot.cli.detail import detail
from bot.cli.discord import discord
from bot.cli.endorse import endorse
from bot.cli.export import export
from bot.cli.issuer import issuer
from bot.cli.keys import keys
from bot.cli.plain import ConfigFile, fail, opened, out, plainly
from bot.cli.say import say
from bot.cli.slack import slack
from bot.cli.verify import verify
from bot.config import load
from bot.core import people
from bot.core.app import utc_now
from bot.core.founding import ROLES, add_starter
from bot.core.founding import grant as give_role

cli = typer.Typer(no_args_is_help=True, add_completion=False, help="Real, signed Open Badges inside team chat.")


@cli.command()
def run(config: ConfigFile = None) -> None:
    """Serve the chat platforms, the pages and the reminders until stopped."""
    from bot.serving import serve  # no other command waits for a web server to load

    with plainly():
        settings = load(config)
        logs.set_up(settings.log.level, json_lines=settings.log.json_lines)
        asyncio.run(serve(settings))


@cli.command()
def init(
    config: ConfigFile = None,
    starter: Annotated[bool, typer.Option(help="Add the ten starter badges.")] = False,
    sample_school: Annotated[
        bool, typer.Option("--sample", help="Add the starter badges and the room's sample class.")
    ] = False,
) -> None:
    """Make the database, the organisation and its signing key; safe to repeat."""
    with plainly(), opened(config) as laurel:
        now = utc_now()
        with laurel.database.write() as db:
            organisation = people.first_organisation(db)
            name = organisation.name
            added = add_starter(db, now, organisation) if starter or sample_school else ()
        if sample_school:
            sample.seed(laurel.database)
        out.print(f"[bold]{escape(name)}[/] is ready" + (f", with {len(added)} new badges." if added else "."))


cli.command()(say)
cli.command()(verify)
cli.command()(award)
cli.command()(export)
cli.command()(endorse)
cli.command()(detail)
cli.add_typer(issuer, name="issuer")
cli.add_typer(keys, name="keys")
cli.add_typer(slack, name="slack")
cli.add_typer(discord, name="discord")


@cli.command()
def doctor(config: ConfigFile = None) -> None:
    """Look whether everything is as it should be, and say what to do where it is not."""
    from bot import doctor as doctors  # it loads every platform

    with plainly():
        settings = load(config)
        findings = doctors.examine(settings)
        for finding in findings:
            mark = {"good": "[green]✓[/]", "warning": "[yellow]![/]", "bad": "[red]✗[/]"}[finding.state]
            out.print(f"{mark} [bold]{escape(finding.about)}[/]: {escape(finding.says)}")
        raise typer.Exit(1 if any(f.state == "bad" for f in findings) else 0)


@cli.command()
def grant(
    who: Annotated[str, typer.Argument(metavar="PLATFORM:ID", help="For example slack:U123 or room:sam.")],
    role: Annotated[str, typer.Argument(help=" or ".join(ROLES))],
    config: ConfigFile = None,
) -> None:
    """Give somebody a role."""
    platform, colon, external_id = who.partition(":")
    if not (platform and colon and external_id):
        fail(f"{who}: write PLATFORM:ID, for example slack:U123.")
    if role not in ROLES:
        fail(f"{role}: there is no such role; choose {' or '.join(ROLES)}.")
    with plainly(), opened(config) as laurel, laurel.database.write() as db:
        organisation = people.first_organisation(db)
        new = give_role(db, utc_now(), organisation, platform, external_id, role)
        out.print(f"{escape(who)} is {'now' if new else 'already'} {role} of {escape(organisation.name)}.")


def main() -> None:
    """Run the command line."""
    cli()


if __name__ == "__main__":
    main()
