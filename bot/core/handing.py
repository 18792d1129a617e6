"""Handing an award over to its owner's wallet: an address for one time, and what the wallet gets there."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlencode

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from bot.core.case import Case
from bot.core.commands import TakeToWallet
from bot.core.errors import NoSuchAward, OutOfReach
from bot.core.issuing import issuer_did
from bot.core.models import Award, Handover
from bot.core.site import Site

MINUTES = 10
WALLET = "https://lcw.app/request.html"
"""Opens the Learner Credential Wallet on a phone that has it, and else says where to get it."""
SCHEME = "dccrequest://request"
"""The same for that app alone."""


@dataclass(frozen=True, slots=True)
class HandoverReady:
    """Where the caller opens the way into their wallet, for `minutes` and once."""

    badge: str
    page: str
    wallet: str
    minutes: int = MINUTES


@dataclass(frozen=True, slots=True)
class HandoverPage:
    """The ways to one handover: an address for the wallet, and one that only the app itself understands."""

    badge: str
    wallet: str
    app: str
    minutes: int


def take_to_wallet(case: Case, ask: TakeToWallet) -> HandoverReady:
    """Begin a handover of one of the caller's own awards. Raises `NoSuchAward` or `OutOfReach`."""
    award = case.db.get(Award, ask.award)
    if award is None or award.member_id != case.me.id or award.revoked_at is not None:
        raise NoSuchAward
    if not case.site.public:
        raise OutOfReach
    case.db.execute(delete(Handover).where(Handover.award_id == award.id, Handover.until < case.now))
    challenge = secrets.token_urlsafe(24)
    handover = Handover(
        id=case.new_id(), award=award, digest=_digest(challenge), until=case.now + timedelta(minutes=MINUTES)
    )
    case.db.add(handover)
    case.audit("handover", award.id)
    page = case.site.handover_page(handover.id, challenge)
    return HandoverReady(award.version.name, page, _address(case.site, handover, challenge, WALLET))


def handover_page(db: Session, site: Site, now: datetime, handover_id: str, challenge: str) -> HandoverPage:
    """Give the page of a handover that is still open. Raises `LookupError`."""
    handover = db.get(Handover, handover_id)
    if handover is None or _why_not(handover, now, challenge):
        raise LookupError
    return HandoverPage(
        badge=handover.award.version.name,
        wallet=_address(site, handover, challenge, WALLET),
        app=_address(site, handover, challenge, SCHEME),
        minutes=max(1, round((handover.until - now).total_seconds() / 60)),
    )


def hand_over(db: Session, now: datetime, handover_id: str, challenge: str) -> str:
    """Give the credential as it was signed, to who has the challenge, once. Raises `NotHandedOver`."""
    handover = db.get(Handover, handover_id)
    why = "unknown" if handover is None else _why_not(handover, now, challenge)
    if handover is None or why:
        raise NotHandedOver(why or "unknown")
    # Two at once: only one of them finds it still there.
    taking = update(Handover).where(Handover.id == handover.id, Handover.taken_at.is_(None)).values(taken_at=now)
    if db.execute(taking.execution_options(synchronize_session=False)).rowcount != 1:  # type: ignore[attr-defined]
        raise NotHandedOver("over")
    return handover.award.current


Why = Literal["unknown", "stranger", "over"]


class NotHandedOver(Exception):
    """There is nothing for who asks; `why` is "unknown", "stranger" (another challenge) or "over"."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


def _why_not(handover: Handover, now: datetime, challenge: str) -> Why | None:
    if not secrets.compare_digest(handover.digest, _digest(challenge)):
        return "stranger"
    if handover.taken_at is not None or handover.until <= now or handover.award.revoked_at is not None:
        return "over"
    return None


def _digest(challenge: str) -> str:
    return hashlib.sha256(challenge.encode(errors="replace")).hexdigest()


def _address(site: Site, handover: Handover, challenge: str, where: str) -> str:
    asked = {
        "issuer": issuer_did(site, handover.award.issuer),
        "auth_type": "bearer",
        "challenge": challenge,
        "vc_request_url": site.exchange(handover.id),
    }
    return f"{where}?{urlencode(asked)}"
