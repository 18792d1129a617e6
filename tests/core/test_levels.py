"""Rubrics: described by a file, given with an award, signed, shown, and refused in a sentence."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
from sqlalchemy import select

from bot.core import credentials, detailing, exporting
from bot.core.backpacks import assertion
from bot.core.bulk import award_all
from bot.core.case import Case
from bot.core.commands import AskAward, AwardBadge, SetIdentity, ShowAward, ShowBadge
from bot.core.detailing import AchievementType, BadDetails
from bot.core.errors import LevelMissing
from bot.core.levels import STATUSES, ResultType, scales, shown
from bot.core.models import Award, BadgeClass, Celebration
from bot.core.people import first_organisation, recognise_all
from bot.core.port import Form, Reply
from bot.core.publishing import own_documents
from bot.core.words.saying import flat
from tests.conftest import School
from tests.core.marks import on_sqlite
from tests.core.reading import buttons, form, press

SCHEMA = Path(credentials.__file__).parent / "data/schemas/ob_v3p0_achievementcredential_schema.json"
RUBRIC: dict[str, Any] = {
    "name": "Tutoring",
    "required_level": "Ready",
    "levels": [
        {"name": "Begun", "points": 1},
        {"name": "Ready", "points": 2, "description": "Tutors with help."},
        {"name": "Ready for anything", "points": 3},
    ],
}
OPEN = {**RUBRIC, "required_level": None}
TEST = {"name": "Test", "kind": "Percent", "lowest": 0, "highest": 100, "required_value": 50}
GRADE = {"name": "Grade", "kind": "LetterGrade", "allowed_values": ["C", "B", "A"]}
STATUS = {"name": "State", "kind": "Status"}


def describe(school: School, *results: dict[str, Any], badge: str = "Peer Mentoring") -> None:
    with school.app.database.write() as db:
        found = db.scalars(select(BadgeClass).where(BadgeClass.name == badge)).one()
        detailing.detail(db, school.clock.now, found, detailing.read({"result": list(results)}))


def newest(school: School) -> tuple[Award, dict[str, Any], str]:
    """Give the newest award, its signed subject, and its level as it is read."""
    with school.app.database.read() as db:
        award = db.scalars(select(Award).order_by(Award.id.desc())).first()
        assert award is not None
        found = credentials.verify(award.current, fetch=own_documents(db, school.app.site), now=school.clock.now)
        assert found.holds, found.checks
        return award, json.loads(award.current)["credentialSubject"], shown(award.celebration)


def said(reply: Reply) -> str:
    return flat(reply.text)


@pytest.mark.parametrize(
    ("line", "level", "reason"),
    [
        ("/award @sam Peer Mentoring level Ready for eight weeks", "Ready", "eight weeks"),
        ("/award @sam peer mentoring LEVEL ready because of it", "Ready", "it"),
        ("/award Peer Mentoring @sam level Ready", "Ready", ""),
        ('/award @sam "Peer Mentoring" level Ready for it', "Ready", "it"),
        ('/award @sam Peer Mentoring level "Ready" for it', "Ready", "it"),
        ("/award @sam Peer Mentoring level ready for", "Ready", ""),
        ("/award @sam Peer Mentor level Ready for reaching level 3", "Ready", "reaching level 3"),
        ("/award Peer Mentoring level Ready @sam for it", "Ready", "it"),
    ],
)
@on_sqlite
def test_a_level_is_given_with_the_award(school: School, line: str, level: str, reason: str) -> None:
    describe(school, RUBRIC)
    reply = school.type("rivera", line)
    assert reply.kind == "said", said(reply)
    award, subject, read = newest(school)
    with school.app.database.read() as db:
        assert db.get_one(Celebration, award.celebration_id).reason == reason
    assert read == level
    [description] = subject["achievement"]["resultDescription"]
    [result] = subject["result"]
    assert (description["name"], description["resultType"]) == ("Tutoring", "RubricCriterionLevel")
    by_id = {one["id"]: one for one in description["rubricCriterionLevel"]}
    assert by_id[result["achievedLevel"]]["name"] == result["value"] == level
    assert by_id[result["achievedLevel"]]["points"] == "2"
    assert by_id[description["requiredLevel"]]["name"] == "Ready"
    assert result["resultDescription"] == description["id"]


@on_sqlite
def test_the_word_may_be_part_of_a_badges_name_or_of_the_reason(school: School) -> None:
    with school.app.database.write() as db:
        for name, new in (("Peer Feedback", "Level 2 swimming level 3"), ("Participation", "Swimming")):
            badge = db.scalars(select(BadgeClass).where(BadgeClass.name == name)).one()
            badge.name, badge.folded = new, "".join(new.lower().split())
            badge.now.name = new
    describe(school, OPEN, badge="Level 2 swimming level 3")
    for line, badge, level in (
        ("/award @sam Level 2 swimming level 3 for laps", "Level 2 swimming level 3", ""),
        ("/award @ana Level 2 swimming level 3 level Begun for laps", "Level 2 swimming level 3", "Begun"),
        ('/award @kim "Level 2 swimming level 3" level Begun', "Level 2 swimming level 3", "Begun"),
        ("/award @sam Swimming for level 3 at last", "Swimming", ""),
    ):
        school.clock.forward(minutes=1)
        reply = school.type("rivera", line)
        assert reply.kind == "said", said(reply)
        award, _, read = newest(school)
        with school.app.database.read() as db:
            assert (db.get_one(BadgeClass, award.badge_id).name, read) == (badge, level)


@on_sqlite
@pytest.mark.parametrize(
    ("results", "level", "sentence", "offered"),
    [
        ([], "Gold", "Peer Mentoring has no levels: leave the level away.", ["Award without a level"]),
        (
            [RUBRIC],
            "Gold",
            "Peer Mentoring cannot be given at Gold: choose Begun, Ready, Ready for anything.",
            ["Ready", "Ready for anything"],
        ),
        (
            [RUBRIC],
            "",
            (
                "Peer Mentoring is given at a level: add level … before the “for”, one of "
                "Begun, Ready, Ready for anything."
            ),
            ["Ready", "Ready for anything"],
        ),
        (
            [RUBRIC],
            "Begun",
            "Peer Mentoring is earned from Ready on, and Begun is less: award it once that is reached.",
            [],
        ),
        ([TEST], "101", "Peer Mentoring cannot be given at 101: choose 0 to 100.", []),
        ([TEST], "49.5", "Peer Mentoring is earned from 50 on, and 49.5 is less: award it once that is reached.", []),
        (
            [TEST, GRADE],
            "Test: 60, Grade: F",
            "Peer Mentoring cannot be given at Grade: F: choose Test: 0 to 100; Grade: C, B, A.",
            [],
        ),
        (
            [GRADE, TEST],
            "A, A",
            "Peer Mentoring cannot be given at A: choose Grade: C, B, A; Test: 0 to 100.",
            [],
        ),
    ],
)
def test_what_is_not_to_be_given_is_refused(
    school: School, results: list[dict[str, Any]], level: str, sentence: str, offered: list[str]
) -> None:
    if results:
        describe(school, *results)
    reply = school.ask("rivera", AwardBadge((school.person("sam"),), "Peer Mentoring", "it", level=level))
    assert (reply.kind, said(reply)) == ("refused", sentence)
    assert list(buttons(reply)) == offered
    with school.app.database.read() as db:
        assert db.scalars(select(Award)).first() is None
    if offered:
        assert school.ask("rivera", press(reply, offered[-1])).kind == "said"


@pytest.mark.parametrize(
    ("results", "level", "values", "read"),
    [
        ([TEST], "93.5", [("93.5", False)], "93.5"),
        ([GRADE], "b", [("B", False)], "B"),
        (
            [OPEN, TEST],
            "ready for any, Test: 60",
            [("Ready for anything", True), ("60", False)],
            "Tutoring: Ready for anything, Test: 60",
        ),
        ([GRADE, OPEN], "a, begun", [("A", False), ("Begun", True)], "Grade: A, Tutoring: Begun"),
        ([OPEN], "", [], ""),
        ([OPEN], "None", [], ""),
    ],
)
@on_sqlite
def test_several_scales(
    school: School, results: list[dict[str, Any]], level: str, values: list[tuple[str, bool]], read: str
) -> None:
    describe(school, *results)
    school.ask("rivera", AwardBadge((school.person("sam"),), "Peer Mentoring", level=level))
    _, subject, told = newest(school)
    assert [(one["value"], "achievedLevel" in one) for one in subject.get("result", ())] == values
    assert told == read


@on_sqlite
def test_a_status_is_signed_as_one(school: School) -> None:
    describe(school, STATUS)
    school.type("rivera", "/award @sam Peer Mentoring level provisional for it")
    [result] = newest(school)[1]["result"]
    assert result["status"] == "Provisional"
    assert "value" not in result


def test_a_new_signature_keeps_the_level_and_a_new_version_does_not_change_it(school: School) -> None:
    describe(school, RUBRIC)
    school.type("rivera", "/award @sam Peer Mentoring level Ready for it")
    before = newest(school)[1]
    describe(school, GRADE)
    school.clock.forward(minutes=1)
    school.app.do(replace(school.actor("sam"), email="sam@school.edu"), SetIdentity("sam@school.edu"))
    after = newest(school)[1]
    assert "identifier" in after
    assert after["result"] == before["result"]
    assert after["achievement"] == before["achievement"]


@on_sqlite
def test_it_is_shown_wherever_the_badge_is(school: School) -> None:
    describe(school, RUBRIC)
    reply = school.type("rivera", "/award @sam Peer Mentoring level Ready for it")
    assert ("Level", ("Ready",)) in reply.nodes[0].fields  # type: ignore[union-attr]
    award, *_ = newest(school)
    assert "('Level', ('Ready',))" in repr(school.ask("sam", ShowAward(award.id)))
    assert "'Ready', ' · '" in repr(school.type("sam", "/mybadges"))
    assert "Begun, Ready, Ready for anything" in repr(school.ask("sam", ShowBadge("Peer Mentoring")))
    site = replace(school.app.site, contact="badges@example.edu")
    with school.app.database.read() as db:
        found = db.get_one(Award, award.id)
        assert exporting.json_resume(site, [found])["certificates"][0]["name"] == "Peer Mentoring · Ready"
        assert "Ready" not in json.dumps(assertion(site, found))


@on_sqlite
def test_the_form_asks_for_it_once_the_badge_has_levels(school: School) -> None:
    describe(school, RUBRIC)
    assert "level" not in {field.name for field in form(school.ask("rivera", AskAward())).fields}
    with school.app.database.read() as db:
        badges = {badge.name: badge.id for badge in db.scalars(select(BadgeClass))}

    def asked(badge: str) -> Form:
        draft = AwardBadge((school.person("sam"),), badges[badge], level="Ready", draft=True)
        return form(school.ask("rivera", draft))

    [field] = [field for field in asked("Peer Mentoring").fields if field.name == "level"]
    assert (field.kind, field.required, field.value) == ("choice", True, "Ready")
    assert [option.value for option in field.options] == ["Begun", "Ready", "Ready for anything"]
    preview = asked("Peer Mentoring").preview
    assert preview is not None
    assert "Ready" in preview.alt
    assert "level" not in {field.name for field in asked("Peer Feedback").fields}
    describe(school, OPEN, TEST)
    [field] = [field for field in asked("Peer Mentoring").fields if field.name == "level"]
    assert (field.kind, field.hint) == ("line", "Tutoring: Begun, Ready, Ready for anything; Test: 0 to 100")


def test_thousands_get_it_too(school: School) -> None:
    describe(school, RUBRIC)
    with school.app.database.write() as db:
        organisation, actor = first_organisation(db), school.actor("rivera")
        me, sam = recognise_all(db, school.clock.now, organisation, [actor.who, school.person("sam")])
        case = Case(db, school.clock.now, school.app.site, actor, me, organisation, actor.roles, school.app.checker)
        badge = db.scalars(select(BadgeClass).where(BadgeClass.name == "Peer Mentoring")).one()
        with pytest.raises(LevelMissing):
            award_all(case, badge, [sam], "it")
        assert award_all(case, badge, [sam], "it", level="ready").given == 1
    assert newest(school)[2] == "Ready"


@on_sqlite
@pytest.mark.parametrize(
    ("result", "says"),
    [
        ({**RUBRIC, "kind": "Stars"}, "result.0.kind"),
        ({**RUBRIC, "colour": "red"}, "result.0.colour"),
        ({**RUBRIC, "levels": []}, "RubricCriterionLevel needs levels"),
        ({**RUBRIC, "levels": [{"name": "Ready"}, {"name": "ready"}]}, "each name once"),
        ({**RUBRIC, "levels": [{"name": "A, B"}]}, "no commas or colons"),
        ({**RUBRIC, "levels": [{"name": "Ready", "stars": 3}]}, "result.0.levels.0.stars"),
        ({**RUBRIC, "required_level": "Gold"}, "required_level is none of the levels"),
        ({**GRADE, "required_value": "F"}, "required_value is none of the allowed values"),
        ({**TEST, "lowest": "none"}, "are numbers"),
        ({**STATUS, "allowed_values": ["Done"]}, "Status is one of"),
        ({**TEST, "name": "\u0301"}, "each name needs a letter"),
    ],
)
def test_a_rubric_that_cannot_be_used_is_refused(school: School, result: dict[str, Any], says: str) -> None:
    with pytest.raises(BadDetails, match=says):
        describe(school, result)


def test_types_are_the_standards() -> None:
    """All of what 1EdTech's schema lists, and nothing besides."""
    known = json.loads(SCHEMA.read_text("utf-8"))["$defs"]
    results = known["ResultDescription"]["properties"]["resultType"]["oneOf"][0]["enum"]
    listed = known["Achievement"]["properties"]["achievementType"]["oneOf"][0]["enum"]
    assert sorted(get_args(AchievementType)) == sorted(listed)
    assert sorted(get_args(ResultType)) == sorted(results)
    assert sorted(STATUSES) == sorted(known["Result"]["properties"]["status"]["enum"])


@on_sqlite
def test_a_type_of_ones_own_begins_with_ext(school: School) -> None:
    assert detailing.read({"achievement_type": "ext:HouseCup"}).achievement_type == "ext:HouseCup"
    with pytest.raises(BadDetails, match="achievement_type"):
        detailing.read({"achievement_type": "HouseCup"})
    describe(school, {**GRADE, "kind": "ext:Stars"})
    school.type("rivera", "/award @sam Peer Mentoring level A for it")
    assert newest(school)[1]["achievement"]["resultDescription"][0]["resultType"] == "ext:Stars"
    with school.app.database.read() as db:
        badge = db.scalars(select(BadgeClass).where(BadgeClass.name == "Peer Mentoring")).one()
        assert scales(badge.now)[0].listed == ("C", "B", "A")


@on_sqlite
def test_the_documented_file_is_one(school: School) -> None:
    text = (Path(__file__).parents[2] / "docs/credentials.md").read_text("utf-8")
    example = text.partition("```toml\n")[2].partition("```")[0]
    details = detailing.read(tomllib.loads(example))
    assert [scale.name for scale in details.result] == ["Tutoring", "Test"]
    with school.app.database.write() as db:
        found = db.scalars(select(BadgeClass).where(BadgeClass.name == "Peer Mentoring")).one()
        detailing.detail(db, school.clock.now, found, details)
    assert school.type("rivera", "/award @sam Peer Mentoring level Tutoring: Expert, Test: 93 for it").kind == "said"
    assert newest(school)[2] == "Tutoring: Expert, Test: 93"
