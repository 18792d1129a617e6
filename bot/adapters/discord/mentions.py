"""What members typed, as Discord sends it: mentions of people, roles and channels, parted and made plain."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from bot.core.port import Person

_TOKEN = re.compile(r"<(@!?|@&|#)(\d{1,20})>|<(?:a?:)(\w+):\d+>|<t:(-?\d+)(?::\w)?>|</([^:>]+):\d+>")
"""What Discord itself writes into a text that somebody typed."""

Find = Callable[[str], Awaitable[Person | None]]
"""Gives who is behind a user's id; None where nobody is."""
Roles = Callable[[str], str]
"""Gives a role's or a channel's name by its id; "" where there is none."""


async def words(text: str, find: Find, name_of: Roles) -> tuple[str | Person, ...]:
    """Part a text at its mentions; whoever is not known stays text, at sign included."""
    parts: list[str | Person] = []
    end = 0
    for hit in _TOKEN.finditer(text):
        who = await find(hit[2]) if (hit[1] or "").rstrip("!") == "@" else None
        parts += [text[end : hit.start()], who or _named(hit, name_of)]
        end = hit.end()
    parts.append(text[end:])
    return tuple(part for part in parts if part != "")


async def prose(text: str, find: Find, name_of: Roles) -> tuple[str, tuple[Person, ...]]:
    """Give a text as it reads, with names for mentions, and everybody whose name stands in it."""
    parts = await words(text, find, name_of)
    people = {part.ref: part for part in parts if isinstance(part, Person)}
    return "".join(part.name if isinstance(part, Person) else part for part in parts), tuple(people.values())


def _named(hit: re.Match[str], name_of: Roles) -> str:
    """Give what anything but a person reads like."""
    kind, id_, emoji, moment, slash = hit.groups()
    if emoji:
        return f":{emoji}:"
    if slash:
        return f"/{slash}"
    if moment:
        return moment
    return f"{kind[0]}{name_of(id_) or id_}"
