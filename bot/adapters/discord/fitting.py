"""Keeping messages within what Discord takes: pieces packed into as few as hold them, shortened and written out."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any, assert_never

from bot.adapters.discord.markup import Atom, Words, lines, write
from bot.adapters.discord.pieces import (
    Bar,
    Beside,
    Control,
    Frame,
    Gallery,
    Go,
    Menu,
    Open,
    Part,
    Piece,
    Press,
    Said,
    count,
    first_of,
    pictures,
    texts,
)
from bot.core.cards import Drawing
from bot.core.commands import Command
from bot.core.port import Form, Picture

Json = dict[str, Any]

COMPONENTS = 40  # in one message, those inside others counted, too
TOGETHER = 4_000  # characters of a message's texts
FILES = 10
CUSTOM_ID = 100
ALT = 1_024
LINK = 5  # the style of a button that opens an address
CUT: Words = (Atom("…"),)


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


def packed(parts: Iterable[Part]) -> list[Part]:
    """Put parts into as few messages as hold them, in order."""
    sheets: list[Part] = [()]
    for part in _joined(parts):
        together = (*sheets[-1], *part)
        if not sheets[-1] or _fits(together):
            sheets[-1] = together
        else:
            sheets.append(part)
    return sheets


def _fits(pieces: Part) -> bool:
    drawn = {picture.drawing for picture in pictures(pieces)}
    return count(pieces) <= COMPONENTS and sum(map(_size, texts(pieces))) <= TOGETHER and len(drawn) <= FILES


def _joined(parts: Iterable[Part]) -> Iterator[Part]:
    """Join texts that follow each other: each is one component less."""
    waiting: Words = ()
    for part in parts:
        match part:
            case (Said(more),):
                if waiting and _size((*waiting, *more)) > TOGETHER // 2:
                    yield (Said(waiting),)
                    waiting = ()
                waiting = lines([waiting, more])
                continue
        if waiting:
            yield (Said(waiting),)
            waiting = ()
        yield part
    if waiting:
        yield (Said(waiting),)


def _size(words: Words) -> int:
    return sum(len(str(atom)) + 1 for atom in words)  # one more where marks touch


def written(sheet: Part, look: Look, mentions: tuple[str, ...], *, more: bool = False) -> Message:
    """Write a message as Discord takes it; with `more`, it is seen to be only the first of several."""
    kept = sheet or (Said(),)
    if more or count(kept) > COMPONENTS:
        kept = (*first_of(kept, COMPONENTS - 1), Said(CUT))
    shown = {picture.drawing: picture for picture in pictures(kept)}
    writer = _Writer(look, list(shown), sum(1 for _ in texts(kept)))
    return Message([writer.piece(piece) for piece in kept], tuple(shown.values()), mentions)


class _Writer:
    """Writes one message: all its texts share the room there is, and no two controls have one id."""

    def __init__(self, look: Look, drawings: list[Drawing], texts: int) -> None:
        self._look, self._drawings = look, drawings
        self._left, self._texts = TOGETHER, texts
        self._numbers = itertools.count()

    def piece(self, piece: Piece) -> Json:
        match piece:
            case Said(words):
                return self._text(words)
            case Beside(words, picture):
                return {"type": 9, "components": [self._text(words)], "accessory": {"type": 11, **self._media(picture)}}
            case Gallery(several):
                return {"type": 12, "items": [self._media(picture) for picture in several]}
            case Bar(controls):
                return {"type": 1, "components": [self._control(control) for control in controls]}
            case Frame(inner):
                return {"type": 17, "components": [self.piece(one) for one in inner]}
            case _:
                assert_never(piece)

    def _text(self, words: Words) -> Json:
        self._texts -= 1  # each that follows keeps room for being seen to be cut
        said = visible(write(words, self._left - self._texts))
        self._left -= len(said)
        return {"type": 10, "content": said}

    def _media(self, picture: Picture) -> Json:
        url = f"attachment://{name_of(self._drawings.index(picture.drawing))}"
        return {"media": {"url": url}, "description": seen(picture.alt, ALT)}

    def _control(self, control: Control) -> Json:
        start = f"{next(self._numbers)}|"
        match control:
            case Go(label, url):
                return {"type": 2, "style": LINK, "label": label, "url": url}
            case Press(label, style, does):
                carried = start + self._look.carry(does, CUSTOM_ID - len(start))
                return {"type": 2, "style": style, "label": label, "custom_id": carried}
            case Open(label, style, form, page, of):
                return {"type": 2, "style": style, "label": label, "custom_id": self._look.opens(form, page, of)}
            case Menu(label, entries):
                values = {self._look.carry(does, CUSTOM_ID): entry for entry, does in entries}
                options = [{"label": entry, "value": value} for value, entry in values.items()]
                return {"type": 3, "placeholder": label, "options": options, "custom_id": start}
            case _:
                assert_never(control)
