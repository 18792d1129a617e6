"""Lists of revoked and suspended badges: signed when a bit changes, and at no other time."""

from __future__ import annotations

import json
from dataclasses import replace

from alembic import command
from alembic.config import Config
from sqlalchemy import select, text

from bot.core import credentials, keyring
from bot.core.commands import RevokeBadge
from bot.core.credentials import Outcome
from bot.core.credentials.status import decode_bits
from bot.core.db import Database
from bot.core.issuing import LIST_BITS
from bot.core.listing import STATUS_CONTEXTS, signed_list
from bot.core.models import Award, Issuer, StatusList
from bot.core.publishing import own_documents
from bot.core.site import Purpose, Site
from tests.conftest import School
from tests.core.marks import on_sqlite
from tests.core.together import at_once


def listed(school: School, purpose: Purpose = "revocation", *, site: Site | None = None) -> str:
    with school.app.database.read() as db:
        return signed_list(db, site or school.app.site, db.scalars(select(Issuer)).one(), 0, purpose)


def bits_set(document: str, purpose: Purpose = "revocation") -> int:
    encoded = json.loads(document)["credentialSubject"]["encodedList"]
    assert json.loads(document)["credentialSubject"]["statusPurpose"] == purpose
    return sum(byte.bit_count() for byte in decode_bits(encoded))


def award_three(school: School) -> None:
    school.type("rivera", "/award @sam @ana @dmytro Peer Mentoring for it")


def test_a_list_is_signed_when_a_bit_changes_and_never_when_it_is_read(school: School) -> None:
    award_three(school)
    empty = listed(school)
    assert bits_set(empty) == 0
    school.type("rivera", "/revoke @sam Peer Mentoring because of a mix-up")
    signed = sum(STATUS_CONTEXTS.counts[path] for path in ("compiled", "general"))
    one = listed(school)
    assert (bits_set(one), listed(school)) == (1, one)
    assert sum(STATUS_CONTEXTS.counts[path] for path in ("compiled", "general")) == signed
    school.clock.forward(minutes=1)
    school.type("rivera", "/award @lee Peer Mentoring for it")
    assert listed(school) == one
    school.type("rivera", "/revoke @ana Peer Mentoring because of a mix-up")
    assert bits_set(listed(school)) == 2


def test_a_suspension_is_set_and_cleared_in_a_list_of_its_own(school: School) -> None:
    award_three(school)
    school.type("rivera", "/laurel suspend @sam Peer Mentoring because of a question")
    first = listed(school, "suspension")
    assert (bits_set(first, "suspension"), bits_set(listed(school))) == (1, 0)
    school.clock.forward(minutes=1)
    school.type("rivera", "/laurel reinstate @sam Peer Mentoring")
    second = listed(school, "suspension")
    assert bits_set(second, "suspension") == 0
    assert json.loads(second)["validFrom"] > json.loads(first)["validFrom"]


def test_two_who_revoke_at_the_same_moment_both_do(school: School) -> None:
    award_three(school)
    people = [school.person(who) for who in ("sam", "ana", "dmytro")]
    replies = at_once(
        *(lambda one=one: school.ask("rivera", RevokeBadge(one, "Peer Mentoring", "a mix-up")) for one in people)
    )
    assert {reply.kind for reply in replies} == {"said"}
    assert bits_set(listed(school)) == 3


def test_a_new_key_signs_the_lists_anew(school: School) -> None:
    award_three(school)
    school.type("rivera", "/revoke @sam Peer Mentoring because of a mix-up")
    before = listed(school)
    with school.app.database.write() as db:
        issuer = db.scalars(select(Issuer)).one()
        new = keyring.rotate(db, school.app.site, school.clock.now, issuer, "ed25519")
    after = listed(school)
    assert (bits_set(before), bits_set(after)) == (1, 1)
    assert json.loads(after)["proof"][0]["verificationMethod"].endswith(new.multikey)
    with school.app.database.read() as db:
        for award in db.scalars(select(Award)):
            found = credentials.verify(award.current, fetch=own_documents(db, school.app.site), now=school.clock.now)
            told = {check.name.value: check.outcome for check in found.checks}
            assert told["revocation"] is (Outcome.FAILED if award.revoked_at else Outcome.PASSED)


@on_sqlite
def test_a_list_follows_to_another_address(school: School) -> None:
    award_three(school)
    school.type("rivera", "/revoke @sam Peer Mentoring because of a mix-up")
    moved = listed(school, site=replace(school.app.site, pages="https://elsewhere.example.edu"))
    assert (bits_set(moved), json.loads(moved)["id"][:30]) == (1, "https://elsewhere.example.edu/")


def test_what_was_revoked_before_lists_were_kept_is_in_them(school: School) -> None:
    award_three(school)
    school.type("rivera", "/revoke @sam Peer Mentoring because of a mix-up")
    school.type("rivera", "/laurel suspend @ana Peer Mentoring because of a question")
    school.type("rivera", "/laurel suspend @dmytro Peer Mentoring because of a question")
    school.type("rivera", "/laurel reinstate @dmytro Peer Mentoring")
    database: Database = school.app.database
    with database.read() as db:
        kept = {(one.purpose, one.number): one.bits for one in db.scalars(select(StatusList))}
    with database.engine.begin() as connection:
        connection.execute(text("DROP TABLE status_list"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0008'"))
        config = Config()
        config.set_main_option("script_location", "migrations")
        config.attributes["connection"] = connection
        command.upgrade(config, "0009")
    with database.read() as db:
        assert {(one.purpose, one.number): one.bits for one in db.scalars(select(StatusList))} == kept
        index = db.scalars(select(Award.status_index).where(Award.revoked_at.is_not(None))).one()
    assert credentials.bit_is_set(json.loads(listed(school)), index % LIST_BITS)
