"""Signed lists of what is revoked or suspended: changed bit by bit, and signed when a bit changes, never when read.

A list keeps its bits, so that one more costs the same however many awards an issuer has given.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import credentials
from bot.core.credentials import CompiledContexts
from bot.core.credentials.contexts import bundled_contexts
from bot.core.issuing import LIST_BITS, issuer_did, signing_key
from bot.core.models import Award, Issuer, StatusList
from bot.core.site import Purpose, Site

STATUS_CONTEXTS = CompiledContexts(bundled_contexts())
"""For signing status lists alone: badges that strangers have checked can't crowd their shape out."""


def flip(db: Session, site: Site, now: datetime, awards: Iterable[Award], purpose: Purpose, *, on: bool) -> None:
    """Set the bits of awards, or clear them, and sign the lists that they are in."""
    for (_, number), group in groupby(sorted(awards, key=_list_of), _list_of):
        together = list(group)
        issuer = together[0].issuer
        # Locked, so that two who flip bits of one list at the same moment both do.
        where = {"issuer_id": issuer.id, "purpose": purpose, "number": number}
        kept = db.get(StatusList, where, with_for_update=True, populate_existing=True)
        if kept is None:
            kept = StatusList(**where, bits=credentials.set_bits(()), changed_at=now, url="", document="")
            db.add(kept)
        kept.bits = credentials.flip_bits(kept.bits, [award.status_index % LIST_BITS for award in together], on=on)
        kept.changed_at = now
        _sign(site, issuer, kept)
    db.flush()


def sign_lists(db: Session, site: Site, issuer: Issuer) -> None:
    """Sign an issuer's lists anew, since it has another key."""
    for kept in db.scalars(select(StatusList).where(StatusList.issuer_id == issuer.id).with_for_update()):
        _sign(site, issuer, kept)


def signed_list(db: Session, site: Site, issuer: Issuer, number: int, purpose: Purpose) -> str:
    """Give a list as it was signed when a bit of it last changed, as JSON."""
    kept = db.get(StatusList, (issuer.id, purpose, number))
    if kept is not None and kept.url == site.status_list(issuer.id, number, purpose):
        return kept.document
    # None of its bits was ever set; or Laurel has moved to another address since.
    bits, changed_at = (
        (kept.bits, kept.changed_at) if kept is not None else (credentials.set_bits(()), issuer.created_at)
    )
    return _signed(site, issuer, number, purpose, bits, changed_at)


def _list_of(award: Award) -> tuple[str, int]:
    return award.issuer_id, award.status_index // LIST_BITS


def _sign(site: Site, issuer: Issuer, kept: StatusList) -> None:
    purpose: Purpose = "revocation" if kept.purpose == "revocation" else "suspension"
    kept.url = site.status_list(issuer.id, kept.number, purpose)
    kept.document = _signed(site, issuer, kept.number, purpose, kept.bits, kept.changed_at)


def _signed(site: Site, issuer: Issuer, number: int, purpose: Purpose, bits: bytes, made: datetime) -> str:
    key, did = signing_key(site, issuer), issuer_did(site, issuer)
    url = site.status_list(issuer.id, number, purpose)
    unsigned = credentials.status_list_document(url, did, credentials.pack_bits(bits), made, purpose=purpose)
    method = key.verification_method(did)
    return credentials.as_json(credentials.sign(unsigned, key, method, made, contexts=STATUS_CONTEXTS))
