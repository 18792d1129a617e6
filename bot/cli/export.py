"""`laurel export`: one award as a file, in any form it can be taken elsewhere."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from bot.cli.plain import ConfigFile, err, fail, opened, plainly
from bot.core import exporting, keyring
from bot.core.app import utc_now
from bot.core.backpacks import NotHosted
from bot.core.exporting import FORMS, Exported
from bot.core.issuing import Algorithm
from bot.core.models import Award
from bot.wiring import Laurel

ALGORITHMS: tuple[Algorithm, ...] = ("ES256", "RS256")
WHY = {
    "no-address": "Open Badges 2.0 is checked at the issuer's address; set [web] public_url first.",
    "no-contact": "Open Badges 2.0 asks for the issuer's e-mail address; set [organisation] email first.",
    "suspended": "Open Badges 2.0 knows no suspension, and this badge is suspended; reinstate it first.",
    "no-email": (
        "older backpacks know learners by e-mail address; the learner sets theirs with /mybadges identity, or staff "
        "with /laurel identity @student address."
    ),
}


def export(
    award: Annotated[str, typer.Argument(help="The award's id, or the address of its page.")],
    form: Annotated[str, typer.Option("--format", help=", ".join(FORMS))] = "ob3",
    alg: Annotated[str, typer.Option("--alg", help=f"Of a JWT: {' or '.join(ALGORITHMS)}.")] = "ES256",
    target: Annotated[Path | None, typer.Option("--out", help="File to write; standard output if left out.")] = None,
    config: ConfigFile = None,
) -> None:
    """Write one award as a file: signed credential, picture, certificate, or everything in one archive."""
    if form not in FORMS:
        fail(f"{form}: there is no such format; choose one of {', '.join(FORMS)}.")
    known: dict[str, Algorithm] = {name: name for name in ALGORITHMS}
    if alg not in known:
        fail(f"{alg}: no JWT is signed with that here; choose {' or '.join(ALGORITHMS)}.")
    if alg != "ES256" and form != "jwt":
        fail(f"{alg}: only a JWT has a choice of algorithm; add --format jwt.")
    with plainly(), opened(config) as laurel:
        made = _made(laurel, award, form, known[alg])
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


def _made(laurel: Laurel, award: str, form: str, algorithm: Algorithm) -> Exported:
    # An RSA key takes a while to make, so it is made for who first asks for one.
    with laurel.database.write() if algorithm == "RS256" else laurel.database.read() as db:
        found = db.get(Award, award.rstrip("/").rpartition("/")[2].removesuffix(".json"))
        if found is None:
            fail(f"{award}: there is no such award; give the id or the address of its page.")
        if algorithm == "RS256":
            keyring.complete(db, laurel.site, utc_now(), found.issuer, ("rsa",))
        try:
            return exporting.export(laurel.site, found, form, utc_now(), algorithm)
        except NotHosted as error:
            fail(f"{form}: {WHY[error.why]}")
