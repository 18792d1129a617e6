"""How Slack reaches Laurel: by a socket that Laurel opens, or by signed requests to its web server."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Callable
from urllib.parse import parse_qsl

import structlog
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from bot.adapters.heard import Heard
from bot.adapters.slack.shapes import sound
from bot.adapters.slack.workspaces import REVOKED, UNREACHED, client, error_of, why

log = structlog.get_logger(__name__)

LARGEST = 1024 * 1024
STALE = 300
"""Seconds after which a signature counts no more."""
MOST_SIGNATURES = 200_000
"""Signatures that are remembered: those of ten minutes, at some hundred requests a second."""
LOOK = 0.5
"""Seconds between two looks at the socket: the SDK itself takes longer to notice that one broke."""
PING = 2.0
"""Seconds between two signs of life: a line that is silent for half of it more is dead, though nobody closed it."""
LONGEST_WAIT = 30.0


class Socket(SocketModeClient):
    """Socket Mode, back soon after a broken line; a token that is no longer good ends it."""

    def __init__(self, app: AsyncApp, token: str, api: str, refused: Callable[[str], None]) -> None:
        super().__init__(app_token=token, web_client=client(api, token), ping_interval=PING)
        self._app, self._refused = app, refused
        self._failed = 0
        self.socket_mode_request_listeners.append(self._handle)

    async def issue_new_wss_url(self) -> str:
        """Ask for an address, each time later while Slack gives none that works.

        Raises `SlackApiError`; for a token that is no longer good, tries no more.
        """
        if self._failed:
            # Many schools at once ask a Slack that comes back, and not all in the same moment.
            await asyncio.sleep(min(LOOK * 2 ** min(self._failed, 9), LONGEST_WAIT) * random.uniform(0.5, 1.0))  # noqa: S311
        self._failed += 1
        try:
            url: str = await super().issue_new_wss_url()
        except SlackApiError as error:
            if error_of(error) in REVOKED:
                self.closed = True
                self._refused(error_of(error))
            raise
        return url

    async def keep(self) -> None:
        """Stay connected until cancelled."""
        try:
            await self.connect()  # type: ignore[no-untyped-call]
            while not self.closed:
                await asyncio.sleep(LOOK)
                session = self.current_session
                if session is None or self.connect_operation_lock.locked():
                    continue
                if not session.closed:
                    self._failed = 0
                    continue
                log.info("the line to Slack broke; taking it up again")
                try:
                    await self.connect_to_new_endpoint()
                except (*UNREACHED, OSError) as error:
                    log.warning("Slack gives no new line", why=why(error))
        finally:
            await self.close()  # type: ignore[no-untyped-call]

    async def _handle(self, _: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        if not sound(request.payload):
            log.warning("what came down the line is nothing that Slack sends", kind=request.type)
            return  # like whatever Slack is told nothing of, it may come again
        begun = time.time()
        answer = await run_async_bolt_app(self._app, request)
        await send_async_response(self, request, answer, begun)


class Signed:
    """Slack's requests to the web server: nothing gets past that Slack has not signed within five minutes."""

    def __init__(self, app: AsyncApp, secret: str) -> None:
        self._app, self._verifier = app, SignatureVerifier(secret)
        self._used = Heard(STALE * 2, most=MOST_SIGNATURES)

    async def answer(self, request: Request) -> Response:
        """Answer one request: 4xx for whatever is not Slack's."""
        try:
            body = await _read(request)
        except ClientDisconnect:
            return _no(400, "The request broke off.")
        if body is None:
            return _no(413, "This is longer than anything that Slack sends.")
        stamp, signature = (request.headers.get(f"x-slack-{name}", "") for name in ("request-timestamp", "signature"))
        if not self._signed(body, stamp, signature):
            return _no(401, "This is not signed by Slack, or was so too long ago.")
        if self._used.before(signature):  # what Slack itself sends again, it signs anew
            return _no(409, "This was received before.")
        text = body.decode("utf-8", "replace")
        if not sound(_read_by_bolt(text, request.headers.get("content-type", ""))):
            return _no(400, "This is nothing that Slack sends.")
        asked = AsyncBoltRequest(body=text, headers=dict(request.headers))
        try:
            answer = await self._app.async_dispatch(asked)
        except Exception:
            log.exception("what Slack sent could not be taken in")
            return _no(503, "Laurel cannot take this in just now.")
        if (
            answer.status >= 500
        ):  # bolt has logged why; Slack sends events again, and tells members that a command failed
            return _no(503, "Laurel cannot take this in just now.")
        return Response(answer.body, answer.status, answer.first_headers_without_set_cookie())

    def _signed(self, body: bytes, stamp: str, signature: str) -> bool:
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 12 and signature.isascii()):
            return False
        if abs(time.time() - int(stamp)) > STALE:
            return False
        try:
            return self._verifier.is_valid(body, stamp, signature)
        except UnicodeDecodeError:
            return False


async def _read(request: Request) -> bytes | None:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            return None
    return bytes(body)


def _read_by_bolt(text: str, kind: str) -> object:
    """Read a signed body as bolt does: JSON, a form, or JSON in a form; None for what is none of these."""
    try:
        if kind.partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
            return json.loads(text)
        given = dict(parse_qsl(text, keep_blank_values=True))
        return json.loads(given["payload"]) if "payload" in given else given
    except (ValueError, RecursionError):
        return None


def _no(status: int, why: str) -> Response:
    return PlainTextResponse(why, status)
