"""What a message is made of before it is written: texts that can still be cut, pictures and commands as they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import assert_never

from bot.adapters.discord.markup import Words
from bot.core.commands import Command
from bot.core.port import Form, Picture


@dataclass(frozen=True, slots=True)
class Said:
    """A text."""

    words: Words = ()


@dataclass(frozen=True, slots=True)
class Beside:
    """A text with a small picture beside it."""

    words: Words
    picture: Picture


@dataclass(frozen=True, slots=True)
class Gallery:
    """Pictures side by side; one alone is as wide as the message."""

    pictures: tuple[Picture, ...]


@dataclass(frozen=True, slots=True)
class Press:
    """A button that asks a command."""

    label: str
    style: int
    does: Command


@dataclass(frozen=True, slots=True)
class Open:
    """A button that opens a page of a form, which has so many."""

    label: str
    style: int
    form: Form
    page: int
    of: int


@dataclass(frozen=True, slots=True)
class Go:
    """A button that opens an address."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Menu:
    """A menu, each of whose entries asks a command."""

    label: str
    entries: tuple[tuple[str, Command], ...]


Control = Press | Open | Go | Menu


@dataclass(frozen=True, slots=True)
class Bar:
    """Buttons side by side, or a menu."""

    controls: tuple[Control, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """A framed thing."""

    pieces: tuple[Piece, ...]


Piece = Said | Beside | Gallery | Bar | Frame
Part = tuple[Piece, ...]
"""Pieces that stay in one message."""


def count(pieces: Iterable[Piece]) -> int:
    """Count components as Discord does, those inside others, too."""
    return sum(map(_count, pieces))


def _count(piece: Piece) -> int:
    match piece:
        case Said() | Gallery():
            return 1
        case Beside():
            return 3
        case Bar(controls):
            return 1 + len(controls)
        case Frame(inner):
            return 1 + count(inner)
        case _:
            assert_never(piece)


def texts(pieces: Iterable[Piece]) -> Iterator[Words]:
    """Give the texts."""
    for piece in pieces:
        match piece:
            case Said(words) | Beside(words):
                yield words
            case Frame(inner):
                yield from texts(inner)


def pictures(pieces: Iterable[Piece]) -> Iterator[Picture]:
    """Give the pictures."""
    for piece in pieces:
        match piece:
            case Beside(_, picture):
                yield picture
            case Gallery(several):
                yield from several
            case Frame(inner):
                yield from pictures(inner)


def first_of(pieces: Iterable[Piece], room: int) -> Part:
    """Give as many components from the start as there is room for."""
    kept: list[Piece] = []
    for piece in pieces:
        if (needed := _count(piece)) > room:
            match piece:
                case Bar(controls) if room > 1:
                    kept.append(Bar(controls[: room - 1]))
                case Frame(inner) if within := first_of(inner, room - 1):
                    kept.append(Frame(within))
            break
        kept.append(piece)
        room -= needed
    return tuple(kept)
