"""`laurel detail`: what a badge says beyond its form."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from sqlalchemy import select

from bot.cli.plain import ConfigFile, fail, opened, out, plainly
from bot.core import detailing
from bot.core.app import utc_now
from bot.core.credentials import Unsignable, achievement_document
from bot.core.detailing import BadDetails
from bot.core.issuing import achievement, profile
from bot.core.models import BadgeClass


def detail(
    badge: Annotated[str, typer.Argument(help="The badge's name.")],
    source: Annotated[Path, typer.Argument(metavar="FILE", help="TOML: achievement_type, credits_available, ...")],
    config: ConfigFile = None,
) -> None:
    """Give a badge its type, credits, levels, alignments and parts; badges awarded from then on carry them."""
    with plainly(), opened(config) as laurel, laurel.database.write() as db:
        try:
            details = detailing.read(tomllib.loads(source.read_text("utf-8")))
            found = db.scalars(
                select(BadgeClass).where(BadgeClass.name == badge, BadgeClass.archived_at.is_(None))
            ).all()
            if len(found) != 1:
                fail(f"{badge}: there is no such badge; give its name as /badge list shows it.")
            done = detailing.detail(db, utc_now(), found[0], details)
            # Made once as a document, so that what cannot be signed is refused now and not at the next award.
            version = found[0].now
            achievement_document(achievement(laurel.site, version), profile(laurel.site, found[0].issuer))
        except OSError as error:
            fail(f"{source}: {error.strerror}.")
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            fail(f"{source}: is no TOML: {error}.")
        except BadDetails as error:
            fail(f"{source}: {error}.")
        except Unsignable as error:
            fail(
                f"{source}: {error.field}: cannot be signed; write an address as https://…, and no control characters."
            )
        out.print(f"{escape(done.badge)} says more from now on (version {done.version}).")
