"""All of a learner's badges, elsewhere: as files for themself, and as a page that they publish and take away."""

from __future__ import annotations

import binascii
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.core.case import Case
from bot.core.commands import PublishPortfolio, ShowPortfolio, TakeBadges, UnpublishPortfolio
from bot.core.errors import NothingToTake
from bot.core.models import Award, Member, Portfolio
from bot.core.site import Site

THEMES = ("paper", "night", "forest", "sunrise")
TICKET_HOURS = 1
_SUM = 16


@dataclass(frozen=True, slots=True)
class BadgesTaken:
    """Where the caller fetches all of their badges, for `hours`: by file name."""

    count: int
    files: tuple[tuple[str, str], ...]
    hours: int = TICKET_HOURS


@dataclass(frozen=True, slots=True)
class PortfolioShown:
    """The caller's page: `page` is "" while it is not published; `changed` right after a change."""

    name: str
    count: int
    page: str
    theme: str
    reachable: bool
    changed: bool = False


def take_badges(case: Case, _: TakeBadges) -> BadgesTaken:
    """Give the addresses of an archive and a résumé; they are the caller's alone. Raises `NothingToTake`."""
    count = len(standing(case.db, case.me, case.now))
    if not count:
        raise NothingToTake
    ticket = _ticket(case.site, case.me.id, case.now + timedelta(hours=TICKET_HOURS))
    files = ("badges.zip", "resume.pdf", "resume.json")
    return BadgesTaken(count, tuple((name, case.site.taken(ticket, name)) for name in files))


def show_portfolio(case: Case, _: ShowPortfolio) -> PortfolioShown:
    """Show whether the caller has a public page."""
    return _shown(case, _of(case))


def publish(case: Case, ask: PublishPortfolio) -> PortfolioShown:
    """Publish the caller's page, or change its theme. Raises `NothingToTake` without a badge."""
    if not standing(case.db, case.me, case.now):
        raise NothingToTake
    portfolio = _of(case)
    theme = ask.theme if ask.theme in THEMES else THEMES[0]
    if portfolio is None:
        portfolio = Portfolio(id=case.new_id(), member=case.me, theme=theme)
        case.db.add(portfolio)
    portfolio.theme = theme
    portfolio.published_at = portfolio.published_at or case.now
    case.audit("portfolio", case.me.id, published=True, theme=theme)
    return _shown(case, portfolio, changed=True)


def unpublish(case: Case, _: UnpublishPortfolio) -> PortfolioShown:
    """Take the caller's page away: nobody gets it from now on."""
    portfolio = _of(case)
    if portfolio is not None and portfolio.published_at is not None:
        portfolio.published_at = None
        case.audit("portfolio", case.me.id, published=False)
    return _shown(case, portfolio, changed=True)


def standing(db: Session, owner: Member, now: datetime) -> list[Award]:
    """Give what a member holds and what counts today, newest first."""
    counts = (
        Award.member_id == owner.id,
        Award.held,
        or_(Award.expires_at.is_(None), Award.expires_at > now),
        or_(Award.suspended_at.is_(None), Award.reinstated_at.is_not(None)),
    )
    return list(db.scalars(select(Award).where(*counts).order_by(Award.awarded_at.desc(), Award.id.desc())))


def holder(db: Session, site: Site, now: datetime, ticket: str) -> Member:
    """Give whose a ticket is. Raises `LookupError` for one that is forged or has run out."""
    try:
        raw = urlsafe_b64decode(ticket + "=" * (-len(ticket) % 4))
        said, told = raw[:-_SUM], raw[-_SUM:]
        member, _, until = said.decode("ascii").partition("|")
    except (binascii.Error, ValueError) as error:
        raise LookupError from error
    if not hmac.compare_digest(told, _sum(site, said)) or int(until) < now.timestamp():
        raise LookupError
    return db.get_one(Member, member)


def _ticket(site: Site, member: str, until: datetime) -> str:
    said = f"{member}|{int(until.timestamp())}".encode()
    return urlsafe_b64encode(said + _sum(site, said)).decode().rstrip("=")


def _sum(site: Site, said: bytes) -> bytes:
    return hmac.digest(site.master_key, b"ticket:" + said, "sha256")[:_SUM]


def _of(case: Case) -> Portfolio | None:
    return case.db.scalar(select(Portfolio).where(Portfolio.member_id == case.me.id))


def _shown(case: Case, portfolio: Portfolio | None, *, changed: bool = False) -> PortfolioShown:
    count = len(standing(case.db, case.me, case.now))
    published = portfolio is not None and portfolio.published_at is not None
    page = case.site.portfolio(portfolio.id) if portfolio is not None and published else ""
    theme = portfolio.theme if portfolio is not None else THEMES[0]
    return PortfolioShown(case.me.name, count, page, theme, case.site.public, changed)
