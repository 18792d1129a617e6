"""An address that stands in badges readable: by its owner's own act, said clearly, taken back any time."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from bot.core import backpacks
from bot.core.commands import SetIdentity
from bot.core.models import Audit, Award
from bot.core.port import Reply
from tests.conftest import School
from tests.core.marks import on_sqlite
from tests.core.reading import assert_refused, buttons, press, words

EMAIL = "sam@school.edu"
OPENLY = [{"type": "IdentityObject", "hashed": False, "identityType": "emailAddress", "identityHash": EMAIL}]
LET = "Let everybody who gets a badge read my address"


@pytest.fixture
def sam(school: School) -> School:
    school.type("rivera", "/award @sam Peer Mentoring for it")
    set_to(school, EMAIL)
    return school


def set_to(school: School, identity: str, *, email: str = EMAIL) -> Reply:
    school.clock.forward(minutes=1)
    return school.app.do(replace(school.actor("sam"), email=email), SetIdentity(identity))


def signed(school: School) -> list[dict[str, Any]]:
    """Give the newest signature's identities."""
    with school.app.database.read() as db:
        award = db.scalars(select(Award).order_by(Award.id.desc())).first()
        assert award is not None
        found: list[dict[str, Any]] = json.loads(award.current)["credentialSubject"].get("identifier", [])
        return found


def test_by_their_own_act_and_back_again(sam: School) -> None:
    [hidden] = signed(sam)
    assert hidden["hashed"] is True
    asked = sam.ask("sam", SetIdentity())
    assert "Credly takes only badges in which the address itself can be read; whoever has such a badge" in words(
        asked.text
    )
    sam.clock.forward(minutes=1)
    reply = sam.ask("sam", press(asked, LET))
    assert "can read sam@school.edu in it: you agreed to that on 23 Nov 2026, and can take it back" in words(reply.text)
    assert "1 badge was signed anew" in words(reply.text)
    assert signed(sam) == OPENLY
    sam.type("rivera", "/award @sam Participation for it")
    assert signed(sam) == OPENLY
    sam.clock.forward(minutes=1)
    back = sam.ask("sam", press(reply, "Hide my address again"))
    assert "2 badges were signed anew" in words(back.text)
    [again] = signed(sam)
    assert again["hashed"] is True
    with sam.app.database.read() as db:
        facts = [
            row.facts["open"] for row in db.scalars(select(Audit).where(Audit.action == "identity").order_by(Audit.id))
        ]
        assert facts == [False, True, False]
        first = db.scalars(select(Award).order_by(Award.id)).first()
        assert first is not None
        assert EMAIL not in first.document  # as first signed, for ever


@on_sqlite
def test_words_do_the_same(sam: School) -> None:
    assert sam.type("sam", "/mybadges identity open").kind == "said"
    assert signed(sam) == OPENLY
    sam.clock.forward(minutes=1)
    sam.type("sam", "/mybadges identity hashed")
    assert signed(sam)[0]["hashed"] is True


@on_sqlite
def test_another_address_is_not_what_was_agreed_to(sam: School) -> None:
    set_to(sam, "open")
    set_to(sam, "okafor@home.example", email="okafor@home.example")
    assert signed(sam)[0]["hashed"] is True
    set_to(sam, "open")
    set_to(sam, "none")
    assert signed(sam) == []
    set_to(sam, EMAIL)
    assert signed(sam)[0]["hashed"] is True


@on_sqlite
def test_nobody_else_can_agree_and_there_must_be_an_address(sam: School) -> None:
    staff = replace(sam.actor("rivera"), roles=frozenset({"staff"}))
    assert_refused(sam.app.do(staff, SetIdentity("open", sam.person("sam"))), "Only Sam Okafor can agree")
    assert signed(sam)[0]["hashed"] is True
    assert_refused(sam.ask("ana", SetIdentity("open")), "carry no address yet")
    assert LET not in buttons(sam.ask("ana", SetIdentity()))


@on_sqlite
def test_older_backpacks_read_it_too(sam: School) -> None:
    set_to(sam, "open")
    site = replace(sam.app.site, contact="badges@example.edu")
    with sam.app.database.read() as db:
        award = db.scalars(select(Award)).one()
        for made in (backpacks.assertion(site, award), backpacks.legacy_assertion(site, award)):
            assert made["recipient"] == {"type": "email", "hashed": False, "identity": EMAIL}
