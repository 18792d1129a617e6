"""Fetching documents of strangers: https only, never a private address, little at a time."""

from __future__ import annotations

import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from functools import cache
from urllib.parse import SplitResult, urljoin, urlsplit

import httpcore

from bot.core.credentials import GONE, MAX_PICTURE, NOT_OPENED, Unreachable

LARGEST = MAX_PICTURE
PATIENCE = 8.0
"""Seconds for one document, looking its address up and being sent elsewhere included."""
MOST_REDIRECTS = 3
ACCEPT = b"application/vc+ld+json, application/vc, application/ld+json, application/json;q=0.9, image/png;q=0.8"

_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_NOT_QUITE_PUBLIC = (
    ipaddress.ip_network("192.0.0.0/24"),  # for protocols between routers
    ipaddress.ip_network("192.88.99.0/24"),  # gone with 6to4
    ipaddress.ip_network("2002::/16"),  # 6to4: an IPv4 address inside, any
)


def fetch(url: str) -> bytes:
    """Get a document that a badge points to. Raises `Unreachable` for anything but a good answer."""
    return _get(url, _may_open, _is_public)


def fetch_named(url: str) -> bytes:
    """Get what the person at the terminal named themselves: also plain http on this very machine."""
    try:
        here = _is_here(urlsplit(url).hostname or "")
    except ValueError as error:
        raise Unreachable(url) from error
    return _get(url, _may_open_here, _is_loopback) if here else fetch(url)


class _NotOpened(httpcore.ConnectError):
    """The address is one that nobody is connected to, however well it would answer."""


class _Careful(httpcore.NetworkBackend):
    """Connects to the very addresses that were looked at, with no second resolution, and only until the deadline."""

    def __init__(self, may_connect: Callable[[str], bool], deadline: float) -> None:
        self._plain = httpcore.SyncBackend()
        self._may_connect = may_connect
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = _looked_up(host, port, _left(self._deadline, timeout))
        if not all(map(self._may_connect, addresses)):
            raise _NotOpened("not a public address")
        trouble: Exception = httpcore.ConnectError("no address")
        for number, address in enumerate(addresses):
            # An address that swallows everything must leave time for the others.
            share = _left(self._deadline, timeout) / (len(addresses) - number)
            try:
                stream = self._plain.connect_tcp(address, port, share, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                trouble = error
            else:
                return _Bounded(stream, self._deadline)
        raise trouble


class _Bounded(httpcore.NetworkStream):
    """A connection that ends at the deadline, however busily the other side drips."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._deadline, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._deadline, timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, _left(self._deadline, timeout))
        return _Bounded(stream, self._deadline)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


@cache
def _trusted() -> ssl.SSLContext:
    return ssl.create_default_context()


def _left(deadline: float, timeout: float | None = None) -> float:
    """Give the seconds left. Raises `httpcore.ReadTimeout` when there are none."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("past the deadline")
    return left if timeout is None else min(left, timeout)


def _looked_up(host: str, port: int, seconds: float) -> list[str]:
    """Give a host's addresses; the system's own resolver knows no deadline, so it is left to itself when late."""
    answer: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answer.put(list(dict.fromkeys(str(entry[4][0]) for entry in found)))
        except (OSError, UnicodeError) as error:
            answer.put(error)

    threading.Thread(target=ask, daemon=True).start()
    try:
        addresses = answer.get(timeout=seconds)
    except queue.Empty as error:
        raise httpcore.ConnectTimeout("no answer from the resolver") from error
    if isinstance(addresses, Exception):
        raise httpcore.ConnectError(str(addresses)) from addresses
    return addresses


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            ip = ip.ipv4_mapped
        elif ip in _NAT64:  # how a network of IPv6 alone reaches the others
            ip = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        elif ip not in _GLOBAL_UNICAST:
            return False
    return ip.is_global and not ip.is_multicast and not any(ip in network for network in _NOT_QUITE_PUBLIC)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_here(host: str) -> bool:
    return host == "localhost" or _is_loopback(host)


def _get(url: str, may_open: Callable[[SplitResult], bool], may_connect: Callable[[str], bool]) -> bytes:
    deadline = time.monotonic() + PATIENCE
    backend = _Careful(may_connect, deadline)
    with httpcore.ConnectionPool(ssl_context=_trusted(), network_backend=backend) as pool:
        for _ in range(MOST_REDIRECTS + 1):
            try:
                if not may_open(urlsplit(url)):
                    raise Unreachable(NOT_OPENED, url)
                location, body = _once(pool, url)
                if location is None:
                    return body
                url = urljoin(url, location)
            except _NotOpened as error:
                raise Unreachable(NOT_OPENED, url) from error
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


def _may_open(parts: SplitResult) -> bool:
    return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc


def _may_open_here(parts: SplitResult) -> bool:
    return parts.scheme in ("http", "https") and _is_here(parts.hostname or "")


def _once(pool: httpcore.ConnectionPool, url: str) -> tuple[str | None, bytes]:
    """Ask once: a place to go on to, or the body."""
    headers = [
        (b"Host", urlsplit(url).netloc.encode()),
        (b"Accept", ACCEPT),
        (b"Accept-Encoding", b"identity"),
    ]
    with pool.stream("GET", url.partition("#")[0], headers=headers) as answer:
        if answer.status in (301, 302, 303, 307, 308):
            for name, value in answer.headers:
                if name.lower() == b"location":
                    return value.decode("ascii"), b""
        if answer.status == 410:
            raise Unreachable(GONE)
        if answer.status != 200:
            raise Unreachable(url)
        body = bytearray()
        for chunk in answer.iter_stream():
            body += chunk
            if len(body) > LARGEST:
                raise Unreachable(url)
    return None, bytes(body)
