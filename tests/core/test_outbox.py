"""The outbox: whatever a platform does, each announcement stands there once, and says what is true."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.core.app import App
from bot.core.models import Announcement, Audit
from bot.core.outbox import BATCH, Outbox
from bot.core.parcels import LEASE, MOST_ATTEMPTS
from bot.core.port import Delivered, GaveUp, Place, RetryAt
from tests.conftest import Clock, School
from tests.core.marks import on_sqlite
from tests.core.reading import buttons, press, words
from tests.core.recording import Recorder

Pump = Callable[[], int]


class Gone(BaseException):
    """The process dies here: nobody catches it."""


def card_only(answer: Callable[[], object]) -> Callable[[object, str], object]:
    """Meddle with what goes to the channel, and let direct messages through."""
    return lambda to, _key: answer() if isinstance(to, Place) else None


def dies() -> None:
    raise Gone


def fails() -> None:
    raise ConnectionError("no route")


def rows(school: School) -> list[Announcement]:
    with school.app.database.read() as db:
        return list(db.scalars(select(Announcement).order_by(Announcement.kind, Announcement.id)))


def celebration(school: School) -> Announcement:
    return next(row for row in rows(school) if row.kind == "celebration")


def test_a_platform_that_says_later_is_asked_again_then(
    school: School, recorder: Recorder, pump: Pump, clock: Clock
) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for it")
    at = clock.now + timedelta(minutes=10)
    recorder.meddle = lambda _to, _key: RetryAt(at, "slow down")
    assert pump() == 0
    clock.forward(minutes=9)
    assert pump() == 0
    assert set(recorder.asked.values()) == {1}
    recorder.meddle = lambda _to, _key: None
    clock.forward(minutes=1)
    assert pump() == 2


def test_a_change_does_not_hurry_a_platform_that_said_later(
    school: School, recorder: Recorder, pump: Pump, clock: Clock
) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for it")
    pump()
    [message] = recorder.in_channel()
    at = clock.now + timedelta(minutes=10)
    recorder.meddle = lambda _to, _key: RetryAt(at, "slow down")
    for n in range(MOST_ATTEMPTS + 5):
        school.ask(f"s{n}", press(message.now, "Congratulate"))
        pump()
    assert recorder.asked[celebration(school).id] == 2
    recorder.meddle = lambda _to, _key: None
    clock.forward(minutes=10)
    assert pump() == 1
    assert f"Congratulate · {MOST_ATTEMPTS + 5}" in buttons(message.now)


def test_saying_later_is_never_too_often(school: School, recorder: Recorder, pump: Pump, clock: Clock) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for it")
    recorder.meddle = lambda _to, _key: RetryAt(clock.now + timedelta(seconds=1), "slow down")
    for _ in range(MOST_ATTEMPTS + 5):
        pump()
        clock.forward(seconds=1)
    recorder.meddle = card_only(fails)
    pump()
    assert celebration(school).state == "open"


def test_a_fault_is_tried_again_with_longer_and_longer_waits(
    school: School, recorder: Recorder, pump: Pump, clock: Clock
) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for it")
    recorder.meddle = card_only(fails)
    waits = []
    for _ in range(6):
        pump()
        row = celebration(school)
        waits.append((row.due_at - clock.now).total_seconds())
        clock.now = row.due_at
    assert waits == sorted(set(waits))
    assert row.last_error == "ConnectionError"
    recorder.meddle = lambda _to, _key: None
    pump()
    assert len(recorder.in_channel()) == 1
    assert (celebration(school).attempts, celebration(school).last_error) == (0, None)


def test_after_many_faults_it_is_given_up_kept_and_noted(
    school: School, recorder: Recorder, pump: Pump, clock: Clock
) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for it")
    recorder.meddle = card_only(fails)
    for _ in range(MOST_ATTEMPTS + 3):
        pump()
        clock.forward(hours=3)
    row = celebration(school)
    assert (row.state, row.last_error) == ("gave-up", "ConnectionError")
    assert recorder.asked[row.id] == MOST_ATTEMPTS
    with school.app.database.read() as db:
        assert db.scalars(select(Audit.subject).where(Audit.action == "announcement-given-up")).all() == [row.id]


def test_a_channel_that_is_gone_is_not_tried_again(
    school: School, recorder: Recorder, pump: Pump, clock: Clock
) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for it")
    recorder.meddle = card_only(lambda: GaveUp("channel_not_found"))
    assert pump() == 2  # the learner is told, and so is the giver
    clock.forward(days=1)
    assert pump() == 0
    assert celebration(school).last_error == "channel_not_found"


def test_what_cannot_be_put_into_words_holds_nobody_up(
    school: School, recorder: Recorder, pump: Pump, clock: Clock
) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for it")
    with school.app.database.write() as db:
        db.execute(update(Announcement).where(Announcement.kind == "celebration").values(kind="unheard-of"))
    school.type("rivera", "/award @ana Peer Mentoring for it")
    assert pump() == 3
    [row] = [row for row in rows(school) if row.kind == "unheard-of"]
    assert (row.state, row.last_error) == ("open", "KeyError")
    for _ in range(MOST_ATTEMPTS):
        clock.forward(hours=3)
        pump()
    assert next(row for row in rows(school) if row.kind == "unheard-of").state == "gave-up"


@on_sqlite
def test_a_platform_that_is_not_served_here_keeps_its_rows(school: School, recorder: Recorder) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for it")
    elsewhere = Outbox(school.app.database, school.app.site, {"slack": recorder}, school.clock)
    assert asyncio.run(elsewhere.pump()) == 0
    assert {row.state for row in rows(school)} == {"open"}


def crash_after_showing(recorder: Recorder, outbox: Outbox) -> None:
    """Let the platform show the card, and the process die before it can write that down."""
    show = recorder.deliver

    async def shown_then_dead(*args: object, **how: object) -> Delivered:
        await show(*args, **how)  # type: ignore[arg-type]
        raise Gone

    recorder.deliver = shown_then_dead  # type: ignore[method-assign, assignment]
    with pytest.raises(Gone):
        asyncio.run(outbox.pump())
    recorder.deliver = show  # type: ignore[method-assign]


def test_a_claim_that_died_is_taken_over_when_its_lease_is_out(
    school: School, recorder: Recorder, outbox: Outbox, pump: Pump, clock: Clock
) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for it")
    recorder.meddle = lambda _to, _key: dies()
    with pytest.raises(Gone):
        asyncio.run(outbox.pump())
    recorder.meddle = lambda _to, _key: None
    assert pump() == 0
    clock.now += LEASE
    assert pump() >= 2
    assert len(recorder.messages) == 2


def test_a_message_shown_by_who_died_is_not_shown_again(
    school: School, recorder: Recorder, outbox: Outbox, pump: Pump, clock: Clock
) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for it")
    crash_after_showing(recorder, outbox)
    clock.now += LEASE
    pump()
    assert len(recorder.in_channel()) == 1
    assert len(recorder.direct("sam")) == 1


def test_a_message_shown_by_who_died_still_becomes_equal_to_the_facts(
    school: School, recorder: Recorder, outbox: Outbox, pump: Pump, clock: Clock
) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for it")
    crash_after_showing(recorder, outbox)
    [message] = recorder.in_channel()
    school.ask("ana", press(message.now, "Congratulate"))
    clock.now += LEASE
    pump()
    assert "Congratulate · 1" in buttons(message.now)


def test_a_message_shown_by_who_died_is_corrected_if_undone_since(
    school: School, recorder: Recorder, outbox: Outbox, pump: Pump, clock: Clock
) -> None:
    reply = school.type("rivera", "/award @sam Peer Mentoring for it")
    crash_after_showing(recorder, outbox)
    school.ask("rivera", press(reply, "Undo"))
    clock.now += LEASE
    pump()
    [message] = recorder.in_channel()
    assert words(message.now.text) == "An award stood here; it was taken back."


def test_a_late_answer_of_who_lost_the_lease_counts_for_nothing(
    school: School, recorder: Recorder, outbox: Outbox, pump: Pump, clock: Clock
) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for it")

    def taken_over() -> GaveUp:
        recorder.meddle = lambda _to, _key: None
        clock.now += LEASE
        somebody_else = threading.Thread(target=pump)
        somebody_else.start()
        somebody_else.join()
        return GaveUp("too late")

    recorder.meddle = card_only(taken_over)
    pump()
    assert celebration(school).state == "open"
    assert len(recorder.in_channel()) == 1


def test_a_long_queue_does_not_outlive_its_leases(
    school: School, recorder: Recorder, pump: Pump, clock: Clock, outbox: Outbox
) -> None:
    """One slow channel: while one pump is at its queue, another never claims what the first is delivering."""
    for n in range(8):
        school.type("rivera", f"/award @s{n} Peer Mentoring for it")
    claimed: dict[str, int] = {}
    other = Outbox(school.app.database, school.app.site, {"room": Recorder()}, clock)

    def slow(to: object, key: str) -> None:
        if isinstance(to, Place):
            clock.forward(seconds=40)
            parcels = [parcel for queue in other._claim("room").values() for parcel in queue]
            claimed[key] = sum(parcel.announcement == key for parcel in parcels)
            for parcel in parcels:
                other._record(parcel, RetryAt(clock.now, "only looked"))

    recorder.meddle = slow
    pump()
    assert list(claimed.values()) == [0] * 8
    assert len(recorder.messages) == 16


def test_two_pumps_at_once_deliver_each_message_once(school: School, clock: Clock) -> None:
    for n in range(BATCH // 4):
        school.type("rivera", f"/award @s{n} Peer Mentoring for it")
    recorder, start = Recorder(), threading.Barrier(2)

    def replica(app: App) -> None:
        outbox = Outbox(app.database, app.site, {"room": recorder}, clock)
        start.wait()
        asyncio.run(outbox.pump())

    threads = [threading.Thread(target=replica, args=[school.app]) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(recorder.asked.values()) == {1}
    assert len(recorder.messages) == len(rows(school)) == BATCH // 4 * 2


class Slow(Recorder):
    """A platform that answers only once it is let; it does not wait for ever."""

    def __init__(self) -> None:
        super().__init__("slow")
        self.under_way, self.let, self.waited = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def deliver(self, *args: object, **how: object) -> Delivered:
        self.under_way.set()
        await asyncio.wait_for(self.let.wait(), 60)
        self.waited.set()
        return await super().deliver(*args, **how)  # type: ignore[arg-type, return-value]

    def let_after(self, count: int) -> Callable[[object, str], None]:
        """Give what another platform's deliveries are counted with: after so many, this one answers."""
        keys: set[str] = set()

        def counted(_to: object, key: str) -> None:
            keys.add(key)
            if len(keys) == count:
                self.let.set()

        return counted


@pytest.fixture
def slow(school: School) -> Slow:
    """A slow platform beside the room, with one card to show: the oldest of all."""
    elsewhere = School(school.app, school.clock, platform="slow")
    assert elsewhere.type("rivera", "/award @sam Peer Mentoring for it").kind == "said"
    return Slow()


def test_a_slow_platform_holds_up_no_other(school: School, recorder: Recorder, slow: Slow) -> None:
    for n in range(BATCH):
        school.type("rivera", f"/award @s{n} Peer Mentoring for it")
    recorder.meddle = slow.let_after(2 * BATCH)
    outbox = Outbox(school.app.database, school.app.site, {"room": recorder, "slow": slow}, school.clock)
    assert asyncio.run(outbox.pump()) == 2 * BATCH + 2
    assert slow.waited.is_set()


def test_what_comes_due_while_a_platform_is_slow_is_delivered_meanwhile(
    school: School, recorder: Recorder, slow: Slow
) -> None:
    recorder.meddle = slow.let_after(2)
    outbox = Outbox(school.app.database, school.app.site, {"room": recorder, "slow": slow}, school.clock)

    async def served() -> None:
        due, stop = asyncio.Event(), asyncio.Event()
        pumping = asyncio.create_task(outbox.keep_pumping(due, stop))
        await slow.under_way.wait()
        await asyncio.to_thread(school.type, "rivera", "/award @sam Peer Mentoring for it")
        due.set()
        await slow.waited.wait()
        stop.set()
        due.set()
        await pumping

    asyncio.run(asyncio.wait_for(served(), 60))
    assert len(slow.messages) == 2


def test_stopping_lets_what_is_under_way_come_to_its_end(school: School, slow: Slow) -> None:
    outbox = Outbox(school.app.database, school.app.site, {"slow": slow}, school.clock)

    async def stopped() -> None:
        due, stop = asyncio.Event(), asyncio.Event()
        pumping = asyncio.create_task(outbox.keep_pumping(due, stop))
        await slow.under_way.wait()
        stop.set()
        due.set()
        slow.let.set()
        await pumping

    asyncio.run(asyncio.wait_for(stopped(), 60))
    assert len(slow.messages) == 2
    assert {row.shown for row in rows(school)} == {1}
