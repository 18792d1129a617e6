"""Who may talk to the room: this machine alone. It has no passwords, so this is its only door."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.adapters.room.errors import NotLoopback

POLICY = "; ".join(
    (
        "default-src 'none'",
        "img-src 'self'",
        "style-src 'self'",
        "script-src 'self'",
        "connect-src 'self'",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",  # no text can become markup, not even by a mistake of ours
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
"""What a proxy adds: behind one, somebody on this machine and somebody far away look the same."""


def check_loopback(host: str) -> None:
    """Refuse to serve the room on any address that others can reach. Raises `NotLoopback`."""
    if not _is_loopback(host):
        raise NotLoopback(host)


class Guard:
    """ASGI middleware around every address of the room.

    A foreign `Host` is a page that had its own name point here (DNS rebinding); a foreign `Origin` is a
    page of another site that posts (CSRF).
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer strangers with 403, and this machine's own user with headers that let nothing foreign in."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        stranger = _stranger(scope)
        if stranger is None:
            await self.app(scope, receive, guarded)
        else:
            refusal = PlainTextResponse(f"{NotLoopback(stranger)}\n", 403)
            await refusal(scope, receive, guarded)


def _stranger(scope: Scope) -> str | None:
    """Give the name under which somebody from elsewhere came; None for this machine's own user."""
    headers = Headers(scope=scope)
    host = headers.get("host", "")
    if not _is_loopback(_hostname(f"//{host}")):
        return _short(host)
    client = scope.get("client")
    if client and not _is_loopback(client[0]):
        return str(client[0])
    for name in _FORWARDED:
        if name in headers:
            return _short(headers[name])
    if scope["method"] not in ("GET", "HEAD"):
        origin = headers.get("origin", "")
        if origin not in (f"http://{host}", f"https://{host}"):
            return _short(origin)
    return None


def _hostname(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _short(name: str) -> str:
    return name[:100] if name.isprintable() and name else "nobody"
