"""Reading JSON from strangers: bounded, without repeated keys, and with nothing that isn't JSON."""

import json
from collections.abc import Iterator
from math import isfinite
from typing import Any

from bot.core.credentials.faults import Fault

MAX_TEXT = 2 * 1024 * 1024
MAX_DEPTH = 40
MAX_VALUES = 5_000
"""Bounds on a document: complete.json, the largest published badge, has 10 levels and 553 values."""

BOM = "\ufeff"
_MAX_DIGITS = 400


class NotJson(Fault):
    """The text is no acceptable JSON.

    `reason`: "not-json", "truncated", "bad-encoding", "bad-text", "bad-number", "duplicate-key", "too-deep" or
    "too-large".
    """


def parse_json(text: bytes | str) -> Any:
    """Parse JSON text, which is UTF-8 and nothing else; raises `NotJson`.

    Repeated keys are refused: programs disagree about which one counts, and then about what was signed.
    """
    if len(text) > MAX_TEXT:
        raise NotJson("too-large")
    if isinstance(text, bytes):
        text = _decoded(text)
    text = text.removeprefix(BOM)
    try:
        value = json.loads(
            text, object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=_float, parse_int=_int
        )
    except RecursionError as error:
        raise NotJson("too-deep") from error
    except json.JSONDecodeError as error:
        raise NotJson("truncated" if _ends_early(text.rstrip(), error) else "not-json") from error
    for _ in walk(value):
        pass
    if "\\u" in text:
        _check_text(value)
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


def _decoded(text: bytes) -> str:
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        raise NotJson("truncated" if error.reason == "unexpected end of data" else "bad-encoding") from error


def _check_text(value: Any) -> None:
    """Refuse half a surrogate pair, which only an escape can write: no page, database or signature takes it."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise NotJson("bad-text") from error


def _ends_early(text: str, error: json.JSONDecodeError) -> bool:
    if error.msg == "Extra data" or text[:1] not in ("{", "["):
        return False
    return error.pos >= len(text) or error.msg.startswith("Unterminated") or text[-1] not in "}]"


def _float(text: str) -> float:
    value = float(text)
    if not isfinite(value):
        raise NotJson("bad-number")
    return value


def _int(text: str) -> int:
    if len(text) > _MAX_DIGITS:  # thousands of digits take Python long, or are refused
        raise NotJson("bad-number")
    return int(text)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise NotJson("duplicate-key")
    return found


def _no_constant(_: str) -> None:
    raise NotJson("not-json")
