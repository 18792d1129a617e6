"""Timestamps as credentials write them (XML Schema dateTimeStamp, VC 2.0 section 4.9)."""

import re
from datetime import UTC, datetime, timedelta

from bot.core.credentials.faults import Fault

_STAMP = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)", re.ASCII)

SKEW = timedelta(minutes=5)
"""How far another's clock may be ahead of ours: what begins, or was made, that soon is taken as begun, or made."""


class NoTimeZone(Fault):
    """A time without a zone means a different moment to every reader."""


def timestamp(moment: datetime) -> str:
    """Write a moment in UTC to the second: "2026-11-22T09:30:00Z". Raises `NoTimeZone`."""
    if moment.tzinfo is None:
        raise NoTimeZone
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_timestamp(text: object) -> datetime | None:
    """Read a dateTimeStamp; None for anything else, a time without a zone included."""
    if not isinstance(text, str) or (match := _STAMP.fullmatch(text)) is None:
        return None
    whole, fraction, zone = match.groups()
    micro = f"{(fraction or '.0')[1:]:0<6}"[:6]  # %f reads six digits at most, XML Schema sets no limit
    try:
        return datetime.strptime(f"{whole}.{micro}{zone}", "%Y-%m-%dT%H:%M:%S.%f%z")
    except ValueError:
        return None
