"""Facts and bytes of the addresses at which badges are shared: embeds, signatures, and learners' own pages."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.core import exporting, portfolios
from bot.core.badges import emblem_of
from bot.core.cards import SKILLS_SHOWN, Drawing
from bot.core.collection import linkedin
from bot.core.dates import zone
from bot.core.exporting import file_name
from bot.core.models import Award, Member, Portfolio
from bot.core.pages import NotThere, Published, found_or_not_there
from bot.core.pictures import png
from bot.core.site import Site
from bot.core.words.sharing import card_of


@dataclass(frozen=True, slots=True)
class SharePage:
    """One award and the ways to take it elsewhere. `recipient` is "" for who has not agreed to be named."""

    id: str
    badge: str
    description: str
    version: str
    issuer: str
    issuer_name: str
    recipient: str
    at: datetime
    expires_at: datetime | None
    counts: bool
    state: str
    """"held", or why it does not count: "revoked", "suspended" or "expired"."""
    page: str
    card: str
    embed: str
    oembed: str
    linkedin: str
    reachable: bool
    address_open: bool
    """True if the newest signature shows its owner's e-mail address to everybody who has it anyway."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One badge on a learner's own page."""

    id: str
    badge: str
    description: str
    version: str
    issuer_name: str
    at: datetime
    page: str


@dataclass(frozen=True, slots=True)
class PortfolioPage:
    """A learner's own page, as long as it is published."""

    id: str
    name: str
    theme: str
    badges: tuple[Shown, ...]
    skills: tuple[tuple[str, int], ...]
    page: str


def share_page(db: Session, site: Site, now: datetime, award_id: str) -> SharePage:
    """Give the ways in which an award can be taken elsewhere."""
    award = found_or_not_there(db, Award, award_id)
    here = zone(award.member.timezone)
    state = _state(award, now)
    page = site.award_page(award.id)
    return SharePage(
        id=award.id,
        badge=award.version.name,
        description=award.version.description,
        version=award.version_id,
        issuer=award.issuer_id,
        issuer_name=award.issuer.name,
        recipient=award.member.name if award.member.public_name else "",
        at=award.awarded_at.astimezone(here),
        expires_at=award.expires_at and award.expires_at.astimezone(here),
        counts=state == "held",
        state=state,
        page=page,
        card=site.award_file(award.id, "card.png"),
        embed=site.award_file(award.id, "embed"),
        oembed=f"{site.pages}/oembed",
        linkedin=linkedin(site, award),
        reachable=site.public,
        address_open=award.member.email is not None and award.member.email_open_at is not None,
    )


def drawn(award: Award, now: datetime) -> Drawing:
    """Say what an award's picture shows to anybody."""
    name = award.member.name if award.member.public_name else ""
    at = award.awarded_at.astimezone(zone(award.member.timezone))
    return card_of(award.version.name, emblem_of(award.version), award.issuer.name, name, at, _state(award, now))


def card(db: Session, _site: Site, now: datetime, award_id: str) -> Published:
    """Draw an award for where others show it; once it does not count any more, the picture says so."""
    award = found_or_not_there(db, Award, award_id)
    return Published(png(drawn(award, now)), file_name(award.version.name))


def file(db: Session, site: Site, now: datetime, award_id: str, *, form: str) -> Published:
    """Give an award in one of `exporting.FORMS`."""
    award = found_or_not_there(db, Award, award_id)
    return Published(exporting.export(site, award, form, now).body, file_name(award.version.name))


def portfolio_page(db: Session, site: Site, now: datetime, portfolio_id: str) -> PortfolioPage:
    """Give a learner's own page, if they have one just now."""
    portfolio, awards = _published(db, now, portfolio_id)
    here = zone(portfolio.member.timezone)
    skills = Counter(skill for award in awards for skill in award.version.skills)
    return PortfolioPage(
        id=portfolio.id,
        name=portfolio.member.name,
        theme=portfolio.theme,
        badges=tuple(
            Shown(
                award.id,
                award.version.name,
                award.version.description,
                award.version_id,
                award.issuer.name,
                award.awarded_at.astimezone(here),
                site.award_page(award.id),
            )
            for award in awards
        ),
        skills=tuple(skills.most_common(SKILLS_SHOWN)),
        page=site.portfolio(portfolio.id),
    )


def portfolio_resume(db: Session, site: Site, now: datetime, portfolio_id: str) -> Published:
    """Give a learner's published badges as JSON Resume."""
    _, awards = _published(db, now, portfolio_id)
    return Published(_json(exporting.json_resume(site, awards)), "resume")


def taken(db: Session, site: Site, now: datetime, ticket: str, name: str) -> Published:
    """Give a learner all of their badges as one file: `name` is "badges.zip", "resume.pdf" or "resume.json"."""
    try:
        owner: Member = portfolios.holder(db, site, now, ticket)
    except LookupError as error:
        raise NotThere from error
    awards = portfolios.standing(db, owner, now)
    if not awards:
        raise NotThere
    match name:
        case "badges.zip":
            return Published(exporting.archive(site, awards, owner.lang, now), "badges")
        case "resume.pdf":
            return Published(exporting.resume(site, owner, awards), "resume")
        case "resume.json":
            return Published(_json(exporting.json_resume(site, awards)), "resume")
    raise NotThere


def _published(db: Session, now: datetime, portfolio_id: str) -> tuple[Portfolio, list[Award]]:
    portfolio = found_or_not_there(db, Portfolio, portfolio_id)
    if portfolio.published_at is None:
        raise NotThere
    return portfolio, portfolios.standing(db, portfolio.member, now)


def _state(award: Award, now: datetime) -> str:
    if award.revoked_at is not None:
        return "revoked"
    if award.expires_at is not None and award.expires_at <= now:
        return "expired"
    return "suspended" if award.suspended else "held"


def _json(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n"
