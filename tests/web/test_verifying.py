"""The page where anybody checks a badge."""

from __future__ import annotations

import html
import json

import pytest
from starlette.testclient import TestClient

from bot.core.exporting import export
from bot.core.models import Award
from bot.web.verifying import LARGEST
from tests.conftest import School

GENUINE = "Genuine and in force: every check holds."


def sent(client: TestClient, body: bytes = b"", **fields: str) -> tuple[int, str]:
    files = {"file": ("badge", body)} if body else {"file": ("", b"")}
    answer = client.post("/verify", data=fields, files=files)
    return answer.status_code, html.unescape(answer.text)


@pytest.mark.parametrize("form", ["png", "svg", "ob3", "jwt", "ob3-jcs"])
def test_a_file_is_checked(client: TestClient, school: School, award: Award, form: str) -> None:
    with school.app.database.read() as db:
        body = export(school.app.site, db.get_one(Award, award.id), form, school.clock.now).body
    status, text = sent(client, body)
    assert status == 200
    assert GENUINE in text
    assert "Peer Mentoring" in text
    assert text.count('<span class="outcome passed">passed</span>') == 10
    status, text = sent(client, body, email="ana@school.edu")
    assert "Not everything could be checked." in text
    assert 'value="ana@school.edu"' in text


def test_an_address_is_checked(client: TestClient, school: School, award: Award) -> None:
    url = school.app.site.award_page(award.id)
    assert f'value="{url}"' in html.unescape(client.get("/verify", params={"url": url}).text)
    assert GENUINE in sent(client, url=url)[1]


@pytest.mark.parametrize("path", [".json", "/badge.png", "/badge.svg", "/credential.jwt", "/share", "?from=mail"])
def test_any_address_of_an_award_is_checked(client: TestClient, school: School, award: Award, path: str) -> None:
    assert GENUINE in sent(client, url=school.app.site.award_page(award.id) + path)[1]


def test_a_forged_badge(client: TestClient, award: Award) -> None:
    forged = {**json.loads(award.document), "name": "<script>alert(1)</script>"}
    status, text = sent(client, json.dumps(forged).encode())
    assert status == 200
    assert "It does not count: not every check holds." in text
    assert "the badge was changed after signing or is forged" in text
    raw = client.post("/verify", files={"file": ("badge", json.dumps(forged).encode())}).text
    assert "<script>alert" not in raw


def test_a_name_that_no_page_can_show(client: TestClient, award: Award) -> None:
    """JSON can escape half a character of two halves: nothing can be written with it."""
    signed = json.loads(award.document)
    for odd in (signed | {"name": "\ud800"}, signed | {"issuer": {**signed["issuer"], "name": "\udfff"}}):
        status, text = sent(client, json.dumps(odd).encode())
        assert status == 200
        assert "The text of the badge is damaged." in text


@pytest.mark.parametrize(
    ("fields", "status", "says"),
    [
        ({}, 400, "Choose a file, or give an address."),
        ({"email": "sam@school.edu"}, 400, "Choose a file, or give an address."),
        ({"url": "http://127.0.0.1/badge"}, 400, "Nothing could be fetched from there"),
        ({"url": "https://[::1]/"}, 400, "Nothing could be fetched from there"),
        ({"url": "file:///etc/passwd"}, 400, "Nothing could be fetched from there"),
        ({"url": "x" * 9000}, 400, "Nothing could be fetched from there"),
        ({"url": "https://badges.example.edu/awards/nothing"}, 400, "Nothing could be fetched from there"),
        ({"url": "https://badges.example.edu/awards/no\0thing"}, 400, "Nothing could be fetched from there"),
    ],
)
def test_what_cannot_be_checked_is_said_in_one_sentence(
    client: TestClient, fields: dict[str, str], status: int, says: str
) -> None:
    found, text = sent(client, **fields)
    assert found == status
    assert says in text
    assert "Traceback" not in text


@pytest.mark.parametrize("number", ["9" * 7, "9" * 30, "\u0663", "-1", "1\0"])
def test_a_list_of_ours_that_cannot_be(client: TestClient, award: Award, number: str) -> None:
    issuer = json.loads(award.document)["credentialStatus"]["statusListCredential"].rpartition("/")[0]
    status, text = sent(client, url=f"{issuer}/{number}")
    assert status == 400
    assert "Nothing could be fetched from there" in text


@pytest.mark.parametrize("charset", ["unicode_escape", "raw_unicode_escape", "punycode", "undefined", "none-such"])
def test_a_form_in_an_odd_encoding(client: TestClient, charset: str) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="url"\r\n\r\nhttps://a.example/\\ud800\r\n--x--\r\n'
    answer = client.post(
        "/verify", content=body, headers={"Content-Type": f"multipart/form-data; boundary=x; charset={charset}"}
    )
    assert answer.status_code == 400


NO_BADGES = {
    "gif": (b"GIF89a", "The file is neither a badge nor a picture with a badge inside."),
    "png": (b"\x89PNG\r\n\x1a\n", "The file ends too early; some of it is missing."),
    "svg": (b"<svg/>", "The file is no SVG picture."),
    "cut": (b'{"name": "Peer', "The file ends too early; some of it is missing."),
    "deep": (b"[" * 100_000, "The file is far more deeply nested than any badge."),
    "list": (b"[{}]", "The document is a list of things, and no badge."),
    "UTF-16": ('{"a": 1}'.encode("utf-16-le"), "The badge's text is not written in UTF-8."),
    "twice": (b'{"a": 1, "a": 2}', "The badge's document says two things in one place."),
    "null": (b'{"@context": null, "type": null}', "The document is no verifiable credential."),
    "number": (b'{"a": 1e999}', "The badge's document holds a number that is too large to be meant."),
    "jwt": (b"eyJ.eyJ.x", "The text looks like a badge (JWT), but cannot be read."),
}


@pytest.mark.parametrize("name", NO_BADGES)
def test_a_file_that_is_no_badge(client: TestClient, name: str) -> None:
    body, says = NO_BADGES[name]
    status, text = sent(client, body)
    assert status == 200
    assert says in text
    assert '<span class="outcome failed">failed</span>' in text


def test_what_is_too_large_or_no_form(client: TestClient) -> None:
    assert client.post("/verify", content=b"x", headers={"Content-Length": str(LARGEST + 1)}).status_code == 413
    assert client.post("/verify", content=b"{}", headers={"Content-Type": "application/json"}).status_code == 400
    broken = {"Content-Type": "multipart/form-data; boundary=x"}
    assert client.post("/verify", content=b"--y\r\nnothing", headers=broken).status_code == 400
    assert (
        client.post("/verify", content=b"x" * 100, headers={"Content-Type": "multipart/form-data"}).status_code == 400
    )
