"""Badge classes: making, changing, showing and putting away what can be earned."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.core import levels, soundness
from bot.core.cards import COLOURS, ICONS, SHAPES, Emblem
from bot.core.case import Case
from bot.core.commands import (
    AddStarterBadges,
    ArchiveBadge,
    AskBadge,
    ListBadges,
    RestoreBadge,
    SaveBadge,
    ShowBadge,
)
from bot.core.errors import BadgeUnsound, LevelsOf, NameTaken, NoBadgesYet
from bot.core.finding import find_badge, fold, in_use, put_away
from bot.core.granting import role_names
from bot.core.ids import new_id
from bot.core.issuing import default_issuer
from bot.core.models import Award, BadgeClass, BadgeVersion, Organisation
from bot.core.policy import Action, may_teach, require
from bot.core.starter import STARTER

PAGE = 10


@dataclass(frozen=True, slots=True)
class BadgeFacts:
    """One badge class as its newest version says it; `holders` counts who holds it today, `roles` it gives here."""

    id: str
    version: str
    number: int
    name: str
    description: str
    criteria: str
    skills: tuple[str, ...]
    emblem: Emblem
    expires_after_days: int | None
    evidence_required: bool
    levels: tuple[LevelsOf, ...]
    archived: bool
    holders: int
    page: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BadgeAsked:
    """The badge form: what it holds, and per field a code of what is wrong with it."""

    draft: SaveBadge
    problems: dict[str, str]


@dataclass(frozen=True, slots=True)
class BadgeSaved:
    """A badge, or a new version of one, is there."""

    badge: BadgeFacts


@dataclass(frozen=True, slots=True)
class BadgeShown:
    """One badge; `may_teach` if the caller may award and change it."""

    badge: BadgeFacts
    may_teach: bool


@dataclass(frozen=True, slots=True)
class BadgesListed:
    """One page of the badges in use, or of those `archived`; `put_away` counts these, for who may bring them back."""

    badges: tuple[BadgeFacts, ...]
    page: int
    pages: int
    may_teach: bool
    archived: bool
    put_away: int


@dataclass(frozen=True, slots=True)
class BadgePutAway:
    """A badge is out of use."""

    badge: BadgeFacts


@dataclass(frozen=True, slots=True)
class BadgeBack:
    """An archived badge is in use again."""

    badge: BadgeFacts


@dataclass(frozen=True, slots=True)
class StarterAdded:
    """The starter set is there; `names` are those that were new."""

    names: tuple[str, ...]


def ask_badge(case: Case, ask: AskBadge) -> BadgeAsked:
    """Give the badge form, empty or filled with what the badge is now."""
    require(case, Action.MAKE_BADGES)
    if not ask.badge:
        # The first choice of each, so that the preview shows a whole emblem from the start.
        blank = SaveBadge(name=ask.name, shape=SHAPES[0], colour=next(iter(COLOURS)), icon=ICONS[0])
        return BadgeAsked(blank, {})
    badge = find_badge(case, ask.badge, AskBadge)
    now = badge.now
    filled = SaveBadge(
        badge=badge.id,
        name=now.name,
        description=now.description,
        criteria=now.criteria,
        skills=", ".join(now.skills),
        shape=now.shape,
        colour=now.colour,
        icon=now.icon,
        expires_after_days=str(now.expires_after_days or ""),
        evidence_required=now.evidence_required,
    )
    return BadgeAsked(filled, {})


def save_badge(case: Case, ask: SaveBadge) -> BadgeSaved | BadgeAsked:
    """Make a badge or a new version of one; a draft is only checked. Raises `BadgeUnsound`."""
    require(case, Action.MAKE_BADGES)
    badge = find_badge(case, ask.badge, lambda found: replace(ask, badge=found)) if ask.badge else None
    namesakes = [b for b in in_use(case.db, case.organisation) if b.folded == fold(ask.name) and b is not badge]
    problems = soundness.problems(ask, taken=bool(namesakes))
    if ask.draft:
        return BadgeAsked(replace(ask, draft=False), problems)
    if problems:
        raise BadgeUnsound(ask, problems)
    if badge is None:
        badge = new_badge(case.db, case.now, case.organisation)
    add_version(case.db, case.now, badge, ask, by=case.me.id)
    case.audit("badge-saved", badge.id, version=badge.now.id, name=badge.name)
    return BadgeSaved(_facts(case, badge))


def new_badge(db: Session, now: datetime, organisation: Organisation) -> BadgeClass:
    """Make a badge class that means nothing yet: `add_version` follows."""
    issuer = default_issuer(db, organisation)
    return BadgeClass(id=new_id(now), organisation_id=organisation.id, issuer=issuer, created_at=now)


def add_version(db: Session, now: datetime, badge: BadgeClass, draft: SaveBadge, *, by: str | None) -> None:
    """Give a badge its next meaning; `draft` has been found sound. `by` is the member who says so."""
    details = dict(badge.versions[-1].details) if badge.versions else {}
    badge.name = " ".join(draft.name.split())
    badge.folded = fold(draft.name)
    badge.versions.append(
        BadgeVersion(
            id=new_id(now),
            number=len(badge.versions) + 1,
            name=badge.name,
            description=draft.description.strip(),
            criteria=draft.criteria.strip(),
            skills=soundness.skills(draft.skills),
            shape=draft.shape,
            colour=draft.colour,
            icon=draft.icon,
            expires_after_days=soundness.days(draft.expires_after_days),
            evidence_required=draft.evidence_required,
            details=details,
            created_by=by,
            created_at=now,
        )
    )
    db.add(badge)
    db.flush()


def show_badge(case: Case, ask: ShowBadge) -> BadgeShown:
    """Show one badge to anybody; archived ones too."""
    return BadgeShown(_facts(case, find_badge(case, ask.badge, ShowBadge, archived_too=True)), may_teach(case))


def list_badges(case: Case, ask: ListBadges) -> BadgesListed:
    """Show the badges in use, ten at a time, or to teachers the archived ones. Raises `NoBadgesYet`."""
    teaching = may_teach(case)
    if ask.archived:
        require(case, Action.MAKE_BADGES)
    archived = put_away(case.db, case.organisation) if teaching else ()
    badges = archived if ask.archived else in_use(case.db, case.organisation)
    if not badges and not archived and not ask.archived:
        raise NoBadgesYet(teaching)
    pages = max(1, -(-len(badges) // PAGE))
    page = min(max(ask.page, 1), pages)
    shown = tuple(_facts(case, b) for b in badges[(page - 1) * PAGE : page * PAGE])
    return BadgesListed(shown, page, pages, teaching, ask.archived, len(archived))


def archive_badge(case: Case, ask: ArchiveBadge) -> BadgePutAway:
    """Take a badge out of use."""
    require(case, Action.MAKE_BADGES)
    badge = find_badge(case, ask.badge, ArchiveBadge)
    badge.archived_at = case.now
    case.audit("badge-archived", badge.id, name=badge.name)
    return BadgePutAway(_facts(case, badge))


def restore_badge(case: Case, ask: RestoreBadge) -> BadgeBack:
    """Put an archived badge back in use. Raises `NameTaken` if another has its name since."""
    require(case, Action.MAKE_BADGES)
    badge = find_badge(case, ask.badge, RestoreBadge, archived_too=True)
    for other in in_use(case.db, case.organisation):
        if other.folded == badge.folded and other is not badge:
            raise NameTaken(badge.name, other.id)
    badge.archived_at = None
    case.audit("badge-restored", badge.id, name=badge.name)
    return BadgeBack(_facts(case, badge))


def add_starter(case: Case, _: AddStarterBadges) -> StarterAdded:
    """Add the starter set, leaving alone what has its name already."""
    require(case, Action.MAKE_BADGES)
    names = add_starter_set(case.db, case.now, case.organisation, by=case.me.id)
    for name in names:
        case.audit("badge-saved", name, starter=True)
    return StarterAdded(names)


def add_starter_set(db: Session, now: datetime, organisation: Organisation, *, by: str | None) -> tuple[str, ...]:
    """Add the starter badges whose names are free; give those names."""
    there = {b.folded for b in in_use(db, organisation)}
    new = [draft for draft in STARTER if fold(draft.name) not in there]
    for draft in new:
        add_version(db, now, new_badge(db, now, organisation), draft, by=by)
    return tuple(draft.name for draft in new)


def emblem_of(version: BadgeVersion) -> Emblem:
    """Give what the badge's picture is drawn from."""
    return Emblem(version.shape, version.colour, version.icon)


def _facts(case: Case, badge: BadgeClass) -> BadgeFacts:
    now = badge.now
    holders = case.db.scalar(select(func.count()).select_from(Award).where(Award.badge_id == badge.id, Award.held))
    return BadgeFacts(
        id=badge.id,
        version=now.id,
        number=now.number,
        name=now.name,
        description=now.description,
        criteria=now.criteria,
        skills=tuple(now.skills),
        emblem=emblem_of(now),
        expires_after_days=now.expires_after_days,
        evidence_required=now.evidence_required,
        levels=levels.facts(now),
        archived=badge.archived_at is not None,
        holders=holders or 0,
        page=case.site.badge_page(now.id),
        roles=role_names(case, badge),
    )
