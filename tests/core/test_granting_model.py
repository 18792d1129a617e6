"""Badges given, taken back, suspended and expired in any order: members have exactly the roles that theirs give."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from bot.core import role_keeping
from bot.core.app import App
from bot.core.awarding import UNDO_MINUTES
from bot.core.commands import GiveRole, SaveBadge, StopRole, UndoAwards
from bot.core.db import Database
from bot.core.founding import Founder, found, grant
from bot.core.outbox import Outbox
from bot.core.port import Barred, Reply, Role, RoleProblem
from bot.core.site import Site
from tests.conftest import Clock, School
from tests.core.reading import press, words
from tests.core.recording import Roles

STUDENTS = st.sampled_from(["sam", "ana"])
DAYS = {"Night Owl": 0, "Early Bird": 3, "Late Riser": 5}
BADGES = st.sampled_from(sorted(DAYS))
ROLES = st.sampled_from(["1", "2"])
DRAFT = SaveBadge("", "", "Is.", "Does.", "", "circle", "teal", "pen")


@dataclass
class Held:
    """One award as the model knows it."""

    undo: UndoAwards
    at: datetime
    before: Held | None
    """The expired one that it replaced: it stands again if this one is undone."""
    suspended: bool = False


class Giving(RuleBasedStateMachine):
    """The bot beside a model of who holds what, and which badge gives which role."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        shutil.copy(self.template, path := Path(self.folder.name) / "laurel.db")
        self.clock, self.roles = Clock(), Roles()
        site = Site(pages="https://badges.example.edu", master_key=bytes(32), public=True)
        self.database = Database(f"sqlite:///{path}")
        with self.database.write() as db:
            organisation = found(db, site, self.clock.now, Founder("Riverside School", "", "en", "Europe/London"))
            grant(db, self.clock.now, organisation, "room", "rivera", "staff")
        platforms = {"room": self.roles}
        self.school = School(App(self.database, site, clock=self.clock, platforms=platforms), self.clock)
        self.outbox = Outbox(self.database, site, platforms, self.clock)
        self.gives: set[tuple[str, str]] = set()
        self.held: dict[tuple[str, str], Held] = {}
        for name, days in DAYS.items():
            self.done(self.school.ask("rivera", _draft(name, days)), expected=True)

    def teardown(self) -> None:
        self.settle()
        self.database.close()
        self.folder.cleanup()

    def done(self, reply: Reply, *, expected: bool) -> Reply:
        assert reply.kind == ("said" if expected else "refused"), words(reply.text)
        return reply

    def counts(self, student: str, badge: str) -> bool:
        held = self.held.get((student, badge))
        return held is not None and not self.expired(badge, held) and not held.suspended

    def expired(self, badge: str, held: Held) -> bool:
        return bool(DAYS[badge]) and self.clock.now - held.at >= timedelta(days=DAYS[badge])

    # -- what people do ----------------------------------------------------------------------------------------

    @rule(badge=BADGES, role=ROLES)
    def give(self, badge: str, role: str) -> None:
        self.done(self.school.ask("rivera", GiveRole(badge, Role(role, f"Role {role}"))), expected=True)
        self.gives.add((badge, role))

    @rule(badge=BADGES, role=ROLES)
    def stop(self, badge: str, role: str) -> None:
        self.done(self.school.ask("rivera", StopRole(badge, role)), expected=(badge, role) in self.gives)
        self.gives.discard((badge, role))

    @rule(badge=BADGES, students=st.lists(STUDENTS, min_size=1, unique=True))
    def award(self, badge: str, students: list[str]) -> None:
        held = [self.held.get((student, badge)) for student in students]
        free = not any(one is not None and not self.expired(badge, one) for one in held)
        line = f"/award {' '.join(f'@{student}' for student in students)} {badge} for it"
        reply = self.done(self.school.type("rivera", line), expected=free)
        if free:
            undo = press(reply, "Undo")
            assert isinstance(undo, UndoAwards)
            for student in students:
                self.held[student, badge] = Held(undo, self.clock.now, self.held.get((student, badge)))

    @rule(badge=BADGES, student=STUDENTS)
    def undo(self, badge: str, student: str) -> None:
        held = self.held.get((student, badge))
        if held is None:
            return
        expected = self.clock.now - held.at <= timedelta(minutes=UNDO_MINUTES)
        self.done(self.school.ask("rivera", held.undo), expected=expected)
        if expected:
            left = {key: one.before if one.undo == held.undo else one for key, one in self.held.items()}
            self.held = {key: one for key, one in left.items() if one is not None}

    @rule(badge=BADGES, student=STUDENTS)
    def revoke(self, badge: str, student: str) -> None:
        expected = (student, badge) in self.held
        self.done(self.school.type("rivera", f"/revoke @{student} {badge} because no"), expected=expected)
        self.held.pop((student, badge), None)

    @rule(badge=BADGES, student=STUDENTS)
    def suspend(self, badge: str, student: str) -> None:
        held = self.held.get((student, badge))
        expected = held is not None and not held.suspended
        self.done(self.school.type("rivera", f"/laurel suspend @{student} {badge} because no"), expected=expected)
        if held is not None:
            held.suspended = True

    @rule(badge=BADGES, student=STUDENTS)
    def reinstate(self, badge: str, student: str) -> None:
        held = self.held.get((student, badge))
        expected = held is not None and held.suspended
        self.done(self.school.type("rivera", f"/laurel reinstate @{student} {badge}"), expected=expected)
        if held is not None:
            held.suspended = False

    # -- what time and the platform do -------------------------------------------------------------------------

    @rule(minutes=st.integers(1, 20))
    def wait(self, minutes: int) -> None:
        self.clock.forward(minutes=minutes)

    @rule(days=st.integers(1, 3))
    def sleep(self, days: int) -> None:
        self.clock.forward(days=days)

    @rule(problem=st.sampled_from([None, "above", "unallowed"]))
    def bar(self, problem: RoleProblem | None) -> None:
        self.roles.answer = Barred(problem) if problem is not None else None

    @rule(faults=st.integers(1, 3))
    def break_line(self, faults: int) -> None:
        self.roles.faults = faults

    @rule()
    def pump(self) -> None:
        asyncio.run(self.outbox.pump())

    @rule()
    def settle(self) -> None:
        """Once everything works and time has passed, what members have is what the facts say."""
        self.roles.answer, self.roles.faults = None, 0
        self.clock.forward(hours=2)
        role_keeping.tick(self.database, self.clock.now)
        asyncio.run(self.outbox.pump())
        asyncio.run(self.outbox.pump())
        ought = {(s, role) for badge, role in self.gives for s in ("sam", "ana") if self.counts(s, badge)}
        assert self.roles.had == ought


def _draft(name: str, days: int) -> SaveBadge:
    return SaveBadge("", name, *("Is.", "Does.", "", "circle", "teal", "pen"), expires_after_days=str(days or ""))


def test_members_have_the_roles_that_their_badges_give(sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Giving, "template", sqlite_template, raising=False)
    run_state_machine_as_test(
        Giving,
        settings=settings(
            max_examples=15,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.reuse, Phase.generate],
        ),
    )
