"""Linking and parting between awards, revocations and goals in any order, against a small model of who holds what."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from bot.core.app import App
from bot.core.commands import SetPrivacy
from bot.core.db import Database
from bot.core.founding import Founder, add_starter, found, grant
from bot.core.models import Account, Award, Goal, Member
from bot.core.port import Reply
from bot.core.site import Site
from tests.conftest import Clock, School
from tests.core.reading import rows, words
from tests.core.test_linking import link, linked, part

CHATS = st.sampled_from(["slate", "disc"])
STUDENTS = st.sampled_from(["sam", "ana"])
BADGES = st.sampled_from(["Peer Mentoring", "Peer Feedback"])


class Linking(RuleBasedStateMachine):
    """The bot beside a model: `held` are (chat, student, badge), `joined` the students who are one in both chats."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        shutil.copy(self.template, path := Path(self.folder.name) / "laurel.db")
        self.clock = Clock()
        site = Site(pages="https://badges.example.edu", master_key=bytes(32), public=True)
        self.database = Database(f"sqlite:///{path}")
        with self.database.write() as db:
            organisation = found(db, site, self.clock.now, Founder("Riverside School", "", "en", "Europe/London"))
            add_starter(db, self.clock.now, organisation)
            for chat in ("slate", "disc"):
                grant(db, self.clock.now, organisation, chat, "rivera", "staff")
        app = App(self.database, site, clock=self.clock)
        self.chats = {chat: School(app, self.clock, platform=chat) for chat in ("slate", "disc")}
        self.held: set[tuple[str, str, str]] = set()
        self.joined: set[str] = set()
        self.open = dict.fromkeys([(chat, student) for chat in self.chats for student in ("sam", "ana")], False)
        self.before: dict[str, bool] = {}
        self.documents: dict[str, str] = {}
        for chat, student in self.open:  # those of "slate" are known longer
            self.type(chat, student, "/mybadges")

    def teardown(self) -> None:
        self.database.close()
        self.folder.cleanup()

    def accounts(self, chat: str, student: str) -> list[tuple[str, str]]:
        return [(c, student) for c in self.chats if c == chat or student in self.joined]

    def badges(self, chat: str, student: str) -> set[str]:
        return {b for c, s, b in self.held if (c, s) in self.accounts(chat, student)}

    def type(self, chat: str, who: str, line: str, *, expected: bool = True) -> Reply:
        self.clock.forward(minutes=1)
        reply = self.chats[chat].type(who, line)
        assert reply.kind == ("said" if expected else "refused"), words(reply.text)
        return reply

    @rule(chat=CHATS, student=STUDENTS, badge=BADGES)
    def award(self, chat: str, student: str, badge: str) -> None:
        free = badge not in self.badges(chat, student)
        self.type(chat, "rivera", f"/award @{student} {badge} for it", expected=free)
        if free:
            self.held.add((chat, student, badge))

    @rule(chat=CHATS, student=STUDENTS, badge=BADGES)
    def revoke(self, chat: str, student: str, badge: str) -> None:
        holds = badge in self.badges(chat, student)
        self.type(chat, "rivera", f"/revoke @{student} {badge} because of it", expected=holds)
        self.held -= {(c, s, badge) for c, s in self.accounts(chat, student)}

    @rule(chat=CHATS, student=STUDENTS, badge=BADGES)
    def aim(self, chat: str, student: str, badge: str) -> None:
        self.type(chat, student, f"/goals add {badge}, read a book")

    @rule(chat=CHATS, student=STUDENTS, opened=st.booleans())
    def open_up(self, chat: str, student: str, opened: bool) -> None:
        self.clock.forward(minutes=1)
        self.chats[chat].ask(student, SetPrivacy("class" if opened else "private", public_name=opened))
        for account in self.accounts(chat, student):
            self.open[account] = opened

    @rule(first=CHATS, student=STUDENTS)
    def join(self, first: str, student: str) -> None:
        other = "disc" if first == "slate" else "slate"
        if student in self.joined:
            return
        self.clock.forward(minutes=1)
        assert linked(link(self.chats[first], self.chats[other], student, student))
        both = [self.open[chat, student] for chat in self.chats]
        self.before[student] = self.open["disc", student]
        self.joined.add(student)
        self.open |= {(chat, student): all(both) for chat in self.chats}

    @rule(chat=CHATS, student=STUDENTS)
    def split(self, chat: str, student: str) -> None:
        if student not in self.joined:
            self.type(chat, student, "/laurel unlink", expected=False)
            return
        self.clock.forward(minutes=1)
        assert "are two again" in words(part(self.chats[chat], student).text)
        self.joined.discard(student)
        self.open["disc", student] &= self.before[student]  # who was absorbed has what they had chosen, if stricter

    @invariant()
    def everybody_sees_what_the_model_says(self) -> None:
        for chat, school in self.chats.items():
            for student in ("sam", "ana"):
                shown = school.type(student, "/mybadges")
                assert set(rows(shown)) == self.badges(chat, student)
                assert len(rows(shown)) == len(self.badges(chat, student))

    @invariant()
    def privacy_is_as_strict_as_the_model_says(self) -> None:
        with self.database.read() as db:
            for account in db.scalars(select(Account).where(Account.external_id != "rivera")):
                opened = self.open[account.platform, account.external_id]
                assert account.member.public_name == opened
                assert account.member.collection == ("class" if opened else "private")

    @invariant()
    def nothing_belongs_to_nobody_and_what_is_signed_stays(self) -> None:
        with self.database.read() as db:
            present = set(db.scalars(select(Account.member_id)))
            assert set(db.scalars(select(Goal.member_id))) <= present
            for award in db.scalars(select(Award)):
                assert award.member_id in present
                assert self.documents.setdefault(award.id, award.document) == award.document
            assert len(present) == len(set(db.scalars(select(Member.id)))) - len(self.joined)

    @invariant()
    def a_goal_ticks_what_its_owner_holds(self) -> None:
        with self.database.read() as db:
            for goal in db.scalars(select(Goal).where(Goal.state == "open")):
                badges = {
                    a.badge_id for a in db.scalars(select(Award).where(Award.member_id == goal.member_id, Award.held))
                }
                for milestone in goal.milestones:
                    if milestone.badge_id is not None:
                        assert (milestone.done_at is not None) == (milestone.badge_id in badges)


def test_whoever_links_and_parts_in_any_order_keeps_what_is_theirs(
    sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Linking, "template", sqlite_template, raising=False)
    run_state_machine_as_test(
        Linking,
        settings=settings(
            max_examples=15,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.reuse, Phase.generate],  # twenty steps are read sooner than they are shrunk
        ),
    )
