"""Doing several things at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable

from bot.core.port import Reply


def at_once(*actions: Callable[[], Reply]) -> list[Reply]:
    """Do all of them at the same moment, each on a thread of its own."""
    start, replies = threading.Barrier(len(actions)), [Reply(())] * len(actions)

    def act(index: int, action: Callable[[], Reply]) -> None:
        start.wait()
        replies[index] = action()

    threads = [threading.Thread(target=act, args=numbered) for numbered in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return replies
