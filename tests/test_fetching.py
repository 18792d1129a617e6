"""Fetching strangers' documents: only from public addresses, only so much, and never a crash."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import fetching
from bot.core.credentials import Unreachable


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


@given(st.text(max_size=60))
def test_no_address_crashes_it(text: str) -> None:
    with pytest.raises(Unreachable):
        fetching.fetch("http://" + text)  # never https, so never a request
