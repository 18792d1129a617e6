"""`laurel endorse`: a third party's signed word for a badge, an award or an issuer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from bot import fetching
from bot.cli.keys import issuer_named
from bot.cli.plain import ConfigFile, fail, opened, out, plainly
from bot.core import endorsing
from bot.core.app import utc_now
from bot.core.credentials import Unsignable
from bot.core.endorsing import NothingEndorsed, Over, TooMany, Untrusted
from bot.core.words import checks


def endorse(
    what: Annotated[str, typer.Argument(help="A badge's name; or the id of a badge, an award or an issuer.")] = "",
    comment: Annotated[str, typer.Option("--comment", help="What is said for it.")] = "",
    by: Annotated[str, typer.Option("--by", help="The issuer that says it; the school's own if left out.")] = "",
    brought: Annotated[
        Path | None, typer.Option("--import", help="An EndorsementCredential that somebody else signed.")
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Sign an endorsement, or keep one that was signed elsewhere; badges awarded from then on carry it."""
    if brought is None and not (what and comment.strip()):
        fail("Say what is endorsed, and --comment what is said for it; or --import a signed endorsement.")
    with plainly(), opened(config) as laurel, laurel.database.write() as db:
        now = utc_now()
        try:
            if brought is None:
                done = endorsing.endorse(
                    db, laurel.site, now, endorsing.find(db, what), issuer_named(db, by), comment.strip()
                )
            else:
                done = endorsing.bring(db, laurel.site, now, brought.read_bytes(), fetching.fetch)
        except OSError as error:
            fail(f"{brought}: {error.strerror}.")
        except NothingEndorsed as error:
            fail(f"{error}: there is no such badge, award or issuer here; give a badge's name, or an id.")
        except Untrusted as error:
            fail(
                *(f"{checks.title(one, 'en')}: {checks.sentence(one, 'en')}" for one in error.checks),
                "It was not kept.",
            )
        except Over:
            fail("This award was taken back or has expired: its credential stays as it was signed.")
        except TooMany:
            fail(f"It has {endorsing.MOST} endorsements already, as many as a badge should carry.")
        except Unsignable:
            fail("--comment: has a character that cannot be signed; write it without control characters.")
        out.print(f"{escape(done.by)} endorses {escape(done.what)}.")
