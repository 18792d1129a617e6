"""What every command of the terminal shares: where it prints, how it opens Laurel, and how it fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from sqlalchemy.exc import OperationalError

from bot import logs
from bot.adapters.room import RoomRefusal
from bot.config import BadConfig, Settings, load
from bot.core.credentials import WrongMasterKey
from bot.wiring import Laurel, open_laurel

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

ConfigFile = Annotated[
    Path | None,
    typer.Option("--config", envvar="LAUREL_CONFIG", help="Settings file; config.toml if there is one."),
]


@contextmanager
def opened(config: Path | None) -> Iterator[Laurel]:
    """Open Laurel as the settings say, and close it after. Raises what `load` and `open_laurel` raise."""
    settings: Settings = load(config)
    logs.set_up("warning", json_lines=settings.log.json_lines)
    laurel = open_laurel(settings)
    try:
        yield laurel
    finally:
        laurel.database.close()


@contextmanager
def plainly() -> Iterator[None]:
    """Say in one line what the person at the terminal can mend; anything else is a bug and may show itself."""
    try:
        yield
    except BadConfig as error:
        fail(*error.problems)
    except RoomRefusal as refusal:
        fail(str(refusal))
    except WrongMasterKey:
        fail("[keys] master_key: is not the one that sealed this database's signing keys; restore it from your backup.")
    except OperationalError as error:
        fail(f"[database] url: the database does not answer: {str(error.orig).splitlines()[0]}")


def fail(*problems: str) -> NoReturn:
    """Print each problem on a line of its own, and end with 2."""
    for problem in problems:
        err.print(f"[red]✗[/] {escape(problem)}")
    raise typer.Exit(2)
