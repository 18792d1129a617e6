"""Checking badges of any issuer in the chat: by address, by file, and what cannot be checked."""

from __future__ import annotations

import json
from base64 import b64encode

import pytest
from sqlalchemy import select

from bot.core.app import App
from bot.core.commands import VerifyBadge
from bot.core.credentials import MAX_PICTURE, Unreachable
from bot.core.credentials.baking import PNG_SIGNATURE
from bot.core.exporting import export
from bot.core.models import Audit, Award
from bot.core.port import Reply
from tests.conftest import School
from tests.core.marks import on_sqlite
from tests.core.reading import assert_refused, form, rows, words


def verdict(reply: Reply) -> tuple[str, list[str]]:
    """Give the sentence, and the checks that did not pass."""
    return words(reply.text), [row for row in rows(reply) if not row.startswith("✓")]


@pytest.fixture
def award(school: School) -> str:
    school.type("rivera", "/award @sam Peer Mentoring for it")
    with school.app.database.read() as db:
        return db.scalars(select(Award)).one().id


def test_one_of_ours_by_its_address(school: School, award: str) -> None:
    page = school.app.site.award_page(award)
    for url in (page, f"{page}.json", f"{page}/badge.png"):
        said, bad = verdict(school.type("ana", f"/verify {url}"))
        assert said == "Peer Mentoring from Riverside School is genuine: every check holds."
        assert bad == []
    school.type("rivera", "/revoke @sam Peer Mentoring because it was copied")
    assert verdict(school.type("ana", f"/verify {page}")) == ("Peer Mentoring does not hold:", ["✗ Revocation"])


def test_a_posted_picture(school: School, award: str) -> None:
    with school.app.database.read() as db:
        picture = export(school.app.site, db.get_one(Award, award), "png", school.clock.now).body
    said, bad = verdict(school.ask("ana", VerifyBadge(file=b64encode(picture).decode())))
    assert said == "Peer Mentoring from Riverside School is genuine: every check holds."
    said, bad = verdict(school.ask("ana", VerifyBadge(file=b64encode(picture[:-100]).decode())))
    assert bad[0] == "✗ Format"
    assert "does not hold" in said
    assert verdict(school.ask("ana", VerifyBadge(file="not base64!")))[1][0] == "✗ Format"


def test_a_file_that_is_too_large_is_called_that(school: School) -> None:
    """Whoever posts it: no chat reads more of it than it takes to know."""
    reply = school.ask("ana", VerifyBadge(too_large=True))
    assert words(reply.text) == "This badge does not hold:"
    assert verdict(reply)[1][0] == "✗ Format"
    assert "The file is far larger than any badge." in str(reply)
    for size, says in ((MAX_PICTURE, "The picture is damaged"), (MAX_PICTURE + 1, "The file is far larger")):
        file = PNG_SIGNATURE + bytes(size - len(PNG_SIGNATURE))
        assert says in str(school.ask("ana", VerifyBadge(file=b64encode(file).decode())))


def test_whose_it_should_be_may_follow(school: School, award: str) -> None:
    said, bad = verdict(school.type("ana", f"/verify {school.app.site.award_page(award)} sam@school.edu"))
    assert said == "Not everything about Peer Mentoring could be checked:"
    assert bad == ["? Recipient"]


def test_strangers_are_asked_with_no_transaction_open(school: School, award: str) -> None:
    """SQLite has one writer: somebody else awards while a stranger's server is being asked."""
    with school.app.database.read() as db:
        document = json.loads(db.get_one(Award, award).document)
    document["id"] = "https://elsewhere.example/1"

    def ask(url: str) -> bytes:
        if url != "https://elsewhere.example/1":
            raise Unreachable(url)
        assert school.type("rivera", "/award @ana Peer Mentoring for it").kind == "said"
        return json.dumps(document).encode()

    school.app = App(school.app.database, school.app.site, clock=school.clock, fetch=ask)
    said, bad = verdict(school.type("sam", "/verify https://elsewhere.example/1"))
    assert said == "Peer Mentoring does not hold:"
    assert bad[0] == "✗ Signature"
    with school.app.database.read() as db:
        assert len(db.scalars(select(Award)).all()) == 2
        assert db.scalars(select(Audit).where(Audit.action == "awarded")).all()


@on_sqlite
@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/gone",
        "nonsense",
        "https://badges.example.edu/awards/nothing",
        "https://[",
        "x" * 5000,
    ],
)
def test_what_cannot_be_fetched_is_neither_valid_nor_invalid(school: School, url: str) -> None:
    assert_refused(school.ask("sam", VerifyBadge(url)), "Nothing could be fetched from")


def test_without_an_address_there_is_a_form(school: School) -> None:
    asked = form(school.type("sam", "/verify"))
    assert [field.name for field in asked.fields] == ["url", "recipient"]
