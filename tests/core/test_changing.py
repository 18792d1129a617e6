"""What happens to a badge after it was given: made out to an address, proved further, suspended and reinstated."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.core import credentials
from bot.core.commands import AddEvidence, AskEvidence, SetIdentity, ShowAward
from bot.core.credentials import CheckName, Outcome
from bot.core.founding import grant
from bot.core.models import Audit, Award, Organisation, Reissue
from bot.core.port import Reply
from bot.core.publishing import own_documents
from tests.conftest import School
from tests.core.marks import on_sqlite
from tests.core.reading import buttons, form, press, rows, words


def make_staff(school: School, handle: str) -> None:
    with school.app.database.write() as db:
        grant(db, school.clock.now, db.scalars(select(Organisation)).one(), "room", handle, "staff")


def current(school: School, handle: str = "sam") -> dict[str, Any]:
    """Give the newest signature of somebody's only award."""
    with school.app.database.read() as db:
        [award] = [a for a in db.scalars(select(Award)) if a.member.accounts[0].external_id == handle]
        document: dict[str, Any] = json.loads(award.current)
        return document


def checked(school: School, recipient: str | None = None) -> credentials.Verification:
    with school.app.database.read() as db:
        fetch = own_documents(db, school.app.site)
        text = json.dumps(current(school))
        return credentials.verify(text.encode(), fetch=fetch, now=school.clock.now, recipient=recipient)


def ask_as(school: School, email: str, identity: str) -> Reply:
    """Ask from a platform that vouches for an address."""
    return school.app.do(replace(school.actor("sam"), email=email), SetIdentity(identity))


# -- identities ------------------------------------------------------------------------------------------------


def test_an_address_that_the_platform_vouches_for_is_hashed_into_every_badge(school: School) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for it")
    before = current(school)
    school.clock.forward(hours=1)
    asked = ask_as(school, "Sam@School.edu", "")
    assert "random number" in words(asked.text)
    reply = school.app.do(replace(school.actor("sam"), email="Sam@School.edu"), press(asked, "Use sam@school.edu"))
    assert "1 badge was signed anew" in words(reply.text)
    after = current(school)
    assert (after["id"], after["credentialStatus"]) == (before["id"], before["credentialStatus"])
    assert after["validFrom"] > before["validFrom"]
    assert after["awardedDate"] == before["validFrom"]
    assert "sam@school.edu" not in json.dumps(after).lower()
    assert checked(school, "sam@school.edu")[CheckName.RECIPIENT].outcome is Outcome.PASSED
    assert checked(school, "ana@school.edu")[CheckName.RECIPIENT].outcome is Outcome.FAILED
    assert checked(school).holds
    with school.app.database.read() as db:
        award = db.scalars(select(Award)).one()
        assert json.loads(award.document) == before  # the first signature stays as it was
        assert [r.why for r in db.scalars(select(Reissue))] == ["recipient"]
        assert "sam@" not in json.dumps(db.scalars(select(Audit.facts)).all())
    school.type("rivera", "/award @sam Peer Feedback for that")  # what comes later carries it from the start
    with school.app.database.read() as db:
        newest = db.scalars(select(Award).order_by(Award.id.desc())).first()
        assert newest is not None
        assert "identifier" in json.loads(newest.document)["credentialSubject"]


def test_an_address_nobody_vouches_for_is_refused(school: School, refused) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for it")
    refused("sam", "/mybadges identity sam@school.edu", "ask your school's staff")
    refused("rivera", "/laurel identity @sam sam@school.edu", "Only the school's staff")
    make_staff(school, "kim")
    reply = school.type("kim", "/laurel identity @sam sam@school.edu")
    assert words(reply.text).startswith("The badges of Sam Okafor can be recognised by sam@school.edu.")
    assert checked(school, "sam@school.edu")[CheckName.RECIPIENT].outcome is Outcome.PASSED


def test_badges_can_be_made_out_to_ones_own_did_and_back(school: School) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for it")
    did = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
    subject = current(school)["credentialSubject"]["id"]
    school.clock.forward(minutes=1)
    school.type("sam", f"/mybadges identity {did}")
    assert current(school)["credentialSubject"]["id"] == did
    assert checked(school).holds
    shown = school.type("sam", "/mybadges identity")
    assert did in words(shown.text)
    school.clock.forward(minutes=1)
    school.ask("sam", press(shown, "Use none"))
    assert current(school)["credentialSubject"]["id"] == subject
    assert "identifier" not in current(school)["credentialSubject"]
    assert checked(school).holds


def test_setting_the_same_again_signs_nothing_anew(school: School) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for it")
    for _ in range(2):
        ask_as(school, "sam@school.edu", "sam@school.edu")
    with school.app.database.read() as db:
        assert len(db.scalars(select(Reissue)).all()) == 1


@on_sqlite
@pytest.mark.parametrize(
    "identity",
    ["sam", "sam@", "@school.edu", "sam@school", "a b@school.edu", "did:", "did:key:", "did:example:123", "did:web:",
     "did:key:z0OIl", "x" * 70 + "@school.edu", "sam@" + "a." * 130 + "edu", "sam@school.edu\u202e", '"@s.edu'],
)  # fmt: skip
def test_what_is_no_identity_is_refused(school: School, refused, identity: str) -> None:
    school.type("sam", "/mybadges")
    refused("sam", SetIdentity(identity), "is no e-mail address")


@on_sqlite
def test_an_expired_or_revoked_badge_is_not_signed_anew(school: School) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for it")
    school.type("rivera", "/revoke @sam Peer Mentoring because of a mix-up")
    ask_as(school, "sam@school.edu", "sam@school.edu")
    with school.app.database.read() as db:
        assert db.scalars(select(Reissue)).all() == []


# -- evidence --------------------------------------------------------------------------------------------------


def test_evidence_that_comes_later_is_signed(school: School) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for https://example.org/one")
    school.clock.forward(minutes=1)
    award = current(school)["id"].rpartition("/")[2]
    reply = school.ask("rivera", press(school.ask("rivera", ShowAward(award)), "Add evidence"))
    asked = replace(form(reply).command, links="https://example.org/two and https://example.org/one")
    assert isinstance(asked, AddEvidence)
    added = school.ask("rivera", asked)
    assert "1 piece of evidence more proves Peer Mentoring of Sam Okafor" in words(added.text)
    urls = [one["id"] for one in current(school)["evidence"]]
    assert urls == ["https://example.org/one", "https://example.org/two"]
    assert checked(school).holds
    assert "already" in words(school.ask("rivera", asked).text)
    assert "Add evidence" not in buttons(school.ask("sam", ShowAward(award)))


def test_only_who_gave_it_adds_evidence(school: School, refused) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for it")
    award = current(school)["id"].rpartition("/")[2]
    refused("kim", AskEvidence(award), "Only who gave a badge")
    refused("ana", AddEvidence(award, "https://example.org"), "Only teachers")
    refused("rivera", AddEvidence(award, "none"), "Give a file, or between one and 20 web addresses")
    refused("rivera", AddEvidence(award, " ".join(f"https://example.org/{n}" for n in range(21))), "between one and 20")
    refused("rivera", AddEvidence("nothing", "https://example.org"))
    school.type("rivera", "/revoke @sam Peer Mentoring because of a mix-up")
    refused("rivera", AddEvidence(award, "https://example.org"))


@on_sqlite
def test_what_has_expired_is_signed_anew_no_more(school: School, refused) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for it")
    with school.app.database.write() as db:
        award = db.scalars(select(Award)).one()
        award.expires_at = school.clock.now + timedelta(days=1)
    assert "Add evidence" in buttons(school.ask("rivera", ShowAward(award.id)))
    school.clock.forward(days=2)
    assert "Add evidence" not in buttons(school.ask("rivera", ShowAward(award.id)))
    refused("rivera", AskEvidence(award.id), "has expired")
    refused("rivera", AddEvidence(award.id, "https://example.org"), "has expired")
    refused("ana", AddEvidence(award.id, "https://example.org"), "Only teachers")


# -- suspension ------------------------------------------------------------------------------------------------


@pytest.fixture
def listing(school: School) -> School:
    """A school whose credentials name a list of suspended badges."""
    school.app.site = replace(school.app.site, suspension_list=True)
    return school


def test_a_suspended_badge_fails_everywhere_until_it_is_reinstated(listing: School, pump: Callable[[], int]) -> None:
    school = listing
    school.type("rivera", "/award @sam @ana Peer Mentoring for it")
    assert checked(school).holds
    school.clock.forward(minutes=1)
    reply = school.type("rivera", "/laurel suspend @sam Peer Mentoring because of a doubt.")
    assert words(reply.text).startswith("Peer Mentoring of Sam Okafor does not count for now: a doubt.")
    assert "every verifier say so" in words(reply.text)
    found = checked(school)
    assert found[CheckName.SUSPENSION].reason == "suspended"
    assert found[CheckName.REVOCATION].outcome is Outcome.PASSED
    assert rows(school.type("sam", "/mybadges")) == ["Peer Mentoring"]
    school.clock.forward(minutes=1)
    assert words(school.type("rivera", "/laurel reinstate @sam Peer Mentoring").text).endswith("counts again.")
    assert checked(school).holds
    pump()


def test_without_a_list_the_register_itself_says_so(school: School) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for it")
    reply = school.type("rivera", "/laurel suspend @sam Peer Mentoring because of a doubt")
    assert "copies already downloaded cannot know" in words(reply.text)
    award = current(school)["id"].rpartition("/")[2]
    shown = school.ask("sam", ShowAward(award))
    assert words(shown.text) == "Peer Mentoring is suspended and does not count at present."
    verified = school.ask("sam", press(shown, "Verify"))
    assert words(verified.text) == "Peer Mentoring does not hold:"
    assert [row for row in rows(verified) if row.startswith("✗")] == ["✗ Suspension"]
    school.type("rivera", "/laurel reinstate @sam Peer Mentoring")
    assert words(school.ask("sam", press(shown, "Verify")).text) == "Peer Mentoring is genuine: every check holds."


def test_the_learner_is_told(school: School, pump: Callable[[], int], recorder) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for it")
    pump()
    school.type("rivera", "/laurel suspend @sam Peer Mentoring because of a doubt")
    pump()
    [message] = recorder.direct("sam")
    assert (
        words(message.now.text)
        == "Peer Mentoring does not count for now: a doubt. Ask Ms Rivera how that can be cleared up."
    )


def test_what_cannot_be_suspended_is_refused(school: School, refused) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for it")
    refused("rivera", "/laurel reinstate @sam Peer Mentoring", "It is not suspended")
    refused("rivera", "/laurel suspend @sam Peer Mentoring", "Say why, for the record: /laurel suspend @student")
    refused("rivera", "/laurel suspend Peer Mentoring because x", "Say whose badge it is")
    refused("kim", "/laurel suspend @sam Peer Mentoring because x", "Only who gave a badge")
    refused("ana", "/laurel reinstate @sam Peer Mentoring", "Only teachers")
    school.type("rivera", "/laurel suspend @sam Peer Mentoring because of a doubt")
    refused("rivera", "/laurel suspend @sam Peer Mentoring because of a doubt", "suspended already")
