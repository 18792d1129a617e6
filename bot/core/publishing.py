"""What this installation publishes: the documents behind its addresses, and the checks of its own badges."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import backpacks, credentials
from bot.core.cards import Emblem, draw
from bot.core.credentials import Check, CheckName, Outcome, Unreachable
from bot.core.ids import ID
from bot.core.issuing import (
    EMBLEM_WIDTH,
    achievement,
    credential_id,
    endorsements,
    issuer_did,
    profile,
)
from bot.core.listing import signed_list
from bot.core.models import Award, BadgeVersion, Issuer, IssuerKey
from bot.core.people import told_reasons
from bot.core.site import LISTS, Site
from bot.core.tables import Base

Document = dict[str, Any]
Kept = TypeVar("Kept", bound=Base)

LIST_NUMBER = re.compile(r"[0-9]{1,6}")
"""The number of a status list; longer ones break databases, and name no list."""


def emblem_png(version: BadgeVersion, width: int = EMBLEM_WIDTH) -> bytes:
    """Draw the picture of one version of a badge class."""
    return _drawn(Emblem(version.shape, version.colour, version.icon), width)


@lru_cache(maxsize=256)
def _drawn(emblem: Emblem, width: int) -> bytes:
    return draw(emblem, width=width)


def issuer_document(site: Site, issuer: Issuer) -> Document:
    """Give the issuer's profile."""
    return credentials.profile_document(profile(site, issuer), endorsements(issuer))


def badge_document(site: Site, version: BadgeVersion) -> Document:
    """Give one version of a badge class."""
    return credentials.achievement_document(achievement(site, version), profile(site, version.badge.issuer))


def did_document(site: Site, issuer: Issuer) -> Document:
    """Give the issuer's DID document; retired keys stay in it, so that old badges verify."""
    multikeys = [key for key in issuer.keys if key.kind != "rsa"]
    return credentials.did_document(
        issuer_did(site, issuer),
        [key.multikey for key in multikeys if key.retired_at is None],
        [key.multikey for key in multikeys if key.retired_at is not None],
        [json.loads(key.multikey) for key in issuer.keys if key.kind == "rsa"],
    )


def key_name(key: IssuerKey) -> str:
    """Give what a key is called after the "#": its Multikey, or the thumbprint of one that has none."""
    return credentials.thumbprint(json.loads(key.multikey)) if key.kind == "rsa" else key.multikey


def revoked_ids(db: Session, site: Site, issuer: Issuer) -> Document:
    """Give an issuer's revoked awards by id (1EdTech Revocation List 1.0); it is not signed, and says why."""
    revoked = db.scalars(
        select(Award).where(Award.issuer_id == issuer.id, Award.revoked_at.is_not(None)).order_by(Award.id)
    ).all()
    reasons = dict(zip((credential_id(site, one) for one in revoked), told_reasons(issuer, revoked), strict=True))
    return credentials.revocation_list(site.revoked_ids(issuer.id), issuer_did(site, issuer), reasons)


def award_checks(db: Session, site: Site, now: datetime, award: Award) -> tuple[Check, ...]:
    """Run the named checks on one of our own awards, as any verifier would, without leaving the house.

    A badge without a public address carries no status list; here the register itself is asked.
    """
    found = credentials.verify(award.current, fetch=own_documents(db, site), now=now)
    told = {}
    if award.revoked_at is not None:
        told[CheckName.REVOCATION] = Check(CheckName.REVOCATION, Outcome.FAILED, "revoked", {})
    if award.suspended:
        told[CheckName.SUSPENSION] = Check(CheckName.SUSPENSION, Outcome.FAILED, "suspended", {})
    return tuple(told.get(check.name, check) for check in found.checks if check.name in told or not _idle(check))


def _idle(check: Check) -> bool:
    """Tell whether a check passed for want of anything to check: it would drown the others."""
    return (check.name, check.reason) in _IDLE


PURPOSES = {name: purpose for purpose, name in LISTS.items()}
_IDLE = {
    (CheckName.RECIPIENT, "not-asked"),
    (CheckName.SUSPENSION, "none"),
    (CheckName.EVIDENCE, "none"),
    (CheckName.ENDORSEMENTS, "none"),
}


def own_documents(db: Session, site: Site) -> Callable[[str], bytes]:
    """Give a fetcher that knows this installation's own addresses and no other. It raises `Unreachable`."""

    def fetch(url: str) -> bytes:
        base, path = urlsplit(site.pages), urlsplit(url)
        if (path.scheme, path.netloc) != (base.scheme, base.netloc):
            raise Unreachable(url)
        try:
            return _read(db, site, path.path.removeprefix(base.path).strip("/").split("/"))
        except LookupError as error:
            raise Unreachable("gone" if str(error) == "gone" else url) from error

    return fetch


def _read(db: Session, site: Site, path: list[str]) -> bytes:
    """Give the document at a path of ours. Raises `LookupError`, "gone" for what was taken back."""
    match path:
        # What a visitor may have copied in place of the award's own address leads to the same credential.
        case ["awards", award_id] | ["awards", award_id, "badge.png" | "badge.svg" | "credential.jwt" | "share"]:
            return kept(db, Award, award_id.removesuffix(".json")).current.encode()
        case ["awards", award_id, "ob2" | "ob2-legacy" as form]:
            award = kept(db, Award, award_id)
            if award.revoked_at is not None:
                raise LookupError("gone")
            return _hosted(backpacks.assertion if form == "ob2" else backpacks.legacy_assertion, site, award)
        case ["badges", version_id, "ob2"]:
            return _hosted(backpacks.badge_class, site, kept(db, BadgeVersion, version_id))
        case ["badges", version_id]:
            return json.dumps(badge_document(site, kept(db, BadgeVersion, version_id))).encode()
        case ["issuers", issuer_id, "ob2"]:
            return _hosted(backpacks.issuer_profile, site, kept(db, Issuer, issuer_id))
        case ["issuers", issuer_id, name, number] if name in PURPOSES and LIST_NUMBER.fullmatch(number):
            return signed_list(db, site, kept(db, Issuer, issuer_id), int(number), PURPOSES[name]).encode()
        case ["issuers", issuer_id, *rest]:
            return json.dumps(_about(db, site, kept(db, Issuer, issuer_id), rest)).encode()
    raise LookupError


def kept(db: Session, kind: type[Kept], key: str) -> Kept:
    """Give a row by an id that a stranger may have made up. Raises `LookupError`."""
    found = db.get(kind, key) if ID.fullmatch(key) else None
    if found is None:
        raise LookupError
    return found


def _hosted(make: Callable[[Site, Kept], Document], site: Site, of: Kept) -> bytes:
    try:
        return json.dumps(make(site, of)).encode()
    except backpacks.NotHosted as error:
        raise LookupError from error


def _about(db: Session, site: Site, issuer: Issuer, rest: list[str]) -> Document:
    match rest:
        case []:
            return issuer_document(site, issuer)
        case ["did.json"]:
            return did_document(site, issuer)
        case ["revocations"]:
            return revoked_ids(db, site, issuer)
    raise LookupError
