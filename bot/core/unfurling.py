"""An address of ours that somebody posted in a chat: what anybody may see of the award or badge behind it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.core import cards
from bot.core.award_pages import AwardPage, award_page
from bot.core.badges import emblem_of
from bot.core.models import Award, BadgeVersion
from bot.core.pages import Badge, badge_page
from bot.core.sharing import drawn
from bot.core.site import Site

_ADDRESS = re.compile(r"/(awards|badges)/([0-9A-Za-z-]{1,64})(?:[/.?#].*)?")


@dataclass(frozen=True, slots=True)
class AwardLinked:
    """An award as its page shows it, and its picture."""

    page: AwardPage
    drawing: cards.Drawing


@dataclass(frozen=True, slots=True)
class BadgeLinked:
    """A badge as its page shows it, and its emblem."""

    badge: Badge
    drawing: cards.Drawing


def unfurl(db: Session, site: Site, now: datetime, url: str) -> AwardLinked | BadgeLinked | None:
    """Give what stands behind an address; None for one that is not ours, or where nothing is."""
    found = _ADDRESS.fullmatch(url.removeprefix(site.pages)) if url.startswith(f"{site.pages}/") else None
    if found is None:
        return None
    if found[1] == "badges":
        version = db.get(BadgeVersion, found[2])
        return None if version is None else BadgeLinked(badge_page(db, site, now, version.id), emblem_of(version))
    award = db.get(Award, found[2])
    return None if award is None else AwardLinked(award_page(db, site, now, award.id), drawn(award, now))
