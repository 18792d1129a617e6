"""What a platform has answered: kept for a while, and asked for only once by all who want it at the same moment."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Generic, TypeVar

MOST = 20_000

K = TypeVar("K")
V = TypeVar("V")


class Remembered(Generic[K, V]):
    """Answers, each good for `seconds`; of more than `most`, the oldest are forgotten."""

    def __init__(self, seconds: float, most: int = MOST) -> None:
        self._seconds, self._most = seconds, most
        self._known: dict[K, tuple[float, V]] = {}  # the oldest stand first
        self._asking: dict[K, asyncio.Task[V | None]] = {}

    def get(self, key: K) -> V | None:
        """Give what is known and not too old."""
        at, value = self._known.get(key, (0.0, None))
        return value if value is not None and time.monotonic() - at < self._seconds else None

    def put(self, key: K, value: V) -> V:
        """Keep an answer; the oldest makes room."""
        self._known.pop(key, None)
        while len(self._known) >= self._most:
            del self._known[next(iter(self._known))]
        self._known[key] = (time.monotonic(), value)
        return value

    async def ask(self, key: K, question: Callable[[], Coroutine[None, None, V | None]]) -> V | None:
        """Give what is known, or ask and keep the answer if there is one. Raises whatever `question` does."""
        known = self.get(key)
        if known is not None:
            return known
        asking = self._asking.get(key)
        if asking is None:
            asking = self._asking[key] = asyncio.create_task(self._asked(key, question), name="asking a platform")
            asking.add_done_callback(_heard)
        return await asyncio.shield(asking)  # whoever stops waiting takes nothing from the others

    async def _asked(self, key: K, question: Callable[[], Coroutine[None, None, V | None]]) -> V | None:
        try:
            answer = await question()
            if answer is not None and self._asking.get(key) is asyncio.current_task():
                self.put(key, answer)
            return answer
        finally:
            if self._asking.get(key) is asyncio.current_task():
                del self._asking[key]

    def values(self, which: Callable[[K], bool]) -> list[V]:
        """Give all answers to some questions that are not too old."""
        now = time.monotonic()
        return [value for key, (at, value) in self._known.items() if which(key) and now - at < self._seconds]

    def drop(self, which: Callable[[K], bool]) -> None:
        """Let go of the answers to some questions, those that are still to come included."""
        for kept in (self._known, self._asking):
            for key in filter(which, list(kept)):
                del kept[key]


def _heard(asking: asyncio.Task[V | None]) -> None:
    if not asking.cancelled():
        asking.exception()  # it may be that nobody waits for it any more
