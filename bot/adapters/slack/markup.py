"""What members type, as Slack sends it: mentions, addresses and escapes, parted and made plain."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.core.commands import Word
from bot.core.port import Group, MemberRef, Person

_TOKEN = re.compile(r"<([^<>\s][^<>]*)>")
"""Everything that Slack itself writes stands in angle brackets; those that members type come as `&lt;`."""

_AT = re.compile(r"(?<![\w@./])@(?=\w)")
"""An at sign that begins a word: neither an e-mail address nor a path of a URL mentions anybody."""

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


def called_so(text: str, called: Sequence[tuple[str, Person]]) -> tuple[str | Person, ...]:
    """Part a text at the names in it where Slack made no mention of them: `@zoe`, `@Zoë Lindström`.

    `called` pairs what people are called with who it is; of two who are called the same, neither is meant.
    """
    parts: list[str | Person] = []
    end = 0
    for hit in _AT.finditer(text):
        if hit.start() < end:
            continue
        after = text[hit.end() :]
        fits = [(len(name), who) for name, who in called if _begins(after, name)]
        longest = max((length for length, _ in fits), default=0)
        people = {who.ref: who for length, who in fits if length == longest}
        if len(people) != 1:
            continue
        parts += [text[end : hit.start()], *people.values()]
        end = hit.end() + longest
    return tuple(part for part in (*parts, text[end:]) if part != "")


def typed(text: str, called: Sequence[tuple[str, Person]]) -> tuple[str, tuple[Person, ...]]:
    """Do the same as `prose` for what was typed into a form, where Slack offers no mentions."""
    parts = called_so(text, called)
    named = {part.ref: part for part in parts if isinstance(part, Person)}
    return "".join(part.name if isinstance(part, Person) else part for part in parts), tuple(named.values())


def leftover(parts: Sequence[Word]) -> bool:
    """Tell whether an at sign in a text may still mean somebody."""
    return any(isinstance(part, str) and _AT.search(part) for part in parts)


def _begins(text: str, name: str) -> bool:
    following = text[len(name) : len(name) + 1]
    return text[: len(name)].casefold() == name.casefold() and not (following.isalnum() or following == "_")


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
