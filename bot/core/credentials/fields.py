"""The facts of a document one by one: what can't be signed is refused by its place, what is absent left out."""

import re
from datetime import datetime
from math import isfinite
from typing import Any

from bot.core.credentials.faults import Fault
from bot.core.credentials.rdf import is_iri
from bot.core.credentials.times import timestamp

# Canonicalizers disagree about these, so a signature over them would hold with one verifier and not another.
# Tab, line feed and carriage return are written alike by all.
_UNSIGNABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class Unsignable(Fault):
    """A fact that can't go into a signed document.

    `field` is its place ("achievement.name"); `reason` a code: "empty", "control-character", "not-an-iri",
    "no-zone", "backwards", "no-criteria", "negative", "nothing", "not-a-number", "unknown-level",
    "unknown-result", "same-list", "not-an-endorsement", "no-image" or "no-email".
    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason, field)
        self.field = field


def present(properties: dict[str, Any]) -> dict[str, Any]:
    """Leave out what has no value: 1EdTech refuses nulls and empty arrays, and RDF doesn't sign them."""
    return {name: value for name, value in properties.items() if value is not None and value != []}


def text(field: str, value: str | None) -> str | None:
    """Check an optional text; an empty one counts as absent. Raises `Unsignable`."""
    if value is None or not value.strip():
        return None
    if _UNSIGNABLE.search(value):
        raise Unsignable(field, "control-character")
    return value


def needed(field: str, value: str) -> str:
    """Check a text that must be there. Raises `Unsignable`."""
    checked = text(field, value)
    if checked is None:
        raise Unsignable(field, "empty")
    return checked


def iri(field: str, value: str) -> str:
    """Check an absolute IRI. Raises `Unsignable`."""
    if not is_iri(needed(field, value)):
        raise Unsignable(field, "not-an-iri")
    return value


def optional_iri(field: str, value: str | None) -> str | None:
    """Check an IRI that may be absent. Raises `Unsignable`."""
    return None if value is None else iri(field, value)


def moment(field: str, value: datetime | None) -> str | None:
    """Write a moment that may be absent. Raises `Unsignable`."""
    if value is None:
        return None
    if value.tzinfo is None:
        raise Unsignable(field, "no-zone")
    return timestamp(value)


def amount(field: str, value: float | None) -> float | None:
    """Check a number of credits that may be absent. Raises `Unsignable`."""
    if value is None:
        return None
    if not isfinite(value):
        raise Unsignable(field, "not-a-number")
    if value < 0:
        raise Unsignable(field, "negative")
    return value
