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


def test_accounts_of_before_get_their_members_name(tmp_path) -> None:
    database = Database(f"sqlite:///{tmp_path}/old.db")
    config = Config()
    config.set_main_option("script_location", "migrations")
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for statement in (
            "INSERT INTO organisation VALUES ('o', 'Riverside', 'en', 'UTC', '2026-11-23')",
            "INSERT INTO member VALUES ('m', 'o', 'urn:uuid:1', 'Sam', 'en', 'UTC', 'private', 0, '2026-11-23')",
            "INSERT INTO account VALUES ('a', 'm', 'room', 'riverside', 'sam', '2026-11-23')",
        ):
            connection.execute(text(statement))
    database.migrate()
    with database.read() as db:
        assert db.execute(text("SELECT name FROM account")).scalar() == "Sam"
    database.close()
