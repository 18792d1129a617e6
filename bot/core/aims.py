"""Reading what a learner wants to reach, as they type it: badges and steps of their own, by when, how often."""

from __future__ import annotations

import re
from collections.abc import Container

from bot.core.commands import AddGoal
from bot.core.finding import fold

LONGEST = 120
"""Characters of a title, and of one milestone."""

_RHYTHM = re.compile(r"(?i)(?:^|[\s,]+)(?:every\s+(\w+)|(daily|weekly|monthly|never))$")
_DUE = re.compile(r"(?is)^(|.*[\s,])by\s+(.+)$")
_COLON = re.compile(r":(?=\s|$)")  # after a title; not the one of 16:30 or of an address


def parted(ask: AddGoal, badges: Container[str]) -> tuple[str, str, str]:
    """Part `what` from "every …" and "by …" at its end, unless they were given apart or are part of a badge's name."""
    what, due, rhythm = ask.what.strip(" ,\n"), ask.due.strip(), ask.rhythm.strip()
    for _ in ("last", "last but one"):
        if fold(what) in badges:
            break
        if not rhythm and (hit := _RHYTHM.search(what)):
            what, rhythm = what[: hit.start()].strip(" ,"), hit[1] or hit[2]
        elif not due and (hit := _DUE.search(what)):
            what, due = hit[1].strip(" ,"), hit[2]
    return what, due, rhythm


def aims(what: str, badges: Container[str]) -> tuple[str, list[str]]:
    """Part `title: one, another; a third` into the title and what is to be reached, each once."""
    title, rest = "", what
    if fold(what) in badges:
        listed = [what]
    else:
        if colon := _COLON.search(what):
            title, rest = what[: colon.start()], what[colon.end() :]
        listed = re.split(r"[,;\n]", rest)
    parts: dict[str, str] = {}
    for part in listed:
        if one := " ".join(part.split()):
            parts.setdefault(fold(one) or one, one)
    texts = list(parts.values())
    if title.strip():
        return " ".join(title.split()), texts
    return texts[0] if len(texts) == 1 else ", ".join(texts)[:LONGEST], texts
