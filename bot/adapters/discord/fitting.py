"""Keeping components within what Discord takes: packed into messages, counted, shortened and written out."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from bot.adapters.discord.markup import Atom, Words, lines, write
from bot.core.cards import Drawing
from bot.core.commands import Command
from bot.core.port import Form, Picture

Json = dict[str, Any]

COMPONENTS = 40  # in one message, those inside others counted, too
TOGETHER = 4_000  # characters of a message's texts
FILES = 10
CUSTOM_ID = 100
ALT = 1_024
SIDE_BY_SIDE = 5
CHOICES = 25


class Detail(Enum):
    """How much room each row of a list takes."""

    FULL = 0
    SPARE = 1


FULL = Detail.FULL


@dataclass(frozen=True, slots=True)
class Look:
    """What a reply needs to become components.

    `carry` makes a command into text of at most so many characters; `opens` gives the id of the button that opens a
    page of a form, which has so many.
    """

    carry: Callable[[Command, int], str]
    opens: Callable[[Form, int, int], str]


@dataclass(frozen=True, slots=True)
class Message:
    """One message as Discord takes it; `pictures` are uploaded with it under `name_of` their places."""

    components: list[Json]
    pictures: tuple[Picture, ...] = ()
    mentions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """Components that stay in one message, and what is drawn in them.

    Until they are written, a text holds its `Words`, a picture its `Drawing`, and a button what it `does` or `opens`.
    """

    components: list[Json]
    pictures: dict[Drawing, Picture] = field(default_factory=dict)


def name_of(index: int) -> str:
    """Give the name of a message's picture."""
    return f"picture-{index}.png"


def cut(said: str, most: int) -> str:
    """Shorten a text visibly."""
    return said if len(said) <= most else said[: most - 1] + "…"


def seen(said: str, most: int) -> str:
    """Give a label that Discord takes: short enough, and with something in it that can be seen."""
    return visible(cut(" ".join(said.split()), most))


def visible(said: str) -> str:
    """Give a text that Discord takes: it refuses one in which nothing can be seen."""
    return said if any(unicodedata.category(c)[0] not in "ZC" for c in said) else "…"


def text(words: Words) -> Json:
    """Make words into a component."""
    return {"type": 10, "content": words}


def section(words: Words, accessory: Json) -> Json:
    """Put something beside words."""
    return {"type": 9, "components": [text(words)], "accessory": accessory}


def thumbnail(picture: Picture) -> Json:
    """Make a picture into a small one."""
    return {"type": 11, "media": {"url": picture.drawing}, "description": seen(picture.alt, ALT)}


def gallery(pictures: tuple[Picture, ...]) -> Json:
    """Put pictures side by side; one alone is as wide as the message."""
    items = [{"media": {"url": p.drawing}, "description": seen(p.alt, ALT)} for p in pictures[:FILES]]
    return {"type": 12, "items": items}


def in_rows(buttons: list[Json]) -> list[Json]:
    """Put buttons side by side."""
    return [
        {"type": 1, "components": buttons[start : start + SIDE_BY_SIDE]}
        for start in range(0, len(buttons), SIDE_BY_SIDE)
    ]


def walk(parts: Iterable[Json]) -> Iterator[Json]:
    """Give every component, those inside others, too."""
    for part in parts:
        yield part
        yield from walk(part.get("components", ()))
        if "accessory" in part:
            yield part["accessory"]


def count(parts: Iterable[Json]) -> int:
    """Count components as Discord does."""
    return sum(1 for _ in walk(parts))


def packed(parts: Iterable[Part]) -> list[Part]:
    """Put parts into as few messages as hold them, in order."""
    sheets = [Part([])]
    for part in _joined(parts):
        if not part.components:
            continue
        last = sheets[-1]
        together = [*last.components, *part.components]
        pictures = {**last.pictures, **part.pictures}
        fits = count(together) <= COMPONENTS and _length(together) <= TOGETHER and len(pictures) <= FILES
        if fits or not last.components:
            sheets[-1] = Part(together, pictures)
        else:
            sheets.append(part)
    return sheets


def _joined(parts: Iterable[Part]) -> Iterator[Part]:
    """Join texts that follow each other: each is one component less."""
    waiting: Words = ()
    for part in parts:
        if len(part.components) == 1 and part.components[0]["type"] == 10:
            more: Words = part.components[0]["content"]
            if waiting and _size((*waiting, *more)) > TOGETHER // 2:
                yield Part([text(waiting)])
                waiting = ()
            waiting = lines([waiting, more])
            continue
        if waiting:
            yield Part([text(waiting)])
            waiting = ()
        yield part
    if waiting:
        yield Part([text(waiting)])


def _size(words: Words) -> int:
    return sum(len(str(atom)) + 1 for atom in words)  # one more where marks touch


def _length(parts: Iterable[Json]) -> int:
    return sum(_size(part["content"]) for part in walk(parts) if part["type"] == 10)


def written(sheet: Part, look: Look, mentions: tuple[str, ...]) -> Message:
    """Write everything that was put off: texts within the limit, what buttons carry, pictures' addresses."""
    kept = sheet.components or [text(())]
    if count(kept) > COMPONENTS:
        kept = [*_fitting(kept, COMPONENTS - 1), text((Atom("…"),))]
    pictures = list(sheet.pictures)[:FILES]
    left = TOGETHER
    texts = sum(1 for part in walk(kept) if part["type"] == 10)
    for number, part in enumerate(walk(kept)):
        match part["type"]:
            case 10:
                texts -= 1  # each that follows keeps room for being seen to be cut
                part["content"] = visible(write(part["content"], left - texts))
                left -= len(part["content"])
            case 2 if "does" in part:
                part["custom_id"] = f"{number}|" + look.carry(part.pop("does"), CUSTOM_ID - len(f"{number}|"))
            case 2 if "opens" in part:
                part["custom_id"] = look.opens(*part.pop("opens"))
            case 3:
                part["custom_id"] = f"{number}|"
            case 11:
                part["media"] = _media(part["media"]["url"], pictures)
            case 12:
                part["items"] = [{**item, "media": _media(item["media"]["url"], pictures)} for item in part["items"]]
    return Message(kept, tuple(sheet.pictures[drawing] for drawing in pictures), mentions)


def together(messages: list[Message]) -> Message:
    """Give the first of several messages, seen to be only the first."""
    first, *more = messages
    if not more:
        return first
    kept = [*_fitting(first.components, COMPONENTS - 1), {"type": 10, "content": "…"}]
    texts = [part for part in walk(kept) if part["type"] == 10]
    left = TOGETHER - len(texts)
    for part in texts:
        part["content"] = cut(part["content"], left + 1)
        left -= len(part["content"]) - 1
    return Message(kept, first.pictures, first.mentions)


def _media(drawing: Drawing, pictures: list[Drawing]) -> Json:
    return {"url": f"attachment://{name_of(pictures.index(drawing))}"}


def _fitting(parts: list[Json], room: int) -> list[Json]:
    """Leave out what is too much at the end."""
    kept: list[Json] = []
    for part in parts:
        size = count([part])
        if size > room:
            inner = _fitting(part["components"], room - 1) if part["type"] in (1, 17) else []
            return [*kept, {**part, "components": inner}] if inner else kept
        kept.append(part)
        room -= size
    return kept
