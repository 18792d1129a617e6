"""Days as people say them: "Friday", "in two weeks", "2027-01-31"."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.core.errors import DatePast, NoSuchDate

FURTHEST = timedelta(days=366 * 10)
_BEFORE_A_DAY = re.compile(r"(?i)^(?:(?:on|this|next|am|nächste[nrs]?|kommende[nrs]?|el|la|este|próxim[oa])\s+)+")
"""What stands before a day of the week, and keeps dateparser from reading it: "next Friday", "el próximo viernes"."""


def zone(name: str) -> ZoneInfo:
    """Give the zone of that IANA name; UTC for one that nobody knows."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def day_in(now: datetime, timezone: str) -> date:
    """Give the calendar day of a moment in a zone."""
    return now.astimezone(zone(timezone)).date()


def read_due(words: str, now: datetime, timezone: str, lang: str) -> date:
    """Read a day to come as its owner means it, in their zone. Raises `NoSuchDate` or `DatePast`."""
    today = day_in(now, timezone)
    try:
        day = date.fromisoformat(words.strip())
    except ValueError:
        day = _parsed(words, today, lang)
    if day < today:
        raise DatePast(words)
    if day - today > FURTHEST:
        raise NoSuchDate(words)
    return day


def _parsed(words: str, today: date, lang: str) -> date:
    # Slow to import, and only needed here: the first "by Friday" pays for it, not every start.
    import dateparser  # noqa: PLC0415

    if len(words) > 60:
        raise NoSuchDate(words)
    bare = _BEFORE_A_DAY.sub("", words.strip())
    # One at a time: among several, dateparser takes English first, and so reads 01.02. as the second of January.
    # Where a country is known, 1/2 is read as there.
    ways = [{"locales": [lang]}, {"languages": [lang.split("-", maxsplit=1)[0].lower()]}, {"languages": ["en"]}]
    settings = {
        "PREFER_DATES_FROM": "future",
        "RELATIVE_BASE": datetime(today.year, today.month, today.day, 12, tzinfo=UTC).replace(tzinfo=None),
        "PREFER_DAY_OF_MONTH": "last",
        "RETURN_AS_TIMEZONE_AWARE": False,
    }
    for phrase, way in product(dict.fromkeys((words.strip(), bare)), ways):
        try:
            found = dateparser.parse(phrase, settings=settings, **way)
        except (ValueError, OverflowError, RecursionError):
            continue  # a language it does not know
        if found is not None:
            return date(found.year, found.month, found.day)
    raise NoSuchDate(words)
