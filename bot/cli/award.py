"""`laurel award`: one badge for everybody in a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.cli.plain import ConfigFile, err, fail, opened, out, plainly
from bot.core import people
from bot.core.app import utc_now
from bot.core.bulk import award_all
from bot.core.case import Case
from bot.core.errors import Refusal
from bot.core.finding import find_badge
from bot.core.ids import new_id
from bot.core.models import Account, BadgeClass, Member
from bot.core.people import roles_of
from bot.core.port import Actor, MemberRef, Person, Place, Reply
from bot.core.soundness import unstorable
from bot.core.words.replies import reply
from bot.core.words.saying import flat
from bot.wiring import Laurel

COLUMN = "account"
MOST_PROBLEMS = 20


def award(
    badge: Annotated[str, typer.Argument(help="The badge's name or id.")],
    to: Annotated[Path, typer.Option("--to", help="CSV with a column `account`: slack:U123, room:sam …")],
    giver: Annotated[str, typer.Option("--by", metavar="PLATFORM:ID", help="Who gives it: a teacher or staff.")],
    reason: Annotated[str, typer.Option("--for", help="What it is for; links become evidence.")] = "",
    channel: Annotated[str, typer.Option("--in", metavar="CHANNEL", help="Where one card celebrates it.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only look whether every line is right.")] = False,
    config: ConfigFile = None,
) -> None:
    """Award a badge to everybody in a file at once; who holds it already is left out. Safe to repeat."""
    with plainly(), opened(config) as laurel:
        with laurel.database.write() as db:
            members = _members(db, _rows(to))
            case = _case(laurel, db, giver, channel)
            try:
                found = find_badge(case, badge, lambda name: _Named(name))  # type: ignore[arg-type,return-value]
                if dry_run:
                    out.print(f"{len(members)} lines are right; nothing was awarded.")
                    return
                given = _given(case, found, members, reason, channel)
            except Refusal as refusal:
                fail(_plain(reply(refusal, "en")))
        out.print(f"{given[0]} now hold {escape(found.name)}; {given[1]} held it already.")
        if channel:
            out.print("`laurel run` posts the card.")


def _given(case: Case, badge: BadgeClass, members: Sequence[Member], reason: str, channel: str) -> tuple[int, int]:
    with Progress(BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=err, transient=True) as bar:
        task = bar.add_task("", total=len(members))
        done = award_all(
            case, badge, members, reason, channel=channel or None, progress=lambda n: bar.advance(task, n)
        )
    return done.given, done.held


def _rows(path: Path) -> list[tuple[int, str]]:
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        fail(f"{path}: cannot be read ({getattr(error, 'strerror', None) or 'it is not UTF-8'}); save it as CSV, UTF-8.")
    try:
        table = list(csv.reader(io.StringIO(text), strict=True))
    except csv.Error as error:
        fail(f"{path}: is no CSV ({error}); save it as CSV, UTF-8.")
    header = [name.strip().casefold() for name in table[0]] if table else []
    if COLUMN not in header:
        fail(f"{path}: line 1 has no column called {COLUMN}; write it above the accounts.")
    at = header.index(COLUMN)
    rows = [(n, row[at].strip() if at < len(row) else "") for n, row in enumerate(table[1:], 2) if any(row)]
    if not rows:
        fail(f"{path}: names nobody; write one account a line.")
    return rows


def _members(db: Session, rows: Sequence[tuple[int, str]]) -> list[Member]:
    """Find everybody by their account; who was never met is a problem of that line."""
    known: dict[str, list[Member]] = {}
    for platform in {account.partition(":")[0] for _, account in rows}:
        found = db.execute(select(Account.external_id, Member).join(Member).where(Account.platform == platform))
        for external_id, member in found:
            known.setdefault(f"{platform}:{external_id}", []).append(member)
    problems, members = [], []
    for line, account in rows:
        match known.get(account, []):
            case [member]:
                members.append(member)
            case []:
                problems.append(f"line {line}: {account or 'nothing'}: nobody with that account was met here yet.")
            case _:
                problems.append(f"line {line}: {account}: is in several spaces; award there with /award.")
    if problems:
        rest = len(problems) - MOST_PROBLEMS
        fail(*problems[:MOST_PROBLEMS], *([f"and {rest} lines more."] if rest > 0 else []), "Nothing was awarded.")
    return members


def _case(laurel: Laurel, db: Session, giver: str, channel: str) -> Case:
    platform, _, external_id = giver.partition(":")
    found = db.scalars(select(Account).where(Account.platform == platform, Account.external_id == external_id)).all()
    if len(found) != 1 or unstorable(channel):
        fail(f"{giver}: nobody with that account was met here; give the account of a teacher as PLATFORM:ID.")
    account = found[0]
    ref = MemberRef(platform, account.space, external_id)
    actor = Actor(Person(ref, account.name), Place(platform, account.space, channel), new_id(utc_now()))
    organisation = people.organisation_of(db, utc_now(), platform, account.space)
    # Whoever has this terminal runs the installation; whose name stands on the award must teach all the same.
    roles = roles_of(db, organisation, actor, account.member) | laurel.vouched(platform, external_id)
    return Case(db, utc_now(), laurel.site, actor, account.member, organisation, roles, laurel.app.checker)


class _Named:
    """Stands for the command that a guess would mend: the terminal has no buttons."""

    def __init__(self, name: str) -> None:
        self.name = name


def _plain(said: Reply) -> str:
    return flat(said.text)
