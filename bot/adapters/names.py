"""Names that members typed where a platform made no mention of them: `@zoe`, `@Zoë Lindström`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from bot.core.port import MemberRef, Person

_AT = re.compile(r"(?<![\w@./])@(?=\w)")
"""An at sign that begins a word: neither an e-mail address nor a path of a URL mentions anybody."""
_WORD = re.compile(r"\w+")

Called = Iterable[tuple[str, Person]]
"""What people are called, with who it is."""


def mentioned(text: str) -> list[str]:
    """Give the first word after each at sign that may mention somebody, each word once."""
    return list(dict.fromkeys(_first(text, hit.end()) for hit in _AT.finditer(text)))


def parted(text: str, called: Called) -> tuple[str | Person, ...]:
    """Part a text at the names in it; of two who are called the same, neither is meant."""
    by_word: defaultdict[str, list[tuple[str, Person]]] = defaultdict(list)
    for name, who in called:  # nobody else is looked at for an at sign: there may be thousands of both
        by_word[_first(name).casefold()].append((name, who))
    parts: list[str | Person] = []
    end = 0
    for hit in _AT.finditer(text):
        if hit.start() < end:
            continue
        near = by_word.get(_first(text, hit.end()).casefold(), ())
        fits = [(len(name), who) for name, who in near if _stands(name, text, hit.end())]
        longest = max((length for length, _ in fits), default=0)
        people = {who.ref: who for length, who in fits if length == longest}
        if len(people) != 1:
            continue
        parts += [text[end : hit.start()], *people.values()]
        end = hit.end() + longest
    return tuple(part for part in (*parts, text[end:]) if part != "")


def in_prose(text: str, called: Called) -> tuple[str, tuple[Person, ...]]:
    """Give a text with people's names for what they are called in it, and everybody whose name stands there."""
    parts = parted(text, called)
    named: dict[MemberRef, Person] = {part.ref: part for part in parts if isinstance(part, Person)}
    return "".join(part.name if isinstance(part, Person) else part for part in parts), tuple(named.values())


def _first(text: str, start: int = 0) -> str:
    found = _WORD.match(text, start)
    return found[0] if found is not None else ""


def _stands(name: str, text: str, start: int) -> bool:
    end = start + len(name)
    following = text[end : end + 1]
    same = bool(name) and text[start:end].casefold() == name.casefold()
    return same and not (following.isalnum() or following == "_")
