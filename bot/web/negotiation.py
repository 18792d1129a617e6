"""Choosing between page and document by what the asker accepts (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

JSON_TYPES = ("application/vc+ld+json", "application/vc", "application/ld+json", "application/json")
PAGE_TYPES = ("text/html", "application/xhtml+xml")

Form = Literal["page", "json"]

_MOST_RANGES = 40
_LONGEST = 4000


def preferred(accept: str) -> Form:
    """Say what an `Accept` header asks for, a page if it cannot decide.

    Of two that are wanted alike, the one asked for more exactly wins: `application/json, */*` is a program's
    header. An asker who accepts neither gets the page, as the RFC allows: something is better than an error.
    """
    ranges = _ranges(accept)
    page = max(_wanted(kind, ranges) for kind in PAGE_TYPES)
    document = max(_wanted(kind, ranges) for kind in JSON_TYPES)
    return "json" if document > page else "page"


def _ranges(accept: str) -> list[tuple[str, float]]:
    if not accept.strip():
        return [("*/*", 1.0)]
    found = []
    for part in accept[:_LONGEST].split(",")[:_MOST_RANGES]:
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = _quality(parameters)
        if name and quality is not None:
            found.append((name, quality))
    return found


def _quality(parameters: Sequence[str]) -> float | None:
    """Read the weight, 1 unless given; None for one that is no weight, so that its range counts for nothing."""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                quality = float(value)
            except ValueError:
                return None
            return quality if 0 <= quality <= 1 else None
    return 1.0


def _wanted(kind: str, ranges: Sequence[tuple[str, float]]) -> tuple[float, int]:
    """Weigh a media type: the most exact range that fits it decides, however small its weight."""
    fits = {kind: 2, f"{kind.partition('/')[0]}/*": 1, "*/*": 0}
    found = [(fits[name], quality) for name, quality in ranges if name in fits]
    if not found:
        return (0.0, 0)
    exactness, quality = max(found)
    return (quality, exactness if quality else 0)
