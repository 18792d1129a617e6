"""What somebody does in the room, as commands of the port."""

from __future__ import annotations

import asyncio
import dataclasses
import re
import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from bot.adapters.room import store
from bot.adapters.room.errors import (
    NoSuchChannel,
    NoSuchMessage,
    NoSuchPersona,
    NothingSaid,
    TooLong,
    Unreadable,
)
from bot.adapters.room.render import is_web, spans
from bot.adapters.room.store import BOT, Crowd, RoomMessage, RoomPersona
from bot.core.addresses import ADDRESS, trimmed
from bot.core.commands import AskAward, AwardBadge, Chat, Command, Quote, Typed, Word
from bot.core.finding import fold
from bot.core.port import Actor, Group, Link, MemberRef, Mention, Person, Place, Reply, Span
from bot.core.soundness import unstorable

if TYPE_CHECKING:
    from bot.adapters.room import Room

PLATFORM = "room"
DIRECT = "dm"
LONGEST = 4000
_CLINGING = r"\u0590-\u07ff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ud7ff\uf900-\ufaff\uff00-\uffef"
"""Letters of scripts, Hebrew to Korean, whose words may stand right beside a mention: 谢谢@sam帮忙."""
_MENTION = re.compile(rf"(?<![^\s(\[{{<\"'“‘„«「,;:!?.{_CLINGING}])@(\w[\w-]*)")  # noqa: RUF001
"""An at sign that begins a word: neither an e-mail address nor a path of a URL mentions anybody."""
_BEFORE_CLINGING = re.compile(rf"[^{_CLINGING}]*")

Meant = TypeVar("Meant", bound=Person | Group)


# -- who and where ----------------------------------------------------------------------------------------


def persona(crowd: Crowd, handle: str) -> RoomPersona:
    """Find somebody by handle. Raises `NoSuchPersona`."""
    for one in crowd.personas:
        if one.handle == handle:
            return one
    raise NoSuchPersona(handle, (p.handle for p in crowd.personas))


def place_id(crowd: Crowd, handle: str, channel: str) -> str:
    """Give the place that `channel` names: a channel, or "dm". Raises `NoSuchChannel`."""
    if channel == DIRECT:
        return store.direct(handle)
    names = [c.name for c in crowd.channels]
    if channel not in names:
        raise NoSuchChannel(channel, names)
    return channel


def is_place(crowd: Crowd, place: str) -> bool:
    """Tell whether something can be said there."""
    return place in {*(c.name for c in crowd.channels), *(store.direct(p.handle) for p in crowd.personas)}


def person(crowd: Crowd, handle: str) -> Person | None:
    """Give somebody as the port knows them; the bot too."""
    if handle == BOT:
        return Person(MemberRef(PLATFORM, crowd.space, BOT), "Laurel", is_bot=True)
    for one in crowd.personas:
        if one.handle == handle:
            return Person(MemberRef(PLATFORM, crowd.space, handle), one.name)
    return None


def actor(crowd: Crowd, handle: str, channel: str, event_id: str) -> Actor:
    """Give who asks, and from where. Raises `NoSuchPersona` or `NoSuchChannel`."""
    me = persona(crowd, handle)
    where = Place(PLATFORM, crowd.space, place_id(crowd, handle, channel), direct=channel == DIRECT)
    return Actor(
        who=Person(MemberRef(PLATFORM, crowd.space, handle), me.name),
        where=where,
        event_id=event_id,
        roles=frozenset({"teacher"} if me.role == "teacher" else ()),
        lang=me.lang,
        timezone=me.timezone,
    )


# -- what was typed -----------------------------------------------------------------------------------------


def typed(text: str, crowd: Crowd) -> Typed:
    """Read a line that begins with a slash."""
    name, _, rest = text.partition(" ")
    return Typed(name.lower(), words(rest, crowd))


def words(text: str, crowd: Crowd) -> tuple[Word, ...]:
    """Part a text at its mentions. A channel's name stands for all its students.

    Whoever is not known stays text, at sign included: the core refuses it in words.
    """
    return _parted(text, lambda word: _mentioned(word, crowd))


def prose(text: str, crowd: Crowd) -> tuple[str, tuple[Person, ...]]:
    """Give a text as it reads, with names for handles, and everybody whose name stands in it.

    By these names the core finds whom a signed document must leave out; so no letter touches one.
    """
    parts = _parted(text, lambda word: _person(word, crowd))
    said = ""
    for before, part in zip(("", *parts), parts, strict=False):
        said += (" " if _touch(before, part) else "") + (part.name if isinstance(part, Person) else part)
    everybody = (person(crowd, one.handle) for one in crowd.personas)
    return said, tuple(who for who in everybody if who and fold(who.name) in fold(said))


def chat(text: str, crowd: Crowd) -> dict[str, Any]:
    """Make what a page draws of somebody's words: mentions and addresses stand out, all else is literal."""
    shown: list[Span] = []
    end = 0
    for hit in sorted([*_MENTION.finditer(text), *ADDRESS.finditer(text)], key=re.Match.start):
        span, length = _span(hit, crowd)
        if span is None or hit.start() < end:
            continue
        shown += [text[end : hit.start()], span]
        end = hit.start() + length
    return {"kind": "said", "text": spans(tuple(s for s in (*shown, text[end:]) if s != "")), "nodes": []}


def _span(hit: re.Match[str], crowd: Crowd) -> tuple[Span | None, int]:
    if not hit[0].startswith("@"):
        url = trimmed(hit[0])
        return (Link(url, url) if is_web(url) else None), len(url)
    who, length = _person(hit.string[hit.start(1) :], crowd)
    return (Mention(who.ref, who.name) if who else None), length + 1


def _parted(text: str, read: Callable[[str], tuple[Meant | None, int]]) -> tuple[str | Meant, ...]:
    addresses = [hit.span() for hit in ADDRESS.finditer(text)]
    found: list[str | Meant] = []
    end = 0
    for mention in _MENTION.finditer(text):
        who, length = read(text[mention.start(1) :])
        if who is None or any(start < mention.start() < stop for start, stop in addresses):
            continue
        found += [text[end : mention.start()], who]
        end = mention.start(1) + length
    return tuple(part for part in (*found, text[end:]) if part != "")


def _touch(before: str | Person, after: str | Person) -> bool:
    if isinstance(before, str):
        return re.search(r"\w\Z", before) is not None
    return isinstance(after, Person) or re.match(r"\w", after) is not None


def _mentioned(text: str, crowd: Crowd) -> tuple[Person | Group | None, int]:
    who, length = _person(text, crowd)
    if who is not None:
        return who, length
    for name in _spellings(text):
        if name in {c.name for c in crowd.channels}:
            students = (person(crowd, p.handle) for p in crowd.personas if p.role == "learner")
            return Group(name, tuple(p for p in students if p)), len(name)
    return None, 0


def _person(text: str, crowd: Crowd) -> tuple[Person | None, int]:
    """Find who is mentioned after an at sign, and by how many characters: a whole name, a handle, or a first name."""
    named = [(length, p.handle) for p in crowd.personas if (length := _begins(text, p.name))]
    if named:
        length, handle = max(named)
        return person(crowd, handle), length
    for spelled in _spellings(text):
        if (who := person(crowd, spelled)) is not None:
            return who, len(spelled)
    for spelled in filter(None, _spellings(text)):
        hits = [p.handle for p in crowd.personas if fold(spelled) in (fold(p.handle), fold(p.name.split()[0]))]
        if len(hits) == 1:  # of two who are called the same, neither is meant
            return person(crowd, hits[0]), len(spelled)
    return None, 0


def _begins(text: str, name: str) -> int:
    """Tell how many characters at the beginning of a text spell a whole name; 0 if they don't."""
    if text.startswith(name) and re.fullmatch(f"[{_CLINGING}]", name[-1]):
        return len(name)
    wanted = fold(name)
    for end in range(1, min(len(text), 2 * len(name)) + 1):
        following = text[end : end + 1]
        if not (following.isalnum() or unicodedata.combining(following or " ")) and fold(text[:end]) == wanted:
            return end
    return 0


def _spellings(text: str) -> tuple[str, str, str]:
    word = re.match(r"[\w-]*", text)[0]  # type: ignore[index]
    whole = word.lower()
    return whole, whole.rstrip("-_"), _BEFORE_CLINGING.match(whole)[0].rstrip("-_")  # type: ignore[index]


# -- what a page sends back -----------------------------------------------------------------------------------


def trusted(command: Command, crowd: Crowd) -> Command:
    """Look at a command that came back from a page: its people are looked up again, by handle.

    So a page can neither rename somebody nor reach people of another platform. Raises `Unreadable`.
    """
    return cast("Command", _trusted(command, crowd))


def mentioning(command: Command, crowd: Crowd) -> Command:
    """Read the mentions in what a form asked for, as in what is typed."""
    if not isinstance(command, AwardBadge):
        return command
    reason, named = prose(command.reason, crowd)
    return dataclasses.replace(command, reason=reason, named=named)


def people(handles: list[str], crowd: Crowd) -> tuple[Person, ...]:
    """Give the people that a form's answer names. Raises `Unreadable`."""
    found = [person(crowd, handle) for handle in handles]
    if None in found:
        raise Unreadable
    return tuple(p for p in found if p is not None)


def _trusted(value: Any, crowd: Crowd) -> Any:
    if isinstance(value, Person):
        known = person(crowd, value.ref.id)
        if known is None or known.ref != value.ref:
            raise Unreadable
        return known
    if isinstance(value, str) and unstorable(value):
        raise Unreadable
    if isinstance(value, tuple):
        return tuple(_trusted(one, crowd) for one in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        inside = {f.name: _trusted(getattr(value, f.name), crowd) for f in dataclasses.fields(value)}
        return dataclasses.replace(value, **inside)
    return value


# -- doing it ---------------------------------------------------------------------------------------------------


def key(handle: str, event_id: str) -> str:
    """Give the key of the message that somebody's press of Enter makes."""
    return f"said:{handle}:{event_id}"


async def say(room: Room, handle: str, channel: str, text: str, event_id: str) -> Reply | None:
    """Do what somebody typed: a private reply, or None for words that now stand in a channel."""
    text = text.strip()
    if not text:
        raise NothingSaid
    if unstorable(text) or unstorable(event_id):
        raise Unreadable
    if len(text) > LONGEST:
        raise TooLong(LONGEST)
    crowd = await asyncio.to_thread(room.crowd)
    who = actor(crowd, handle, channel, event_id)
    if text.startswith("/"):
        return await room.app.ask(who, typed(text, crowd))
    await asyncio.to_thread(
        room.post, crowd, who.where.id, handle, text, key=key(handle, event_id), at=room.app.clock()
    )
    room.feed.nudge()
    return await room.app.ask(who, Chat(words(text, crowd))) if who.where.direct else None


async def award_message(room: Room, handle: str, message: str, event_id: str) -> Reply:
    """Ask for the award form with a message as evidence."""
    crowd = await asyncio.to_thread(room.crowd)
    persona(crowd, handle)
    there = await asyncio.to_thread(_find, room, crowd, handle, message)
    author = person(crowd, there.author)
    if author is None or author.is_bot:
        raise NoSuchMessage
    channel = DIRECT if there.place == store.direct(handle) else there.place
    who = actor(crowd, handle, channel, event_id)
    text, named = prose(there.text, crowd)
    return await room.app.ask(who, AskAward(Quote(author, text, there.at, named=named)))


def _find(room: Room, crowd: Crowd, handle: str, message: str) -> RoomMessage:
    with room.database.read() as db:
        there = store.find(db, handle, message, (c.name for c in crowd.channels))
    if there is None:
        raise NoSuchMessage
    return there
