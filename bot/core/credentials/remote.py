"""One verification's view of the web, so that a badge full of URLs can't make us flood anyone."""

from typing import Any

from bot.core.credentials.outcomes import Fetch, Unreachable
from bot.core.credentials.strict_json import NotJson, parse_json

MAX_FETCHES = 12
"""Documents one verification may ask for: a badge names its own URLs, and must not make us flood anyone."""


class Remote:
    """One verification's view of the web: each URL asked once, https only, a few at most."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._found: dict[str, bytes | Unreachable] = {}

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
            raise Unreachable("not-https")
        if url not in self._found:
            if len(self._found) >= MAX_FETCHES:
                raise Unreachable("too-many")
            try:
                self._found[url] = self._fetch(url)
            except Unreachable as error:
                self._found[url] = error
        found = self._found[url]
        if isinstance(found, Unreachable):
            raise found
        return found
