"""A platform that keeps its messages by key, as a good one does, and can be told to misbehave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.core.port import Barred, Delivered, Limits, MemberRef, Place, Reply, Result


@dataclass
class Message:
    """One message that stands somewhere; `versions` holds what it said, oldest first."""

    id: str
    to: Place | MemberRef
    versions: list[Reply]

    @property
    def now(self) -> Reply:
        return self.versions[-1]


@dataclass
class Recorder:
    """Shows each key once, edits what it is asked to edit, and counts who asked.

    `meddle` runs before each delivery: what it gives is the answer instead, what it raises is raised.
    """

    name: str = "room"
    limits: Limits = field(default_factory=Limits)
    messages: dict[str, Message] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    edits: Counter[str] = field(default_factory=Counter)
    meddle: Callable[[Place | MemberRef, str], Result | None] = lambda _to, _key: None

    async def run(self) -> None:
        """Serve nobody."""

    async def deliver(self, to: Place | MemberRef, reply: Reply, *, key: str, edits: str | None) -> Result:
        self.asked[key] += 1
        answer = self.meddle(to, key)
        if answer is not None:
            return answer
        if edits is not None:
            self.edits[key] += 1
            next(m for m in self.messages.values() if m.id == edits).versions.append(reply)
            return Delivered(edits)
        shown = self.messages.setdefault(key, Message(f"message-{len(self.messages) + 1}", to, [reply]))
        return Delivered(shown.id)

    def in_channel(self) -> list[Message]:
        return [m for m in self.messages.values() if isinstance(m.to, Place)]

    def direct(self, handle: str) -> list[Message]:
        return [m for m in self.messages.values() if isinstance(m.to, MemberRef) and m.to.id == handle]


@dataclass
class Roles(Recorder):
    """A platform whose members have roles: `had` are (handle, role), `whys` what its own record says of each.

    `answer` is given instead where it is set; the first `faults` calls break after they were carried out.
    """

    limits: Limits = field(default_factory=lambda: Limits(roles=True))
    had: set[tuple[str, str]] = field(default_factory=set)
    whys: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    answer: Result | Barred | None = None
    faults: int = 0

    async def grant(self, to: MemberRef, role: str, *, held: bool, why: str) -> Result | Barred:
        if self.answer is not None:
            return self.answer
        self.whys.setdefault((to.id, role), []).append(why)
        (self.had.add if held else self.had.discard)((to.id, role))
        if self.faults:
            self.faults -= 1
            raise ConnectionError("the line broke")
        return Delivered("had" if held else "")
