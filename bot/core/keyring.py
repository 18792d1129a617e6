"""Issuers' keys: made, listed, rotated, published, and saved where a lost master key cannot take them along."""

from __future__ import annotations

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import credentials
from bot.core.case import note
from bot.core.credentials import P256Key, RsaKey, SigningKey, WrongMasterKey
from bot.core.ids import new_id
from bot.core.issuing import issuer_did
from bot.core.listing import sign_lists
from bot.core.models import Issuer, IssuerKey
from bot.core.publishing import did_document, key_name
from bot.core.site import Site

Kind = Literal["ed25519", "p256", "rsa"]
KINDS: dict[Kind, type[SigningKey] | type[P256Key] | type[RsaKey]] = {
    "ed25519": SigningKey,
    "p256": P256Key,
    "rsa": RsaKey,
}
"""What signs credentials, what signs them as JWT, and what signs JWTs for those who take no other kind."""

ALWAYS: tuple[Kind, ...] = ("ed25519", "p256")
"""Kinds that every issuer has; the others are made when they are first asked for."""

SCRYPT = {"n": 2**16, "r": 8, "p": 1}
"""What guessing one passphrase costs: 64 MiB and some tenths of a second. A backup tells its own, should this grow."""

COSTLIEST = {"n": 2**19, "r": 8, "p": 8}
"""More a backup may not ask for: it would need more than 512 MiB."""

BACKUP = b"laurel keys backup 1"


class NotABackup(Exception):
    """The file is no backup of keys, or was damaged."""


class WrongPassphrase(Exception):
    """Another passphrase locked the backup."""


class OtherIssuers(Exception):
    """The backup is of issuers that this database does not have."""


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """One key as it may be shown to anybody."""

    issuer: str
    issuer_name: str
    kind: str
    multikey: str
    since: datetime
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class Restored:
    """How many keys were put back, and for how many issuers."""

    keys: int
    issuers: int


def complete(db: Session, site: Site, now: datetime, issuer: Issuer, kinds: Sequence[Kind] = ALWAYS) -> None:
    """Give an issuer a key of each of these kinds that it has none of."""
    have = {key.kind for key in issuer.keys if key.retired_at is None}
    for kind in kinds:
        if kind not in have:
            _add(db, site, now, issuer, kind)


def list_keys(db: Session) -> tuple[KeyFacts, ...]:
    """Give every key of every issuer, the newest of each first."""
    return tuple(
        KeyFacts(issuer.id, issuer.name, key.kind, key_name(key), key.created_at, key.retired_at)
        for issuer in _issuers(db)
        for key in reversed(issuer.keys)
    )


def rotate(db: Session, site: Site, now: datetime, issuer: Issuer, kind: Kind) -> KeyFacts:
    """Retire an issuer's keys of one kind and make a new one, which signs from now on.

    Retired keys stay in the issuer's DID document, so that every badge they signed goes on verifying.
    """
    for key in issuer.keys:
        if key.kind == kind and key.retired_at is None:
            key.retired_at = now
    added = _add(db, site, now, issuer, kind)
    if kind == "ed25519":
        sign_lists(db, site, issuer)
    note(db, now, "key-rotated", issuer.id, organisation=issuer.organisation_id, facts={"key": key_name(added)})
    return KeyFacts(issuer.id, issuer.name, kind, key_name(added), now, None)


def public_documents(db: Session, site: Site) -> list[dict[str, Any]]:
    """Give each issuer's DID document: all that may be known of its keys."""
    return [did_document(site, issuer) for issuer in _issuers(db)]


def _add(db: Session, site: Site, now: datetime, issuer: Issuer, kind: Kind) -> IssuerKey:
    made = KINDS[kind].generate()
    public = json.dumps(made.jwk, sort_keys=True) if isinstance(made, RsaKey) else made.multikey
    key = IssuerKey(id=new_id(now), kind=kind, multikey=public, sealed=_sealed(site, issuer, made), created_at=now)
    issuer.keys.append(key)
    db.flush()
    return key


def _sealed(site: Site, issuer: Issuer, key: SigningKey | P256Key | RsaKey) -> bytes:
    return credentials.seal(key.private_bytes, site.master_key, issuer.id.encode())


def _issuers(db: Session) -> list[Issuer]:
    return list(db.scalars(select(Issuer).order_by(Issuer.created_at, Issuer.id)))


# -- backups -------------------------------------------------------------------------------------------------------


def backup(db: Session, site: Site, now: datetime, passphrase: str) -> bytes:
    """Give every issuer's keys in one file that only `passphrase` opens. Raises `WrongMasterKey`."""
    issuers = [
        {
            "id": issuer.id,
            "name": issuer.name,
            "did": issuer_did(site, issuer),
            "keys": [_saved(site, issuer, key) for key in issuer.keys],
        }
        for issuer in _issuers(db)
    ]
    salt = os.urandom(16)
    plain = json.dumps({"saved": now.isoformat(), "issuers": issuers}).encode()
    locked = credentials.seal(plain, _master(passphrase, salt, SCRYPT), BACKUP)
    about = {"laurel": BACKUP.decode(), "scrypt": {**SCRYPT, "salt": _text(salt)}, "locked": _text(locked)}
    return json.dumps(about, indent=2).encode() + b"\n"


def restore(db: Session, site: Site, now: datetime, saved: bytes, passphrase: str) -> Restored:
    """Put the keys of a backup back, sealed with today's master key; badges and members are left as they are.

    Keys made since the backup stay, as far as the master key opens them; others are retired. Raises `NotABackup`,
    `WrongPassphrase` or `OtherIssuers`.
    """
    found = _unlocked(saved, passphrase)
    here = {issuer.id: issuer for issuer in _issuers(db)}
    if not any(one["id"] in here for one in found["issuers"]):
        raise OtherIssuers
    total = 0
    for one in found["issuers"]:
        issuer = here.get(one["id"])
        if issuer is None:
            continue
        count = 0
        known = {key.multikey: key for key in issuer.keys}
        for row in one["keys"]:
            private = KINDS[row["kind"]].from_private_bytes(b64decode(row["private"]))
            key = known.get(row["multikey"]) or _again(row, issuer)
            key.sealed = _sealed(site, issuer, private)
            count += 1
        note(db, now, "keys-restored", issuer.id, organisation=issuer.organisation_id, facts={"keys": count})
        total += count
    for issuer in here.values():  # of issuers made since the backup, too
        for key in issuer.keys:
            if not _opens(site, issuer, key) and key.retired_at is None:
                key.retired_at = now
        db.flush()
        db.refresh(issuer)
        complete(db, site, now, issuer)
    return Restored(total, sum(one["id"] in here for one in found["issuers"]))


def _again(row: dict[str, Any], issuer: Issuer) -> IssuerKey:
    key = IssuerKey(
        id=row["id"],
        kind=row["kind"],
        multikey=row["multikey"],
        created_at=datetime.fromisoformat(row["created"]),
        retired_at=datetime.fromisoformat(row["retired"]) if row["retired"] else None,
    )
    issuer.keys.append(key)
    return key


def _opens(site: Site, issuer: Issuer, key: IssuerKey) -> bool:
    try:
        credentials.unseal(key.sealed, site.master_key, issuer.id.encode())
    except WrongMasterKey:
        return False
    return True


def _saved(site: Site, issuer: Issuer, key: IssuerKey) -> dict[str, Any]:
    return {
        "id": key.id,
        "kind": key.kind,
        "multikey": key.multikey,
        "private": _text(credentials.unseal(key.sealed, site.master_key, issuer.id.encode())),
        "created": key.created_at.isoformat(),
        "retired": key.retired_at.isoformat() if key.retired_at else None,
    }


def _unlocked(saved: bytes, passphrase: str) -> dict[str, Any]:
    try:
        about = json.loads(saved)
        salt, locked = b64decode(about["scrypt"]["salt"]), b64decode(about["locked"])
        cost = {name: int(about["scrypt"][name]) for name in SCRYPT}
        if about["laurel"] != BACKUP.decode() or any(cost[name] > COSTLIEST[name] for name in cost):
            raise NotABackup
        master = _master(passphrase, salt, cost)
    except (ValueError, KeyError, TypeError) as error:
        raise NotABackup from error
    try:
        plain = credentials.unseal(locked, master, BACKUP)
    except WrongMasterKey as error:
        raise WrongPassphrase from error
    found: dict[str, Any] = json.loads(plain)
    return found


def _master(passphrase: str, salt: bytes, cost: dict[str, int]) -> bytes:
    return Scrypt(salt=salt, length=32, **cost).derive(passphrase.encode())


def _text(data: bytes) -> str:
    return b64encode(data).decode()
