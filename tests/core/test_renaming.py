"""An issuer by another name: what it signs from then on, and what it signed before where that is wanted."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from bot.core import credentials, renaming
from bot.core.issuing import default_issuer
from bot.core.models import Award, Issuer
from bot.core.people import first_organisation
from bot.core.publishing import own_documents
from bot.core.renaming import BadName
from tests.conftest import School
from tests.core.marks import on_sqlite


def rename(school: School, name: str, url: str | None = None) -> None:
    school.clock.forward(minutes=1)
    with school.app.database.write() as db:
        renaming.rename(db, school.clock.now, default_issuer(db, first_organisation(db)), name, url)


def reissue(school: School) -> int:
    school.clock.forward(minutes=1)
    with school.app.database.write() as db:
        issuer = db.scalars(select(Issuer)).one()
        standing = renaming.standing(db, school.clock.now, issuer)
        return renaming.reissue(db, school.app.site, school.clock.now, issuer, standing)


def signed(school: School) -> list[dict[str, Any]]:
    """Give every award's newest credential, the oldest award first; each holds but for what is said of it."""
    with school.app.database.read() as db:
        awards = db.scalars(select(Award).order_by(Award.id)).all()
        for award in awards:
            found = credentials.verify(award.current, fetch=own_documents(db, school.app.site), now=school.clock.now)
            assert found.holds is (award.revoked_at is None)
        return [json.loads(award.current) for award in awards]


def test_new_badges_carry_it_and_old_ones_once_they_are_signed_anew(school: School) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for it")
    school.type("rivera", "/award @ana Participation for it")
    school.type("rivera", "/revoke @ana Participation because of a mix-up")
    before = signed(school)
    rename(school, "  Riverside   Academy ")
    assert signed(school) == before
    school.type("rivera", "/award @kim Peer Mentoring for it")
    assert signed(school)[-1]["issuer"]["name"] == "Riverside Academy"
    assert reissue(school) == 1  # not what was revoked, nor what says so already
    names = {one["credentialSubject"]["achievement"]["name"]: one for one in signed(school)[:2]}
    anew, revoked = names["Peer Mentoring"], names["Participation"]
    [old] = [one for one in before if one["id"] == anew["id"]]
    assert (anew["issuer"]["name"], revoked["issuer"]["name"]) == ("Riverside Academy", "Riverside School")
    assert anew["issuer"]["id"] == old["issuer"]["id"]
    assert anew["validFrom"] > old["validFrom"]
    assert anew["credentialSubject"] == old["credentialSubject"]
    assert reissue(school) == 0  # as after an interruption: nothing is signed twice
    with school.app.database.read() as db:
        assert {json.loads(award.document)["id"]: json.loads(award.document) for award in db.scalars(select(Award))}[
            old["id"]
        ] == old
        assert [one.why for award in db.scalars(select(Award)) for one in award.reissues] == ["issuer"]


@on_sqlite
def test_an_address_of_its_own(school: School) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for it")
    rename(school, "Riverside School", "https://riverside.example.edu/")
    assert reissue(school) == 1
    assert signed(school)[0]["issuer"]["url"] == "https://riverside.example.edu/"
    rename(school, "Riverside School")
    assert reissue(school) == 0
    rename(school, "Riverside School", "")
    assert reissue(school) == 1
    assert signed(school)[0]["issuer"]["url"].startswith("https://badges.example.edu/issuers/")


@on_sqlite
@pytest.mark.parametrize(
    ("name", "url"),
    [("", None), (" ", None), ("x" * 201, None), ("a\x00b", None), ("A", "riverside.edu"), ("A", "https://a b.edu")],
)
def test_names_that_are_none(school: School, name: str, url: str | None) -> None:
    with pytest.raises(BadName):
        rename(school, name, url)
    with school.app.database.read() as db:
        assert db.scalars(select(Issuer)).one().name == "Riverside School"
