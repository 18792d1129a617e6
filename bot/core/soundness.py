"""What makes a badge sound: the checks of its form, while typing and when saving."""

from __future__ import annotations

import re
import unicodedata

from bot.core.cards import COLOURS, ICONS, SHAPES
from bot.core.commands import SaveBadge
from bot.core.finding import fold

LONGEST = {"name": 80, "description": 500, "criteria": 2000}
MOST_SKILLS, LONGEST_SKILL = 12, 60
MOST_DAYS = 36_500
_FORBIDDEN = {"\ufffe", "\uffff"}


def problems(draft: SaveBadge, *, taken: bool) -> dict[str, str]:
    """Name what is wrong, per field: "empty", "long", "control", "taken", "many", "unknown" or "number"."""
    found = {name: problem for name, limit in LONGEST.items() if (problem := _text(getattr(draft, name), limit))}
    if not fold(draft.name):  # accents alone, for instance: nobody could ask for it
        found["name"] = "empty"
    elif taken:
        found["name"] = "taken"
    if problem := _skills(draft.skills):
        found["skills"] = problem
    for name, known in (("shape", SHAPES), ("colour", COLOURS), ("icon", ICONS)):
        if getattr(draft, name) not in known:
            found[name] = "unknown"
    if not _expiry(draft.expires_after_days):
        found["expires_after_days"] = "number"
    return found


def _text(text: str, limit: int) -> str:
    if not text.strip():
        return "empty"
    if len(text.strip()) > limit:
        return "long"
    return "control" if unsignable(text) else ""


def _skills(text: str) -> str:
    listed = skills(text)
    if len(listed) > MOST_SKILLS:
        return "many"
    if any(len(skill) > LONGEST_SKILL for skill in listed):
        return "long"
    return "control" if unsignable(text) else ""


def _expiry(text: str) -> bool:
    try:
        expiry = days(text)
    except ValueError:
        return False
    return expiry is None or 1 <= expiry <= MOST_DAYS


def skills(text: str) -> list[str]:
    """Split what was typed at commas and line ends; each skill once."""
    return list(dict.fromkeys(s for part in re.split(r"[,;\n]", text) if (s := " ".join(part.split()))))


def days(text: str) -> int | None:
    """Read the days until a badge expires; None for never. Raises `ValueError`."""
    return int(text) if text.strip() else None


def unsignable(text: str) -> bool:
    """Tell whether a text has characters that canonicalizers disagree on: controls other than tab and newline.

    Lone surrogates are among them: they have no UTF-8 form at all. So are the two that XML and N-Quads forbid.
    """
    return any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\t\n" for c in text) or bool(_FORBIDDEN & {*text})


def unstorable(text: str) -> bool:
    """Tell whether a text has characters that a database refuses: NUL and lone surrogates."""
    return "\0" in text or any("\ud800" <= c <= "\udfff" for c in text)
