"""What is signed: it verifies, it names nobody who has not agreed, and revoking shows in the status list."""

from __future__ import annotations

import json
import unicodedata
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.core import credentials
from bot.core.commands import AwardBadge, Quote, SetPrivacy, VerifyAward
from bot.core.credentials import COMPILED, Outcome, Path
from bot.core.issuing import LIST_BITS
from bot.core.listing import STATUS_CONTEXTS, signed_list
from bot.core.models import Award
from bot.core.port import Person
from bot.core.publishing import own_documents
from tests.conftest import START, School
from tests.core.marks import on_sqlite
from tests.core.reading import press, rows, words


def documents(school: School) -> list[str]:
    with school.app.database.read() as db:
        return list(db.scalars(select(Award.document).order_by(Award.revoked_at.is_(None), Award.id)))


def outcomes(school: School, document: str) -> dict[str, Outcome]:
    with school.app.database.read() as db:
        found = credentials.verify(document, fetch=own_documents(db, school.app.site), now=school.clock.now)
    return {check.name.value: check.outcome for check in found.checks}


def revoked_bits(school: School) -> set[int]:
    """Give the indices that the published lists say are revoked."""
    with school.app.database.read() as db:
        awards = db.scalars(select(Award)).all()
        lists = {
            n: json.loads(signed_list(db, school.app.site, awards[0].issuer, n, "revocation"))
            for n in {a.status_index // LIST_BITS for a in awards}
        }
        return {
            a.status_index
            for a in awards
            if credentials.bit_is_set(lists[a.status_index // LIST_BITS], a.status_index % LIST_BITS)
        }


def award_with_quote(school: School, text: str, author: Person, *named: Person) -> str:
    quote = Quote(author, text, START - timedelta(hours=1), named=named)
    assert school.ask("rivera", AwardBadge((school.person("sam"),), "Peer Mentoring", "thanks", quote)).kind == "said"
    return documents(school)[-1]


def test_a_signed_award_verifies_in_every_check(school: School) -> None:
    school.type("rivera", "/award @sam @ana Peer Mentoring for https://example.org/a «well done» 🏅 עברית")
    for document in documents(school):
        assert set(outcomes(school, document).values()) == {Outcome.PASSED}


@on_sqlite
def test_a_changed_document_fails(school: School) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for it")
    [document] = documents(school)
    assert Outcome.FAILED in outcomes(school, document.replace("Peer Mentoring", "Rocket Science")).values()


def test_revoking_flips_one_bit_of_the_status_list(school: School) -> None:
    school.type("rivera", "/award @sam @ana @lee Peer Mentoring for it")
    assert revoked_bits(school) == set()
    before = set(documents(school))
    school.type("rivera", "/revoke @ana Peer Mentoring because it was a mistake")
    with school.app.database.read() as db:
        ana = db.scalars(select(Award).where(Award.revoked_at.is_not(None))).one()
    assert revoked_bits(school) == {ana.status_index}
    assert set(documents(school)) == before
    assert outcomes(school, ana.document)["revocation"] is Outcome.FAILED


@on_sqlite
def test_the_same_revocations_make_the_same_list(school: School, clock) -> None:
    school.type("rivera", "/award @sam @ana Peer Mentoring for it")
    school.type("rivera", "/revoke @ana Peer Mentoring because it was a mistake")
    with school.app.database.read() as db:
        award = db.scalars(select(Award)).first()
        assert award is not None
        number = award.status_index // LIST_BITS
        first = signed_list(db, school.app.site, award.issuer, number, "revocation")
        clock.forward(days=1)
        assert signed_list(db, school.app.site, award.issuer, number, "revocation") == first


@on_sqlite
def test_verify_runs_the_checks_in_the_chat(school: School) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for it")
    verify = press(school.type("sam", "/mybadges"), "Verify")
    assert "every check holds" in words(school.ask("sam", verify).text)
    school.type("rivera", "/revoke @sam Peer Mentoring because it was a mistake")
    assert isinstance(verify, VerifyAward)
    reply = school.ask("sam", verify)
    assert "does not hold" in words(reply.text)
    assert [row for row in rows(reply) if row.startswith("✗")] == ["✗ Revocation"]


@on_sqlite
@pytest.mark.parametrize("handle", ["rivera", "sam", "ana"])
def test_no_name_is_in_a_document_unless_its_owner_agrees(school: School, handle: str) -> None:
    """The giver, the recipient, and somebody mentioned whom the bot has never met."""
    school.type("rivera", f"/award @sam Peer Mentoring for helping @{handle} with maths")
    [document] = documents(school)
    for name in ("Rivera", "Okafor", "Núñez"):
        assert name not in document
    assert "helping […] with maths" in document


@on_sqlite
def test_who_agrees_is_named(school: School) -> None:
    school.ask("ana", SetPrivacy("private", True))
    school.type("rivera", "/award @sam Peer Mentoring for helping @ana with maths")
    assert "helping Ana Núñez with maths" in documents(school)[0]


@on_sqlite
@pytest.mark.parametrize(
    "written",
    [
        "Ana Núñez",
        "ANA NÚÑEZ",
        "ana  núñez",
        "Ana\nNúñez",
        "Ana\u00a0Núñez",
        "@Ana Núñez!",
        unicodedata.normalize("NFD", "Ana Núñez"),
    ],
)
def test_a_name_in_a_quote_is_left_out_however_it_is_written(school: School, written: str) -> None:
    text = f"I showed {written} how it works"
    document = award_with_quote(school, text, school.person("sam"), school.person("ana"))
    [evidence] = json.loads(document)["evidence"]
    assert unicodedata.normalize("NFC", evidence["narrative"]).startswith("I showed […]")
    assert evidence["narrative"].endswith(" how it works")


@on_sqlite
def test_the_author_of_a_quote_is_named_only_if_they_agree(school: School) -> None:
    assert "Okafor" not in award_with_quote(school, "I, Sam Okafor, helped", school.person("sam"))
    school.ask("ana", SetPrivacy("private", True))
    school.type("rivera", "/revoke @sam Peer Mentoring because again")
    assert "Written by Ana Núñez" in award_with_quote(school, "Sam Okafor helped me", school.person("ana"))


@on_sqlite
def test_a_quote_without_names_is_signed_as_it_was_written(school: School) -> None:
    text = unicodedata.normalize("NFD", "Café  crème")
    [evidence] = json.loads(award_with_quote(school, text, school.person("sam")))["evidence"]
    assert evidence["narrative"] == text


def test_a_name_with_control_characters_is_cleaned(school: School) -> None:
    odd = Person(school.person("sam").ref, "Sam\x00 \ud800O\u202ek\x07afor")
    reply = school.ask("rivera", AwardBadge((odd,), "Peer Mentoring", "it"))
    assert reply.kind == "said"
    school.ask("rivera", AwardBadge((Person(school.person("lee").ref, "\x00\n"),), "Peer Mentoring", "it"))
    with school.app.database.read() as db:
        assert {a.member.name for a in db.scalars(select(Award))} == {"Sam Okafor", "lee"}


@on_sqlite
def test_badges_of_a_shape_met_before_and_status_lists_are_checked_by_compiled_shapes(school: School) -> None:
    """Of any shape the first two documents take the general path."""
    for who in ("sam", "ana", "dmytro"):
        school.type("rivera", f"/award @{who} Peer Mentoring for it")
    compiled = COMPILED.counts[Path.COMPILED]
    with school.app.database.read() as db:
        for award in db.scalars(select(Award)):
            found = credentials.verify(award.document, fetch=own_documents(db, school.app.site), now=school.clock.now)
            assert found.holds
    assert COMPILED.counts[Path.COMPILED] > compiled + 1
    signed = STATUS_CONTEXTS.counts[Path.COMPILED]
    for who in ("sam", "ana", "dmytro"):
        school.clock.forward(minutes=1)
        school.type("rivera", f"/revoke @{who} Peer Mentoring because of a mix-up")
    assert STATUS_CONTEXTS.counts[Path.COMPILED] > signed
