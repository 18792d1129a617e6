"""Giving a badge: the rules, the rows, the signed documents and what is to be announced."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from sqlalchemy import select

from bot.core import announcements, goals, holding, levels, role_keeping
from bot.core.addresses import links_in, listed_links
from bot.core.award_form import AwardAsked, form, may_get
from bot.core.badges import emblem_of
from bot.core.cards import Emblem
from bot.core.case import Case
from bot.core.commands import AwardBadge, Quote
from bot.core.errors import (
    AlreadyHeld,
    AwardToBot,
    AwardToSelf,
    EvidenceMissing,
    NoBadgesYet,
    NobodyInGroup,
    NoRecipient,
    ReasonTooLong,
    TooManyRecipients,
    Unsignable,
)
from bot.core.finding import find_badge, in_use
from bot.core.holding import HeldFile
from bot.core.issuing import free_status_indices, sign_awards
from bot.core.levels import Reached
from bot.core.models import Award, BadgeClass, Celebration, Evidence, Member
from bot.core.people import name_hider, recognise, recognise_all
from bot.core.policy import Action, may_teach, require
from bot.core.port import Obstacle, Person, Place
from bot.core.soundness import unsignable

MOST_RECIPIENTS = 200
LONGEST_REASON = 1000
UNDO_MINUTES = 15


@dataclass(frozen=True, slots=True)
class Awarded:
    """Who got what. `announced`: "here", "elsewhere" (where badges are celebrated), or "" in a direct message.

    `closed` is what keeps the card from standing there, as far as it is known already.
    """

    celebration: str
    badge: str
    emblem: Emblem
    recipients: tuple[Person, ...]
    awards: tuple[str, ...]
    reason: str
    level: str
    evidence: int
    announced: Literal["here", "elsewhere", ""]
    giver: str
    closed: Obstacle | None = None
    undo_minutes: int = UNDO_MINUTES


def award(case: Case, ask: AwardBadge) -> Awarded | AwardAsked:
    """Give one badge to one or many. Raises a `Refusal` and writes nothing if any recipient cannot have it."""
    require(case, Action.AWARD)
    ask = _with_groups(case, ask)
    if ask.draft or (ask.recipients and not ask.badge):
        return form(case, replace(ask, draft=False))
    if not ask.recipients:
        if not in_use(case.db, case.organisation):
            raise NoBadgesYet(may_teach(case))
        raise NoRecipient("award")
    _check_people(ask)
    known = zip(recognise_all(case.db, case.now, case.organisation, ask.recipients), ask.recipients, strict=True)
    people = dict(known)  # each once: a form may name somebody twice
    ask = replace(ask, recipients=tuple(people.values()))
    if case.me in people:
        raise AwardToSelf(_without(ask, [people[case.me]]))
    badge = find_badge(case, ask.badge, lambda name: replace(ask, badge=name))
    ask = replace(ask, badge=badge.id)
    reached = levels.read(badge.name, badge.now, ask.level, lambda level: replace(ask, level=level))
    if ask.quote is not None and unsignable(ask.quote.text):
        raise Unsignable("quote")
    links = evidence_links(badge, ask.reason, ask.links, otherwise=ask.quote is not None or bool(ask.files))
    files = holding.keep(case, ask.files)
    members = list(people)
    # Known from now on, so that the signature can leave their names out.
    named = (*ask.named, *((ask.quote.author, *ask.quote.named) if ask.quote is not None else ()))
    mentioned = recognise_all(case.db, case.now, case.organisation, [p for p in named if not p.is_bot])
    _make_room(case, ask, badge, members)
    celebration = celebrate(case, badge, ask.reason, reached)
    hide = name_hider(case.db, case.organisation, near=[*members, *mentioned])
    awards = _give(case, celebration, badge, members, _proof(case, links, ask.quote, files), hide)
    where, announced = _announced(case)
    if where is not None:
        announcements.announce(case, "celebration", celebration.id, channel=where)
    for given in awards:
        announcements.announce(case, "earned", given.id, member=given.member)
        goals.note_award(case, given)
        case.audit("awarded", given.id, badge=badge.id, version=badge.now.id, recipient=given.member_id)
    role_keeping.follow(case, badge.id, [given.member_id for given in awards])
    return Awarded(
        celebration=celebration.id,
        badge=badge.name,
        emblem=emblem_of(badge.now),
        recipients=ask.recipients,
        awards=tuple(given.id for given in awards),
        reason=celebration.reason,
        level=levels.shown(celebration),
        evidence=len(links) + (ask.quote is not None) + len(files),
        announced=announced,
        giver=case.me.name,
        closed=where.closed if where is not None else None,
    )


def _announced(case: Case) -> tuple[Place | None, Literal["here", "elsewhere", ""]]:
    """Tell where the class sees the card."""
    asked, elsewhere = case.actor.where, case.actor.celebrates
    if elsewhere is not None and elsewhere.id != asked.id:
        return elsewhere, "elsewhere"
    return (None, "") if asked.direct else (asked, "here")


def celebrate(case: Case, badge: BadgeClass, reason: str, reached: Sequence[Reached] = ()) -> Celebration:
    """Make the row that awards given together share."""
    celebration = Celebration(
        id=case.new_id(),
        organisation_id=case.organisation.id,
        version=badge.now,
        giver=case.me,
        reason=reason.strip(),
        results=levels.kept(reached),
        created_at=case.now,
    )
    case.db.add(celebration)
    return celebration


def evidence_links(badge: BadgeClass, reason: str, links: str = "", *, otherwise: bool = False) -> list[str]:
    """Give the addresses that prove an award, once its reason is found fit to be signed.

    `otherwise` tells whether something else proves it. Raises `ReasonTooLong`, `Unsignable`, `EvidenceUnread`, or
    `EvidenceMissing` where the badge asks for some.
    """
    if len(reason) > LONGEST_REASON:
        raise ReasonTooLong(len(reason), LONGEST_REASON)
    if unsignable(reason):
        raise Unsignable("reason")
    found = list(dict.fromkeys(links_in(reason) + listed_links(links)))
    if badge.now.evidence_required and not found and not otherwise:
        raise EvidenceMissing(badge.name)
    return found


def _check_people(ask: AwardBadge) -> None:
    if len(ask.recipients) > MOST_RECIPIENTS:
        raise TooManyRecipients(len(ask.recipients), MOST_RECIPIENTS)
    for person in ask.recipients:
        if person.is_bot:
            raise AwardToBot(person.name, _without(ask, [person]))


def _with_groups(case: Case, ask: AwardBadge) -> AwardBadge:
    """Name who is in the groups: all but the caller and bots. Raises `NobodyInGroup` where that leaves nobody."""
    if not ask.groups:
        return ask
    people = [person for group in ask.groups for person in group.people if may_get(case, person)]
    recipients = tuple(dict.fromkeys((*ask.recipients, *people)))
    if not recipients:
        group = ask.groups[0]
        raise NobodyInGroup(group.name, but_you=any(not person.is_bot for person in group.people))
    return replace(ask, recipients=recipients, groups=())


def _make_room(case: Case, ask: AwardBadge, badge: BadgeClass, members: Sequence[Member]) -> None:
    """Let expired awards of the badge go, and refuse if anyone still holds it."""
    held = case.db.scalars(
        select(Award).where(Award.badge_id == badge.id, Award.held, Award.member_id.in_([m.id for m in members]))
    ).all()
    holders = set()
    for old in held:
        if old.expires_at is not None and old.expires_at <= case.now:
            old.held = False
        else:
            holders.add(old.member_id)
    if holders:
        people = [p for p, m in zip(ask.recipients, members, strict=True) if m.id in holders]
        raise AlreadyHeld(badge.name, tuple(p.name for p in people), _without(ask, people))
    case.db.flush()


def _without(ask: AwardBadge, people: Sequence[Person]) -> AwardBadge | None:
    rest = tuple(p for p in ask.recipients if p not in people)
    return replace(ask, recipients=rest) if rest else None


def _give(
    case: Case,
    celebration: Celebration,
    badge: BadgeClass,
    members: Sequence[Member],
    proof: Callable[[], list[Evidence]],
    hide: Callable[[str], str],
) -> list[Award]:
    days = badge.now.expires_after_days
    indices = free_status_indices(case.db, badge.issuer, len(members))
    ids = sorted(case.new_id() for _ in members)  # so that they are shown in the order they were named
    # Written in an order that is the same for all: two groups at once wait for each other in one direction only.
    planned = sorted(zip(ids, members, indices, strict=True), key=lambda plan: plan[1].id)
    with case.db.no_autoflush:  # an award is no row yet until it is signed
        awards = [
            Award(
                id=award_id,
                celebration=celebration,
                badge_id=badge.id,
                version=badge.now,
                issuer=badge.issuer,
                member=member,
                awarded_at=case.now,
                expires_at=case.now + timedelta(days=days) if days else None,
                status_index=index,
                evidence=proof(),
            )
            for award_id, member, index in planned
        ]
        documents = sign_awards(case.site, awards, case.organisation.lang, hide)
        for given, document in zip(awards, documents, strict=True):
            given.document = document
    case.db.add_all(awards)
    case.db.flush()
    return sorted(awards, key=lambda given: given.id)


def _proof(
    case: Case, links: Sequence[str], quote: Quote | None, files: Sequence[HeldFile]
) -> Callable[[], list[Evidence]]:
    """Give what makes the evidence rows, anew for each award."""
    author = recognise(case.db, case.now, case.organisation, quote.author) if quote is not None else None

    def rows() -> list[Evidence]:
        ids = iter(sorted(case.new_id() for _ in range(len(links) + 1 + len(files))))  # in the order they were given
        found = [Evidence(id=next(ids), kind="link", url=url) for url in links]
        if quote is not None:
            found.append(
                Evidence(
                    id=next(ids),
                    kind="message",
                    url=quote.url or None,
                    author=author,
                    said_at=quote.at,
                    text=quote.text,
                    sha256=hashlib.sha256(quote.text.encode()).hexdigest(),
                )
            )
        return found + [evidence_file(next(ids), one) for one in files]

    return rows


def evidence_file(evidence: str, file: HeldFile) -> Evidence:
    """Make the row of a file that proves an award; its bytes were kept by `holding.keep`."""
    return Evidence(id=evidence, kind="file", name=file.name, media_type=file.media_type, sha256=file.sha256)
