"""The database: engines, sessions and migrations, for SQLite and PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session, sessionmaker

_CLASHES = ("40001", "40P01")  # PostgreSQL: serialization failure, deadlock
_MIGRATION_LOCK = 7_016_996_765_293_437_281  # any number that nobody else locks: "laurel" has no other claim to it


class Database:
    """Two ways in: `write()` opens the one kind of transaction that changes things, `read()` only looks."""

    def __init__(self, url: str) -> None:
        """Open nothing yet; `url` is SQLAlchemy's, such as `sqlite:///data/laurel.db` or `postgresql+psycopg://…`."""
        self.engine = _engine(url)
        self.write = sessionmaker(self.engine, expire_on_commit=False).begin
        self._reading = sessionmaker(self.engine.execution_options(reading=True), expire_on_commit=False)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that only looks; on SQLite it waits for no writer."""
        with self._reading() as db:
            yield db

    def migrate(self) -> None:
        """Bring the schema up to date. Several processes may start at once: one migrates, the others wait."""
        config = Config()
        config.set_main_option("script_location", str(_migrations()))
        with self.engine.connect() as connection, connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


def exists(url: str) -> bool:
    """Tell whether there is such a database; one on a server that is elsewhere is taken to be there."""
    address = make_url(url)
    return address.get_backend_name() != "sqlite" or not address.database or Path(address.database).exists()


def clashed(error: DBAPIError) -> bool:
    """Tell whether the database broke a transaction off for the sake of another: begun anew, it may well succeed."""
    return isinstance(error, IntegrityError) or getattr(error.orig, "sqlstate", None) in _CLASHES


def _migrations() -> Path:
    """Beside the package in a checkout, inside it when installed from a wheel."""
    package = Path(__file__).parents[1]
    inside = package / "migrations"
    return inside if inside.is_dir() else package.parent / "migrations"


def _engine(url: str) -> Engine:
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        return create_engine(address, pool_pre_ping=True)
    if address.database and address.database != ":memory:":
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(address, connect_args={"timeout": 30})

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # BEGIN is ours to say, so that DDL is transactional too
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        # A writer takes the lock at once: upgrading a read transaction later fails instead of waiting.
        reading = connection.get_execution_options().get("reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine
