"""Fetching strangers' documents: only from public addresses, only so much, and never a crash."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import fetching
from bot.core.credentials import NOT_OPENED, Unreachable


class Stranger(BaseHTTPRequestHandler):
    """A server that answers by path."""

    def do_GET(self) -> None:
        if self.path == "/badge":
            self._answer(200, b'{"a": "badge"}')
        elif self.path == "/large":
            self._answer(200, b"x" * (fetching.LARGEST + 1))
        elif self.path.startswith("/loop"):
            self._answer(302, b"", Location="/loop")
        elif self.path == "/hop":
            self._answer(302, b"", Location="/badge")
        elif self.path == "/away":
            self._answer(302, b"", Location="http://192.0.2.1/badge")
        elif self.path == "/file":
            self._answer(302, b"", Location="file:///etc/hostname")
        elif self.path == "/broken":
            self._answer(302, b"", Location="http://[")
        elif self.path == "/slow-head":
            self._drip(b"HTTP/1.1 200 OK\r\nX-Pad: " + b"x" * 40 + b"\r\nContent-Length: 2\r\n\r\n{}", 1)
        elif self.path == "/early-hints":
            hints = b"HTTP/1.1 103 Early Hints\r\n\r\n"
            self._drip(hints * 60 + b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", len(hints))
        elif self.path == "/slow-body":
            self._drip(b"HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\n" + b"x" * 60, 1)
        elif self.path == "/gone":
            self._answer(410, b"")
        else:
            self._answer(404, b"")

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _drip(self, answer: bytes, at_once: int) -> None:
        """Give the whole of an answer, so slowly that it takes longer than anybody waits."""
        self.close_connection = True
        try:
            for start in range(0, len(answer), at_once):
                self.wfile.write(answer[start : start + at_once])
                time.sleep(0.03)
        except OSError:
            pass  # whoever asked has gone

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture(scope="module")
def stranger() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Stranger)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_what_the_terminal_names_on_this_machine_is_fetched(stranger: str) -> None:
    assert fetching.fetch_named(f"{stranger}/badge") == b'{"a": "badge"}'
    assert fetching.fetch_named(f"{stranger}/hop") == b'{"a": "badge"}'


@pytest.mark.parametrize("path", ["/none", "/large", "/loop", "/away", "/file", "/broken"])
def test_no_good_answer_is_unreachable(stranger: str, path: str) -> None:
    with pytest.raises(Unreachable):
        fetching.fetch_named(stranger + path)


@pytest.mark.parametrize("url", ["http://[", "https://[", "http://[::1", "://", "http://", "nonsense"])
def test_what_is_no_address_is_unreachable(url: str) -> None:
    with pytest.raises(Unreachable):
        fetching.fetch_named(url)


def test_a_document_taken_away_for_good_is_told_apart(stranger: str) -> None:
    with pytest.raises(Unreachable, match="gone"):
        fetching.fetch_named(f"{stranger}/gone")


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/status",
        "https://127.0.0.1/status",
        "https://localhost/status",
        "https://[::1]/status",
        "https://[::ffff:127.0.0.1]/status",
        "https://10.0.0.1/status",
        "https://169.254.169.254/latest/meta-data",
        "https://0.0.0.0/",
        "https://[64:ff9b::7f00:1]/",
        "https://user:secret@127.0.0.1/",
        "file:///etc/passwd",
        "https://",
        "nonsense",
    ],
)
def test_what_a_badge_points_to_is_never_fetched_from_here(url: str) -> None:
    with pytest.raises(Unreachable):
        fetching.fetch(url)


def test_a_badge_cannot_reach_this_machine(stranger: str) -> None:
    with pytest.raises(Unreachable):
        fetching.fetch(f"{stranger}/badge")


@pytest.mark.parametrize("path", ["/slow-head", "/early-hints", "/slow-body"])
def test_whoever_drips_is_left_at_the_deadline(stranger: str, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each answer is a good one, given a second or two."""
    monkeypatch.setattr(fetching, "PATIENCE", 0.4)
    with pytest.raises(Unreachable):
        fetching.fetch_named(stranger + path)


def resolving(answer: Callable[[], list[str]]) -> Callable[..., object]:
    real = socket.getaddrinfo

    def getaddrinfo(host: str, port: int, *rest: int, **named: int) -> object:
        if host not in ("localhost", "badges.example"):
            return real(host, port, *rest, **named)
        return [(socket.AF_UNSPEC, socket.SOCK_STREAM, 6, "", (address, port)) for address in answer()]

    return getaddrinfo


def test_a_resolver_that_is_late_is_not_waited_for(stranger: str, monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()

    def late() -> list[str]:
        released.wait(30)
        return ["127.0.0.1"]

    monkeypatch.setattr(fetching, "PATIENCE", 0.3)
    monkeypatch.setattr(socket, "getaddrinfo", resolving(late))
    with pytest.raises(Unreachable):
        fetching.fetch_named(f"{stranger}/badge".replace("127.0.0.1", "localhost"))
    released.set()


def test_every_address_of_a_host_is_tried(stranger: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A host with an IPv6 address is reached from where there is IPv4 alone."""
    monkeypatch.setattr(socket, "getaddrinfo", resolving(lambda: ["::1", "127.0.0.2", "127.0.0.1"]))
    assert fetching.fetch_named(f"{stranger}/badge".replace("127.0.0.1", "localhost")) == b'{"a": "badge"}'


def test_one_private_address_among_public_ones_is_enough_to_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", resolving(lambda: ["192.0.2.1", "10.0.0.1"]))
    with pytest.raises(Unreachable, match=NOT_OPENED):
        fetching.fetch("https://badges.example/1")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "100.64.0.1",
        "169.254.169.254",
        "192.0.0.8",
        "192.0.0.170",
        "192.88.99.1",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:0:127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "64:ff9b:1::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:808:808::1",
        "fc00::1",
        "fd12::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
    ],
)
def test_address_that_is_not_of_the_public_internet(address: str) -> None:
    assert not fetching._is_public(address)


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", "193.0.0.1", "2606:4700::1111", "2a00:1450:4001::1", "64:ff9b::808:808", "::ffff:8.8.8.8"],
)
def test_address_of_the_public_internet(address: str) -> None:
    assert fetching._is_public(address)


@given(st.text(max_size=60))
def test_no_address_crashes_it(text: str) -> None:
    with pytest.raises(Unreachable):
        fetching.fetch("http://" + text)  # never https, so never a request
