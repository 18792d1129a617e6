"""Finding a badge by what somebody typed."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence

from rapidfuzz import fuzz, process
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.case import Case
from bot.core.commands import Command
from bot.core.errors import AmbiguousBadge, BadgeArchived, NoBadgesYet, NoSuchBadge
from bot.core.models import BadgeClass, Organisation
from bot.core.policy import may_teach

MOST_SUGGESTED = 5


def fold(text: str) -> str:
    """Reduce a name to what it is compared by: no case, no accents, no spaces.

    >>> fold("  PÉER  mentoring ") == fold("Peer Mentoring")
    True
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(c for c in plain if not unicodedata.combining(c) and not c.isspace())


def in_use(db: Session, organisation: Organisation) -> Sequence[BadgeClass]:
    """Give the organisation's badges that can be awarded, by name."""
    return db.scalars(
        select(BadgeClass)
        .where(BadgeClass.organisation_id == organisation.id, BadgeClass.archived_at.is_(None))
        .order_by(BadgeClass.folded)
    ).all()


def put_away(db: Session, organisation: Organisation) -> Sequence[BadgeClass]:
    """Give the organisation's archived badges, the newest first."""
    return db.scalars(
        select(BadgeClass)
        .where(BadgeClass.organisation_id == organisation.id, BadgeClass.archived_at.is_not(None))
        .order_by(BadgeClass.archived_at.desc(), BadgeClass.folded)
    ).all()


def find_badge(case: Case, asked: str, retry: Callable[[str], Command], *, archived_too: bool = False) -> BadgeClass:
    """Find the one badge meant: by id, by name, or by the only name that begins like that.

    `retry` makes the command that would have been right, for the suggestions that a refusal carries.
    Raises `NoBadgesYet`, `NoSuchBadge`, `AmbiguousBadge`, or (unless `archived_too`) `BadgeArchived`.
    """
    by_id = case.db.get(BadgeClass, asked)
    if by_id is not None and by_id.organisation_id == case.organisation.id:
        return _usable(case, by_id, archived_too)
    badges = in_use(case.db, case.organisation)
    wanted = fold(asked)
    named = [b for b in badges if b.folded == wanted]
    begun = named or [b for b in badges if wanted and b.folded.startswith(wanted)]
    if len(begun) == 1:
        return begun[0]
    archived = _archived(case, wanted)
    if not named and archived is not None and (not begun or archived_too):
        return _usable(case, archived, archived_too)
    if begun:
        raise AmbiguousBadge(asked, _suggest(begun[:MOST_SUGGESTED], retry))
    if not badges:
        raise NoBadgesYet(may_teach(case))
    raise NoSuchBadge(asked, _suggest(_closest(badges, wanted), retry))


def matching(badges: Sequence[BadgeClass], typed: str, most: int) -> list[BadgeClass]:
    """Rank badges for what is typed so far: those that begin so, then contain it, then sound alike."""
    wanted = fold(typed)
    if not wanted:
        return list(badges[:most])
    begin = [b for b in badges if b.folded.startswith(wanted)]
    contain = [b for b in badges if wanted in b.folded and b not in begin]
    alike = [b for b in _closest(badges, wanted) if b not in begin and b not in contain]
    return [*begin, *contain, *alike][:most]


def _archived(case: Case, wanted: str) -> BadgeClass | None:
    return case.db.scalars(
        select(BadgeClass)
        .where(
            BadgeClass.organisation_id == case.organisation.id,
            BadgeClass.folded == wanted,
            BadgeClass.archived_at.is_not(None),
        )
        .order_by(BadgeClass.archived_at.desc())
    ).first()


def _usable(case: Case, badge: BadgeClass, archived_too: bool) -> BadgeClass:
    if badge.archived_at is not None and not archived_too:
        raise BadgeArchived(badge.name, badge.id, may_teach(case))
    return badge


def _closest(badges: Sequence[BadgeClass], wanted: str) -> list[BadgeClass]:
    hits = process.extract(
        wanted, [b.folded for b in badges], scorer=fuzz.WRatio, limit=MOST_SUGGESTED, score_cutoff=60
    )
    return [badges[index] for _, _, index in hits]


def _suggest(badges: Sequence[BadgeClass], retry: Callable[[str], Command]) -> tuple[tuple[str, Command], ...]:
    return tuple((b.name, retry(b.id)) for b in badges)
