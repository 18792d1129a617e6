"""Several at once, on both databases: the rules hold, nobody hears of a fault, and an event acts once."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.core.commands import Congratulate, SaveBadge, UndoAwards
from bot.core.models import Award, BadgeClass, BadgeVersion, Celebration, Event, Goal, Member
from tests.conftest import School
from tests.core.reading import assert_refused, press, words
from tests.core.together import at_once


def count(school: School, table: type) -> int:
    with school.app.database.read() as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


def test_two_awards_of_the_same_badge_end_as_one_and_a_refusal(school: School) -> None:
    for n in range(5):
        replies = at_once(
            lambda n=n: school.type("rivera", f"/award @s{n} Peer Mentoring for it"),
            lambda n=n: school.type("kim", f"/award @s{n} Peer Mentoring for it"),
        )
        assert Counter(reply.kind for reply in replies) == {"said": 1, "refused": 1}
        assert_refused(next(r for r in replies if r.kind == "refused"), f"S{n} already holds Peer Mentoring")
    assert count(school, Award) == count(school, Celebration) == 5


def test_two_groups_in_opposite_order_end_as_one_and_a_refusal(school: School) -> None:
    """Each waits for what the other has written already: a database ends that by breaking one of them off."""
    for n in range(4):
        crowd = [f"@s{n}x{m}" for m in range(12)]
        replies = at_once(
            lambda crowd=crowd: school.type("rivera", f"/award {' '.join(crowd)} Peer Mentoring for it"),
            lambda crowd=crowd: school.type("kim", f"/award {' '.join(reversed(crowd))} Peer Mentoring for it"),
        )
        assert Counter(reply.kind for reply in replies) == {"said": 1, "refused": 1}


def test_many_newcomers_at_once_are_all_served(school: School) -> None:
    replies = at_once(*(lambda n=n: school.type(f"s{n}", "/mybadges") for n in range(8)))
    assert {reply.kind for reply in replies} == {"said"}
    assert count(school, Member) == 8


def test_an_event_sent_again_does_nothing(school: School) -> None:
    line = "/award @sam Peer Mentoring for it"
    assert school.type("rivera", line, event_id="once").kind == "said"
    again = school.type("rivera", line, event_id="once")
    assert (again.kind, words(again.text)) == ("said", "That was done already; nothing happened twice.")
    assert count(school, Award) == 1


def test_an_event_sent_several_times_at_once_acts_once(school: School) -> None:
    line = "/goals add Night Owl"
    replies = at_once(*(lambda: school.type("sam", line, event_id="once") for _ in range(4)))
    assert sum("nothing happened twice" in words(reply.text) for reply in replies) == 3
    assert count(school, Goal) == 1


def test_an_event_id_counts_per_platform(school: School) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for it", event_id="once")
    school.platform = "slack"
    assert "nothing happened twice" not in words(school.type("rivera", "/badge list", event_id="once").text)
    assert count(school, Event) == 2


def test_two_badges_of_one_name_end_as_one_and_a_refusal(school: School) -> None:
    draft = SaveBadge("", "Night Owl", "Reads late.", "Has read.", "", "circle", "teal", "pen")
    replies = at_once(lambda: school.ask("rivera", draft), lambda: school.ask("kim", draft))
    assert Counter(reply.kind for reply in replies) == {"said": 1, "refused": 1}
    with school.app.database.read() as db:
        assert db.scalar(select(func.count()).where(BadgeClass.name == "Night Owl")) == 1


def test_two_edits_of_one_badge_are_two_versions(school: School) -> None:
    with school.app.database.read() as db:
        badge = db.scalars(select(BadgeClass).where(BadgeClass.name == "Peer Mentoring")).one()
    edits = [
        SaveBadge(badge.id, "Peer Mentoring", said, "Has read.", "", "circle", "teal", "pen") for said in ("A.", "B.")
    ]
    replies = at_once(lambda: school.ask("rivera", edits[0]), lambda: school.ask("kim", edits[1]))
    assert {reply.kind for reply in replies} == {"said"}
    with school.app.database.read() as db:
        numbers = db.scalars(select(BadgeVersion.number).where(BadgeVersion.badge_id == badge.id)).all()
    assert sorted(numbers) == [1, 2, 3]


def test_a_class_may_congratulate_at_once(school: School) -> None:
    undo = press(school.type("rivera", "/award @sam Peer Mentoring for it"), "Undo")
    assert isinstance(undo, UndoAwards)
    replies = at_once(*(lambda n=n: school.ask(f"s{n}", Congratulate(undo.celebration)) for n in range(8)))
    assert {reply.kind for reply in replies} == {"said"}
    with school.app.database.read() as db:
        assert len(db.get_one(Celebration, undo.celebration).congratulations) == 8


def test_the_last_two_badges_of_a_goal_earned_at_once_complete_it(school: School) -> None:
    for n in range(5):
        school.type(f"s{n}", "/goals add Peer Mentoring, Peer Feedback")
        at_once(
            lambda n=n: school.type("rivera", f"/award @s{n} Peer Mentoring for it"),
            lambda n=n: school.type("kim", f"/award @s{n} Peer Feedback for it"),
        )
    with school.app.database.read() as db:
        assert db.scalars(select(Goal.state)).all() == ["done"] * 5


def test_when_the_commit_fails_the_caller_hears_it_and_nothing_is_written(school: School, nothing_written) -> None:
    def fail(_: Session) -> None:
        raise OperationalError("COMMIT", {}, OSError("no space left on device"))

    event.listen(Session, "before_commit", fail)
    try:
        with nothing_written():
            reply = school.type("rivera", "/award @sam Peer Mentoring for it", event_id="once")
    finally:
        event.remove(Session, "before_commit", fail)
    assert reply.kind == "broke"
    assert "nothing was changed" in words(reply.text)
    assert school.type("rivera", "/award @sam Peer Mentoring for it", event_id="once").kind == "said"
