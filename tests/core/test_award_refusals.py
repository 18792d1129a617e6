"""What `/award` refuses: privately, in one sentence that says what to do next, and nothing is written."""

from __future__ import annotations

import pytest

from bot.core import wire
from bot.core.commands import (
    AddStarterBadges,
    ArchiveBadge,
    AskAward,
    AwardBadge,
    ListBadges,
    Quote,
    RestoreBadge,
    Typed,
)
from bot.core.port import Form, Group
from tests.conftest import School
from tests.core.marks import on_sqlite
from tests.core.reading import assert_refused, buttons, press, rows, words


@on_sqlite
def test_an_unknown_badge_offers_the_closest_names(school: School, refused) -> None:
    reply = refused("rivera", "/award @sam Pear Mentorin for it", "Pear Mentorin")
    school.ask("rivera", press(reply, "Peer Mentoring"))
    assert rows(school.type("sam", "/mybadges")) == ["Peer Mentoring"]


@on_sqlite
def test_a_badge_like_no_other_points_to_the_list(school: School, refused) -> None:
    reply = refused("rivera", "/award @sam Zzzzzz for it", "Zzzzzz", "/badge list")
    assert buttons(reply) == {"Show the badges": ListBadges()}


@on_sqlite
def test_several_badges_that_begin_so_are_offered(school: School, refused) -> None:
    reply = refused("rivera", "/award @sam Peer for it", "Several badges begin with Peer")
    assert list(buttons(reply)) == ["Peer Feedback", "Peer Mentoring"]
    reply = school.ask("rivera", press(reply, "Peer Feedback"))
    assert words(reply.text).startswith("Sam Okafor now holds Peer Feedback.")


@on_sqlite
def test_a_whole_name_is_not_ambiguous(school: School) -> None:
    school.ask("rivera", AddStarterBadges())
    assert_refused(school.type("rivera", "/award @sam Peer"))
    assert school.type("rivera", "/award @sam Peer Feedback").kind == "said"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("/award @nobody Peer Mentoring for it", "Nobody here is called @nobody"),
        ("/award Pear Montoring for it", "There is no badge called Pear Montoring"),
        ("/award @rivera Peer Mentoring for it", "You can't award yourself"),
        ("/award @laurel Peer Mentoring for it", "Laurel is a bot"),
        ("/award @sam Peer Mentoring for " + "x" * 1001, "The reason has 1001 characters"),
        ("/award @sam Peer Mentoring for \x07", "invisible control character"),
        ("/award @sam Peer Mentoring for \x00", "invisible control character"),
        ("/award @sam Peer Mentoring for \ud800", "invisible control character"),
        ("/award @sam Peer Mentoring for \uffff", "invisible control character"),
        ("/award @sam Peer Mentoring for \x90x", "invisible control character"),
        ("/award @sam Zz\x00zz for it", "invisible control character"),
        ("/award @sam Zz\ud800zz for it", "invisible control character"),
    ],
)
def test_what_cannot_be_awarded_is_refused(refused, line: str, says: str) -> None:
    refused("rivera", line, says)


@on_sqlite
@pytest.mark.parametrize("handle", ["sam", "ana"])
def test_a_student_cannot_award(refused, handle: str) -> None:
    refused(handle, "/award @sam Peer Mentoring for it", "Only teachers award badges")
    refused(handle, AskAward(), "Only teachers award badges")


@on_sqlite
def test_a_role_on_the_button_counts_when_it_is_pressed(school: School, refused) -> None:
    reply = refused("rivera", "/award @sam Peer for it")
    refused("ana", press(reply, "Peer Feedback"), "Only teachers award badges")


@on_sqlite
def test_an_archived_badge_says_how_to_bring_it_back(school: School, refused) -> None:
    school.type("kim", "/badge archive Peer Mentoring")
    reply = refused("rivera", "/award @sam Peer Mentoring for it", "Peer Mentoring is archived")
    assert isinstance(press(reply, "Restore"), RestoreBadge)
    school.ask("rivera", press(reply, "Restore"))
    assert school.type("rivera", "/award @sam Peer Mentoring for it").kind == "said"


def test_who_holds_it_already_is_named_and_the_others_are_a_button_away(school: School, refused) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for it")
    refused("kim", "/award @sam Peer Mentoring for more", "Sam Okafor already holds Peer Mentoring")
    reply = refused("kim", "/award @sam @ana @lee Peer Mentoring for more", "Sam Okafor already holds Peer Mentoring")
    assert list(buttons(reply)) == ["Award the others (2)"]
    reply = school.ask("kim", press(reply, "Award the others"))
    assert words(reply.text).startswith("Ana Núñez and Lee now hold Peer Mentoring.")


@on_sqlite
def test_many_who_hold_it_already_are_counted(school: School, refused) -> None:
    crowd = " ".join(f"@s{n}" for n in range(15))
    school.type("rivera", f"/award {crowd} Peer Mentoring for it")
    refused("kim", f"/award {crowd} @sam Peer Mentoring for it", "S9 and 5 more already hold Peer Mentoring")


@on_sqlite
@pytest.mark.parametrize("stray", ["@rivera", "@laurel"])
def test_leaving_out_yourself_or_a_bot_is_a_button_away(school: School, refused, stray: str) -> None:
    reply = refused("rivera", f"/award @sam {stray} Peer Mentoring for it")
    reply = school.ask("rivera", press(reply, "Award the others"))
    assert words(reply.text).startswith("Sam Okafor now holds Peer Mentoring.")


@on_sqlite
def test_two_hundred_at_once_are_awarded_and_one_more_is_refused(school: School, refused) -> None:
    crowd = " ".join(f"@s{n}" for n in range(200))
    refused("rivera", f"/award {crowd} @sam Peer Mentoring for it", "201 people are too many at once", "200")
    reply = school.type("rivera", f"/award {crowd} Peer Mentoring for it")
    assert "and 180 more now hold Peer Mentoring." in words(reply.text)


@on_sqlite
def test_evidence_may_be_required(school: School, refused, evidence_badge: str) -> None:
    refused("rivera", f"/award @sam {evidence_badge} for it", f"{evidence_badge} needs evidence")
    assert school.type("rivera", f"/award @sam {evidence_badge} for https://example.org/essay").kind == "said"


@on_sqlite
def test_a_school_without_badges_offers_the_starter_set(bare_school: School, nothing_written) -> None:
    with nothing_written():
        reply = bare_school.type("rivera", "/award @sam Peer Mentoring for it")
    assert_refused(reply, "There is no badge yet")
    bare_school.ask("rivera", press(reply, "Add the starter badges"))
    assert bare_school.type("rivera", "/award @sam Peer Mentoring for it").kind == "said"
    with nothing_written():
        assert_refused(bare_school.ask("rivera", ArchiveBadge("Zzzzz")))


@on_sqlite
def test_a_student_in_a_school_without_badges_is_sent_to_the_teacher(bare_school: School, nothing_written) -> None:
    with nothing_written():
        assert_refused(bare_school.type("sam", "/badge list"), "ask your teacher")


def test_a_recipient_of_a_form_who_is_named_twice_gets_one_badge(school: School) -> None:
    sam = school.person("sam")
    reply = school.ask("rivera", AwardBadge((sam, sam), "Peer Mentoring", "it"))
    assert words(reply.text).startswith("Sam Okafor now holds Peer Mentoring.")


@on_sqlite
def test_a_refusal_is_no_event_so_that_the_same_may_be_tried_again(school: School) -> None:
    line = "/award @sam Night Owl for it"
    assert_refused(school.type("rivera", line, event_id="once"))
    assert_refused(school.type("rivera", line, event_id="once"))
    assert school.type("rivera", "/award @sam Peer Mentoring for it", event_id="once").kind == "said"


@on_sqlite
@pytest.mark.parametrize(
    "line",
    [
        "/award Peer Mentoring for it",
        '/award "Peer Mentoring" for it',
        "/award peer m for it",
        "/award sam peer mentoring for it",
        "/award Everyone: Peer Mentoring for it",
    ],
)
def test_where_nobody_is_named_the_form_asks_for_whom(school: School, line: str) -> None:
    reply = school.type("rivera", line)
    [form] = [node for node in reply.nodes if isinstance(node, Form)]
    chosen = {field.name: field.value for field in form.fields}
    [option] = [option for field in form.fields for option in field.options if option.value == chosen["badge"]]
    assert option.label == "Peer Mentoring"
    assert chosen["reason"] == "it"
    done = school.ask("rivera", wire.fill(form.command, {"recipients": (school.person("sam"),)}))
    assert words(done.text).startswith("Sam Okafor now holds Peer Mentoring.")


@on_sqlite
def test_what_was_given_before_the_form_opened_stands_in_it(school: School) -> None:
    reply = school.ask("rivera", AskAward(links="https://example.org/notes"))
    [form] = [node for node in reply.nodes if isinstance(node, Form)]
    assert {field.name: field.value for field in form.fields}["links"] == "https://example.org/notes"


@on_sqlite
def test_a_group_is_its_members_but_the_caller_and_bots(school: School, refused) -> None:
    rivera, laurel = school.person("rivera"), school.person("laurel", is_bot=True)
    crowd = Group("class-8b", (rivera, school.person("sam"), laurel, school.person("ana")))
    done = school.ask("rivera", Typed("/award", (crowd, "Participation for @", crowd)))
    assert words(done.text).startswith("Sam Okafor and Ana Núñez now hold Participation.")
    alone = Typed("/award", (Group("staff", (rivera, laurel)), "Peer Feedback"))
    refused("rivera", alone, "@staff has no member but you: name somebody else.")
    empty = Typed("/award", (Group("ghosts", ()), "Peer Feedback"))
    refused("rivera", empty, "@ghosts has no members: name somebody else.")
    both = Typed("/award", (school.person("sam"), Group("staff", (rivera,)), "Peer Feedback"))
    assert words(school.ask("rivera", both).text).startswith("Sam Okafor now holds Peer Feedback.")


@on_sqlite
def test_the_author_of_a_message_is_suggested_but_for_the_caller_and_bots(school: School) -> None:
    for author, suggested in (("sam", ["Sam Okafor"]), ("rivera", []), ("laurel", [])):
        quote = Quote(school.person(author, is_bot=author == "laurel"), "said", school.clock.now)
        [form] = [node for node in school.ask("rivera", AskAward(quote)).nodes if isinstance(node, Form)]
        [people] = [field.value for field in form.fields if field.name == "recipients"]
        assert isinstance(people, tuple)
        assert [person.name for person in people] == suggested
