"""What tests of the core may use besides: a recording platform, the outbox that feeds it, and refusals checked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
import structlog

from bot.core.commands import Command, SaveBadge
from bot.core.outbox import Outbox
from bot.core.port import Reply
from tests.conftest import School
from tests.core.reading import assert_refused, counted
from tests.core.recording import Recorder


@pytest.fixture(autouse=True, scope="session")
def _plain_log() -> None:
    """Write tracebacks plainly: coloured ones with every variable take longer than most tests."""
    structlog.configure(
        processors=[structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)]
    )


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def outbox(school: School, recorder: Recorder) -> Outbox:
    return Outbox(school.app.database, school.app.site, {"room": recorder}, school.clock)


@pytest.fixture
def pump(outbox: Outbox) -> Callable[[], int]:
    """Deliver whatever is due."""
    return lambda: asyncio.run(outbox.pump())


@pytest.fixture
def evidence_badge(school: School) -> str:
    """The name of a badge that wants evidence."""
    made = school.ask(
        "rivera",
        SaveBadge("", "Essayist", "Writes essays.", "An essay.", "", "circle", "teal", "pen", evidence_required=True),
    )
    assert made.kind == "said"
    return "Essayist"


@pytest.fixture
def nothing_written(app) -> Callable[[], AbstractContextManager[None]]:
    """Check that no row of any table appears or goes."""

    @contextmanager
    def check() -> Iterator[None]:
        before = counted(app.database)
        yield
        assert counted(app.database) == before

    return check


@pytest.fixture
def refused(school: School, nothing_written) -> Callable[..., Reply]:
    """Type a line, or press a button, that has to be refused in one sentence with a next step, and write nothing."""

    def refuse(handle: str, asked: str | Command, *says: str, **how: object) -> Reply:
        with nothing_written():
            reply = (school.type if isinstance(asked, str) else school.ask)(handle, asked, **how)  # type: ignore[arg-type]
        assert_refused(reply, *says)
        return reply

    return refuse
