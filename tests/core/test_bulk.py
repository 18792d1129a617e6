"""One badge for thousands: every row as a single award makes it, one card, and nobody twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from sqlalchemy import func, select

from bot.core import credentials, issuing
from bot.core.app import App
from bot.core.bulk import AwardedAll, award_all
from bot.core.case import Case
from bot.core.commands import AddGoal
from bot.core.errors import AwardToSelf, EvidenceMissing, NotAllowed, ReasonTooLong, Unsignable
from bot.core.finding import in_use
from bot.core.issuing import LIST_BITS, default_issuer, free_status_indices
from bot.core.models import Audit, Award, Celebration, Goal, Member
from bot.core.people import first_organisation, recognise, recognise_all
from bot.core.port import MemberRef, Person
from bot.core.publishing import own_documents
from tests.conftest import School
from tests.core.marks import on_sqlite
from tests.core.reading import words


def everybody(count: int) -> list[Person]:
    return [Person(MemberRef("room", "riverside", f"p{n}"), f"Learner {n}") for n in range(count)]


def give(
    school: School, count: int, reason: str = "", *, badge: str = "Peer Mentoring", by: str = "rivera"
) -> AwardedAll:
    app: App = school.app
    with app.database.write() as db:
        organisation, actor = first_organisation(db), school.actor(by)
        me = recognise(db, school.clock.now, organisation, actor.who)
        case = Case(db, school.clock.now, app.site, actor, me, organisation, actor.roles, app.checker)
        members = recognise_all(db, school.clock.now, organisation, everybody(count))
        [found] = [one for one in in_use(db, organisation) if one.name == badge]
        return award_all(case, found, members, reason, channel="class-8b")


def test_every_award_is_as_one_by_itself(school: School, pump: Callable[[], int], recorder) -> None:
    done = give(school, 120, "for all of you, see https://example.org/log")
    assert (done.given, done.held) == (120, 0)
    with school.app.database.read() as db:
        awards = db.scalars(select(Award).order_by(Award.id)).all()
        assert len({award.status_index for award in awards}) == 120
        assert len({award.document for award in awards}) == 120
        for award in awards[::17]:
            found = credentials.verify(award.document, fetch=own_documents(db, school.app.site), now=school.clock.now)
            assert found.holds
            assert json.loads(award.document)["credentialSubject"]["id"] == award.member.subject
            assert [row.url for row in award.evidence] == ["https://example.org/log"]
        assert db.scalar(select(func.count()).select_from(Audit).where(Audit.action == "awarded")) == 120
    pump()
    [card] = recorder.in_channel()
    assert "and 100 more earned Peer Mentoring." in words(card.now.text)
    assert recorder.direct("p1") == []


def test_again_awards_nobody_twice(school: School) -> None:
    give(school, 5)
    done = give(school, 8)
    assert (done.given, done.held) == (3, 5)
    assert give(school, 8).given == 0
    with school.app.database.read() as db:
        assert db.scalar(select(func.count()).select_from(Award)) == 8
        assert db.scalar(select(func.count()).select_from(Celebration)) == 2


def test_goals_are_reached_by_it(school: School) -> None:
    school.app.do(replace(school.actor("p1"), who=everybody(2)[1]), AddGoal("Peer Mentoring"))
    give(school, 3)
    with school.app.database.read() as db:
        [goal] = db.scalars(select(Goal)).all()
        assert goal.state == "done"


@on_sqlite
@pytest.mark.parametrize(
    ("how", "error"),
    [
        ({"by": "ana"}, NotAllowed),
        ({"by": "p1"}, NotAllowed),
        ({"reason": "x" * 1001}, ReasonTooLong),
        ({"reason": "\x07"}, Unsignable),
        ({"badge": "Essayist"}, EvidenceMissing),
    ],
)
def test_what_may_not_be_writes_nothing(school: School, evidence_badge: str, how: dict[str, str], error: type) -> None:
    with pytest.raises(error):
        give(school, 3, **how)  # type: ignore[arg-type]
    with school.app.database.read() as db:
        assert db.scalars(select(Award)).all() == []
        assert db.scalar(select(func.count()).select_from(Member).where(Member.name.startswith("Learner"))) == 0


@on_sqlite
def test_nobody_awards_themself_among_thousands(school: School) -> None:
    with school.app.database.write() as db:
        organisation, actor = first_organisation(db), school.actor("rivera")
        me = recognise(db, school.clock.now, organisation, actor.who)
        case = Case(db, school.clock.now, school.app.site, actor, me, organisation, actor.roles, school.app.checker)
        with pytest.raises(AwardToSelf):
            award_all(case, in_use(db, organisation)[0], [me], "")


@on_sqlite
def test_status_indices_do_not_follow_the_order_of_the_class(school: School) -> None:
    """They came out of a set, which keeps small numbers in the order of their last bits: a row in a register."""
    with school.app.database.read() as db:
        issuer = default_issuer(db, first_organisation(db))
        drawn = free_status_indices(db, issuer, 1000)
    for bits in range(8, 18):
        last = [index % 2**bits for index in drawn]
        rises = sum(a < b for a, b in pairwise(last))
        assert 350 < rises < 650, bits


@on_sqlite
def test_status_indices_go_on_in_the_next_list(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list is left half empty; one call for more than a whole list used to look for ever."""
    monkeypatch.setattr(issuing, "LIST_BITS", 64)
    with school.app.database.read() as db:
        issuer = default_issuer(db, first_organisation(db))
        drawn = free_status_indices(db, issuer, 200)
    assert len(set(drawn)) == 200
    lists = [sum(index // 64 == number for index in drawn) for number in range(7)]
    assert lists == [32, 32, 32, 32, 32, 32, 8]
    assert LIST_BITS == 131_072
