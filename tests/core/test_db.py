"""The schema: migrations make what the models say, and the audit cannot be rewritten."""

from __future__ import annotations

import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.core.db import Database
from bot.core.models import Base
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
