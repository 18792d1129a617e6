"""What a badge says beyond its form: signed, kept by later versions, refused in a sentence."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from bot.core import credentials, detailing
from bot.core.commands import AskBadge
from bot.core.detailing import BadDetails
from bot.core.models import Award, BadgeClass
from bot.core.publishing import own_documents
from tests.conftest import School
from tests.core.marks import on_sqlite
from tests.core.reading import form

DETAILS: dict[str, Any] = {
    "achievement_type": "MicroCredential",
    "credits_available": 2.5,
    "language": "en-GB",
    "alignment": [{"name": "Peer tutoring", "url": "https://skills.example.org/1", "framework": "ESCO", "code": "S1"}],
    "parts": ["Peer Feedback", "Participation"],
}


def describe(school: School, given: dict[str, Any], badge: str = "Peer Mentoring") -> None:
    with school.app.database.write() as db:
        found = db.scalars(select(BadgeClass).where(BadgeClass.name == badge)).one()
        detailing.detail(db, school.clock.now, found, detailing.read(given))


def awarded(school: School, who: str) -> dict[str, Any]:
    school.type("rivera", f"/award @{who} Peer Mentoring for it")
    with school.app.database.read() as db:
        award = db.scalars(select(Award).order_by(Award.awarded_at.desc())).first()
        assert award is not None
        found = credentials.verify(award.document, fetch=own_documents(db, school.app.site), now=school.clock.now)
        assert found.holds, found.checks
        achievement: dict[str, Any] = json.loads(award.document)["credentialSubject"]["achievement"]
        return achievement


def test_details_are_signed_from_then_on(school: School) -> None:
    before = awarded(school, "sam")
    assert before["achievementType"] == "Badge"
    describe(school, DETAILS)
    school.clock.forward(minutes=1)
    after = awarded(school, "ana")
    assert (after["achievementType"], after["creditsAvailable"], after["inLanguage"]) == (
        "MicroCredential",
        2.5,
        "en-GB",
    )
    skill, feedback, taking_part = after["alignment"]
    assert (skill["targetName"], skill["targetCode"]) == ("Peer tutoring", "S1")
    assert (feedback["targetName"], taking_part["targetName"]) == ("Peer Feedback", "Participation")
    assert feedback["targetUrl"].startswith("https://badges.example.edu/badges/")
    assert feedback["targetFramework"] == "Peer Mentoring"
    assert after["id"] != before["id"]


def test_an_edit_in_the_chat_keeps_them(school: School) -> None:
    describe(school, DETAILS)
    asked = form(school.ask("rivera", AskBadge(badge="Peer Mentoring")))
    answers = {field.name: field.value for field in asked.fields} | {"description": "Helps others, and stays."}
    from bot.core import wire

    assert school.ask("rivera", wire.fill(asked.command, answers)).kind == "said"
    achievement = awarded(school, "sam")
    assert achievement["description"] == "Helps others, and stays."
    assert achievement["achievementType"] == "MicroCredential"
    assert len(achievement["alignment"]) == 3


@on_sqlite
@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"achievement_type": "Medal"}, "achievement_type"),
        ({"credits_available": "many"}, "credits_available"),
        ({"alignment": [{"name": "x"}]}, "alignment.0.url"),
        ({"alignment": [{"name": "x", "url": "https://skills.example.org/1", "tpye": "CFItem"}]}, "alignment.0.tpye"),
        ({"alignment": [{"name": "x", "url": "https://skills.example.org/1", "kind": "Skill"}]}, "alignment.0.kind"),
        ({"credits_available": -1}, "credits_available"),
        ({"credits_available": float("nan")}, "credits_available"),
        ({"credits_available": float("inf")}, "credits_available"),
        ({"language": "English"}, "language: written as"),
        ({"colour": "red"}, "colour"),
        ({"parts": ["Chess"]}, "no other badge called Chess"),
        ({"parts": ["Peer Mentoring"]}, "no other badge called Peer Mentoring"),
    ],
)
def test_what_cannot_be_said_is_refused(school: School, change: dict[str, Any], says: str) -> None:
    with pytest.raises(BadDetails, match=says):
        describe(school, {**DETAILS, **change})
