"""Reminders: in the learner's own time, on the rhythm they chose, once, and with what can be done about it."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from bot.core.dates import read_due, zone
from bot.core.errors import DatePast, NoSuchDate
from bot.core.models import Announcement, Goal, Member
from bot.core.port import MemberRef
from bot.core.reminders import RHYTHMS, next_reminder, read_rhythm, tick
from tests.conftest import Clock, School
from tests.core.marks import on_sqlite
from tests.core.reading import buttons, press, words

FOUR = time(16, 0)


def moments(rhythm: str, start: datetime, count: int, zone_name: str, due: date | None = None) -> list[str]:
    """Give the next reminders of a goal, as the clock on the learner's wall shows them."""
    found, now = [], start
    for _ in range(count):
        at = next_reminder(Goal(state="open", rhythm=rhythm, due=due), now, FOUR, zone_name)
        assert at is not None
        assert at > now
        found.append(f"{at.astimezone(ZoneInfo(zone_name)):%a %d %b %H:%M %z}")
        now = at.astimezone(UTC)
    return found


def remind(school: School) -> int:
    return tick(school.app.database, school.app.site, school.clock.now)


@pytest.mark.parametrize(
    ("zone_name", "start", "expected"),
    [
        (
            "Europe/London",
            datetime(2026, 3, 27, 18, tzinfo=UTC),
            ["Sat 28 Mar 16:00 +0000", "Sun 29 Mar 16:00 +0100", "Mon 30 Mar 16:00 +0100"],
        ),
        (
            "Europe/London",
            datetime(2026, 10, 23, 18, tzinfo=UTC),
            ["Sat 24 Oct 16:00 +0100", "Sun 25 Oct 16:00 +0000", "Mon 26 Oct 16:00 +0000"],
        ),
        (
            "Pacific/Auckland",
            datetime(2026, 9, 25, 6, tzinfo=UTC),
            ["Sat 26 Sep 16:00 +1200", "Sun 27 Sep 16:00 +1300", "Mon 28 Sep 16:00 +1300"],
        ),
        (
            "Pacific/Auckland",
            datetime(2026, 4, 3, 6, tzinfo=UTC),
            ["Sat 04 Apr 16:00 +1300", "Sun 05 Apr 16:00 +1200", "Mon 06 Apr 16:00 +1200"],
        ),
    ],
)
def test_a_daily_reminder_keeps_its_hour_when_the_clocks_change(
    zone_name: str, start: datetime, expected: list[str]
) -> None:
    assert moments("day", start, 3, zone_name) == expected


@pytest.mark.parametrize(
    ("rhythm", "expected"),
    [
        ("weekday", ["Fri 27 Mar 16:00 +0000", "Mon 30 Mar 16:00 +0100"]),
        ("week", ["Mon 30 Mar 16:00 +0100", "Mon 06 Apr 16:00 +0100"]),
        ("sun", ["Sun 29 Mar 16:00 +0100", "Sun 05 Apr 16:00 +0100"]),
        ("month", ["Wed 01 Apr 16:00 +0100", "Fri 01 May 16:00 +0100"]),
    ],
)
def test_each_rhythm_comes_on_its_days(rhythm: str, expected: list[str]) -> None:
    assert moments(rhythm, datetime(2026, 3, 26, 18, tzinfo=UTC), 2, "Europe/London") == expected


def test_the_day_before_the_due_date_reminds_whatever_the_rhythm() -> None:
    start = datetime(2026, 11, 23, 18, tzinfo=UTC)
    assert moments("week", start, 3, "Europe/London", date(2026, 11, 27)) == [
        "Thu 26 Nov 16:00 +0000",
        "Mon 30 Nov 16:00 +0000",
        "Mon 07 Dec 16:00 +0000",
    ]
    tomorrow = Goal(state="open", rhythm="week", due=date(2026, 11, 24))
    assert next_reminder(tomorrow, start, FOUR, "Europe/London") == datetime(2026, 11, 30, 16, tzinfo=UTC)


@pytest.mark.parametrize(("state", "rhythm"), [("done", "day"), ("dropped", "day"), ("open", "never")])
def test_what_does_not_remind_never_does(state: str, rhythm: str) -> None:
    goal = Goal(state=state, rhythm=rhythm, due=date(2026, 12, 1))
    assert next_reminder(goal, datetime(2026, 11, 23, tzinfo=UTC), FOUR, "Europe/London") is None


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(sorted(RHYTHMS)),
    st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001 - the zone is put on below
    st.sampled_from(["Europe/London", "Pacific/Auckland", "America/St_Johns", "Asia/Kathmandu", "Pacific/Apia"]),
)
def test_a_reminder_is_always_to_come_and_at_its_hour(rhythm: str, naive: datetime, zone_name: str) -> None:
    now = naive.replace(tzinfo=UTC)
    at = next_reminder(Goal(state="open", rhythm=rhythm), now, FOUR, zone_name)
    assert at is not None
    assert now < at.astimezone(UTC) <= now + timedelta(days=32)
    assert at.astimezone(ZoneInfo(zone_name)).time() == FOUR


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("day", "day"),
        ("Weekly", "week"),
        ("every month", "month"),
        ("Fridays", "fri"),
        ("off", "never"),
        ("fri", "fri"),
        ("frumpday", None),
        ("", None),
    ],
)
def test_rhythms_are_read_as_people_say_them(said: str, meant: str | None) -> None:
    assert read_rhythm(said) == meant


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("Friday", "2026-11-27"),
        ("next Friday", "2026-11-27"),
        ("this Friday", "2026-11-27"),
        ("next week", "2026-11-30"),
        ("next month", "2026-12-31"),
        ("tomorrow", "2026-11-24"),
        ("today", "2026-11-23"),
        ("in two weeks", "2026-12-07"),
        ("in 10 days", "2026-12-03"),
        ("2027-01-31", "2027-01-31"),
        ("31 January", "2027-01-31"),
        ("January 31, 2027", "2027-01-31"),
        (" FRIDAY ", "2026-11-27"),
    ],
)
def test_days_are_read_as_people_say_them(said: str, day: str) -> None:
    assert read_due(said, datetime(2026, 11, 23, 9, tzinfo=UTC), "Europe/London", "en") == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("lang", "said", "day"),
    [
        ("de", "01.02.2027", "2027-02-01"),
        ("es", "1/2/2027", "2027-02-01"),
        ("en-GB", "1/2/2027", "2027-02-01"),
        ("en-US", "1/2/2027", "2027-01-02"),
        ("de", "nächsten Freitag", "2026-11-27"),
        ("es", "el próximo viernes", "2026-11-27"),
        ("de", "next Friday", "2026-11-27"),
        ("xx", "in two weeks", "2026-12-07"),
    ],
)
def test_days_are_read_in_the_learners_own_language(lang: str, said: str, day: str) -> None:
    assert read_due(said, datetime(2026, 11, 23, 9, tzinfo=UTC), "Europe/London", lang) == date.fromisoformat(day)


def test_today_is_the_learners_own_day() -> None:
    late = datetime(2026, 11, 23, 20, tzinfo=UTC)
    assert read_due("tomorrow", late, "Pacific/Auckland", "en") == date(2026, 11, 25)
    assert read_due("tomorrow", late, "America/New_York", "en") == date(2026, 11, 24)
    with pytest.raises(DatePast):
        read_due("2026-11-23", late, "Pacific/Auckland", "en")


def test_a_learners_own_language_is_read_too() -> None:
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert read_due("Freitag", now, "Europe/Berlin", "de-DE") == date(2026, 11, 27)
    assert read_due("Friday", now, "Europe/Berlin", "de-DE") == date(2026, 11, 27)
    assert read_due("Friday", now, "", "tlh") == date(2026, 11, 27)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=70), st.sampled_from(["en", "de", "", "x", "zh-Hans"]))
def test_no_words_break_the_reading_of_dates(said: str, lang: str) -> None:
    today = date(2026, 11, 23)
    try:
        assert read_due(said, datetime(2026, 11, 23, 9, tzinfo=UTC), "Europe/London", lang) >= today
    except (NoSuchDate, DatePast):
        return


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=20))
def test_no_name_breaks_a_time_zone(name: str) -> None:
    assert zone(name)


def test_a_reminder_reaches_the_learner_directly_with_what_can_be_done(
    school: School, recorder, pump, clock: Clock
) -> None:
    school.type("sam", "/goals add swim, climb by Friday every day")
    assert remind(school) == 0
    clock.now = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
    assert remind(school) == 1
    assert remind(school) == 0
    pump()
    [message] = recorder.direct("sam")
    assert message.to == MemberRef("room", "riverside", "sam")
    assert words(message.now.text) == "Your goal swim, climb: 0 of 2 done, due 27 Nov 2026, in 4 days."
    assert list(buttons(message.now)) == ["Done: swim", "Done: climb", "Done", "Snooze 3 days", "Drop"]
    school.ask("sam", press(message.now, "Done: swim"))
    pump()
    assert "1 of 2 done" in words(message.now.text)
    school.ask("sam", press(message.now, "Drop"))
    pump()
    assert words(message.now.text).startswith("swim, climb is dropped")
    clock.forward(days=30)
    assert remind(school) == 0


def test_snooze_lets_a_goal_rest_until_then(school: School, recorder, pump, clock: Clock) -> None:
    school.type("sam", "/goals add swim every day")
    clock.now = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
    remind(school)
    pump()
    [message] = recorder.direct("sam")
    school.ask("sam", press(message.now, "Snooze"))
    clock.now = datetime(2026, 11, 26, 15, 59, 59, tzinfo=UTC)
    assert remind(school) == 0
    clock.forward(seconds=1)
    assert remind(school) == 1


def test_a_reminder_follows_the_learners_own_zone(school: School, clock: Clock) -> None:
    school.type("sam", "/goals add swim every day")
    with school.app.database.write() as db:
        db.execute(update(Member).values(timezone="Pacific/Auckland"))
    clock.now = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
    remind(school)
    with school.app.database.read() as db:
        assert db.scalars(select(Goal.remind_at)).one() == datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def test_earning_what_a_reminder_is_about_corrects_it_and_undo_too(
    school: School, recorder, pump, clock: Clock
) -> None:
    school.type("sam", "/goals add Peer Mentoring every day")
    clock.now = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
    remind(school)
    pump()
    [reminder] = recorder.direct("sam")
    reply = school.type("rivera", "/award @sam Peer Mentoring for it")
    pump()
    assert words(reminder.now.text) == "Peer Mentoring is done. Well done!"
    school.ask("rivera", press(reply, "Undo"))
    pump()
    assert "0 of 1 done" in words(reminder.now.text)


def test_reminders_kept_back_by_an_outage_are_one_when_it_ends(school: School, recorder, pump, clock: Clock) -> None:
    school.type("sam", "/goals add swim every day")
    for day in range(4):
        clock.now = datetime(2026, 11, 23 + day, 16, 0, tzinfo=UTC)
        assert remind(school) == 1
    pump()
    [message] = recorder.direct("sam")
    school.type("sam", "/goals done swim")
    pump()
    assert words(message.now.text) == "swim is done. Well done!"


@on_sqlite
def test_a_goal_reached_before_delivery_is_not_reminded_of(school: School, recorder, pump, clock: Clock) -> None:
    school.type("sam", "/goals add swim every day")
    clock.now = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
    remind(school)
    school.type("sam", "/goals done swim")
    pump()
    assert recorder.messages == {}


def test_two_replicas_remind_once(school: School, clock: Clock) -> None:
    for n in range(20):
        school.type(f"s{n}", "/goals add swim every day")
    clock.now = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
    start, given_out = threading.Barrier(2), []

    def replica() -> None:
        start.wait()
        given_out.append(remind(school))

    threads = [threading.Thread(target=replica) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(given_out) == 20
    with school.app.database.read() as db:
        assert db.scalar(select(func.count(func.distinct(Announcement.subject)))) == 20
        assert db.scalar(select(func.count()).select_from(Announcement)) == 20
