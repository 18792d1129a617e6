"""What members type, as Slack sends it: mentions, addresses and escapes, parted and made plain."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.core.commands import Word
from bot.core.port import Group, MemberRef, Person

_TOKEN = re.compile(r"<([^<>\s][^<>]*)>")
"""Everything that Slack itself writes stands in angle brackets; those that members type come as `&lt;`."""

Users = Callable[[str], Awaitable[Person | None]]
Groups = Callable[[str], Awaitable[tuple[Person, ...] | None]]


@dataclass(frozen=True, slots=True)
class Lookup:
    """Who is behind an id: a person, or the members of a user group; None where nobody is."""

    user: Users
    group: Groups


async def words(text: str, lookup: Lookup) -> tuple[Word, ...]:
    """Part a text at its mentions. Whoever is not known stays text, at sign included: the core refuses it in words."""
    parts: list[Word] = []
    end = 0
    for hit in _TOKEN.finditer(text):
        parts += [_plain(text[end : hit.start()]), await _meant(hit[1], lookup)]
        end = hit.end()
    parts.append(_plain(text[end:]))
    return tuple(part for part in parts if part != "")


async def prose(text: str, lookup: Lookup) -> tuple[str, tuple[Person, ...]]:
    """Give a text as it reads, with names for mentions, and everybody whose name stands in it."""
    said = ""
    named: dict[MemberRef, Person] = {}
    end = 0
    for hit in _TOKEN.finditer(text):
        said += _plain(text[end : hit.start()])
        kind, _, rest = hit[1].partition("|")
        who = await lookup.user(kind[1:]) if kind.startswith("@") else None
        if who is not None:
            named[who.ref] = who
            said += who.name
        else:
            said += _named(kind, rest)
        end = hit.end()
    return said + _plain(text[end:]), tuple(named.values())


async def _meant(token: str, lookup: Lookup) -> Word:
    kind, _, rest = token.partition("|")
    if kind.startswith("@"):
        return await lookup.user(kind[1:]) or f"@{rest or kind[1:]}"
    if kind.startswith("!subteam^"):
        id_ = kind.removeprefix("!subteam^")
        people, name = await lookup.group(id_), _plain(rest).removeprefix("@") or id_
        return Group(name, people) if people is not None else f"@{name}"
    return _named(kind, rest)


def _named(kind: str, rest: str) -> str:
    """Give what anything but a person reads like: a channel, an address, a broadcast."""
    match kind[:1]:
        case "#":
            return f"#{_plain(rest) or kind[1:]}"
        case "@":
            return f"@{_plain(rest) or kind[1:]}"
        case "!":
            name = kind[1:].partition("^")[0]
            return _plain(rest) or f"@{name}"
    return _plain(kind.removeprefix("mailto:"))


def _plain(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
