"""From facts to HTML: templates, and how dates and static files are written in them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from babel.dates import format_datetime
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from bot.core.words import checks
from bot.core.words.levels import choices

HERE = Path(__file__).parent
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
LANG = "en"


class Statics:
    """The package's static files, read once: what is not in here has no address."""

    def __init__(self, folder: Path = HERE / "static") -> None:
        self.files = {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in TYPES}

    def digest(self, name: str) -> str:
        """Tell one content of a file from another."""
        return hashlib.sha256(self.files[name]).hexdigest()[:16]


class Templates:
    """Renders pages; everything put into one is escaped."""

    def __init__(self, prefix: str, statics: Statics) -> None:
        """`prefix` is the path below which the pages stand, "" for the top."""
        self._environment = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=select_autoescape(default=True, default_for_string=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {
            "day": day,
            "moment": moment,
            "title": lambda check: checks.title(check, LANG),
            "sentence": lambda check: checks.sentence(check, LANG),
            "choices": lambda scale: choices((scale.choice,), LANG),
        }
        self._environment.globals |= {
            "prefix": prefix,
            "lang": LANG,
            "static": lambda name: f"{prefix}/static/{name}?v={statics.digest(name)}",
        }

    def render(self, name: str, facts: Mapping[str, Any]) -> str:
        """Render one page."""
        return self._environment.get_template(name).render(facts)


def day(at: datetime) -> str:
    """Write a day: "23 November 2026"."""
    return format_datetime(at, "d MMMM y", locale=LANG)


def moment(at: datetime) -> str:
    """Write a moment with its distance from UTC: "23 November 2026, 14:05 (UTC+1)"."""
    minutes = round((at.utcoffset() or timedelta()).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    away = f"{'-' if minutes < 0 else '+'}{hours}{f':{rest:02}' if rest else ''}" if minutes else ""
    return f"{format_datetime(at, 'd MMMM y, HH:mm', locale=LANG)} (UTC{away})"
