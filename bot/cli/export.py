"""`laurel export`: one award as a file, in any form it can be taken elsewhere."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from bot.cli.plain import ConfigFile, err, fail, opened, plainly
from bot.core import exporting
from bot.core.app import utc_now
from bot.core.backpacks import NotHosted
from bot.core.exporting import FORMS, Exported
from bot.core.models import Award
from bot.wiring import Laurel

WHY = {
    "no-address": "Open Badges 2.0 is checked at the issuer's address; set [web] public_url first.",
    "no-contact": "Open Badges 2.0 asks for the issuer's e-mail address; set [organisation] email first.",
    "no-email": "older backpacks know learners by e-mail address; the learner sets theirs with /mybadges identity.",
}


def export(
    award: Annotated[str, typer.Argument(help="The award's id, or the address of its page.")],
    form: Annotated[str, typer.Option("--format", help=", ".join(FORMS))] = "ob3",
    target: Annotated[Path | None, typer.Option("--out", help="File to write; standard output if left out.")] = None,
    config: ConfigFile = None,
) -> None:
    """Write one award as a file: signed credential, picture, certificate, or everything in one archive."""
    if form not in FORMS:
        fail(f"{form}: there is no such format; choose one of {', '.join(FORMS)}.")
    with plainly(), opened(config) as laurel:
        made = _made(laurel, award, form)
        if target is None:
            if sys.stdout.isatty() and not made.media_type.startswith(("text/", "application/vc", "application/ld")):
                fail(f"{form}: is no text for a terminal; name a file with --out FILE.")
            sys.stdout.buffer.write(made.body)
            return
        try:
            target.write_bytes(made.body)
        except OSError as error:
            fail(f"{target}: cannot be written ({error.strerror}).")
        err.print(f"{escape(str(target))}: {len(made.body):,} bytes")


def _made(laurel: Laurel, award: str, form: str) -> Exported:
    with laurel.database.read() as db:
        found = db.get(Award, award.rstrip("/").rpartition("/")[2].removesuffix(".json"))
        if found is None:
            fail(f"{award}: there is no such award; give the id or the address of its page.")
        try:
            return exporting.export(laurel.site, found, form, utc_now())
        except NotHosted as error:
            fail(f"{form}: {WHY[error.why]}")
