"""One verification's view of the web: a few documents, none of them huge, and not for long."""

import pytest

from bot.core.credentials import NOT_OPENED, Unreachable
from bot.core.credentials.remote import MAX_DOCUMENT, MAX_FETCHES, PATIENCE, Remote


def test_each_address_is_asked_once_and_a_few_at_most() -> None:
    asked: list[str] = []

    def fetch(url: str) -> bytes:
        asked.append(url)
        return b"{}"

    remote = Remote(fetch)
    for _ in range(2):
        for number in range(MAX_FETCHES):
            assert remote.json_object(f"https://a.example/{number}") == {}
    assert len(asked) == MAX_FETCHES
    with pytest.raises(Unreachable, match="too-many"):
        remote.body("https://a.example/another")


def test_nothing_more_is_asked_once_it_took_too_long() -> None:
    seconds = 0.0

    def fetch(url: str) -> bytes:
        nonlocal seconds
        seconds += PATIENCE / 2
        return url.encode()

    remote = Remote(fetch, lambda: seconds)
    assert remote.body("https://a.example/1") == b"https://a.example/1"
    assert remote.body("https://a.example/2") == b"https://a.example/2"
    with pytest.raises(Unreachable, match="too-late"):
        remote.body("https://a.example/3")
    assert remote.body("https://a.example/1") == b"https://a.example/1"


def test_what_is_too_large_is_not_kept() -> None:
    remote = Remote(lambda _: bytes(MAX_DOCUMENT + 1))
    with pytest.raises(Unreachable, match="too-large"):
        remote.body("https://a.example/large")


def test_only_https_is_asked() -> None:
    remote = Remote(lambda _: b"{}")
    with pytest.raises(Unreachable, match=NOT_OPENED):
        remote.body("http://a.example/1")
    assert remote.json_object("http://a.example/1", upgrade=True) == {}
