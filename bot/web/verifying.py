"""The page where anybody checks a badge: a file, or an address."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from bot.core.app import App
from bot.core.credentials import MAX_PICTURE, Outcome, Verification
from bot.core.errors import BadgeUnfetched

LARGEST = MAX_PICTURE + 64 * 1024
"""Bytes of the largest request: a picture, and what a form puts around it."""
MOST_AT_ONCE = 4
"""Checks under way: each may wait some seconds for a stranger's server."""
LONGEST = 300


@dataclass(frozen=True, slots=True)
class Checked:
    """What the page shows: what was asked, and either what was found or the problem with it."""

    url: str = ""
    email: str = ""
    found: Verification | None = None
    problem: str = ""

    @property
    def verdict(self) -> Outcome:
        """What all checks together come to."""
        assert self.found is not None  # noqa: S101 - the page asks only where something was found
        if self.found.holds:
            return Outcome.PASSED
        failed = any(check.outcome is Outcome.FAILED for check in self.found.checks)
        return Outcome.FAILED if failed else Outcome.UNKNOWN


class Verifying:
    """`/verify`: the form, and what it finds."""

    def __init__(self, app: App, html: Callable[[str, Mapping[str, Any], int], HTMLResponse]) -> None:
        self.app, self.html = app, html
        self.free = asyncio.Semaphore(MOST_AT_ONCE)

    def routes(self) -> list[BaseRoute]:
        """Give the page's addresses."""
        return [Route("/verify", self.form), Route("/verify", self.check, methods=["POST"])]

    async def form(self, request: Request) -> Response:
        """Show the form; an address in the query stands in it already."""
        return self._page(Checked(url=request.query_params.get("url", "")[:2000]))

    async def check(self, request: Request) -> Response:
        """Check what was sent."""
        if _length(request) > LARGEST:
            return self._page(Checked(problem="The file is far larger than any badge: choose the badge itself."), 413)
        try:
            async with request.form(max_files=1, max_fields=10, max_part_size=LARGEST) as form:
                file, url, email = form.get("file"), form.get("url"), form.get("email")
                body = await file.read() if isinstance(file, UploadFile) else b""
        except (HTTPException, UnicodeError):  # not a form at all, or in an encoding that it is not written in
            return self._page(Checked(problem="Nothing arrived: choose a file, or give an address."), 400)
        asked = Checked(_text(url), _text(email)[:LONGEST])
        if not body and not asked.url:
            return self._page(Checked(email=asked.email, problem="Choose a file, or give an address."), 400)
        async with self.free:
            return await asyncio.to_thread(self._checked, asked, body)

    def _checked(self, asked: Checked, body: bytes) -> Response:
        checker = self.app.checker
        try:
            found = checker.check(body, asked.email) if body else checker.check_at(asked.url, asked.email)
        except BadgeUnfetched:
            problem = "Nothing could be fetched from there: open it in your browser, or choose the badge's file."
            return self._page(Checked(asked.url, asked.email, problem=problem), 400)
        return self._page(Checked("" if body else asked.url, asked.email, found))

    def _page(self, checked: Checked, status: int = 200) -> HTMLResponse:
        return self.html("verify.html", {"page": checked}, status)


def _length(request: Request) -> int:
    told = request.headers.get("content-length", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 20 else LARGEST + 1


def _text(value: object) -> str:
    # A form may name an encoding that decodes to lone surrogates, which no answer could repeat.
    return value.encode(errors="replace").decode().strip() if isinstance(value, str) else ""
