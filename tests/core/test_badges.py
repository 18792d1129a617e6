"""Badge classes: checked while typing, never rewritten, put away and brought back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.core.badges import PAGE
from bot.core.cards import Emblem
from bot.core.commands import AddStarterBadges, AskBadge, ListBadges, SaveBadge
from bot.core.models import Award, BadgeClass, BadgeVersion
from bot.core.starter import STARTER
from tests.conftest import School
from tests.core.marks import on_sqlite
from tests.core.reading import assert_refused, buttons, card, fields, form, press, rows, words

OWL = SaveBadge("", "Night Owl", "Reads late.", "Has read till dawn.", "Reading, Stamina", "circle", "teal", "pen")


def badge_id(school: School, name: str) -> str:
    with school.app.database.read() as db:
        return db.scalars(select(BadgeClass.id).where(BadgeClass.name == name)).one()


def test_a_new_badge_is_ready_to_be_awarded(school: School) -> None:
    reply = school.ask("rivera", OWL)
    assert words(reply.text) == "Night Owl is ready to be awarded."
    assert fields(card(reply)) == {"Criteria": "Has read till dawn.", "Skills": "Reading, Stamina"}
    assert school.type("rivera", "/award @sam night owl for it").kind == "said"


@on_sqlite
@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"name": " "}, "name", "Give the badge a name"),
        ({"name": "\u0301"}, "name", "Give the badge a name"),
        ({"name": "x" * 81}, "name", "Keep it to 80 characters"),
        ({"name": "péer  MENTORING"}, "name", "already"),
        ({"name": "ring\x07"}, "name", "invisible control character"),
        ({"name": "odd\ufffe"}, "name", "invisible control character"),
        ({"description": ""}, "description", "what the badge stands for"),
        ({"description": "x" * 501}, "description", "Keep it to 500 characters"),
        ({"criteria": "\n"}, "criteria", "what somebody has to do"),
        ({"criteria": "ring\x07"}, "criteria", "invisible control character"),
        ({"skills": ",".join(f"skill {n}" for n in range(13))}, "skills", "at most 12"),
        ({"skills": "x" * 61}, "skills", "under 61"),
        ({"skills": "a, ring\x07"}, "skills", "invisible control character"),
        ({"shape": "blob"}, "shape", "Choose one from the list"),
        ({"colour": ""}, "colour", "Choose one from the list"),
        ({"icon": "../../etc"}, "icon", "Choose one from the list"),
        ({"expires_after_days": "0"}, "expires_after_days", "1 to 36,500"),
        ({"expires_after_days": "soon"}, "expires_after_days", "1 to 36,500"),
        ({"expires_after_days": "9" * 5000}, "expires_after_days", "1 to 36,500"),
    ],
)
def test_a_form_says_what_is_wrong_while_typing_and_when_saving(
    school: School, refused, nothing_written, changes: dict[str, str], field: str, says: str
) -> None:
    draft = replace(OWL, **changes)
    checked = form(school.ask("rivera", replace(draft, draft=True)))
    assert {f.name for f in checked.fields if f.problem} == {field}
    assert says in next(f.problem for f in checked.fields if f.name == field)
    assert {f.value for f in checked.fields if f.name == field} == {getattr(draft, field)}
    reply = refused("rivera", draft, says)
    assert form(reply).command == draft


@on_sqlite
def test_a_draft_is_previewed_and_writes_nothing(school: School, nothing_written) -> None:
    blank = form(school.type("rivera", "/badge new Night Owl"))
    assert isinstance(blank.command, SaveBadge)
    assert blank.live
    assert next(f.value for f in blank.fields if f.name == "name") == "Night Owl"
    checked = form(school.ask("rivera", replace(OWL, draft=True)))
    assert checked.preview is not None
    assert checked.preview.drawing == Emblem("circle", "teal", "pen")
    assert [f.problem for f in checked.fields if f.problem] == []
    with school.app.database.read() as db:
        assert db.scalars(select(BadgeClass).where(BadgeClass.name == "Night Owl")).all() == []


@on_sqlite
def test_a_name_is_kept_in_one_line_with_single_spaces(school: School) -> None:
    school.ask("rivera", replace(OWL, name="  Night\n Owl "))
    assert badge_id(school, "Night Owl")


def test_editing_makes_a_new_version_and_old_awards_keep_theirs(school: School, clock) -> None:
    school.ask("rivera", OWL)
    school.type("rivera", "/award @sam Night Owl for it")
    asked = form(school.type("kim", "/badge edit Night Owl"))
    assert asked.command == replace(OWL, badge=badge_id(school, "Night Owl"))
    clock.forward(days=1)
    changed = replace(asked.command, name="Early Bird", criteria="Has risen early.", shape="star")
    assert "keep their meaning" in words(school.ask("kim", changed).text)
    school.type("rivera", "/award @ana Early Bird for it")

    with school.app.database.read() as db:
        old, new = db.scalars(select(Award).order_by(Award.id)).all()
        assert (old.version.name, old.version.criteria, old.version.shape) == (
            "Night Owl",
            "Has read till dawn.",
            "circle",
        )
        assert (new.version.name, new.version.criteria, new.version.shape) == ("Early Bird", "Has risen early.", "star")
        assert "Night Owl" in old.document
        assert "Early Bird" not in old.document
        numbers = db.scalars(select(BadgeVersion.number).where(BadgeVersion.badge_id == old.badge_id)).all()
        assert sorted(numbers) == [1, 2]
    assert rows(school.type("sam", "/mybadges")) == ["Night Owl"]
    assert_refused(school.type("rivera", "/award @sam Early Bird"), "already holds Early Bird")
    assert_refused(school.type("rivera", "/award @lee Night Owl"), "no badge called Night Owl")


@on_sqlite
def test_a_badge_may_keep_its_own_name_when_edited(school: School) -> None:
    edited = replace(OWL, badge=badge_id(school, "Peer Mentoring"), name="PEER mentoring")
    assert school.ask("rivera", edited).kind == "said"


def test_an_archived_badge_stays_true_for_who_has_it(school: School, refused) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for it")
    reply = school.type("kim", "/badge archive Peer Mentoring")
    assert "stay true" in words(reply.text)
    assert rows(school.type("sam", "/mybadges")) == ["Peer Mentoring"]
    assert "archived" in words(school.type("ana", "/badge show Peer Mentoring").text)
    assert "Peer Mentoring" not in rows(school.type("ana", "/badge list"))
    refused("rivera", "/badge edit Peer Mentoring", "archived: restore it first")
    refused("rivera", "/badge archive Peer Mentoring", "archived: restore it first")
    school.ask("kim", press(reply, "Restore"))
    assert "Peer Mentoring" in rows(school.type("ana", "/badge list"))


def test_a_badge_whose_name_was_taken_meanwhile_stays_archived(school: School, refused) -> None:
    restore = press(school.type("kim", "/badge archive Peer Mentoring"), "Restore")
    school.ask("rivera", replace(OWL, name="Peer mentoring"))
    reply = refused("kim", restore, "Another badge is called Peer Mentoring by now")
    assert form(school.ask("kim", press(reply, "Edit that one")))
    school.type("kim", "/badge archive Peer mentoring")
    assert school.ask("kim", restore).kind == "said"


def test_the_newer_of_two_archived_namesakes_is_meant(school: School, clock) -> None:
    school.type("kim", "/badge archive Peer Mentoring")
    clock.forward(days=1)
    school.ask("rivera", replace(OWL, name="Peer Mentoring"))
    clock.forward(days=1)
    school.type("kim", "/badge archive Peer Mentoring")
    assert words(card(school.type("ana", "/badge show Peer Mentoring")).body) == "Reads late."


@on_sqlite
def test_badges_are_listed_ten_at_a_time(school: School) -> None:
    school.ask("rivera", OWL)
    first = school.type("sam", "/badge list")
    assert (len(rows(first)), len(STARTER)) == (PAGE, PAGE)
    assert len(rows(school.ask("sam", press(first, "Next")))) == 1
    assert rows(school.ask("sam", ListBadges(99))) == rows(school.ask("sam", ListBadges(2)))
    assert rows(school.ask("sam", ListBadges(-5))) == rows(first)
    assert "Award" not in buttons(first)
    assert "Award" in buttons(school.type("rivera", "/badge list"))


@on_sqlite
@pytest.mark.parametrize("line", ["/badge new", "/badge edit Peer Mentoring", "/badge archive Peer Mentoring"])
def test_students_make_no_badges(refused, line: str) -> None:
    refused("sam", line, "Only teachers make and change badges")


@on_sqlite
@pytest.mark.parametrize("line", ["/badge show", "/badge archive", "/badge show Zzzzzz", "/badge edit Zzzzzz"])
def test_a_badge_that_is_not_there_is_refused(refused, line: str) -> None:
    refused("rivera", line, "/badge list")


def test_adding_the_starter_badges_leaves_alone_what_is_there(school: School) -> None:
    before = school.type("rivera", "/badge list")
    assert "all here already" in words(school.ask("rivera", AddStarterBadges()).text)
    school.type("rivera", "/badge archive Peer Mentoring")
    assert "1 badge added: Peer Mentoring." in words(school.ask("rivera", AddStarterBadges()).text)
    assert rows(school.type("rivera", "/badge list")) == rows(before)


@on_sqlite
def test_who_holds_a_badge_is_counted(school: School, clock) -> None:
    assert words(school.type("ana", "/badge show Peer Mentoring").text) == "Nobody holds Peer Mentoring yet."
    school.type("rivera", "/award @sam @ana Peer Mentoring for it")
    school.type("rivera", "/revoke @ana Peer Mentoring because it was a mistake")
    assert words(school.type("ana", "/badge show Peer Mentoring").text) == "1 person holds Peer Mentoring."


@on_sqlite
def test_edit_alone_shows_what_can_be_edited(school: School) -> None:
    assert len(rows(school.type("rivera", "/badge edit"))) == PAGE
    assert form(school.ask("rivera", AskBadge())).title == "New badge"


def test_teachers_find_archived_badges_and_bring_them_back(school: School) -> None:
    assert "No badge is archived." in words(school.type("rivera", "/badge list archived").text)
    school.type("rivera", "/badge archive Peer Mentoring")
    listed = school.ask("rivera", press(school.type("rivera", "/badge list"), "Archived (1)"))
    assert rows(listed) == ["Peer Mentoring"]
    school.ask("rivera", press(listed, "Restore"))
    assert "Archived (1)" not in buttons(school.type("rivera", "/badge list"))


def test_archived_badges_are_no_business_of_students(school: School, refused) -> None:
    school.type("rivera", "/badge archive Peer Mentoring")
    refused("sam", "/badge list archived", "Only teachers make and change badges")
    assert not any(label.startswith("Archived") for label in buttons(school.type("sam", "/badge list")))


def test_where_every_badge_is_archived_a_teacher_is_led_to_them(bare_school: School, school: School) -> None:
    for name in rows(school.type("rivera", "/badge list")):
        school.type("rivera", f"/badge archive {name}")
    listed = school.type("rivera", "/badge list")
    assert words(listed.text) == "Every badge is archived."
    assert len(rows(school.ask("rivera", press(listed, "Archived")))) == 10
