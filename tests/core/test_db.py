"""The schema: migrations make what the models say, and the audit cannot be rewritten."""

from __future__ import annotations

import threading

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.core.db import Database
from bot.core.tables import Base
from tests.conftest import School


def test_the_migrations_make_what_the_models_say(database: Database) -> None:
    with database.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    assert differences == []


def test_several_processes_may_migrate_at_once(tmp_path) -> None:
    url = f"sqlite:///{tmp_path}/new.db"
    problems: list[Exception] = []

    def start() -> None:
        database = Database(url)
        try:
            database.migrate()
        except Exception as problem:  # noqa: BLE001
            problems.append(problem)
        finally:
            database.close()

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []


@pytest.mark.parametrize("change", ["UPDATE audit SET action = 'x'", "DELETE FROM audit"])
def test_the_audit_is_append_only(school: School, change: str) -> None:
    school.type("rivera", "/award @sam Peer Mentoring")
    with pytest.raises(DBAPIError, match="append-only"), school.app.database.write() as db:
        db.execute(text(change))


def at_revision(database: Database, revision: str, *rows: str) -> None:
    """Make the database that an older version had, with some rows."""
    config = Config()
    config.set_main_option("script_location", "migrations")
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        for row in rows:
            connection.execute(text(f"INSERT INTO {row}"))


def test_accounts_of_before_get_their_members_name(tmp_path) -> None:
    database = Database(f"sqlite:///{tmp_path}/old.db")
    at_revision(
        database,
        "0001",
        "organisation VALUES ('o', 'Riverside', 'en', 'UTC', '2026-11-23')",
        "member VALUES ('m', 'o', 'urn:uuid:1', 'Sam', 'en', 'UTC', 'private', 0, '2026-11-23')",
        "account VALUES ('a', 'm', 'room', 'riverside', 'sam', '2026-11-23')",
    )
    database.migrate()
    with database.read() as db:
        assert db.execute(text("SELECT name FROM account")).scalar() == "Sam"
    database.close()


def test_who_had_a_collection_on_each_server_has_one_of_all(tmp_path) -> None:
    """Of a badge that both collections held one stands; nothing that was signed is lost."""
    database = Database(f"sqlite:///{tmp_path}/old.db")
    member = "member (id, organisation_id, subject, name, lang, timezone, collection, public_name, created_at) VALUES"
    account = "account (id, member_id, platform, space, external_id, name, created_at) VALUES"
    award = (
        "award (id, celebration_id, badge_id, version_id, issuer_id, member_id, held, awarded_at, status_index,"
        " document) VALUES"
    )
    at_revision(
        database,
        "0008",
        "organisation VALUES ('o', 'Riverside', 'en', 'UTC', '2026-11-23')",
        *(
            f"space VALUES ('{one}', 'o', 'discord', '{name}')"
            for one, name in (("s1", "701"), ("s2", "702"), ("s3", "direct"))
        ),
        f"{member} ('m1', 'o', 'urn:uuid:1', 'Sam', 'en', 'UTC', 'class', 1, '2026-11-23')",
        f"{member} ('m2', 'o', 'urn:uuid:2', 'Sam', 'en', 'UTC', 'private', 1, '2026-11-24')",
        f"{member} ('m3', 'o', 'urn:uuid:3', 'Sam', 'en', 'UTC', 'class', 0, '2026-11-25')",
        f"{account} ('a1', 'm1', 'discord', '701', '5', 'Sam', '2026-11-23')",
        f"{account} ('a2', 'm2', 'discord', '702', '5', 'Sam', '2026-11-24')",
        f"{account} ('a3', 'm3', 'discord', 'direct', '5', 'Sam', '2026-11-25')",
        f"{account} ('a4', 'm3', 'slack', 'T1', 'U5', 'Sam', '2026-11-26')",
        "issuer VALUES ('i', 'o', 'Riverside', '', '2026-11-23')",
        *(
            f"badge_class (id, organisation_id, issuer_id, name, folded, created_at) "
            f"VALUES ('{badge}', 'o', 'i', '{badge}', '{badge}', '2026-11-23')"
            for badge in ("b1", "b2")
        ),
        *(
            f"badge_version (id, badge_id, number, name, description, criteria, skills, shape, colour, icon,"
            f" evidence_required, created_at, details)"
            f" VALUES ('v{badge}', '{badge}', 1, 'x', 'x', 'x', '[]', 'x', 'x', 'x', 0, '2026-11-23', '{{}}')"
            for badge in ("b1", "b2")
        ),
        "celebration VALUES ('c', 'o', 'vb1', 'm1', '', '2026-11-23')",
        *(f"congratulation VALUES ('c', '{one}', '2026-11-23')" for one in ("m1", "m2")),
        f"{award} ('w1', 'c', 'b1', 'vb1', 'i', 'm1', 1, '2026-11-23', 1, 'signed')",
        f"{award} ('w2', 'c', 'b1', 'vb1', 'i', 'm2', 1, '2026-11-23', 2, 'signed')",
        f"{award} ('w3', 'c', 'b2', 'vb2', 'i', 'm3', 1, '2026-11-23', 3, 'signed')",
    )
    database.migrate()
    with database.read() as db:
        accounts = db.execute(text("SELECT id, member_id, space, met_in FROM account ORDER BY id")).all()
        assert accounts == [("a1", "m1", "", "701"), ("a4", "m1", "T1", None)]
        awards = db.execute(text("SELECT id, member_id, held, document FROM award ORDER BY id")).all()
        assert awards == [("w1", "m1", 1, "signed"), ("w2", "m1", 0, "signed"), ("w3", "m1", 1, "signed")]
        assert db.execute(text("SELECT collection, public_name FROM member WHERE id = 'm1'")).all() == [("private", 0)]
        assert db.execute(text("SELECT count(*) FROM congratulation")).scalar() == 1
    database.close()
