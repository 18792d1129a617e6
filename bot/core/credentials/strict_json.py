"""Reading JSON from strangers: bounded, without repeated keys, and with nothing that isn't JSON."""

import json
from collections.abc import Iterator
from typing import Any

from bot.core.credentials.faults import Fault

MAX_TEXT = 2 * 1024 * 1024
MAX_DEPTH = 40
MAX_VALUES = 5_000
"""Bounds on a document: complete.json, the largest published badge, has 10 levels and 553 values."""


class NotJson(Fault):
    """The text is no acceptable JSON; `reason`: "not-json", "duplicate-key", "too-deep" or "too-large"."""


def parse_json(text: bytes | str) -> Any:
    """Parse JSON text; raises `NotJson`.

    Repeated keys are refused: programs disagree about which one counts, and then about what was signed.
    """
    if len(text) > MAX_TEXT:
        raise NotJson("too-large")
    try:
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except RecursionError as error:
        raise NotJson("too-deep") from error
    except ValueError as error:  # not JSON, not UTF-8, or a number of thousands of digits
        raise NotJson("not-json") from error
    for _ in walk(value):
        pass
    return value


def walk(document: Any) -> Iterator[tuple[Any, bool]]:
    """Yield every value of a document, and whether it is the root.

    Raises `NotJson` ("too-deep", "too-large") beyond the bounds. Iterative: depth can't exhaust the stack.
    """
    pending = [(document, 0)]
    seen = 0
    while pending:
        value, depth = pending.pop()
        seen += 1
        if depth > MAX_DEPTH:
            raise NotJson("too-deep")
        if seen > MAX_VALUES:
            raise NotJson("too-large")
        yield value, depth == 0
        if isinstance(value, dict):
            pending.extend((item, depth + 1) for item in value.values())
        elif isinstance(value, list | tuple):
            pending.extend((item, depth + 1) for item in value)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise NotJson("duplicate-key")
    return found


def _no_constant(_: str) -> None:
    raise NotJson("not-json")
