"""Endorsements: signed here or elsewhere, carried by every badge awarded from then on."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.core import credentials, endorsing
from bot.core.credentials import SigningKey, Unreachable, Unsignable
from bot.core.endorsing import NothingEndorsed, Over, TooMany, Untrusted
from bot.core.issuing import achievement, default_issuer
from bot.core.models import Audit, Award
from bot.core.people import first_organisation
from bot.core.publishing import badge_document, issuer_document, own_documents
from tests.conftest import School
from tests.core.marks import on_sqlite


def nowhere(url: str) -> bytes:
    raise Unreachable(url)


def newest(school: School) -> dict[str, Any]:
    with school.app.database.read() as db:
        award = db.scalars(select(Award).order_by(Award.id.desc())).first()
        assert award is not None
        found = credentials.verify(award.document, fetch=own_documents(db, school.app.site), now=school.clock.now)
        assert found.holds, found.checks
        document: dict[str, Any] = json.loads(award.document)
        return document


def foreign(school: School, about: str, **changes: Any) -> bytes:
    """Make what a museum signed about something."""
    key, now = SigningKey.generate(), school.clock.now - timedelta(days=1)
    facts = credentials.Endorsement(
        id="urn:uuid:0f2e33e5-7a29-4155-840a-59483ba10164",
        issuer=credentials.Issuer(key.did_key, "City Museum"),
        about=about,
        comment="We know how it is earned.",
        valid_from=now,
    )
    signed = credentials.sign(credentials.endorsement_credential(facts), key, key.verification_method(key.did_key), now)
    return json.dumps({**signed, **changes}).encode()


def test_badges_awarded_from_then_on_carry_it(school: School) -> None:
    site = school.app.site
    with school.app.database.write() as db:
        version, issuer = endorsing.find(db, "Peer Mentoring"), default_issuer(db, first_organisation(db))
        done = endorsing.endorse(db, site, school.clock.now, version, issuer, "Our tutors rely on it.")
        assert (done.what, done.by) == ("Peer Mentoring", "Riverside School")
        school.clock.forward(minutes=1)
        about = achievement(site, version).id  # type: ignore[arg-type]
        brought = endorsing.bring(db, site, school.clock.now, foreign(school, about), nowhere)
        assert (brought.what, brought.by) == ("Peer Mentoring", "City Museum")
        assert len(db.scalars(select(Audit).where(Audit.action == "endorsed")).all()) == 2
        assert len(badge_document(site, version)["endorsement"]) == 2  # type: ignore[arg-type]
    for who in ("sam", "ana", "dmytro"):
        school.type("rivera", f"/award @{who} Peer Mentoring for it")
        carried = newest(school)["credentialSubject"]["achievement"]["endorsement"]
        assert [one["issuer"]["name"] for one in carried] == ["Riverside School", "City Museum"]
        with school.app.database.read() as db:
            for one in carried:
                fetch = own_documents(db, site)
                assert credentials.verify_endorsement(one, fetch=fetch, now=school.clock.now).holds


def test_an_issuer_is_endorsed(school: School) -> None:
    with school.app.database.write() as db:
        issuer = default_issuer(db, first_organisation(db))
        endorsing.endorse(db, school.app.site, school.clock.now, issuer, issuer, "A good school.")
        [one] = issuer_document(school.app.site, issuer)["endorsement"]
        assert one["credentialSubject"]["endorsementComment"] == "A good school."


def test_an_award_is_endorsed(school: School) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for it")
    with school.app.database.write() as db:
        award = db.scalars(select(Award)).one()
        done = endorsing.bring(db, school.app.site, school.clock.now, foreign(school, newest(school)["id"]), nowhere)
        assert done.what == "Peer Mentoring"
        assert endorsing.find(db, award.id) is award
        school.clock.forward(minutes=1)
        [carried] = json.loads(award.current)["endorsement"]
        assert carried["issuer"]["name"] == "City Museum"
        fetch = own_documents(db, school.app.site)
        assert credentials.verify(award.current, fetch=fetch, now=school.clock.now).holds


@on_sqlite
def test_an_award_that_is_over_is_not_endorsed(school: School) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for it")
    with school.app.database.write() as db:
        award, issuer = db.scalars(select(Award)).one(), default_issuer(db, first_organisation(db))
        award.expires_at = school.clock.now + timedelta(days=1)
        school.clock.forward(days=2)
        with pytest.raises(Over):
            endorsing.endorse(db, school.app.site, school.clock.now, award, issuer, "Well done.")
        assert not award.reissues


@on_sqlite
def test_what_does_not_hold_is_not_kept(school: School) -> None:
    with school.app.database.read() as db:
        about = achievement(school.app.site, endorsing.find(db, "Peer Mentoring")).id  # type: ignore[arg-type]
    for signed, error in (
        (foreign(school, about, name="Changed"), Untrusted),
        (b"{}", Untrusted),
        (b"nonsense", Untrusted),
        (foreign(school, "https://elsewhere.example/badges/1"), NothingEndorsed),
        (foreign(school, about.replace("badges.", "badges2.")), NothingEndorsed),
    ):
        with pytest.raises(error), school.app.database.write() as db:
            endorsing.bring(db, school.app.site, school.clock.now, signed, nowhere)
    with school.app.database.write() as db:
        version, issuer = endorsing.find(db, "Peer Mentoring"), default_issuer(db, first_organisation(db))
        with pytest.raises(Unsignable):
            endorsing.endorse(db, school.app.site, school.clock.now, version, issuer, "\x07")
        with pytest.raises(NothingEndorsed):
            endorsing.find(db, "Chess")
        for number in range(endorsing.MOST):
            endorsing.endorse(db, school.app.site, school.clock.now, version, issuer, f"Good {number}")
        with pytest.raises(TooMany):
            endorsing.endorse(db, school.app.site, school.clock.now, version, issuer, "Once more")
