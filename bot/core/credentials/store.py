"""A place for what was compiled, which forgets its oldest when it is full."""

import threading
from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Store(dict[Hashable, T], Generic[T]):
    """A dictionary that forgets its oldest entry when it is full."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._limit = limit
        self._lock = threading.Lock()

    def keep(self, key: Hashable, value: T) -> None:
        """Keep a value."""
        with self._lock:
            if len(self) >= self._limit and key not in self:
                del self[next(iter(self))]
            self[key] = value
