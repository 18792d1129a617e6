"""Revoking one badge: flipping its bit, signing the list, storing and serving it, at 1,000 awards and 1,000,000."""

import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path

from sqlalchemy import select, text

from benchmarks.awards import NOW, SITE
from benchmarks.measure import Contest, repeat
from bot.core import pages
from bot.core.credentials import set_bits
from bot.core.db import Database
from bot.core.founding import Founder, add_starter, found
from bot.core.issuing import LIST_BITS
from bot.core.listing import flip, sign_lists
from bot.core.models import Award, BadgeClass, Issuer, StatusList
from bot.core.people import recognise
from bot.core.port import MemberRef, Person

REVOKED = 0.02
SMALL, LARGE = 1_000, 1_000_000


@contextmanager
def status_contest() -> Iterator[Contest]:
    """Make the contest of revoking, on SQLite databases of so many awards."""
    with tempfile.TemporaryDirectory() as folder:
        databases = {f"at {count:,} awards": _school(Path(folder), count) for count in (SMALL, LARGE)}
        contest = Contest(
            "Status list: flip one bit, sign the list, store it and serve it (SQLite)",
            f"at {SMALL:,} awards",
            {name: repeat(_flipping(database)) for name, database in databases.items()},
        )
        contest.asked = [(f"at {LARGE:,} awards", f"at {SMALL:,} awards", 0.9)]
        yield contest
        for database in databases.values():
            database.close()


def _flipping(database: Database) -> Callable[[], object]:
    with database.read() as db:
        issuer = db.scalars(select(Issuer)).one().id
        some = [f"award-{number}" for number in random.Random(1).sample(range(SMALL), 100)]  # noqa: S311
    turns = cycle([(one, on) for on in (True, False) for one in some])

    def turn() -> bytes:
        award_id, on = next(turns)
        with database.write() as db:
            award = db.get_one(Award, award_id)
            number = award.status_index // LIST_BITS
            flip(db, SITE, NOW, [award], "revocation", on=on)
        with database.read() as db:
            return pages.status_list(db, SITE, NOW, issuer, number).body

    return turn


def _school(folder: Path, count: int) -> Database:
    """Make a school that has given so many awards and taken a few back; lists are filled to their half, as ever."""
    database = Database(f"sqlite:///{folder / f'{count}.db'}")
    database.migrate()
    with database.write() as db:
        organisation = found(db, SITE, NOW, Founder("Riverside School", "", "en", "UTC"))
        add_starter(db, NOW, organisation)
        member = recognise(db, NOW, organisation, Person(MemberRef("room", "r", "sam"), "Sam"))
        issuer, badge = db.scalars(select(Issuer)).one(), db.scalars(select(BadgeClass)).first()
        assert badge is not None
        db.flush()
        db.execute(
            text(
                "INSERT INTO celebration (id, organisation_id, version_id, awarded_by, reason, created_at)"
                " VALUES ('c', :organisation, :version, :member, '', :now)"
            ),
            facts := {
                "organisation": organisation.id,
                "version": badge.now.id,
                "badge": badge.id,
                "issuer": issuer.id,
                "member": member.id,
                "now": NOW.replace(tzinfo=None).isoformat(" "),
                "count": count,
                "half": LIST_BITS // 2,
            },
        )
        db.execute(
            text(
                "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :count)"
                " INSERT INTO award (id, celebration_id, badge_id, version_id, issuer_id, member_id, held, awarded_at,"
                " status_index, document)"
                " SELECT 'award-' || i, 'c', :badge, :version, :issuer, :member, 0, :now, 2 * i, '{}' FROM n"
            ),
            facts,
        )
        dice = random.Random(count)  # noqa: S311
        for number in range(-(-2 * count // LIST_BITS)):
            here = min(count - number * LIST_BITS // 2, LIST_BITS // 2)
            bits = set_bits(2 * dice.randrange(here) for _ in range(int(here * REVOKED)))
            where = {"issuer_id": issuer.id, "purpose": "revocation", "number": number}
            db.add(StatusList(**where, bits=bits, changed_at=NOW, url="", document=""))
        db.flush()
        sign_lists(db, SITE, issuer)
    return database
