"""Evidence that comes later: added to an award, which is signed anew."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core import announcements
from bot.core.awarding import MOST_LINKS, links_in
from bot.core.case import Case
from bot.core.commands import AddEvidence, AskEvidence
from bot.core.errors import EvidenceUnread, NoSuchAward
from bot.core.models import Award, Evidence
from bot.core.policy import require_revoking
from bot.core.reissuing import reissue


@dataclass(frozen=True, slots=True)
class EvidenceAsked:
    """The form for more evidence of one award."""

    award: str
    badge: str
    name: str


@dataclass(frozen=True, slots=True)
class EvidenceAdded:
    """So many addresses more prove an award; those that did already are not counted."""

    badge: str
    name: str
    count: int


def ask_evidence(case: Case, ask: AskEvidence) -> EvidenceAsked:
    """Give the form; to who gave the award, or to staff."""
    award = _find(case, ask.award)
    return EvidenceAsked(award.id, award.version.name, award.member.name)


def add_evidence(case: Case, ask: AddEvidence) -> EvidenceAdded:
    """Add addresses to what proves an award. Raises `EvidenceUnread` where there is none, or too many."""
    award = _find(case, ask.award)
    known = {row.url for row in award.evidence}
    links = links_in(ask.links)
    if not links or len(links) + len(award.evidence) > MOST_LINKS:
        raise EvidenceUnread(MOST_LINKS)
    fresh = [link for link in links if link not in known]
    award.evidence += [Evidence(id=i, kind="link", url=url) for i, url in zip(_ids(case, fresh), fresh, strict=True)]
    if fresh:
        case.audit("evidence", award.id, links=fresh)
        case.db.flush()
        reissue(case, [award], "evidence")
        announcements.refresh(case.db, case.now, award.id)
    return EvidenceAdded(award.version.name, award.member.name, len(fresh))


def _ids(case: Case, links: list[str]) -> list[str]:
    return sorted(case.new_id() for _ in links)  # shown in the order they were given


def _find(case: Case, award_id: str) -> Award:
    award = case.db.get(Award, award_id)
    if award is None or award.revoked_at is not None or award.member.organisation_id != case.organisation.id:
        raise NoSuchAward
    require_revoking(case, award)
    return award
