"""Cards that cannot stand where they belong: what their giver is told, and trying once more."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from bot.core.case import Case
from bot.core.commands import RetryCard
from bot.core.errors import NoSuchAward
from bot.core.models import Announcement, Award, Celebration
from bot.core.policy import require_retrying
from bot.core.port import Place


@dataclass(frozen=True, slots=True)
class CardBarred:
    """A card that could not stand `where` it belongs, because of `obstacle`.

    states: "closed" and tried again by itself, "gave-up", "stands" there by now, or "withdrawn" because the badge was
    taken back.
    """

    card: str
    badge: str
    where: Place
    obstacle: str
    state: str


@dataclass(frozen=True, slots=True)
class CardAwaited:
    """The card is tried again at once; or it `stands` there already."""

    badge: str
    where: Place
    stands: bool


def barred_facts(db: Session, announcement: Announcement) -> CardBarred:
    """Give what a giver is told of a card, as of now."""
    card = db.get_one(Announcement, announcement.subject)
    celebration = db.get_one(Celebration, card.subject)
    if not _held(db, celebration):
        state = "withdrawn"
    elif card.message is not None:
        state = "stands"
    else:
        state = "gave-up" if card.state == "gave-up" else "closed"
    return CardBarred(card.id, celebration.version.name, _where(card), card.obstacle or "", state)


def retry_card(case: Case, ask: RetryCard) -> CardAwaited:
    """Have a card tried again at once, by who gave the badge or by staff. Raises `NoSuchAward` or `NotAllowed`."""
    card = case.db.scalar(select(Announcement).where(Announcement.id == ask.card).with_for_update())
    celebration = case.db.get(Celebration, card.subject) if card is not None else None
    if card is None or celebration is None or celebration.organisation_id != case.organisation.id:
        raise NoSuchAward
    require_retrying(case, celebration)
    if not _held(case.db, celebration):
        raise NoSuchAward
    stands = card.message is not None
    if not stands and card.lease is None:
        card.state, card.due_at = "open", case.now
        card.closed_at = card.obstacle = None  # patience begins anew, and what is still in the way is told anew
        card.attempts = min(card.attempts, 1)
        case.audit("card-retried", card.id)
    return CardAwaited(celebration.version.name, _where(card), stands)


def _where(card: Announcement) -> Place:
    return Place(card.platform, card.space, card.channel or "")


def _held(db: Session, celebration: Celebration) -> bool:
    held = Award.celebration_id == celebration.id, Award.revoked_at.is_(None)
    return bool(db.scalar(select(exists().where(*held))))
