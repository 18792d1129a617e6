"""What every platform's rig can do, so that one set of scenarios runs over all of them.

A rig sends what the platform would send, over the wire, and tells what its users would see. People are named by
the same handles everywhere: "teacher", and the students "sam", "ana", "dmytro", "xiaoyu", "layla", "zoe".
A text mentions them as `@sam`, the whole class as `@class-8b`, the bot as `@laurel`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol, Self

from bot.core.app import App
from bot.core.db import Database
from bot.core.port import Platform
from tests.conftest import Clock


@dataclass(frozen=True)
class Upload:
    """A file on somebody's device."""

    name: str
    data: bytes


Answer = str | bool | tuple[str, ...] | tuple[Upload, ...]
"""What is put into a field: text, an option's label, yes or no, people's handles, files, or labels of offered files."""


@dataclass(frozen=True)
class SeenForm:
    """A dialog on somebody's screen."""

    title: str
    submit: str
    fields: tuple[str, ...]
    """Names of the questions, as in `port.Field.name`."""
    problems: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Seen:
    """One thing on somebody's screen. `text` is all that can be read there, without the buttons' labels."""

    text: str
    kind: str = "said"
    author: str = ""
    buttons: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()
    """What each picture says to those who cannot see it."""
    form: SeenForm | None = None
    raw: Any = None
    """As the platform has it; only the rig that made it looks inside."""


class Rig(AbstractAsyncContextManager["Rig"], Protocol):
    """One platform with a class of seven in one channel, and the starter badges."""

    platform: Platform
    app: App

    async def __aenter__(self) -> Self: ...

    async def type(self, who: str, text: str, *, where: str = "class-8b", event_id: str | None = None) -> Seen:
        """Type a slash command, or an ordinary message; give what only the caller sees (text "" for nothing).

        `where` is the class's channel or "dm". The same `event_id` twice is the platform sending it again.
        """
        ...

    async def press(self, who: str, label: str, *, on: Seen, event_id: str | None = None) -> Seen:
        """Press the button that begins with `label`; give what only the caller sees then."""
        ...

    async def fill(self, who: str, seen: Seen, answers: Mapping[str, Answer], *, event_id: str | None = None) -> Seen:
        """Answer some questions of the form that `seen` opened, leave the others as they are, and send it."""
        ...

    async def award_message(self, who: str, message: Seen) -> Seen:
        """Choose "Award for this message" on one of `channel()`."""
        ...

    async def channel(self, where: str = "class-8b") -> list[Seen]:
        """Give what stands in a channel now, oldest first."""
        ...

    async def direct(self, who: str) -> list[Seen]:
        """Give what the bot and somebody said to each other, oldest first."""
        ...

    def pinged(self) -> set[str]:
        """Give the handles of everybody whom a card in a channel notified so far."""
        ...

    async def settle(self) -> None:
        """Deliver everything that is due."""
        ...


MakeRig = Callable[[Database, Clock], Rig]
