"""What a platform has told already: both say some things again when they are not sure that they were heard."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable

MOST_REMEMBERED = 20_000


class Heard:
    """Remembers events of this process for some seconds; across processes, the database tells."""

    def __init__(
        self, seconds: float, clock: Callable[[], float] = time.monotonic, *, most: int = MOST_REMEMBERED
    ) -> None:
        self._seconds, self._clock, self._most = seconds, clock, most
        self._at: dict[Hashable, float] = {}

    def before(self, event: Hashable) -> bool:
        """Tell whether an event was heard before, and remember that it was heard."""
        now = self._clock()
        while self._at:  # the oldest stand first
            oldest = next(iter(self._at))
            if len(self._at) < self._most and now - self._at[oldest] <= self._seconds:
                break
            del self._at[oldest]
        known = event in self._at
        self._at.setdefault(event, now)
        return known
