"""What members typed, as Discord sends it: mentions of people, roles and channels, parted and made plain."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from bot.core.port import MemberRef, Person

_TOKEN = re.compile(r"<(@!?|@&|#)(\d{1,20})>|<(?:a?:)(\w+):\d+>|<t:(-?\d+)(?::\w)?>|</([^:>]+):\d+>")
"""What Discord itself writes into a text that somebody typed."""
_AT = re.compile(r"(?<![\w@./])@(?=\w)")

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


async def typed(
    text: str, search: Callable[[str], Awaitable[list[tuple[str, Person]]]]
) -> tuple[str, tuple[Person, ...]]:
    """Do the same for what was typed into a form, where Discord offers no mentions: `@zoe`, `@Zoë Lindström`.

    `search` gives people with what they are called, for the first word after the at sign; of two who are called the
    same, neither is meant.
    """
    named: dict[MemberRef, Person] = {}
    said, end = "", 0
    for hit in _AT.finditer(text):
        after = text[hit.end() :]
        first = re.match(r"\w+", after)
        if hit.start() < end or first is None:
            continue
        fits = [(len(name), who) for name, who in await search(first[0]) if _begins(after, name)]
        longest = max((length for length, _ in fits), default=0)
        people = {who.ref: who for length, who in fits if length == longest}
        if len(people) != 1:
            continue
        [who] = people.values()
        named[who.ref] = who
        said += text[end : hit.start()] + who.name
        end = hit.end() + longest
    return said + text[end:], tuple(named.values())


def _begins(text: str, name: str) -> bool:
    following = text[len(name) : len(name) + 1]
    same = bool(name) and text[: len(name)].casefold() == name.casefold()
    return same and not (following.isalnum() or following == "_")


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
