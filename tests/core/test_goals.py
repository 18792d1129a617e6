"""Goals: set in words, moved along by earning and ticking, and never shown to anybody else."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.core import cards
from bot.core.commands import AddGoal, FinishMilestone, SaveBadge, SetPrivacy
from bot.core.goals import MOST_GOALS
from bot.core.models import Goal, Milestone
from bot.core.port import Picture, Reply
from tests.conftest import Clock, School
from tests.core.marks import on_sqlite
from tests.core.reading import assert_refused, buttons, form, press, rows, words


def goal(school: School) -> tuple[str, list[str], str, str]:
    """Give the newest goal: its title, milestones, due date and rhythm."""
    with school.app.database.read() as db:
        newest = db.scalars(select(Goal).order_by(Goal.created_at.desc())).first()
        assert newest is not None
        return newest.title, [m.text for m in newest.milestones], str(newest.due or ""), newest.rhythm


def states(school: School) -> list[str]:
    with school.app.database.read() as db:
        return list(db.scalars(select(Goal.state).order_by(Goal.created_at)))


def bars(reply: Reply) -> tuple[cards.Bar, ...]:
    [picture] = [node for node in reply.nodes if isinstance(node, Picture)]
    assert isinstance(picture.drawing, cards.Progress)
    return picture.drawing.bars


@on_sqlite
@pytest.mark.parametrize(
    ("typed", "title", "parts", "due", "rhythm"),
    [
        ("Peer Mentoring", "Peer Mentoring", ["Peer Mentoring"], "", "week"),
        ("péer mentoring", "Peer Mentoring", ["péer mentoring"], "", "week"),
        ("Peer Mentoring by Friday", "Peer Mentoring", ["Peer Mentoring"], "2026-11-27", "week"),
        ("Peer Mentoring by Friday every day", "Peer Mentoring", ["Peer Mentoring"], "2026-11-27", "day"),
        ("Peer Mentoring every day by Friday", "Peer Mentoring", ["Peer Mentoring"], "2026-11-27", "day"),
        ("Peer Mentoring, by Friday, every Monday", "Peer Mentoring", ["Peer Mentoring"], "2026-11-27", "mon"),
        ("Peer Mentoring by 2027-01-31 weekly", "Peer Mentoring", ["Peer Mentoring"], "2027-01-31", "week"),
        ("Peer Mentoring by in two weeks never", "Peer Mentoring", ["Peer Mentoring"], "2026-12-07", "never"),
        ("run 5 km, swim", "run 5 km, swim", ["run 5 km", "swim"], "", "week"),
        ("Sport: run 5 km, swim; climb by Friday", "Sport", ["run 5 km", "swim", "climb"], "2026-11-27", "week"),
        ("swim, swim, Swim", "swim", ["swim"], "", "week"),
        ("read https://example.org/a", "read https://example.org/a", ["read https://example.org/a"], "", "week"),
        ("be there at 16:30", "be there at 16:30", ["be there at 16:30"], "", "week"),
        ("Learning by Doing", "Learning by Doing", ["Learning by Doing"], "", "week"),
        ("Learning by Doing by Friday", "Learning by Doing", ["Learning by Doing"], "2026-11-27", "week"),
        ("learning by doing every day", "Learning by Doing", ["learning by doing"], "", "day"),
        ("Maths: Sums, Now or Never", "Maths: Sums, Now or Never", ["Maths: Sums, Now or Never"], "", "week"),
    ],
)
def test_a_goal_is_read(school: School, typed: str, title: str, parts: list[str], due: str, rhythm: str) -> None:
    for name in ("Learning by Doing", "Maths: Sums, Now or Never"):
        school.ask("rivera", SaveBadge("", name, "Is.", "Does.", "", "circle", "teal", "pen"))
    assert school.type("sam", f"/goals add {typed}").kind == "said"
    assert goal(school) == (title, parts, due, rhythm)


@on_sqlite
@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("/goals add : ", "Say what you want to reach"),
        ("/goals add by Friday", "Say what you want to reach"),
        ("/goals add swim by blursday", "I can't read blursday as a day"),
        ("/goals add swim by 2020-01-01", "2020-01-01 is over"),
        ("/goals add swim by yesterday", "yesterday is over"),
        ("/goals add swim by 2999-01-01", "I can't read 2999-01-01"),
        ("/goals add swim every blue", "I can't remind every blue"),
        ("/goals add " + "x" * 121, "under 121 characters"),
        ("/goals add " + ",".join(f"step {n}" for n in range(21)), "at most 20"),
        ("/goals add \x07", "invisible control character"),
        ("/goals done", "You have no open goal"),
        ("/goals drop swim", "You have no open goal"),
        ("/goals remind swim every day", "You have no open goal"),
    ],
)
def test_what_is_no_goal_is_refused(refused, line: str, says: str) -> None:
    refused("sam", line, says)


@on_sqlite
def test_a_goal_is_found_by_the_start_of_its_name_among_ones_own(school: School, refused) -> None:
    for what in ("Swimming", "Swinging", "Running"):
        school.type("sam", f"/goals add {what}")
    refused("sam", "/goals done", "Swimming", "Swinging", "Running")
    refused("sam", "/goals done Swi", "Swimming", "Swinging")
    refused("ana", "/goals done Running", "You have no open goal")
    assert words(school.type("sam", "/goals done run").text) == "Running is done. Well done!"
    assert words(school.type("sam", "/goals drop swimming").text).startswith("Swimming is dropped")
    assert words(school.type("sam", "/goals snooze").text).startswith("Swinging rests")
    assert words(school.type("sam", "/goals").text) == "You have 1 open goal. 1 reached so far."


@on_sqlite
def test_which_goal_is_meant_is_asked_with_a_button_for_each(school: School) -> None:
    for what in ("Swimming", "Swinging", "Running"):
        school.type("sam", f"/goals add {what}")
    which = school.type("sam", "/goals remind Swi every Friday")
    assert set(buttons(which)) == {"Swimming", "Swinging"}
    assert words(school.ask("sam", press(which, "Swinging")).text).startswith("Swinging: reminds on Fridays")
    assert set(buttons(school.type("sam", "/goals drop"))) == {"Swimming", "Swinging", "Running"}


@on_sqlite
def test_more_goals_than_anybody_can_follow_are_refused(school: School, refused) -> None:
    for n in range(MOST_GOALS):
        school.ask("sam", AddGoal(f"goal {n}"))
    refused("sam", "/goals add one more", "You have 50 open goals")


def test_goals_are_shown_nearest_first_with_progress(school: School) -> None:
    school.type("sam", "/goals add run")
    school.type("sam", "/goals add swim, climb by in two weeks")
    school.type("sam", "/goals add Peer Mentoring by Friday")
    reply = school.type("sam", "/goals")
    assert rows(reply) == ["Peer Mentoring", "swim, climb", "run"]
    assert [(bar.done, bar.total) for bar in bars(reply)] == [(0, 1), (0, 2), (0, 1)]
    school.ask("sam", press(reply, "Done: swim"))
    assert [(bar.done, bar.total) for bar in bars(school.type("sam", "/goals"))] == [(0, 1), (1, 2), (0, 1)]
    assert words(school.type("ana", "/goals").text).startswith("You have no open goal.")
    assert words(school.type("rivera", "/goals").text).startswith("You have no open goal.")


def test_the_last_tick_finishes_a_goal_and_a_tick_can_be_taken_back(school: School) -> None:
    reply = school.type("sam", "/goals add swim, climb")
    swim = press(reply, "Done: swim")
    school.ask("sam", swim)
    assert "0 of 2 done" in words(school.ask("sam", swim).text)
    school.ask("sam", swim)
    assert words(school.ask("sam", press(reply, "Done: climb")).text) == "swim, climb is done. Well done!"
    assert states(school) == ["done"]


@on_sqlite
def test_a_badge_in_a_goal_cannot_be_ticked_by_hand(school: School, refused) -> None:
    school.type("sam", "/goals add Peer Mentoring, swim")
    with school.app.database.read() as db:
        badge = db.scalars(select(Milestone).where(Milestone.badge_id.is_not(None))).one()
    refused("sam", FinishMilestone(badge.goal_id, badge.id))
    refused("ana", FinishMilestone(badge.goal_id, badge.id))


def test_earning_the_badge_completes_the_goal_and_says_so(school: School, recorder, pump) -> None:
    school.type("sam", "/goals add Peer Mentoring by Friday")
    school.type("rivera", "/award @sam Peer Mentoring for it")
    assert states(school) == ["done"]
    pump()
    [message] = recorder.direct("sam")
    assert words(message.now.text).endswith("With it you reached your goal Peer Mentoring.")
    assert "1 reached so far" in words(school.type("sam", "/goals").text)


def test_a_goal_of_several_badges_needs_them_all(school: School, clock: Clock, recorder, pump) -> None:
    school.type("sam", "/goals add Helper: Peer Mentoring, Peer Feedback")
    school.type("rivera", "/award @sam Peer Mentoring for it")
    assert states(school) == ["open"]
    clock.forward(days=1)
    school.type("rivera", "/award @sam Peer Feedback for it")
    assert states(school) == ["done"]
    pump()
    said = [words(message.now.text) for message in recorder.direct("sam")]
    assert sorted("reached your goal Helper" in text for text in said) == [False, True]


def test_undo_opens_the_goal_again(school: School, recorder, pump) -> None:
    school.type("sam", "/goals add Peer Mentoring")
    reply = school.type("rivera", "/award @sam Peer Mentoring for it")
    school.ask("rivera", press(reply, "Undo"))
    assert states(school) == ["open"]
    assert [(bar.done, bar.total) for bar in bars(school.type("sam", "/goals"))] == [(0, 1)]
    with school.app.database.read() as db:
        assert db.scalars(select(Goal)).one().remind_at is not None


def test_a_dropped_goal_stays_dropped(school: School) -> None:
    school.type("sam", "/goals add Peer Mentoring")
    school.type("sam", "/goals drop peer")
    reply = school.type("rivera", "/award @sam Peer Mentoring for it")
    school.ask("rivera", press(reply, "Undo"))
    assert states(school) == ["dropped"]


def test_a_goal_for_what_is_held_is_reached_at_once(school: School) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for it")
    assert "reached already" in words(school.type("sam", "/goals add Peer Mentoring, peer  mentoring").text)
    school.type("sam", "/goals add Peer Mentoring, Peer Feedback")
    assert states(school) == ["done", "open"]


@on_sqlite
def test_the_goal_form_sets_what_words_would(school: School) -> None:
    asked = form(school.type("sam", "/goals add"))
    assert [field.name for field in asked.fields] == ["what", "due", "rhythm"]
    school.ask("sam", AddGoal("Learning by heart", "in two weeks", "day"))
    assert goal(school) == ("Learning by heart", ["Learning by heart"], "2026-12-07", "day")


@on_sqlite
def test_a_badge_offers_itself_as_a_goal(school: School) -> None:
    school.ask("rivera", SaveBadge("", "Learning by Doing", "Is.", "Does.", "", "circle", "teal", "pen"))
    make = press(school.type("sam", "/badge show Learning by Doing"), "Make it my goal")
    school.ask("sam", make)
    school.type("rivera", "/award @sam Learning by Doing for it")
    assert states(school) == ["done"]


@on_sqlite
def test_what_others_see_is_no_part_of_goals(school: School) -> None:
    school.ask("sam", SetPrivacy("class", True))
    school.type("sam", "/goals add swim")
    assert "swim" not in str(school.type("ana", "/mybadges @sam"))


@on_sqlite
def test_a_rhythm_is_asked_for_and_set(school: School) -> None:
    school.type("sam", "/goals add Night Owl")
    asked = school.type("sam", "/goals remind Night Owl")
    assert list(buttons(asked)) == ["Every day", "On weekdays", "Every week", "Every month", "Never"]
    assert "reminds every day" in words(school.ask("sam", press(asked, "Every day")).text)
    assert "reminds on Fridays" in words(school.type("sam", "/goals remind night every Friday").text)
    assert_refused(school.type("sam", "/goals remind night every blue"), "blue")
    assert "does not remind" in words(school.type("sam", "/goals remind night never").text)


# -- what is nearly right ------------------------------------------------------------------------------------


def test_what_is_nearly_a_badge_is_asked_about_before_it_is_anybodys_own_words(school: School, refused) -> None:
    asked = refused("sam", "/goals add plan: Peer Mentorin, read a book by 2026-12-24 every day", "did you mean")
    assert list(buttons(asked)) == ["Peer Mentoring", "No, it is a step of my own"]
    school.ask("sam", press(asked, "Peer Mentoring"))
    assert goal(school) == ("plan", ["Peer Mentoring", "read a book"], "2026-12-24", "day")
    school.clock.forward(seconds=1)
    school.ask("sam", press(asked, "No, it is"))
    assert goal(school) == ("plan", ["Peer Mentorin", "read a book"], "2026-12-24", "day")


def test_the_beginning_of_a_badges_name_is_asked_about_too(school: School, refused) -> None:
    asked = refused("sam", "/goals add excel", "did you mean")
    school.ask("sam", press(asked, "Excel for Analytics"))
    assert goal(school)[:2] == ("Excel for Analytics", ["Excel for Analytics"])


@pytest.mark.parametrize("own", ["read a book", "run 5 km", "learn Ukrainian", "mentor a friend", "present my poster"])
def test_steps_of_ones_own_are_not_taken_for_badges(school: School, own: str) -> None:
    assert school.type("sam", f"/goals add {own}").kind == "said"
    assert goal(school)[1] == [own]


# -- the form ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("draft", "field", "says"),
    [
        (AddGoal("read a book", "2020-01-31", "week"), "due", "2020-01-31 is over"),
        (AddGoal("read a book", "soonish", "week"), "due", "I can't read soonish"),
        (AddGoal("read a book", "", "blue moon"), "rhythm", "I can't remind every blue moon"),
        (AddGoal("x" * 130, "", "week"), "what", "That is too much for one goal"),
    ],
)
def test_what_is_wrong_in_the_form_stands_at_its_field(
    school: School, refused, draft: AddGoal, field: str, says: str
) -> None:
    again = form(refused("sam", draft, says))
    [problem] = [(f.name, f.problem) for f in again.fields if f.problem]
    assert problem[0] == field
    assert says in problem[1]
    assert {f.name: f.value for f in again.fields} == {"what": draft.what, "due": draft.due, "rhythm": draft.rhythm}


def test_the_form_asks_for_a_day_as_a_day(school: School) -> None:
    kinds = {f.name: f.kind for f in form(school.type("sam", "/goals add")).fields}
    assert kinds == {"what": "text", "due": "date", "rhythm": "choice"}


# -- taking it back ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["done", "drop"])
def test_a_goal_that_ended_by_mistake_goes_on(school: School, end: str) -> None:
    school.type("sam", "/goals add read a book by 2026-12-24 every day")
    again = school.ask("sam", press(school.type("sam", f"/goals {end} read"), "Undo"))
    assert words(again.text) == "read a book goes on: due 24 Dec 2026, in 31 days, reminds every day."
    assert states(school) == ["open"]
    with school.app.database.read() as db:
        one = db.scalars(select(Goal)).one()
        assert (one.ended_at, one.remind_at is not None) == (None, True)


def test_only_its_owner_takes_it_back(school: School, refused) -> None:
    school.type("sam", "/goals add read a book")
    undo = press(school.type("sam", "/goals drop read"), "Undo")
    refused("ana", undo, "You have no open goal")


def test_taking_back_makes_no_goal_beyond_the_most(school: School, refused) -> None:
    school.type("sam", "/goals add one too many")
    undo = press(school.type("sam", "/goals drop one"), "Undo")
    for number in range(MOST_GOALS):
        school.type("sam", f"/goals add goal {number}")
    refused("sam", undo, "You have 50 open goals")
