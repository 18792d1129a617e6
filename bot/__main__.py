"""The `laurel` command."""

from __future__ import annotations

import asyncio
import json
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from bot import doctor as doctors
from bot import fetching, logs
from bot.adapters.room import RoomRefusal, sample, to_text
from bot.config import BadConfig, Settings, load
from bot.core import credentials, people
from bot.core.app import utc_now
from bot.core.credentials import Outcome, Unreachable, WrongMasterKey
from bot.core.founding import ROLES, add_starter
from bot.core.founding import grant as give_role
from bot.core.models import Announcement, Award
from bot.core.port import Reply
from bot.core.words import checks as check_words
from bot.serving import serve
from bot.wiring import Laurel, open_laurel

cli = typer.Typer(no_args_is_help=True, add_completion=False, help="Real, signed Open Badges inside team chat.")
out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

ConfigFile = Annotated[
    Path | None,
    typer.Option("--config", envvar="LAUREL_CONFIG", help="Settings file; config.toml if there is one."),
]
MARKS = {Outcome.PASSED: "[green]✓[/]", Outcome.FAILED: "[red]✗[/]", Outcome.UNKNOWN: "[yellow]?[/]"}


@cli.command()
def run(config: ConfigFile = None) -> None:
    """Serve the chat platforms, the pages and the reminders until stopped."""
    with _plainly():
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
    with _plainly(), _opened(config) as laurel:
        now = utc_now()
        with laurel.database.write() as db:
            organisation = people.first_organisation(db)
            name = organisation.name
            added = add_starter(db, now, organisation) if starter or sample_school else ()
        if sample_school:
            sample.seed(laurel.database)
        out.print(f"[bold]{escape(name)}[/] is ready" + (f", with {len(added)} new badges." if added else "."))


@cli.command()
def say(
    text: Annotated[str, typer.Argument(help="What to type: a slash command, or just words.")],
    persona: Annotated[str, typer.Option("--as", help="Who types it: rivera, sam, ana …")],
    channel: Annotated[str, typer.Option("--in", help="Where: class-8b, or dm for direct messages.")] = "class-8b",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    event_id: Annotated[str, typer.Option("--event-id", help="The same id never acts twice.")] = "",
    config: ConfigFile = None,
) -> None:
    """Type something in the built-in room; exit 1 if it was refused."""
    with _plainly(), _opened(config) as laurel:
        event = event_id or str(uuid.uuid4())
        reply = asyncio.run(_said(laurel, persona, channel, text, event))
        announced, awards = _effects(laurel, event)
        if as_json:
            answer = {
                "reply": to_text(reply) if reply else "",
                "kind": reply.kind if reply else "said",
                "announced": announced,
                "awards": awards,
            }
            sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
        elif reply:
            out.print(to_text(reply), markup=False)
        else:
            out.print(f"It stands in #{channel} now.", markup=False)
        if reply and reply.kind != "said":
            raise typer.Exit(1)


@cli.command()
def verify(
    badge: Annotated[str, typer.Argument(metavar="FILE|URL", help="A badge: PNG, SVG or JSON; - for standard input.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Check a badge from anywhere; exit 0 only if every check holds."""
    found = credentials.verify(_badge_bytes(badge), fetch=fetching.fetch, now=utc_now())
    checks = [(c, check_words.title(c, "en"), check_words.sentence(c, "en")) for c in found.checks]
    if as_json:
        rows = [{"name": c.name, "outcome": c.outcome, "reason": c.reason, "sentence": s} for c, _, s in checks]
        answer = {
            "holds": found.holds,
            "badge": found.badge_name,
            "issuer": found.issuer_name,
            "checks": rows,
        }
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    else:
        if found.badge_name:
            out.print(f"[bold]{escape(found.badge_name)}[/] from {escape(found.issuer_name or found.issuer_id or '?')}")
        for check, title, sentence in checks:
            out.print(f"{MARKS[check.outcome]} [bold]{escape(title)}[/]: {escape(sentence)}")
    raise typer.Exit(0 if found.holds else 1)


@cli.command()
def doctor(config: ConfigFile = None) -> None:
    """Look whether everything is as it should be, and say what to do where it is not."""
    with _plainly():
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
        _fail(f"{who}: write PLATFORM:ID, for example slack:U123.")
    if role not in ROLES:
        _fail(f"{role}: there is no such role; choose {' or '.join(ROLES)}.")
    with _plainly(), _opened(config) as laurel, laurel.database.write() as db:
        organisation = people.first_organisation(db)
        new = give_role(db, utc_now(), organisation, platform, external_id, role)
        out.print(f"{escape(who)} is {'now' if new else 'already'} {role} of {escape(organisation.name)}.")


async def _said(laurel: Laurel, persona: str, channel: str, text: str, event: str) -> Reply | None:
    reply = await laurel.room.say(persona, channel, text, event)
    await laurel.outbox.pump_for(event)
    return reply


def _effects(laurel: Laurel, event: str) -> tuple[int, list[dict[str, str]]]:
    """Give how many channel cards the event caused that now stand there, and the awards it made."""
    with laurel.database.read() as db:
        caused = db.scalars(select(Announcement).where(Announcement.cause == event)).all()
        ids = [a.subject for a in caused if a.kind == "earned"]
        awards = db.scalars(select(Award.id).where(Award.id.in_(ids)).order_by(Award.id)).all()
        shown = sum(a.channel is not None and a.message is not None for a in caused)
        return shown, [{"id": award, "url": laurel.site.award_page(award)} for award in awards]


def _badge_bytes(badge: str) -> bytes:
    if badge == "-":
        return sys.stdin.buffer.read(fetching.LARGEST)
    if "://" in badge:
        try:
            return fetching.fetch_named(badge)
        except Unreachable:
            _fail(f"{badge}: could not be fetched; check the address (https, or http on this machine).")
    path = Path(badge)
    try:
        if path.stat().st_size > fetching.LARGEST:
            _fail(f"{badge}: is larger than any badge ({fetching.LARGEST // 2**20} MiB).")
        return path.read_bytes()
    except OSError as error:
        _fail(f"{badge}: {error.strerror}.")


@contextmanager
def _opened(config: Path | None) -> Iterator[Laurel]:
    settings: Settings = load(config)
    logs.set_up("warning", json_lines=settings.log.json_lines)
    laurel = open_laurel(settings)
    try:
        yield laurel
    finally:
        laurel.database.close()


@contextmanager
def _plainly() -> Iterator[None]:
    """Say in one line what the person at the terminal can mend; anything else is a bug and may show itself."""
    try:
        yield
    except BadConfig as error:
        _fail(*error.problems)
    except RoomRefusal as refusal:
        _fail(str(refusal))
    except WrongMasterKey:
        _fail(
            "[keys] master_key: is not the one that sealed this database's signing keys; restore it from your backup."
        )
    except OperationalError as error:
        _fail(f"[database] url: the database does not answer: {str(error.orig).splitlines()[0]}")


def _fail(*problems: str) -> NoReturn:
    for problem in problems:
        err.print(f"[red]✗[/] {escape(problem)}")
    raise typer.Exit(2)


def main() -> None:
    """Run the command line."""
    cli()


if __name__ == "__main__":
    main()
