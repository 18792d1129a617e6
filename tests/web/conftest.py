"""What tests of the pages may use: a client, and awards with everything on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from starlette.testclient import TestClient

from bot.core.app import App
from bot.core.commands import AwardBadge, Quote, SetPrivacy
from bot.core.models import Award
from bot.web import build
from tests.conftest import School

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
NAMES = ("Sam Okafor", "Ana Núñez", "Ms Rivera")
"""The learner, who is quoted, and who gave the badge: nobody has agreed to be named."""

SAID = "Sam Okafor sat with me every Tuesday until I could do it on my own."
REASON = "Eight weeks of tutoring Ana Núñez, see https://docs.example.org/log?week=8&x=1"


@pytest.fixture
def client(app: App) -> Iterator[TestClient]:
    with TestClient(
        build(app), base_url=app.site.pages, raise_server_exceptions=False, headers={"Accept": BROWSER}
    ) as client:
        yield client


@pytest.fixture
def award(school: School) -> Award:
    """An award with a reason, a link and a quoted message, all full of names."""
    quote = Quote(school.person("ana"), SAID, school.clock.now - timedelta(days=2), "https://chat.example/1")
    return give(school, "sam", "Peer Mentoring", REASON, quote)


@pytest.fixture
def agree(school: School) -> Callable[[str], None]:
    """Have a member agree to be named."""

    def agree(handle: str) -> None:
        assert school.ask(handle, SetPrivacy("private", public_name=True)).kind == "said"

    return agree


def give(school: School, to: str, badge: str, reason: str = "", quote: Quote | None = None) -> Award:
    """Award a badge as a teacher would."""
    reply = school.ask("rivera", AwardBadge((school.person(to),), badge, reason, quote))
    assert reply.kind == "said", reply
    with school.app.database.read() as db:
        newest = select(Award).order_by(Award.id.desc()).limit(1).options(joinedload(Award.version))
        return db.scalars(newest).one()
