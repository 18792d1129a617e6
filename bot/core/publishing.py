"""What this installation publishes: the documents behind its addresses, and the checks of its own badges."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import credentials
from bot.core.cards import Emblem, draw
from bot.core.credentials import Check, CheckName, Outcome, Unreachable
from bot.core.issuing import (
    EMBLEM_WIDTH,
    LIST_BITS,
    achievement,
    issuer_did,
    profile,
    signing_key,
)
from bot.core.models import Award, BadgeVersion, Issuer
from bot.core.site import Site

Document = dict[str, Any]


def emblem_png(version: BadgeVersion, width: int = EMBLEM_WIDTH) -> bytes:
    """Draw the picture of one version of a badge class."""
    return _drawn(Emblem(version.shape, version.colour, version.icon), width)


@lru_cache(maxsize=256)
def _drawn(emblem: Emblem, width: int) -> bytes:
    return draw(emblem, width=width)


def baked_png(award: Award) -> bytes:
    """Draw the award's picture with its signed credential inside."""
    return credentials.bake_png(emblem_png(award.version, 2 * EMBLEM_WIDTH), award.document)


def issuer_document(site: Site, issuer: Issuer) -> Document:
    """Give the issuer's profile."""
    return credentials.profile_document(profile(site, issuer))


def badge_document(site: Site, version: BadgeVersion) -> Document:
    """Give one version of a badge class."""
    return credentials.achievement_document(achievement(site, version), profile(site, version.badge.issuer))


def did_document(site: Site, issuer: Issuer) -> Document:
    """Give the issuer's DID document; retired keys stay in it, so that old badges verify."""
    return credentials.did_document(
        issuer_did(site, issuer),
        [key.multikey for key in issuer.keys if key.retired_at is None],
        [key.multikey for key in issuer.keys if key.retired_at is not None],
    )


def status_list(db: Session, site: Site, issuer: Issuer, number: int) -> Document:
    """Give one signed list of revoked awards. The same revocations make the same bytes."""
    revoked = db.execute(
        select(Award.status_index, Award.revoked_at).where(
            Award.issuer_id == issuer.id,
            Award.revoked_at.is_not(None),
            Award.status_index.between(number * LIST_BITS, (number + 1) * LIST_BITS - 1),
        )
    ).all()
    made = max((at for _, at in revoked if at is not None), default=issuer.created_at)
    key = signing_key(site, issuer)
    did = issuer_did(site, issuer)
    unsigned = credentials.status_list_credential(
        site.status_list(issuer.id, number), did, [index % LIST_BITS for index, _ in revoked], made
    )
    return credentials.sign(unsigned, key, key.verification_method(did), made)


def award_checks(db: Session, site: Site, now: datetime, award: Award) -> tuple[Check, ...]:
    """Run the named checks on one of our own awards, as any verifier would, without leaving the house.

    A badge without a public address carries no status list; here the register itself is asked. What passed for
    want of anything to check is left out: it would drown the others.
    """
    found = credentials.verify(award.document, fetch=own_documents(db, site), now=now)
    checks = [check for check in found.checks if (check.name, check.reason) not in _IDLE]
    if award.revoked_at is None:
        return tuple(checks)
    revoked = Check(CheckName.REVOCATION, Outcome.FAILED, "revoked", {})
    return tuple(revoked if c.name is CheckName.REVOCATION else c for c in checks)


_IDLE = {(CheckName.RECIPIENT, "not-asked"), (CheckName.SUSPENSION, "none"), (CheckName.EVIDENCE, "none")}


def own_documents(db: Session, site: Site) -> Callable[[str], bytes]:
    """Give a fetcher that knows this installation's own addresses and no other. It raises `Unreachable`."""

    def fetch(url: str) -> bytes:
        base, path = urlsplit(site.pages), urlsplit(url)
        if (path.scheme, path.netloc) != (base.scheme, base.netloc):
            raise Unreachable(url)
        match path.path.removeprefix(base.path).strip("/").split("/"):
            case ["issuers", issuer_id, *rest]:
                issuer = db.get(Issuer, issuer_id)
                if issuer is None:
                    raise Unreachable(url)
                return json.dumps(_about(db, site, issuer, rest, url)).encode()
        raise Unreachable(url)

    return fetch


def _about(db: Session, site: Site, issuer: Issuer, rest: list[str], url: str) -> Document:
    match rest:
        case []:
            return issuer_document(site, issuer)
        case ["did.json"]:
            return did_document(site, issuer)
        case ["status", number] if number.isascii() and number.isdigit():
            return status_list(db, site, issuer, int(number))
    raise Unreachable(url)
