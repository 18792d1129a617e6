"""`laurel issuer`: who signs, by which name."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from bot.cli.keys import IssuerName, issuer_named
from bot.cli.plain import ConfigFile, err, fail, opened, out, plainly
from bot.core import renaming
from bot.core.app import utc_now
from bot.core.models import Issuer
from bot.core.renaming import BadName
from bot.wiring import Laurel

issuer = typer.Typer(no_args_is_help=True, help="Who signs.")

BATCH = 200
"""Badges signed anew at a time, so that a bot that runs meanwhile is never kept waiting for long."""


@issuer.callback()
def _() -> None:
    """Keep `rename` a command of its own, though it is the only one."""


@issuer.command()
def rename(
    name: Annotated[str, typer.Argument(help="What the issuer is called from now on.")],
    url: Annotated[str | None, typer.Option("--url", help="Its web address; left out, it stays.")] = None,
    which: IssuerName = "",
    reissue: Annotated[
        bool, typer.Option("--reissue", help="Sign all badges that count anew, so that they carry the new name.")
    ] = False,
    config: ConfigFile = None,
) -> None:
    """Call an issuer by another name. Its identity and its keys stay, and so does every badge, unless you --reissue."""
    with plainly(), opened(config) as laurel:
        with laurel.database.write() as db:
            found = issuer_named(db, which)
            try:
                done = renaming.rename(db, utc_now(), found, name, url)
            except BadName as error:
                fail(f"{name}: {error}.")
            awards = renaming.standing(db, utc_now(), found)
            key = found.id
        out.print(f"{escape(done.before)} is called {escape(done.now)} from now on.")
        if reissue:
            out.print(f"Badges signed anew: {_reissued(laurel, key, awards)}. Downloaded copies keep the old name.")
        elif awards:
            out.print(f"Badges that go on saying the old name: {len(awards)}. To sign them anew, add --reissue.")


def _reissued(laurel: Laurel, issuer_id: str, awards: list[str]) -> int:
    signed = 0
    with Progress(BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=err, transient=True) as bar:
        task = bar.add_task("", total=len(awards))
        for start in range(0, len(awards), BATCH):
            batch = awards[start : start + BATCH]
            with laurel.database.write() as db:
                signed += renaming.reissue(db, laurel.site, utc_now(), db.get_one(Issuer, issuer_id), batch)
            bar.advance(task, len(batch))
    return signed
