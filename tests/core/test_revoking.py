"""Taking badges back: by whom, why, and what is free again afterwards."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.core.commands import RevokeBadge
from bot.core.founding import grant
from bot.core.models import Audit, Award, Organisation
from tests.conftest import School
from tests.core.marks import on_sqlite
from tests.core.reading import press, rows, words


def test_who_gave_it_takes_it_back_with_a_reason(school: School) -> None:
    school.type("rivera", "/award @sam @ana Peer Mentoring for it")
    reply = school.type("rivera", "/revoke @sam Peer Mentoring because it was copied.")
    assert words(reply.text).startswith("Sam Okafor no longer holds Peer Mentoring: it was copied.")
    with school.app.database.read() as db:
        [sam] = db.scalars(select(Award).where(Award.revoked_at.is_not(None))).all()
        assert (sam.revoked_why, sam.held, sam.member.name) == ("it was copied.", False, "Sam Okafor")
        assert db.scalars(select(Audit.facts).where(Audit.action == "revoked")).all() == [{"why": "it was copied."}]
    assert rows(school.type("sam", "/mybadges")) == []
    assert rows(school.type("ana", "/mybadges")) == ["Peer Mentoring"]


def test_another_teacher_cannot_but_staff_can(school: School, refused) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for it")
    line = "/revoke @sam Peer Mentoring because it was copied"
    refused("kim", line, "Only who gave a badge, or the school's staff")
    refused("ana", line, "Only teachers take badges back")
    with school.app.database.write() as db:
        organisation = db.scalars(select(Organisation)).one()
        assert grant(db, school.clock.now, organisation, "room", "kim", "staff")
        assert not grant(db, school.clock.now, organisation, "room", "kim", "staff")
    assert school.type("kim", line).kind == "said"


def test_what_was_taken_back_can_be_awarded_again(school: School) -> None:
    for _ in range(2):
        assert school.type("rivera", "/award @sam Peer Mentoring for it").kind == "said"
        assert school.type("rivera", "/revoke @sam Peer Mentoring because again").kind == "said"
    assert school.type("kim", "/award @sam Peer Mentoring for it").kind == "said"
    assert rows(school.type("sam", "/mybadges")) == ["Peer Mentoring"]


def test_an_archived_badge_can_be_taken_back(school: School) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for it")
    school.type("kim", "/badge archive Peer Mentoring")
    assert school.type("rivera", "/revoke @sam Peer Mentoring because it was copied").kind == "said"


@on_sqlite
@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("/revoke @sam Peer Mentoring", "Say why, for the record"),
        ("/revoke @sam Peer Mentoring because", "Say why, for the record"),
        ("/revoke Peer Mentoring because it was copied", "Say whose badge it is"),
        ("/revoke @sam @ana Peer Mentoring because it was copied", "One person at a time"),
        ("/revoke @nobody Peer Mentoring because it was copied", "Nobody here is called @nobody"),
        ("/revoke @ana Peer Mentoring because it was copied", "Ana Núñez does not hold Peer Mentoring"),
        ("/revoke @sam Peer Feedback because it was copied", "Sam Okafor does not hold Peer Feedback"),
        ("/revoke @sam Peer because it was copied", "Several badges begin with Peer"),
        ("/revoke @sam Peer Mentoring because " + "x" * 1001, "1001 characters"),
        ("/revoke @sam Peer Mentoring because \x07", "invisible control character"),
    ],
)
def test_what_cannot_be_taken_back_is_refused(school: School, refused, line: str, says: str) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for it")
    refused("rivera", line, says)


@on_sqlite
def test_the_offered_badge_takes_the_reason_along(school: School, refused) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for it")
    reply = refused("rivera", "/revoke @sam Peer because it was copied")
    offer = press(reply, "Peer Mentoring")
    assert isinstance(offer, RevokeBadge)
    assert "it was copied" in words(school.ask("rivera", offer).text)


@on_sqlite
def test_taking_back_twice_is_refused(school: School, refused) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for it")
    school.type("rivera", "/revoke @sam Peer Mentoring because it was copied")
    refused("rivera", "/revoke @sam Peer Mentoring because it was copied", "does not hold")


def test_revoking_opens_the_goal_it_had_reached(school: School) -> None:
    school.type("sam", "/goals add Peer Mentoring")
    school.type("rivera", "/award @sam Peer Mentoring for it")
    assert "1 reached so far" in words(school.type("sam", "/goals").text)
    school.type("rivera", "/revoke @sam Peer Mentoring because it was copied")
    assert words(school.type("sam", "/goals").text) == "You have 1 open goal."
