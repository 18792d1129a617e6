"""Evidence that comes later: links and files added to an award, which is signed anew."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core import announcements, holding
from bot.core.addresses import MOST_LINKS, links_in
from bot.core.awarding import evidence_file
from bot.core.case import Case
from bot.core.commands import AddEvidence, AskEvidence
from bot.core.errors import AwardExpired, EvidenceUnread, NoSuchAward, TooManyFiles
from bot.core.files import MOST_FILES
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
    """So many addresses and files more prove an award; those that did already are not counted."""

    badge: str
    name: str
    count: int


def ask_evidence(case: Case, ask: AskEvidence) -> EvidenceAsked:
    """Give the form; to who gave the award, or to staff."""
    award = _find(case, ask.award)
    return EvidenceAsked(award.id, award.version.name, award.member.name)


def add_evidence(case: Case, ask: AddEvidence) -> EvidenceAdded:
    """Add addresses and files to what proves an award.

    Raises `EvidenceUnread` where no address is among the words, or too many are, or nothing is given at all;
    `TooManyFiles`; `FileForgotten`; and `AwardExpired`.
    """
    award = _find(case, ask.award)
    known = {row.url or row.sha256 for row in award.evidence}
    links = links_in(ask.links)
    nothing = not links and (bool(ask.links.strip()) or not ask.files)
    if nothing or len(links) + len(award.evidence) > MOST_LINKS:
        raise EvidenceUnread(MOST_LINKS)
    fresh = [link for link in links if link not in known]
    files = [file for file in holding.keep(case, ask.files) if file.sha256 not in known]
    if len(files) + sum(row.kind == "file" for row in award.evidence) > MOST_FILES:
        raise TooManyFiles(MOST_FILES)
    ids = iter(sorted(case.new_id() for _ in (*fresh, *files)))  # shown in the order they were given
    award.evidence += [Evidence(id=next(ids), kind="link", url=url) for url in fresh]
    award.evidence += [evidence_file(next(ids), file) for file in files]
    if fresh or files:
        case.audit("evidence", award.id, links=fresh, files=[file.sha256 for file in files])
        case.db.flush()
        reissue(case, [award], "evidence")
        announcements.refresh(case.db, case.now, award.id)
    return EvidenceAdded(award.version.name, award.member.name, len(fresh) + len(files))


def _find(case: Case, award_id: str) -> Award:
    award = case.db.get(Award, award_id)
    if award is None or award.revoked_at is not None or award.member.organisation_id != case.organisation.id:
        raise NoSuchAward
    require_revoking(case, award)
    if award.over(case.now):
        raise AwardExpired(award.version.name)
    return award
