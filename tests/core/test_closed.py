"""Places that are closed to the bot, and members whom no message reaches: nothing is lost, nobody is deceived."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from bot.core.app import App
from bot.core.commands import AwardBadge, Command, RetryCard, SaveBadge, UndoAwards
from bot.core.db import Database
from bot.core.founding import Founder, found
from bot.core.models import Announcement
from bot.core.outbox import Outbox
from bot.core.parcels import LEASE, PATIENCE
from bot.core.port import Closed, GaveUp, MemberRef, Place, Reply, Result
from bot.core.site import Site
from tests.conftest import Clock, School
from tests.core.marks import on_sqlite
from tests.core.reading import buttons, press, words
from tests.core.recording import Recorder

Pump = Callable[[], int]
SAM = MemberRef("room", "riverside", "sam")
NO_RIGHT = Closed("Missing Permissions", "permission")
NO_MESSAGES = Closed("Cannot send messages to this user", "direct")


def shut(recorder: Recorder, *, channel: Result | None = None, direct: Result | None = None) -> None:
    """Shut channels, or everybody's direct messages but the teacher's; without either, open all."""

    def meddle(to: Place | MemberRef, _key: str) -> Result | None:
        if isinstance(to, Place):
            return channel
        return direct if to.id != "rivera" else None

    recorder.meddle = meddle


def rows(school: School, kind: str) -> list[Announcement]:
    with school.app.database.read() as db:
        return list(db.scalars(select(Announcement).where(Announcement.kind == kind).order_by(Announcement.id)))


def hand_over(school: School, who: MemberRef = SAM, most: int = 4) -> list[str]:
    """Let somebody come by, and give what they are shown."""
    seen: list[Reply] = []

    async def show(reply: Reply) -> None:
        seen.append(reply)

    asyncio.run(school.app.hand_over(who, show, most))
    return [words(reply.text) for reply in seen]


# -- channels ----------------------------------------------------------------------------------------------------


def test_the_giver_is_told_once_where_a_card_cannot_stand(
    school: School, recorder: Recorder, pump: Pump, clock: Clock
) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for it")
    shut(recorder, channel=NO_RIGHT)
    pump()
    [told] = recorder.direct("rivera")
    said = words(told.now.text)
    assert said.startswith("The card for Peer Mentoring cannot stand in #class-8b: I may not write there; give me")
    assert "follows by itself" in said
    for _ in range(5):
        clock.forward(hours=1)
        pump()
    assert len(recorder.direct("rivera")) == 1
    shut(recorder)
    clock.forward(hours=1)
    pump()
    assert len(recorder.in_channel()) == 1
    assert words(told.now.text) == "The card for Peer Mentoring stands in #class-8b now."
    assert buttons(told.now) == {}


def test_a_press_tries_at_once_and_tells_anew_if_it_is_still_shut(
    school: School, recorder: Recorder, pump: Pump, refused
) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for it")
    shut(recorder, channel=Closed("not_in_channel", "absent"))
    pump()
    [told] = recorder.direct("rivera")
    assert "invite me" in words(told.now.text)
    again = press(told.now, "Try again")
    refused("sam", again, "Only teachers")
    refused("kim", again, "Only who gave a badge")
    refused("rivera", RetryCard("nothing"), "no longer there")
    assert "tried again" in words(school.ask("rivera", again).text)
    pump()
    assert len(recorder.direct("rivera")) == 2
    shut(recorder)
    school.ask("rivera", again)
    pump()
    assert len(recorder.in_channel()) == 1
    assert "stands in #class-8b" in words(school.ask("rivera", again).text)


def test_patience_with_a_channel_ends_and_the_giver_knows(
    school: School, recorder: Recorder, pump: Pump, clock: Clock
) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for it")
    shut(recorder, channel=NO_RIGHT)
    pump()
    clock.now += PATIENCE
    pump()
    [card] = rows(school, "celebration")
    assert card.state == "gave-up"
    told = recorder.direct("rivera")[-1]
    assert "no longer tried by itself" in words(told.now.text)
    shut(recorder)
    school.ask("rivera", press(told.now, "Try again"))
    pump()
    assert len(recorder.in_channel()) == 1


def test_a_channel_that_is_gone_is_told_of_too(school: School, recorder: Recorder, pump: Pump) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for it")
    shut(recorder, channel=GaveUp("Unknown Channel"))
    pump()
    [told] = recorder.direct("rivera")
    assert "#class-8b: it is gone" in words(told.now.text)


@on_sqlite
@pytest.mark.parametrize("elsewhere", [False, True])
def test_what_is_known_beforehand_is_answered_at_once(
    school: School, recorder: Recorder, pump: Pump, clock: Clock, elsewhere: bool
) -> None:
    actor = school.actor("rivera")
    if elsewhere:
        actor = replace(actor, celebrates=Place("room", "riverside", "hall", closed="tags"))
    else:
        actor = replace(actor, where=replace(actor.where, closed="permission"))
    said = words(school.app.do(actor, AwardBadge((school.person("sam"),), "Peer Mentoring")).text)
    assert f"No card can stand {'where badges are celebrated' if elsewhere else 'here'}: " in said
    assert "The class sees" not in said
    assert said.endswith("It follows by itself once that is mended.")
    shut(recorder, channel=NO_RIGHT)
    pump()
    assert recorder.direct("rivera") == []  # the answer has said so
    clock.now += PATIENCE
    pump()
    assert len(recorder.direct("rivera")) == 1  # now it no longer follows by itself


# -- direct messages ---------------------------------------------------------------------------------------------


def test_who_takes_no_direct_messages_is_shown_them_when_they_come_by(
    school: School, recorder: Recorder, pump: Pump, clock: Clock
) -> None:
    shut(recorder, direct=NO_MESSAGES)
    for badge in ("Peer Mentoring", "Participation", "Peer Feedback"):
        assert school.type("rivera", f"/award @sam {badge} for it").kind == "said"
    pump()
    assert {row.state for row in rows(school, "earned")} == {"waiting"}
    assert sum(recorder.asked[row.id] for row in rows(school, "earned")) == 1  # one was enough to know
    assert hand_over(school, MemberRef("room", "riverside", "ana")) == []
    assert len(hand_over(school, most=2)) == 2
    assert len(hand_over(school)) == 1
    assert hand_over(school) == []
    shut(recorder)
    clock.forward(days=30)
    pump()
    assert recorder.direct("sam") == []  # it was shown, and never twice


def test_what_was_taken_back_meanwhile_is_never_shown(school: School, recorder: Recorder, pump: Pump) -> None:
    shut(recorder, direct=NO_MESSAGES)
    undo = press(school.type("rivera", "/award @sam Peer Mentoring for it"), "Undo")
    school.type("rivera", "/award @sam Participation for it")
    pump()
    school.ask("rivera", undo)
    [shown] = hand_over(school)
    assert "Participation" in shown


def test_what_could_not_be_shown_waits_on(school: School, recorder: Recorder, pump: Pump) -> None:
    shut(recorder, direct=NO_MESSAGES)
    school.type("rivera", "/award @sam Peer Mentoring for it")
    pump()

    async def show(_: Reply) -> None:
        raise ConnectionError

    asyncio.run(school.app.hand_over(SAM, show, 4))
    assert len(hand_over(school)) == 1


def test_whoever_dies_while_showing_lets_go_with_the_lease(
    school: School, recorder: Recorder, pump: Pump, clock: Clock
) -> None:
    shut(recorder, direct=NO_MESSAGES)
    school.type("rivera", "/award @sam Peer Mentoring for it")
    pump()

    class Gone(BaseException):
        pass

    async def show(_: Reply) -> None:
        raise Gone

    with pytest.raises(Gone):
        asyncio.run(school.app.hand_over(SAM, show, 4))
    assert hand_over(school) == []
    clock.now += LEASE
    assert len(hand_over(school)) == 1


def test_messages_that_open_again_are_delivered_all_at_once(
    school: School, recorder: Recorder, pump: Pump, clock: Clock
) -> None:
    shut(recorder, direct=NO_MESSAGES)
    school.type("rivera", "/award @sam Peer Mentoring for it")
    pump()
    clock.forward(days=20)  # waits grow, so that nobody is asked in vain too often
    pump()
    assert rows(school, "earned")[0].due_at > clock.now + timedelta(days=2)
    clock.forward(days=7)
    pump()
    shut(recorder)
    with school.app.database.write() as db:
        db.add(_due(rows(school, "earned")[0], clock))
    pump()
    assert len(recorder.direct("sam")) == 2


def _due(like: Announcement, clock: Clock) -> Announcement:
    """Make another message that waits for the same member, and is due by now."""
    kept = {column.key: getattr(like, column.key) for column in Announcement.__table__.columns}
    return Announcement(**{**kept, "id": like.id[:-1] + "~", "due_at": clock.now})


# -- in any order ------------------------------------------------------------------------------------------------


class Delivering(RuleBasedStateMachine):
    """Awards and undoing, while channel and direct messages open and close, and sam comes by now and then."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        shutil.copy(self.template, path := Path(self.folder.name) / "laurel.db")
        self.clock, self.recorder = Clock(), Recorder()
        site = Site(pages="https://badges.example.edu", master_key=bytes(32), public=True)
        self.database = Database(f"sqlite:///{path}")
        with self.database.write() as db:
            found(db, site, self.clock.now, Founder("Riverside School", "", "en", "Europe/London"))
        self.school = School(App(self.database, site, clock=self.clock), self.clock)
        self.outbox = Outbox(self.database, site, {"room": self.recorder}, self.clock)
        self.channel: Result | None = None
        self.direct: Result | None = None
        self.given: list[tuple[str, UndoAwards]] = []
        self.undone: set[str] = set()
        self.seen: list[str] = []

    def teardown(self) -> None:
        self.database.close()
        self.folder.cleanup()

    @rule()
    def award(self) -> None:
        badge = f"Badge {chr(65 + len(self.given))}"
        self.school.ask("rivera", SaveBadge("", badge, "Is.", "Does.", "", "circle", "teal", "pen"))
        undo = press(self.school.type("rivera", f"/award @sam {badge} for it"), "Undo")
        assert isinstance(undo, UndoAwards)
        self.given.append((badge, undo))

    @rule(which=st.integers(0, 20))
    def undo(self, which: int) -> None:
        if self.given:
            badge, undo = self.given[which % len(self.given)]
            if self.school.ask("rivera", undo).kind == "said":
                self.undone.add(badge)

    @rule(result=st.sampled_from([None, NO_RIGHT, GaveUp("gone")]))
    def door(self, result: Result | None) -> None:
        self.channel = result
        shut(self.recorder, channel=self.channel, direct=self.direct)

    @rule(result=st.sampled_from([None, NO_MESSAGES]))
    def letterbox(self, result: Result | None) -> None:
        self.direct = result
        shut(self.recorder, channel=self.channel, direct=self.direct)

    @rule(minutes=st.sampled_from([1, 61, 3 * 24 * 60]))
    def wait(self, minutes: int) -> None:
        self.clock.forward(minutes=minutes)

    @rule()
    def pump(self) -> None:
        asyncio.run(self.outbox.pump())

    @rule(most=st.integers(1, 4))
    def come_by(self, most: int) -> None:
        shown = hand_over(self.school, most=most)
        assert len(shown) <= most
        assert not [said for said in shown for badge in self.undone if f"earned {badge} " in said]
        self.seen += shown

    @rule()
    def retry(self) -> None:
        for told in self.recorder.direct("rivera"):
            for does in buttons(told.now).values():
                assert isinstance(does, Command)
                self.school.ask("rivera", does)

    @rule()
    def settle(self) -> None:
        """Open every door: in the end everything stands where it belongs, and says what is true."""
        self.door(None)
        self.letterbox(None)
        self.clock.forward(days=8)
        self.pump()
        with self.database.read() as db:
            every = db.scalars(select(Announcement)).all()
        given_up = {row.id for row in every if row.state == "gave-up"}
        assert [row.id for row in every if row.shown < row.wanted and row.id not in given_up] == []
        assert given_up <= {row.subject for row in every if row.kind == "barred"}
        cards = [words(message.now.text) for message in self.recorder.in_channel()]
        missing = len(given_up)
        for badge, _ in self.given:
            stands = sum(f"earned {badge}." in said for said in cards)
            assert stands <= (badge not in self.undone)
            missing -= badge not in self.undone and not stands
        assert missing >= 0

    @invariant()
    def nobody_is_told_twice(self) -> None:
        told = [words(message.versions[0].text) for message in self.recorder.direct("sam")] + self.seen
        for badge, _ in self.given:
            assert sum(f"earned {badge} " in said for said in told) <= 1


@on_sqlite
def test_whatever_opens_and_closes_nothing_is_lost_and_nobody_is_deceived(
    sqlite_template: Path, database_url: str
) -> None:
    del database_url
    Delivering.template = sqlite_template
    run_state_machine_as_test(
        Delivering,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.explicit, Phase.generate, Phase.shrink),
        ),
    )
