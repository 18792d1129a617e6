"""Issuers' keys: rotated without breaking one old badge, saved, and restored under another master key."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.core import credentials, keyring, publishing
from bot.core.credentials import WrongMasterKey
from bot.core.db import Database
from bot.core.founding import Founder, found
from bot.core.issuing import NoKey, default_issuer, jwt_key, signing_key
from bot.core.keyring import NotABackup, OtherIssuers, WrongPassphrase
from bot.core.listing import signed_list
from bot.core.models import Audit, Award, Issuer, IssuerKey
from bot.core.people import first_organisation
from bot.core.publishing import did_document, own_documents
from bot.core.site import Site
from tests.conftest import START, School
from tests.core.marks import on_sqlite

WORDS = "correct horse battery staple"


def rotate(school: School, kind: keyring.Kind = "ed25519") -> str:
    school.clock.forward(days=1)
    with school.app.database.write() as db:
        issuer = default_issuer(db, first_organisation(db))
        return keyring.rotate(db, school.app.site, school.clock.now, issuer, kind).multikey


def outcomes(school: School) -> list[bool]:
    with school.app.database.read() as db:
        fetch = own_documents(db, school.app.site)
        return [
            credentials.verify(award.document, fetch=fetch, now=school.clock.now).holds
            for award in db.scalars(select(Award).order_by(Award.id))
        ]


def test_old_badges_verify_after_any_number_of_rotations(school: School) -> None:
    signers = []
    for who in ("sam", "ana", "dmytro", "layla"):
        school.type("rivera", f"/award @{who} Peer Mentoring for it")
        rotate(school)
        rotate(school, "p256")
        assert outcomes(school) == [True] * (len(signers) + 1)
        with school.app.database.read() as db:
            [newest] = db.scalars(select(Award).order_by(Award.id.desc()).limit(1))
            signers.append(json.loads(newest.document)["proof"][0]["verificationMethod"])
    assert len(set(signers)) == 4
    with school.app.database.read() as db:
        issuer = default_issuer(db, first_organisation(db))
        listed = did_document(school.app.site, issuer)["assertionMethod"]
        assert set(signers) < set(listed)
        assert len(listed) == 10  # five of each kind
        facts = keyring.list_keys(db)
        assert [key.retired_at is None for key in facts].count(True) == 2
        assert len(db.scalars(select(Audit).where(Audit.action == "key-rotated")).all()) == 8


def test_a_status_list_is_signed_by_the_newest_key(school: School) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for it")
    new = rotate(school)
    with school.app.database.read() as db:
        issuer = default_issuer(db, first_organisation(db))
        [proof] = json.loads(signed_list(db, school.app.site, issuer, 0, "revocation"))["proof"]
        assert proof["verificationMethod"].endswith(new)
    school.type("rivera", "/revoke @sam Peer Mentoring because of a mix-up")
    assert outcomes(school) == [False]


@on_sqlite
def test_a_backup_opens_under_another_master_key(school: School) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for it")
    rotate(school)
    site = school.app.site
    with school.app.database.read() as db:
        saved = keyring.backup(db, site, school.clock.now, WORDS)
        before = keyring.list_keys(db)
        for key in db.scalars(select(IssuerKey)):
            private = credentials.unseal(key.sealed, site.master_key, key.issuer_id.encode())
            assert private not in saved
    other = replace(site, master_key=bytes(range(32, 64)))
    with school.app.database.write() as db:
        issuer = default_issuer(db, first_organisation(db))
        with pytest.raises(WrongMasterKey):
            signing_key(other, issuer)
        assert keyring.restore(db, other, school.clock.now, saved, WORDS) == keyring.Restored(3, 1)
        assert keyring.list_keys(db) == before
        now = {key.kind: key.multikey for key in before if key.retired_at is None}
        assert {"ed25519": signing_key(other, issuer).multikey, "p256": jwt_key(other, issuer).multikey} == now
    school.app.site = other
    school.type("rivera", "/award @ana Peer Mentoring for it")
    assert outcomes(school) == [True, True]


@on_sqlite
def test_a_key_made_after_the_backup_is_retired_where_nothing_opens_it(school: School) -> None:
    site = school.app.site
    with school.app.database.read() as db:
        saved = keyring.backup(db, site, school.clock.now, WORDS)
        [old] = [key.multikey for key in keyring.list_keys(db) if key.kind == "ed25519"]
    newer = rotate(school)
    school.type("rivera", "/award @sam Peer Mentoring for it")  # signed with the key that is lost below
    other = replace(site, master_key=bytes(32))
    with school.app.database.write() as db:
        keyring.restore(db, other, school.clock.now, saved, WORDS)
        facts = {key.multikey: key for key in keyring.list_keys(db) if key.kind == "ed25519"}
        assert facts[newer].retired_at is not None
        assert facts[old].retired_at is not None  # it was retired by the rotation, and stays so
        [fresh] = facts.keys() - {old, newer}
        assert facts[fresh].retired_at is None
    school.app.site = other
    assert outcomes(school) == [True]
    assert school.type("rivera", "/award @ana Peer Mentoring for it").kind == "said"


@on_sqlite
def test_keys_of_an_issuer_made_since_the_backup_are_retired_as_well(school: School) -> None:
    site = school.app.site
    with school.app.database.write() as db:
        saved = keyring.backup(db, site, school.clock.now, WORDS)
        organisation = first_organisation(db)
        newer = Issuer(
            id="0197-new", organisation_id=organisation.id, name="Science", url="", created_at=school.clock.now
        )
        db.add(newer)
        keyring.complete(db, site, school.clock.now, newer)
    other = replace(site, master_key=bytes(32))
    with school.app.database.write() as db:
        assert keyring.restore(db, other, school.clock.now, saved, WORDS).issuers == 1
        facts = [key for key in keyring.list_keys(db) if key.issuer_name == "Science"]
        assert [key.retired_at is None for key in facts].count(False) == 2
        assert signing_key(other, db.get_one(Issuer, "0197-new")).multikey in {key.multikey for key in facts}


@on_sqlite
def test_an_rsa_key_is_made_when_it_is_asked_for_and_kept_like_the_others(school: School) -> None:
    site = school.app.site
    with school.app.database.write() as db:
        issuer = default_issuer(db, first_organisation(db))
        with pytest.raises(NoKey):
            jwt_key(site, issuer, "RS256")
        for _ in range(2):
            keyring.complete(db, site, school.clock.now, issuer, ("rsa",))
        first = jwt_key(site, issuer, "RS256")
        saved = keyring.backup(db, site, school.clock.now, WORDS)
        newer = keyring.rotate(db, site, school.clock.now, issuer, "rsa")
        listed = {key.multikey: key for key in keyring.list_keys(db) if key.kind == "rsa"}
        assert newer.multikey == credentials.thumbprint(jwt_key(site, issuer, "RS256").jwk)
        old = credentials.thumbprint(first.jwk)
        assert (listed[old].retired_at, listed[newer.multikey].retired_at) == (school.clock.now, None)
        document = did_document(site, issuer)
        published = {one["id"]: one for one in document["verificationMethod"]}
        for name in listed:
            method = published[f"{document['id']}#{name}"]
            assert (method["type"], method["publicKeyJwk"]["kty"]) == ("JsonWebKey", "RSA")
            assert method["id"] in document["assertionMethod"]
    other = replace(site, master_key=bytes(32))
    with school.app.database.write() as db:
        keyring.restore(db, other, school.clock.now, saved, WORDS)
        issuer = default_issuer(db, first_organisation(db))
        [key] = [key for key in issuer.keys if key.kind == "rsa" and publishing.key_name(key) == old]
        assert credentials.unseal(key.sealed, other.master_key, issuer.id.encode()) == first.private_bytes


@on_sqlite
def test_a_backup_tells_what_it_takes_to_open_it(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    site = school.app.site
    with monkeypatch.context() as earlier, school.app.database.read() as db:
        earlier.setattr(keyring, "SCRYPT", {"n": 2**14, "r": 8, "p": 1})
        saved = keyring.backup(db, site, START, WORDS)
    with school.app.database.write() as db:
        assert keyring.restore(db, site, START, saved, WORDS).keys > 0


@on_sqlite
def test_backups_that_are_none(school: School) -> None:
    site = school.app.site
    with school.app.database.read() as db:
        saved = keyring.backup(db, site, START, WORDS)
    damaged = json.loads(saved)
    damaged["locked"] = damaged["locked"][:-8] + "AAAAAAA="
    for data, passphrase, error in (
        (b"", WORDS, NotABackup),
        (b"{}", WORDS, NotABackup),
        (b"[]", WORDS, NotABackup),
        (b"\xff\x00", WORDS, NotABackup),
        (saved[:-40], WORDS, NotABackup),
        (saved.replace(b"backup 1", b"backup 9"), WORDS, NotABackup),
        (saved.replace(b'"n": 65536', b'"n": 65537'), WORDS, NotABackup),
        (saved.replace(b'"n": 65536', b'"n": 1073741824'), WORDS, NotABackup),
        (saved, "another", WrongPassphrase),
        (json.dumps(damaged).encode(), WORDS, WrongPassphrase),
    ):
        with school.app.database.write() as db, pytest.raises(error):
            keyring.restore(db, site, START, data, passphrase)


@on_sqlite
def test_a_backup_of_another_school_is_refused(school: School, site: Site, tmp_path: Path) -> None:
    elsewhere = Database(f"sqlite:///{tmp_path / 'elsewhere.db'}")
    elsewhere.migrate()
    with elsewhere.write() as db:
        found(db, site, START, Founder("Hillside School", "", "en", "UTC"))
        saved = keyring.backup(db, site, START, WORDS)
    elsewhere.close()
    with school.app.database.write() as db, pytest.raises(OtherIssuers):
        keyring.restore(db, site, START, saved, WORDS)
