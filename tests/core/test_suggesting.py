"""What is offered while somebody types: only what they may do, what they did lately first."""

from __future__ import annotations

import asyncio

import pytest

from bot.core.commands import ArchiveBadge, RestoreBadge
from bot.core.founding import grant
from bot.core.people import first_organisation
from bot.core.suggesting import Purpose
from tests.conftest import School


def offered(school: School, who: str, purpose: Purpose, typed: str = "", *, holder: str = "") -> list[str]:
    person = school.person(holder) if holder else None
    found = asyncio.run(school.app.suggest(school.actor(who), purpose, typed, holder=person))
    return [one.label for one in found]


def test_who_may_award_is_offered_what_they_gave_last_first(school: School) -> None:
    assert len(offered(school, "rivera", "award")) == 10  # before anybody was met, too
    for badge in ("Participation", "Peer Mentoring"):
        school.type("rivera", f"/award @sam {badge}")
        school.clock.forward(seconds=1)
    school.type("kim", "/award @sam Intro to Data")
    every = offered(school, "rivera", "award")
    assert every[:2] == ["Peer Mentoring", "Participation"]
    assert every[2:] == sorted(every[2:])
    assert offered(school, "rivera", "award", "p")[:2] == ["Peer Mentoring", "Participation"]
    assert offered(school, "rivera", "award", "exc")[0] == "Excel for Analytics"
    assert offered(school, "kim", "award")[0] == "Intro to Data"


@pytest.mark.parametrize("purpose", ["award", "revoke", "suspend", "reinstate", "change", "role", "restore"])
def test_who_may_not_is_offered_nothing(school: School, purpose: Purpose) -> None:
    school.type("rivera", "/award @sam Participation")
    school.ask("rivera", ArchiveBadge("Peer Feedback"))
    school.type("sam", "/mybadges")
    assert offered(school, "sam", purpose) == []
    assert offered(school, "zoe", purpose) == []  # whom nobody has met


def test_what_can_be_taken_back_is_what_the_holder_has_from_the_caller(school: School) -> None:
    school.type("rivera", "/award @sam Participation")
    school.type("kim", "/award @sam Intro to Data")
    school.type("rivera", "/award @ana Peer Feedback")
    school.ask("rivera", ArchiveBadge("Participation"))
    assert offered(school, "rivera", "revoke", holder="sam") == ["Participation"]  # archived, yet held
    assert offered(school, "rivera", "revoke", "intro", holder="sam") == []
    assert offered(school, "rivera", "revoke", holder="ana") == ["Peer Feedback"]
    assert offered(school, "rivera", "revoke", holder="zoe") == []
    assert offered(school, "rivera", "revoke") == ["Participation", "Peer Feedback"]
    with school.app.database.write() as db:
        grant(db, school.clock.now, first_organisation(db), "room", "kim", "staff")
    assert offered(school, "kim", "revoke", holder="sam") == ["Intro to Data", "Participation"]
    school.type("rivera", "/revoke @sam Participation because of a mix-up")
    assert offered(school, "rivera", "revoke", holder="sam") == []


def test_only_what_is_suspended_is_offered_to_be_reinstated(school: School) -> None:
    for badge in ("Participation", "Peer Feedback"):
        school.type("rivera", f"/award @sam {badge}")
    school.type("rivera", "/laurel suspend @sam Participation because we look into it")
    assert offered(school, "rivera", "suspend", holder="sam") == ["Peer Feedback"]
    assert offered(school, "rivera", "reinstate", holder="sam") == ["Participation"]
    school.type("rivera", "/laurel reinstate @sam Participation")
    assert offered(school, "rivera", "reinstate", holder="sam") == []


def test_archived_badges_are_shown_to_who_holds_them_and_restored_by_who_teaches(school: School) -> None:
    school.type("rivera", "/award @sam Participation")
    for badge in ("Participation", "Peer Feedback"):
        school.ask("rivera", ArchiveBadge(badge))
        school.clock.forward(seconds=1)
    assert "Participation" in offered(school, "sam", "show")
    assert "Peer Feedback" not in offered(school, "sam", "show")
    assert {"Participation", "Peer Feedback"} <= set(offered(school, "rivera", "show"))
    assert "Participation" not in offered(school, "rivera", "award")
    assert offered(school, "rivera", "restore") == ["Peer Feedback", "Participation"]
    school.ask("rivera", RestoreBadge("Participation"))
    assert offered(school, "rivera", "restore") == ["Peer Feedback"]


def test_only_the_callers_own_open_goals_are_offered(school: School) -> None:
    for goal in ("read a book", "Excel for Analytics"):
        school.type("sam", f"/goals add {goal}")
        school.clock.forward(seconds=1)
    assert offered(school, "sam", "goal") == ["Excel for Analytics", "read a book"]
    assert offered(school, "sam", "goal", "BOOK") == ["read a book"]
    assert offered(school, "ana", "goal") == []
    school.type("sam", "/goals done read a book")
    assert offered(school, "sam", "goal") == ["Excel for Analytics"]
