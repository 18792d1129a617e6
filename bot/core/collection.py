"""A member's collection: the wall, one badge of it, where it can be taken."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy import select

from bot.core import levels
from bot.core.badges import emblem_of
from bot.core.cards import SKILLS_SHOWN, TILES_SHOWN, Emblem
from bot.core.case import Case
from bot.core.commands import ShareAward, ShowAward, ShowBadges, VerifyAward
from bot.core.credentials import Check
from bot.core.dates import zone
from bot.core.errors import NoSuchAward
from bot.core.models import Award
from bot.core.people import recognise
from bot.core.policy import may_revoke, may_see_collection, require_seeing
from bot.core.port import Person
from bot.core.publishing import award_checks
from bot.core.site import Site

PAGE = 10


@dataclass(frozen=True, slots=True)
class AwardFacts:
    """One award as its owner sees it."""

    id: str
    badge: str
    emblem: Emblem
    description: str
    criteria: str
    skills: tuple[str, ...]
    giver: str
    issuer: str
    reason: str
    level: str
    links: tuple[str, ...]
    quotes: tuple[str, ...]
    files: tuple[tuple[str, str], ...]
    """Each with its name and its address."""
    at: datetime
    expires_at: datetime | None
    revoked: bool
    suspended: bool
    page: str
    png: str


@dataclass(frozen=True, slots=True)
class BadgesShown:
    """One page of a collection, newest first; `wall` is all of it (as many as a picture holds)."""

    whose: str
    person: Person | None
    mine: bool
    awards: tuple[AwardFacts, ...]
    wall: tuple[tuple[str, Emblem, datetime], ...]
    total: int
    skills: tuple[tuple[str, int], ...]
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class AwardShown:
    """One award; `mine` if it is the caller's, `provable` if the caller may add evidence to it."""

    award: AwardFacts
    whose: str
    mine: bool
    provable: bool


@dataclass(frozen=True, slots=True)
class AwardShared:
    """Where an award can be taken; `public_name` is whether its page names its owner.

    `reachable` is false while the page opens on this machine only.
    """

    award: AwardFacts
    linkedin: str
    share: str
    public_name: bool
    reachable: bool


@dataclass(frozen=True, slots=True)
class AwardVerified:
    """The named checks of one award, just run."""

    award: AwardFacts
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Earned:
    """What the bot tells a learner about a new badge; `goals` are those it reached.

    `revoked` if it was taken back since, `suspended` if it does not count at present; `why` is "" for an undo, which
    was the giver's mistake.
    """

    award: AwardFacts
    goals: tuple[str, ...]
    revoked: bool
    suspended: bool
    why: str


def show_badges(case: Case, ask: ShowBadges) -> BadgesShown:
    """Show the caller's badges, or another member's as far as they allow. Raises `CollectionClosed`."""
    owner = case.me if ask.whose is None else recognise(case.db, case.now, case.organisation, ask.whose)
    require_seeing(case, owner)
    awards = case.db.scalars(
        select(Award).where(Award.member_id == owner.id, Award.held).order_by(Award.id.desc())
    ).all()
    skills = Counter(skill for award in awards for skill in award.version.skills)
    pages = max(1, -(-len(awards) // PAGE))
    page = min(max(ask.page, 1), pages)
    return BadgesShown(
        whose=owner.name,
        person=ask.whose,
        mine=owner is case.me,
        awards=tuple(award_facts(case.site, a) for a in awards[(page - 1) * PAGE : page * PAGE]),
        wall=tuple(
            (a.version.name, emblem_of(a.version), a.awarded_at.astimezone(zone(owner.timezone)))
            for a in awards[:TILES_SHOWN]
        ),
        total=len(awards),
        skills=tuple(skills.most_common(SKILLS_SHOWN)),
        page=page,
        pages=pages,
    )


def show_award(case: Case, ask: ShowAward) -> AwardShown:
    """Show one award to its owner, or to who may see the owner's collection."""
    award = _find(case, ask.award)
    return AwardShown(
        award_facts(case.site, award),
        award.member.name,
        award.member_id == case.me.id,
        may_revoke(case, award) and not award.over(case.now),
    )


def share_award(case: Case, ask: ShareAward) -> AwardShared:
    """Tell the owner where an award can be taken. Raises `NoSuchAward` for anybody else."""
    award = _find(case, ask.award)
    if award.member_id != case.me.id:
        raise NoSuchAward
    return AwardShared(
        award_facts(case.site, award),
        linkedin(case.site, award),
        case.site.award_share(award.id),
        case.me.public_name,
        case.site.public,
    )


def verify_award(case: Case, ask: VerifyAward) -> AwardVerified:
    """Run the named checks on one award."""
    award = _find(case, ask.award)
    return AwardVerified(award_facts(case.site, award), award_checks(case.db, case.site, case.now, award))


def linkedin(site: Site, award: Award) -> str:
    """Give the address that adds the award to a LinkedIn profile; an expiry only if there is one."""
    here = zone(award.member.timezone)
    awarded = award.awarded_at.astimezone(here)
    facts = {
        "startTask": "CERTIFICATION_NAME",
        "name": award.version.name,
        "issueYear": awarded.year,
        "issueMonth": awarded.month,
        "certUrl": site.award_page(award.id),
        "certId": award.id,
    }
    # Either, never both: LinkedIn leaves the organisation out where they differ.
    facts |= {"organizationId": site.linkedin_id} if site.linkedin_id else {"organizationName": award.issuer.name}
    if award.expires_at is not None:
        expires = award.expires_at.astimezone(here)
        facts |= {"expirationYear": expires.year, "expirationMonth": expires.month}
    return f"https://www.linkedin.com/profile/add?{urlencode(facts)}"


def award_facts(site: Site, award: Award) -> AwardFacts:
    """Give the facts of an award."""
    version = award.version
    return AwardFacts(
        id=award.id,
        badge=version.name,
        emblem=emblem_of(version),
        description=version.description,
        criteria=version.criteria,
        skills=tuple(version.skills),
        giver=award.celebration.giver.name,
        issuer=award.issuer.name,
        reason=award.celebration.reason,
        level=levels.shown(award.celebration),
        links=tuple(e.url for e in award.evidence if e.kind == "link" and e.url),
        quotes=tuple(e.text for e in award.evidence if e.text),
        files=tuple((e.name, site.evidence_file(e.id)) for e in award.evidence if e.kind == "file" and e.name),
        at=award.awarded_at,
        expires_at=award.expires_at,
        revoked=award.revoked_at is not None,
        suspended=award.suspended,
        page=site.award_page(award.id),
        png=site.award_png(award.id),
    )


def _find(case: Case, award_id: str) -> Award:
    award = case.db.get(Award, award_id)
    if award is None or not may_see_collection(case, award.member):
        raise NoSuchAward
    return award
