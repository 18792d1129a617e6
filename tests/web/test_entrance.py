"""The entrance as a whole: headers, what is not there, what breaks, and whether it is well."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from bot.core.app import App
from bot.core.db import Database
from bot.core.models import Award
from bot.core.site import Site
from bot.web import build
from tests.conftest import School
from tests.web.conftest import BROWSER, give

NO_SUCH = "019e0000-0000-7000-8000-000000000000"


@pytest.fixture
def without_database(tmp_path: Path, site: Site) -> Iterator[TestClient]:
    app = App(Database(f"sqlite:///{tmp_path}"), site)  # a folder is no database
    with TestClient(build(app), raise_server_exceptions=False, headers={"Accept": BROWSER}) as client:
        yield client


@pytest.mark.parametrize(
    "address",
    [
        f"/awards/{NO_SUCH}",
        f"/awards/{NO_SUCH}.json",
        f"/awards/{NO_SUCH}/badge.png",
        f"/badges/{NO_SUCH}",
        f"/badges/{NO_SUCH}/emblem.png",
        f"/badges/{NO_SUCH}/emblem.svg",
        f"/issuers/{NO_SUCH}",
        f"/issuers/{NO_SUCH}/did.json",
        f"/issuers/{NO_SUCH}/status/0",
        f"/pictures/{'0' * 64}.png",
        "/awards/",
        "/awards/%00",
        "/awards/..%2f..%2fetc%2fpasswd",
        "/awards/' OR 1=1 --",
        f"/awards/{'9' * 10_000}",
        "/static/nothing.css",
        "/static/../application.py",
        "/static/%2e%2e%2fapplication.py",
        "/nothing",
    ],
)
def test_what_is_not_there_is_said_kindly(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert "Nothing is here" in answer.text
    assert "noindex" in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


def test_programs_are_told_in_their_own_way(client: TestClient) -> None:
    answer = client.get(f"/awards/{NO_SUCH}", headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {"status": 404, "title": "Nothing is here"}


def test_nothing_can_be_sent_here(client: TestClient, award: Award) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        answer = client.request(method, f"/awards/{award.id}")
        assert answer.status_code == 405
        assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}


def test_every_answer_is_guarded(client: TestClient, award: Award) -> None:
    for address in (f"/awards/{award.id}", f"/awards/{award.id}.json", "/healthz", "/", "/static/laurel.css"):
        headers = client.get(address).headers
        assert "unsafe-inline" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "same-origin"


def test_other_parts_may_have_headers_of_their_own(app: App) -> None:
    async def room(_: Request) -> PlainTextResponse:
        return PlainTextResponse("room", headers={"X-Frame-Options": "SAMEORIGIN"})

    with TestClient(build(app, extra=[Route("/room", room)], home="/room")) as client:
        answer = client.get("/")
        assert (answer.text, [str(step.headers["location"]) for step in answer.history]) == ("room", ["/room"])
        assert answer.headers["x-frame-options"] == "SAMEORIGIN"
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_without_a_room_there_is_a_page_that_explains(client: TestClient) -> None:
    assert "Were you sent a badge?" in client.get("/").text


def test_static_files_are_kept_for_good_under_their_own_digest(client: TestClient) -> None:
    page = client.get("/").text
    [address] = [part.split('"')[0] for part in page.split('href="') if part.startswith("/static/laurel.css")]
    answer = client.get(address)
    assert answer.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.headers["cache-control"]
    assert client.get("/static/laurel.css?v=older").headers["cache-control"] == "no-cache"


def test_well(client: TestClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
    assert answer.headers["cache-control"] == "no-store"


def test_not_well_without_a_database(without_database: TestClient) -> None:
    answer = without_database.get("/healthz")
    assert (answer.status_code, answer.json()["database"]) == (503, "does not answer")


def test_a_fault_of_ours_is_said_kindly(without_database: TestClient) -> None:
    answer = without_database.get(f"/awards/{NO_SUCH}")
    assert answer.status_code == 500
    assert "Something broke on our side" in answer.text
    assert "sqlite" not in answer.text.lower()
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


segments = st.text(st.characters(blacklist_categories=["Cs"]), max_size=80)
paths = st.one_of(
    st.lists(segments, max_size=4).map("/".join),
    st.tuples(
        st.sampled_from(["awards", "badges", "issuers", "pictures", "static"]),
        segments,
        st.sampled_from(["", ".json", "/badge.png", "/emblem.svg", "/did.json", "/status/0", ".png"]),
    ).map(lambda parts: f"{parts[0]}/{parts[1]}{parts[2]}"),
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=paths, accept=st.text(st.characters(max_codepoint=255, blacklist_categories=["Cc"])))
def test_nothing_that_is_asked_breaks_it(client: TestClient, path: str, accept: str) -> None:
    sent = [("accept", accept.encode("latin-1"))]
    answer = client.get(f"{client.base_url}/{quote(path)}", headers=sent, follow_redirects=False)  # type: ignore[arg-type]
    assert answer.status_code < 500


def test_numbers_are_for_a_monitor_on_this_machine(app: App, school: School) -> None:
    give(school, "sam", "Peer Mentoring")
    with TestClient(build(app), client=("127.0.0.1", 5000)) as here:
        text = here.get("/metrics").text
        assert re.search(r'laurel_canonical_forms_total\{of="badges",path="(compiled|general)"\} [1-9]', text)
        assert 'path="differed"} 0.0' in text
        assert here.get("/metrics", headers={"X-Forwarded-For": "192.0.2.1"}).status_code == 404
    for elsewhere in ("192.0.2.1", "testclient"):
        with TestClient(build(app), client=(elsewhere, 5000)) as there:
            assert there.get("/metrics").status_code == 404
