"""One verification's view of the web, so that a badge full of URLs can't make us flood anyone."""

import time
from collections.abc import Callable
from typing import Any

from bot.core.credentials.outcomes import NOT_OPENED, Fetch, Unreachable
from bot.core.credentials.strict_json import NotJson, parse_json

MAX_FETCHES = 12
"""Documents one verification may ask for: a badge names its own URLs, and must not make us flood anyone."""
MAX_DOCUMENT = 3 * 1024 * 1024
"""Bytes of one of them that are kept: more than any JSON that is read, written as a JWT."""
PATIENCE = 12.0
"""Seconds in which documents are asked for; the last may take the fetcher's own time. No more depends on a clock."""


class Remote:
    """One verification's view of the web: each URL asked once, https only, a few at most, and not for long."""

    def __init__(self, fetch: Fetch, stopwatch: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._found: dict[str, bytes | Unreachable] = {}
        self._stopwatch = stopwatch
        self._until = stopwatch() + PATIENCE

    def json_object(self, url: str, *, upgrade: bool = False) -> dict[str, Any]:
        """Fetch a JSON object; raises `Unreachable`, for an answer that is something else too.

        With `upgrade`, a plain http address is asked by https: older badges were hosted before that was usual.
        """
        if upgrade and url.startswith("http://"):
            url = "https://" + url.removeprefix("http://")
        try:
            document = parse_json(self.body(url))
        except NotJson as error:
            raise Unreachable(error.reason) from error
        if not isinstance(document, dict):
            raise Unreachable("not-json")
        return document

    def body(self, url: str) -> bytes:
        """Fetch what is behind an https URL; raises `Unreachable`."""
        if not url.startswith("https://"):
            raise Unreachable(NOT_OPENED)
        if url not in self._found:
            if len(self._found) >= MAX_FETCHES:
                raise Unreachable("too-many")
            if self._stopwatch() >= self._until:
                raise Unreachable("too-late")
            self._found[url] = self._asked(url)
        found = self._found[url]
        if isinstance(found, Unreachable):
            raise found
        return found

    def _asked(self, url: str) -> bytes | Unreachable:
        try:
            found = self._fetch(url)
        except Unreachable as error:
            return error
        return found if len(found) <= MAX_DOCUMENT else Unreachable("too-large")
