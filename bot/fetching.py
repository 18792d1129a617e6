"""Fetching documents of strangers: https only, never a private address, little at a time."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit

import httpcore

from bot.core.credentials import Unreachable

LARGEST = 4 * 1024 * 1024
PATIENCE = 10.0
MOST_REDIRECTS = 3
ACCEPT = b"application/vc+ld+json, application/vc, application/ld+json, application/json;q=0.9, image/png;q=0.8"


def fetch(url: str) -> bytes:
    """Get a document that a badge points to. Raises `Unreachable` for anything but a good answer."""
    return _get(url, _PublicOnly(), loopback=False)


def fetch_named(url: str) -> bytes:
    """Get what the person at the terminal named themselves: also plain http on this very machine."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError as error:
        raise Unreachable(url) from error
    loopback = host == "localhost" or _is_loopback(host)
    return _get(url, httpcore.SyncBackend() if loopback else _PublicOnly(), loopback=loopback)


class _PublicOnly(httpcore.NetworkBackend):
    """Connects to public addresses only, and to the very address that was looked at: no second resolution."""

    def __init__(self) -> None:
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(str(error)) from error
        addresses = [str(entry[4][0]) for entry in found]
        if not addresses or not all(_is_public(address) for address in addresses):
            raise httpcore.ConnectError("not a public address")
        return self._plain.connect_tcp(addresses[0], port, timeout, local_address, socket_options)


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    return ip.is_global and not ip.is_multicast


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _get(url: str, backend: httpcore.NetworkBackend, *, loopback: bool) -> bytes:
    deadline = time.monotonic() + PATIENCE
    with httpcore.ConnectionPool(ssl_context=ssl.create_default_context(), network_backend=backend) as pool:
        for _ in range(MOST_REDIRECTS + 1):
            if not _may_open(url, loopback):
                raise Unreachable(url)
            try:
                location, body = _once(pool, url, deadline)
                if location is None:
                    return body
                url = urljoin(url, location)
            except (
                httpcore.NetworkError,
                httpcore.TimeoutException,
                httpcore.ProtocolError,
                httpcore.UnsupportedProtocol,
                OSError,
                ValueError,
            ) as error:
                raise Unreachable(url) from error
    raise Unreachable(url)


def _may_open(url: str, loopback: bool) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if loopback:
        here = parts.hostname == "localhost" or _is_loopback(parts.hostname or "")
        return parts.scheme in ("http", "https") and here
    return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc


def _once(pool: httpcore.ConnectionPool, url: str, deadline: float) -> tuple[str | None, bytes]:
    """Ask once: a place to go on to, or the body."""
    left = max(0.1, deadline - time.monotonic())
    timeout = dict.fromkeys(("connect", "read", "write", "pool"), left)
    headers = [
        (b"Host", urlsplit(url).netloc.encode()),
        (b"Accept", ACCEPT),
        (b"Accept-Encoding", b"identity"),
    ]
    with pool.stream("GET", url.partition("#")[0], headers=headers, extensions={"timeout": timeout}) as answer:
        if answer.status in (301, 302, 303, 307, 308):
            for name, value in answer.headers:
                if name.lower() == b"location":
                    return value.decode("ascii"), b""
        if answer.status == 410:
            raise Unreachable("gone")  # how an Open Badges 2.0 issuer says that a badge was taken back
        if answer.status != 200:
            raise Unreachable(url)
        body = bytearray()
        for chunk in answer.iter_stream():
            body += chunk
            if len(body) > LARGEST or time.monotonic() > deadline:
                raise Unreachable(url)
    return None, bytes(body)
