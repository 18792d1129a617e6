"""`laurel award`: one badge for everybody in a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
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
from bot.core.commands import ShowBadge
from bot.core.errors import Refusal
from bot.core.finding import find_badge
from bot.core.ids import new_id
from bot.core.models import Account, BadgeClass, Member
from bot.core.port import Actor, MemberRef, Person, Place, Reply
from bot.core.soundness import unstorable
from bot.core.words.replies import reply
from bot.core.words.saying import flat
from bot.wiring import Laurel

COLUMN = "account"
MOST_PROBLEMS = 20


def award(
    badge: Annotated[str, typer.Argument(help="The badge's name or id.")],
    to: Annotated[
        Path,
        typer.Option("--to", help="CSV: a column `account` (slack:U123 …), and `name` for who is new."),
    ],
    giver: Annotated[str, typer.Option("--by", metavar="PLATFORM:ID", help="Who gives it: a teacher or staff.")],
    reason: Annotated[str, typer.Option("--for", help="What it is for; links become evidence.")] = "",
    level: Annotated[str, typer.Option("--level", help="How well, for a badge that has levels.")] = "",
    channel: Annotated[str, typer.Option("--in", metavar="CHANNEL", help="Where one card celebrates it.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only look whether every line is right.")] = False,
    config: ConfigFile = None,
) -> None:
    """Award a badge to everybody in a file at once; who holds it already is left out. Safe to repeat."""
    with plainly(), opened(config) as laurel:
        with laurel.database.write() as db:
            case = _case(laurel, db, giver, channel)
            members = _members(case, _rows(to))
            try:
                found = find_badge(case, badge, ShowBadge)
                if dry_run:
                    out.print(f"{len(members)} lines are right; nothing was awarded.")
                    return
                given = _given(case, found, members, reason, level, channel)
            except Refusal as refusal:
                fail(_plain(reply(refusal, "en")))
        out.print(f"{given[0]} now hold {escape(found.name)}; {given[1]} held it already.")
        if channel:
            out.print("`laurel run` posts the card.")


def _given(
    case: Case, badge: BadgeClass, members: Sequence[Member], reason: str, level: str, channel: str
) -> tuple[int, int]:
    with Progress(BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=err, transient=True) as bar:
        task = bar.add_task("", total=len(members))
        done = award_all(
            case,
            badge,
            members,
            reason,
            level=level,
            channel=channel or None,
            progress=lambda n: bar.advance(task, n),
        )
    return done.given, done.held


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    account: str
    name: str


def _rows(path: Path) -> list[_Row]:
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        fail(
            f"{path}: cannot be read ({getattr(error, 'strerror', None) or 'it is not UTF-8'}); save it as CSV, UTF-8."
        )
    try:
        table = list(csv.reader(io.StringIO(text), strict=True))
    except csv.Error as error:
        fail(f"{path}: is no CSV ({error}); save it as CSV, UTF-8.")
    header = [name.strip().casefold() for name in table[0]] if table else []
    if COLUMN not in header:
        fail(f"{path}: line 1 has no column called {COLUMN}; write it above the accounts.")
    rows = []
    for line, cells in enumerate(table[1:], 2):
        known = dict(zip(header, map(str.strip, cells), strict=False))
        if any(known.values()):
            rows.append(_Row(line, known.get(COLUMN, ""), known.get("name", "")))
    if not rows:
        fail(f"{path}: names nobody; write one account a line.")
    return rows


def _members(case: Case, rows: Sequence[_Row]) -> list[Member]:
    """Find everybody by their account; whoever was never met is met where their name stands beside it."""
    known: dict[str, list[Member]] = {}
    for platform in {row.account.partition(":")[0] for row in rows}:
        found = case.db.execute(select(Account.external_id, Member).join(Member).where(Account.platform == platform))
        for external_id, member in found:
            known.setdefault(f"{platform}:{external_id}", []).append(member)
    problems, members = [], []
    for row in rows:
        platform, _, external_id = row.account.partition(":")
        here = case.actor.where
        match known.get(row.account, []):
            case [member]:
                members.append(member)
            case [] if external_id and row.name and platform == here.platform and not unstorable(row.name):
                person = Person(MemberRef(platform, here.space, external_id), row.name)
                members.append(people.recognise(case.db, case.now, case.organisation, person))
            case []:
                problems.append(f"line {row.line}: {row.account or 'nothing'}: was never met here; add a column name.")
            case _:
                problems.append(f"line {row.line}: {row.account}: is in several spaces; award there with /award.")
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
    # Whoever has this terminal can grant any role, so it is not asked for here; the audit names who gave.
    roles = frozenset({"teacher"})
    return Case(db, utc_now(), laurel.site, actor, account.member, organisation, roles, laurel.app.checker)


def _plain(said: Reply) -> str:
    return flat(said.text)
