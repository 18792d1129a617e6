"""What the page sends, checked before anything looks at it: bounded, of the right shape, nothing else."""

from __future__ import annotations

from typing import Annotated, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request

from bot.adapters.room.commands import LONGEST
from bot.adapters.room.errors import RoomRefusal, TooLong, Unreadable
from bot.core.credentials import MAX_PICTURE
from bot.core.files import BIGGEST
from bot.core.port import File
from bot.core.soundness import unstorable

LARGEST = 512 * 1024
LARGEST_PRESS = MAX_PICTURE * 4 // 3 + LARGEST
"""Bytes of a button's command: a badge's picture may come with it, in base64."""
_LONGEST_NAME = 1000
_MOST_DIGITS = 15

Short = Annotated[str, Field(min_length=1, max_length=100)]
Long = Annotated[str, Field(min_length=1, max_length=LARGEST)]


class _Request(BaseModel):
    most: ClassVar[int] = LARGEST
    """Bytes of the largest."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    handle: Annotated[str, Field(alias="as", min_length=1, max_length=100)]
    event: Short
    """Made by the page for each press: a request sent again is the same event."""


class Send(_Request):
    """Somebody pressed Enter."""

    place: Short
    text: Annotated[str, Field(max_length=LARGEST)]


class Press(_Request):
    """Somebody pressed a button."""

    most: ClassVar[int] = LARGEST_PRESS

    place: Short
    command: Annotated[str, Field(min_length=1, max_length=LARGEST_PRESS)]


class Files(BaseModel):
    """The files that a form's answer names, by the ids that `attach` gave."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    files: list[Short]


class Submit(_Request):
    """Somebody sent a form; with `draft`, they are still filling it in."""

    place: Short
    command: Long
    answers: dict[str, str | bool | list[str] | Files]
    draft: bool = False


class AwardMessage(_Request):
    """Somebody chose "Award for this message"."""

    message: Short


R = TypeVar("R", bound=_Request)


class _WrongKind(RoomRefusal):
    status = 415

    def __str__(self) -> str:
        return "The room reads JSON only."


async def read(request: Request, kind: type[R]) -> R:
    """Read the body of a request. Raises a `RoomRefusal`."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise _WrongKind
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > kind.most:
            raise TooLong(LONGEST)
    try:
        asked = kind.model_validate_json(bytes(body))
    except ValidationError:
        raise Unreadable from None
    if any(map(unstorable, _strings(asked.model_dump()))):
        raise Unreadable
    return asked


async def file(request: Request) -> File:
    """Read a file that somebody chose, up to one byte more than a file may have. Raises a `RoomRefusal`."""
    name = request.query_params.get("name", "")
    if len(name) > _LONGEST_NAME or unstorable(name):
        raise Unreadable
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BIGGEST:
            break
    return File(name, bytes(body[: BIGGEST + 1]))


def number(text: str) -> int:
    """Read a number of a message; nothing is none at all. Raises `Unreadable`."""
    if not text:
        return 0
    if not (text.isascii() and text.isdigit()) or len(text) > _MOST_DIGITS:
        raise Unreadable
    return int(text)


def _strings(value: object) -> list[str]:
    match value:
        case str():
            return [value]
        case dict():
            return [text for pair in value.items() for one in pair for text in _strings(one)]
        case list():
            return [text for one in value for text in _strings(one)]
    return []
