"""What leaves the chat, and who may act on whom."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from bot.core import award_pages, pictures
from bot.core.cards import Wall
from bot.core.commands import AwardBadge, Quote, ShowBadges
from bot.core.models import Account, Award, Member, Organisation, Space
from bot.core.port import MemberRef, Person
from tests.conftest import School


def document(school: School) -> dict:
    with school.app.database.read() as db:
        return json.loads(db.scalars(select(Award.document).order_by(Award.id.desc())).first() or "{}")


def text_of(reply) -> str:
    return "".join(span if isinstance(span, str) else getattr(span, "text", "") for span in reply.text)


def test_first_names_of_those_awarded_or_mentioned_are_left_out(school: School) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for Sam's patience with @ana")
    assert document(school)["credentialSubject"]["narrative"] == "[…]'s patience with […]"


def test_a_handle_is_a_name(school: School) -> None:
    school.type("zoe", "/goals")
    quote = Quote(school.person("ana"), "thanks @zoe!", school.clock.now)
    school.ask("rivera", AwardBadge((school.person("sam"),), "Peer Mentoring", "ask @Zoe", quote))
    signed = document(school)
    del signed["proof"]  # whose value may spell any three letters
    assert "zoe" not in json.dumps(signed, ensure_ascii=False).casefold()


def test_an_old_name_does_not_come_back_with_a_new_one(school: School) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for work with @ana")
    with school.app.database.write() as db:
        db.scalars(select(Member).where(Member.name == "Ana Núñez")).one().name = "Ana Ruiz"
    with school.app.database.read() as db:
        award = db.scalars(select(Award.id)).one()
        page = award_pages.award_page(db, school.app.site, school.clock.now, award)
    assert page.reason == "work with […]"


def test_why_a_badge_was_taken_back_names_nobody_on_its_page(school: School) -> None:
    school.type("rivera", "/award @sam Participation")
    school.type("rivera", "/revoke @sam Participation because it was meant for Sam Okafor's friend")
    with school.app.database.read() as db:
        award = db.scalars(select(Award)).one()
        page = award_pages.award_page(db, school.app.site, school.clock.now, award.id)
    assert page.revoked is not None
    assert "Okafor" not in page.revoked.reason


def test_a_forgotten_at_sign_never_shows_ones_own_badges_instead(school: School) -> None:
    said = school.type("rivera", "/mybadges sam")
    assert said.kind == "refused"
    assert "Nobody here is called" in text_of(said)


def test_because_is_as_good_as_for(school: School) -> None:
    school.type("rivera", "/award @sam Conflict Resolution because they listened")
    assert document(school)["credentialSubject"]["narrative"] == "they listened"


def test_a_button_of_a_goal_that_has_ended_says_so(school: School) -> None:
    goal = school.type("sam", "/goals add read a book")
    done = next(b.does for node in goal.nodes for b in getattr(node, "buttons", ()) if b.label == "Done")
    school.ask("sam", done)
    said = school.ask("sam", done)
    assert text_of(said) == "read a book is done already: see your goals with /goals."


def test_the_learner_hears_why_a_badge_was_taken_back(school: School) -> None:
    school.type("rivera", "/award @sam Participation")
    said = school.type("rivera", "/revoke @sam Participation because of a mix-up")
    assert "every verifier say so" in text_of(said)


def test_a_picture_cannot_be_found_by_trying_names() -> None:
    wall = Wall("Sam Okafor's badges")
    assert pictures.digested(wall, b"one key")[0] != pictures.digested(wall, b"another")[0]


def test_a_bot_never_becomes_a_member(school: School) -> None:
    assert school.ask("rivera", ShowBadges(school.person("laurel", is_bot=True))).kind == "refused"
    with school.app.database.read() as db:
        assert db.scalar(select(Account).where(Account.external_id == "laurel")) is None


@pytest.mark.parametrize("known", [True, False], ids=["met", "never met"])
def test_nobody_acts_on_people_of_another_organisation(school: School, known: bool) -> None:
    stranger = Person(MemberRef("room", "hillside", "kit"), "Kit")
    with school.app.database.write() as db:
        other = Organisation(id="o2", name="Hillside", lang="en", timezone="UTC", created_at=school.clock.now)
        db.add_all([other, Space(id="s2", organisation=other, platform="room", external_id="hillside")])
        db.flush()
        if known:
            member = Member(id="m2", organisation_id="o2", subject="urn:uuid:2", name="Kit", lang="en", timezone="UTC")
            member.created_at = school.clock.now
            account = Account(
                id="a2", platform="room", space="hillside", external_id="kit", name="Kit", created_at=school.clock.now
            )
            member.accounts.append(account)
            db.add(member)
    said = school.ask("rivera", AwardBadge((stranger,), "Participation"))
    assert said.kind == "refused"
    assert "Nobody here is called" in text_of(said)


def test_undoing_a_renewal_brings_the_old_badge_back(school: School) -> None:
    school.type("rivera", "/award @sam Participation")
    with school.app.database.write() as db:
        old = db.scalars(select(Award)).one()
        old.expires_at = school.clock.now
        old_id = old.id
    school.clock.forward(days=1)
    again = school.type("rivera", "/award @sam Participation")
    undo = next(b.does for node in again.nodes for b in node.buttons if b.label == "Undo")
    school.ask("rivera", undo)
    with school.app.database.read() as db:
        assert db.scalars(select(Award.id).where(Award.held)).all() == [old_id]


def test_a_goal_finished_by_hand_stays_finished_when_a_badge_is_taken_back(school: School) -> None:
    school.type("sam", "/goals add plan: Participation, Peer Feedback")
    school.type("rivera", "/award @sam Participation")
    school.clock.forward(minutes=1)
    school.type("sam", "/goals done plan")
    school.type("rivera", "/revoke @sam Participation because of a mix-up")
    assert "You have no open goal." in text_of(school.type("sam", "/goals"))


def test_goals_beyond_ten_are_a_page_away(school: School) -> None:
    for number in range(12):
        school.type("sam", f"/goals add goal {number:02}")
        school.clock.forward(seconds=1)
    first = school.type("sam", "/goals")
    assert "You have 12 open goals." in text_of(first)
    following = next(b.does for node in first.nodes for b in getattr(node, "buttons", ()) if b.label == "Next")
    titles = [text_of_row(row) for node in school.ask("sam", following).nodes for row in getattr(node, "rows", ())]
    assert titles == ["goal 10", "goal 11"]


def text_of_row(row) -> str:
    return "".join(span if isinstance(span, str) else span.text for span in row.title)
