"""One badge for thousands at once: signed in a batch, written in bulk, celebrated with one card."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update

from bot.core import announcements, goals, levels, role_keeping
from bot.core.awarding import celebrate, evidence_links
from bot.core.case import Case
from bot.core.commands import ShowBadge
from bot.core.errors import AwardToSelf
from bot.core.ids import new_id
from bot.core.issuing import free_status_indices, sign_awards
from bot.core.models import (
    Audit,
    Award,
    BadgeClass,
    BadgeVersion,
    Celebration,
    Evidence,
    Goal,
    Issuer,
    Member,
    Milestone,
)
from bot.core.people import name_hider
from bot.core.policy import Action, require
from bot.core.port import Place

BATCH = 1000
"""Awards signed and written at a time: what progress is told of."""


@dataclass(frozen=True, slots=True)
class AwardedAll:
    """How many were given, and how many held the badge already and got nothing."""

    celebration: str
    given: int
    held: int


@dataclass(frozen=True, slots=True)
class _Planned:
    id: str
    version: BadgeVersion
    issuer: Issuer
    celebration: Celebration
    member: Member
    awarded_at: datetime
    expires_at: datetime | None
    status_index: int
    evidence: tuple[Evidence, ...] = ()


def award_all(
    case: Case,
    badge: BadgeClass,
    members: Sequence[Member],
    reason: str,
    *,
    level: str = "",
    channel: str | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> AwardedAll:
    """Give a badge to all of `members` who do not hold it; `progress` is told how many more are signed.

    `channel`, of the caller's space, gets one card; nobody is written to by themself. Raises a `Refusal`, and writes
    nothing, where the caller may not award or is among them, or the reason or the level will not do.
    """
    require(case, Action.AWARD)
    if case.me in members:
        raise AwardToSelf(None)
    reason = reason.strip()
    links = evidence_links(badge, reason)
    reached = levels.read(badge.name, badge.now, level, lambda _: ShowBadge(badge.id))
    holders = _holders(case, badge)
    fresh = [member for member in dict.fromkeys(members) if member.id not in holders]
    if not fresh:
        return AwardedAll("", 0, len(set(members)))
    celebration = celebrate(case, badge, reason, reached)
    case.db.flush()
    for batch in _signed(case, _planned(case, badge, celebration, fresh, links)):
        _write(case, badge, batch)
        progress(len(batch))
    _tick(case, badge, fresh)
    role_keeping.follow(case, badge.id, select(Award.member_id).where(Award.celebration_id == celebration.id))
    if channel is not None:
        here = case.actor.where
        place = Place(here.platform, here.space, channel)
        announcements.announce(case, "celebration", celebration.id, channel=place)
    return AwardedAll(celebration.id, len(fresh), len(set(members)) - len(fresh))


def _holders(case: Case, badge: BadgeClass) -> set[str]:
    """Give who holds the badge; expired awards of it are let go."""
    held = Award.badge_id == badge.id, Award.held
    case.db.execute(
        update(Award)
        .where(*held, Award.expires_at <= case.now)
        .values(held=False)
        .execution_options(synchronize_session=False)
    )
    return set(case.db.scalars(select(Award.member_id).where(*held)))


def _planned(
    case: Case, badge: BadgeClass, celebration: Celebration, members: Sequence[Member], links: Sequence[str]
) -> list[_Planned]:
    version, issuer, days = badge.now, badge.issuer, badge.now.expires_after_days
    expires = case.now + timedelta(days=days) if days else None
    ids = sorted(new_id(case.now) for _ in members)
    indices = free_status_indices(case.db, issuer, len(members))
    return [
        _Planned(
            award_id,
            version,
            issuer,
            celebration,
            member,
            case.now,
            expires,
            index,
            tuple(Evidence(id=case.new_id(), award_id=award_id, kind="link", url=url) for url in links),
        )
        for award_id, member, index in zip(ids, members, indices, strict=True)
    ]


def _signed(case: Case, planned: Sequence[_Planned]) -> Iterator[list[tuple[_Planned, str]]]:
    near = {one.member for one in planned} if planned[0].celebration.reason else ()
    hide = name_hider(case.db, case.organisation, near=near)
    for start in range(0, len(planned), BATCH):
        batch = planned[start : start + BATCH]
        yield list(zip(batch, sign_awards(case.site, batch, case.organisation.lang, hide), strict=True))


def _write(case: Case, badge: BadgeClass, batch: Sequence[tuple[_Planned, str]]) -> None:
    """Write rows as they are: ten thousand objects would take longer than their signatures."""
    case.db.execute(
        insert(Award),
        [
            {
                "id": one.id,
                "celebration_id": one.celebration.id,
                "badge_id": badge.id,
                "version_id": one.version.id,
                "issuer_id": one.issuer.id,
                "member_id": one.member.id,
                "held": True,
                "awarded_at": one.awarded_at,
                "expires_at": one.expires_at,
                "status_index": one.status_index,
                "document": document,
            }
            for one, document in batch
        ],
    )
    evidence = [
        {"id": row.id, "award_id": one.id, "kind": row.kind, "url": row.url} for one, _ in batch for row in one.evidence
    ]
    if evidence:
        case.db.execute(insert(Evidence), evidence)
    case.db.execute(
        insert(Audit),
        [
            {
                "id": new_id(case.now),
                "at": case.now,
                "organisation_id": case.organisation.id,
                "member_id": case.me.id,
                "action": "awarded",
                "subject": one.id,
                "facts": {"badge": badge.id, "version": one.version.id, "recipient": one.member.id},
            }
            for one, _ in batch
        ],
    )


def _tick(case: Case, badge: BadgeClass, members: Sequence[Member]) -> None:
    """Tick the badge in the open goals of those who got it."""
    got = {member.id for member in members}
    waiting = (
        select(Goal.member_id)
        .join(Milestone)
        .where(Milestone.badge_id == badge.id, Milestone.done_at.is_(None), Goal.state == "open")
    )
    for member_id in got.intersection(case.db.scalars(waiting)):
        award = case.db.scalars(
            select(Award).where(Award.badge_id == badge.id, Award.member_id == member_id, Award.held)
        )
        goals.note_award(case, award.one())
