"""Awards, undoing, revoking, congratulating, editing and archiving in any order, against a small model of the rules."""

from __future__ import annotations

import asyncio
import itertools
import json
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule, run_state_machine_as_test
from sqlalchemy import select

from bot.core import credentials
from bot.core.app import App
from bot.core.awarding import UNDO_MINUTES
from bot.core.commands import ArchiveBadge, Congratulate, RestoreBadge, SaveBadge, UndoAwards
from bot.core.db import Database
from bot.core.founding import Founder, found
from bot.core.issuing import LIST_BITS
from bot.core.listing import signed_list
from bot.core.models import Announcement, Award, Celebration, Event
from bot.core.outbox import Outbox
from bot.core.port import Reply
from bot.core.site import Site
from tests.conftest import Clock, School
from tests.core.reading import press, words
from tests.core.recording import Recorder

TEACHERS = st.sampled_from(["rivera", "kim"])
STUDENTS = st.sampled_from(["sam", "ana", "lee"])
BADGES = st.sampled_from(["Night Owl", "Early Bird"])
DRAFT = SaveBadge("", "", "Is.", "Does.", "", "circle", "teal", "pen")


@dataclass
class Given:
    """One celebration as the model knows it: `held` are those who still have it."""

    giver: str
    badge: str
    name: str
    held: set[str]
    undo: UndoAwards
    at: int
    applause: set[str] = field(default_factory=set)


class Laurel(RuleBasedStateMachine):
    """The bot beside a model of what should be true of it."""

    template: Path
    celebrations = Bundle("celebrations")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        shutil.copy(self.template, path := Path(self.folder.name) / "laurel.db")
        self.clock, self.recorder = Clock(), Recorder()
        self.site = Site(pages="https://badges.example.edu", master_key=bytes(32), public=True)
        self.database = Database(f"sqlite:///{path}")
        with self.database.write() as db:
            found(db, self.site, self.clock.now, Founder("Riverside School", "", "en", "Europe/London"))
        self.school = School(App(self.database, self.site, clock=self.clock), self.clock)
        self.outbox = Outbox(self.database, self.site, {"room": self.recorder}, self.clock)
        self.given: list[Given] = []
        self.minutes, self.events, self.acted = 0, itertools.count(), 0
        self.archived: set[str] = set()
        self.versions: Counter[str] = Counter()
        self.documents: dict[str, str] = {}
        for name in ("Night Owl", "Early Bird"):
            self.edit(name)

    def teardown(self) -> None:
        self.database.close()
        self.folder.cleanup()

    def holds(self, student: str, badge: str) -> bool:
        return any(student in g.held for g in self.given if g.badge == badge)

    def done(self, reply: Reply, *, expected: bool) -> Reply:
        assert reply.kind == ("said" if expected else "refused"), words(reply.text)
        self.acted += expected
        return reply

    @rule(badge=BADGES)
    def edit(self, badge: str) -> None:
        asked = replace(DRAFT, name=badge, badge=badge if self.versions[badge] else "")
        expected = badge not in self.archived
        self.done(self.school.ask("rivera", asked), expected=expected)
        self.versions[badge] += expected

    @rule(badge=BADGES)
    def archive(self, badge: str) -> None:
        self.done(self.school.ask("kim", ArchiveBadge(badge)), expected=badge not in self.archived)
        self.archived.add(badge)

    @rule(badge=BADGES)
    def restore(self, badge: str) -> None:
        self.done(self.school.ask("kim", RestoreBadge(badge)), expected=True)
        self.archived.discard(badge)

    @rule(
        target=celebrations,
        giver=TEACHERS,
        badge=BADGES,
        students=st.lists(STUDENTS, min_size=1, max_size=3, unique=True),
    )
    def award(self, giver: str, badge: str, students: list[str]) -> object:
        free = not any(self.holds(student, badge) for student in students)
        line = f"/award {' '.join(f'@{s}' for s in students)} {badge} for it"
        reply = self.done(self.school.type(giver, line), expected=free and badge not in self.archived)
        if reply.kind == "refused":
            return multiple()
        undo = press(reply, "Undo")
        assert isinstance(undo, UndoAwards)
        self.given.append(Given(giver, badge, badge, set(students), undo, self.minutes))
        return self.given[-1]

    @rule(given=celebrations, who=st.sampled_from(["rivera", "kim", "sam"]))
    def undo(self, given: Given, who: str) -> None:
        in_time = self.minutes - given.at <= UNDO_MINUTES
        expected = who == given.giver and in_time and bool(given.held)
        self.done(self.school.ask(who, given.undo), expected=expected)
        if expected:
            given.held.clear()

    @rule(student=STUDENTS, badge=BADGES, teacher=TEACHERS)
    def revoke(self, student: str, badge: str, teacher: str) -> None:
        mine = [g for g in self.given if g.badge == badge and student in g.held and g.giver == teacher]
        reply = self.school.type(teacher, f"/revoke @{student} {badge} because it was a mistake")
        self.done(reply, expected=bool(mine))
        for given in mine:
            given.held.discard(student)

    @rule(given=celebrations, who=STUDENTS)
    def congratulate(self, given: Given, who: str) -> None:
        # Nobody congratulates themself; what was said while others held it too may still be taken back.
        expected = bool(given.held - {who}) or bool(given.held and who in given.applause)
        reply = self.done(self.school.ask(who, Congratulate(given.undo.celebration)), expected=expected)
        if reply.kind == "said":
            given.applause ^= {who}

    @rule(minutes=st.sampled_from([1, 16]))
    def wait(self, minutes: int) -> None:
        self.minutes += minutes
        self.clock.forward(minutes=minutes)

    @rule()
    def deliver(self) -> None:
        asyncio.run(self.outbox.pump())
        standing = {m.id: m for m in self.recorder.messages.values()}
        with self.database.read() as db:
            cards = db.scalars(select(Announcement).where(Announcement.kind == "celebration")).all()
        for given in self.given:
            [row] = [c for c in cards if c.subject == given.undo.celebration]
            if row.message is None:
                assert not given.held
                continue
            text = words(standing[row.message].now.text)
            if given.held:
                assert {s for s in ("Sam Okafor", "Ana Núñez", "Lee") if s in text} == {
                    self.school.person(s).name for s in given.held
                }
                labels = str(standing[row.message].now.nodes)
                assert (f"· {len(given.applause)}'" in labels) == bool(given.applause)
            else:
                assert text == "An award stood here; it was taken back."

    @invariant()
    def what_is_held_is_what_the_model_says(self) -> None:
        with self.database.read() as db:
            awards = db.scalars(select(Award)).all()
            held = Counter((a.version.badge_id, a.member.accounts[0].external_id) for a in awards if a.held)
            assert all(count == 1 for count in held.values())
            modelled = sorted((s, g.badge) for g in self.given for s in g.held)
            assert (
                sorted((a.member.accounts[0].external_id, a.version.badge.name) for a in awards if a.held) == modelled
            )
            for award in awards:
                assert award.held == (award.revoked_at is None)
                assert self.documents.setdefault(award.id, award.document) == award.document

    @invariant()
    def each_celebration_has_its_facts(self) -> None:
        with self.database.read() as db:
            kept = {c.id: c for c in db.scalars(select(Celebration))}
            assert set(kept) == {g.undo.celebration for g in self.given}
            for given in self.given:
                assert len(kept[given.undo.celebration].congratulations) == len(given.applause)
            assert len(db.scalars(select(Event)).all()) == self.acted

    @invariant()
    def the_status_lists_are_the_revoked_ones(self) -> None:
        with self.database.read() as db:
            awards = db.scalars(select(Award)).all()
            lists = {
                n: json.loads(signed_list(db, self.site, awards[0].issuer, n, "revocation"))
                for n in {a.status_index // LIST_BITS for a in awards}
            }
            for award in awards:
                number, index = divmod(award.status_index, LIST_BITS)
                assert credentials.bit_is_set(lists[number], index) == (award.revoked_at is not None)


def test_the_rules_hold_in_any_order(sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Laurel, "template", sqlite_template, raising=False)
    run_state_machine_as_test(
        Laurel,
        settings=settings(
            max_examples=12,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.reuse, Phase.generate],  # twenty steps are read sooner than they are shrunk
        ),
    )
