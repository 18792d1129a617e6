"""Killed at any moment: no confirmed award is lost, nothing stands half, and each message is shown once."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from sqlalchemy import select, text

from bot.core import credentials
from bot.core.app import App, utc_now
from bot.core.credentials import CheckName, Outcome
from bot.core.models import Account, Announcement, Audit, Award, Celebration, Event
from bot.core.outbox import Outbox
from bot.core.parcels import LEASE
from bot.core.publishing import own_documents
from tests.conftest import School
from tests.core.awarding_forever import SITE, Folder
from tests.core.marks import on_sqlite

ROOT = Path(__file__).parents[2]
KILLS = 3


def run_and_kill(url: str, folder: Path, run: str, chance: random.Random) -> list[str]:
    """Let a process award, kill it at a random moment, and give those whose award it had confirmed."""
    command = [sys.executable, "-m", "tests.core.awarding_forever", url, str(folder), run]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(chance.randint(1, 12))]
        time.sleep(chance.uniform(0, 0.04))
        process.kill()
        lines += process.stdout.readlines()
    confirmed = [line.split() for line in lines if line.endswith("\n")]
    assert {kind for kind, *_ in confirmed} == {"said"}
    return [who for _, *both in confirmed for who in both]


@on_sqlite
def test_no_kill_loses_an_award_or_announces_one_twice(school: School, sqlite_url: str, tmp_path: Path) -> None:
    folder, chance = tmp_path / "chat", random.Random(20261123)  # noqa: S311 - no secret
    folder.mkdir()
    confirmed = [who for n in range(KILLS) for who in run_and_kill(sqlite_url, folder, f"run{n}", chance)]
    database = school.app.database
    outbox = Outbox(database, SITE, {"room": Folder(folder)}, lambda: utc_now() + LEASE)
    asyncio.run(outbox.pump())

    with database.read() as db:
        assert db.scalar(text("PRAGMA integrity_check")) == "ok"
        awarded = set(db.scalars(select(Account.external_id).join(Award, Award.member_id == Account.member_id)))
        assert awarded >= set(confirmed)
        events = {event for event in db.scalars(select(Event.event_id)) if event.startswith("award-")}
        celebrations = db.scalars(select(Celebration)).all()
        assert len(celebrations) == len(events)
        announcements = db.scalars(select(Announcement)).all()
        told = Counter((a.kind, a.subject) for a in announcements)
        assert set(told.values()) == {1}
        audited = Counter(db.scalars(select(Audit.subject).where(Audit.action == "awarded")))
        for celebration in celebrations:
            assert len(celebration.awards) == 2
            assert told["celebration", celebration.id] == 1
            for award in celebration.awards:
                assert told["earned", award.id] == audited[award.id] == 1
                assert award.held == (award.revoked_at is None)
        newest = max(celebrations, key=lambda c: c.id).awards[0]
        checks = credentials.verify(newest.document, fetch=own_documents(db, SITE), now=utc_now()).checks
        assert {c.outcome for c in checks if c.name is not CheckName.REVOCATION} == {Outcome.PASSED}

    assert {(a.state, a.shown - a.wanted) for a in announcements} == {("open", 0)}
    taken_back = {a.subject for a in announcements if a.kind == "celebration" and a.message is None}
    shown = {path.name for path in folder.iterdir()} - {"repeated"}
    assert shown == {a.id for a in announcements if a.message}
    assert all(all(a.revoked_at for a in c.awards) for c in celebrations if c.id in taken_back)


@on_sqlite
def test_an_app_opened_on_what_was_left_goes_on(school: School, sqlite_url: str, tmp_path: Path) -> None:
    [*confirmed] = run_and_kill(sqlite_url, tmp_path, "run", random.Random(1))  # noqa: S311 - no secret
    reopened = School(App(school.app.database, SITE), school.clock)
    assert reopened.type("rivera", f"/award @{confirmed[0]} Peer Mentoring for it").kind == "refused"
    assert reopened.type("rivera", f"/award @{confirmed[0]} Peer Feedback for it").kind == "said"
