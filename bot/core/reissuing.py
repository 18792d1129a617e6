"""Signing an award anew once something about it has changed: the recipient's identity, its evidence, an endorsement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.case import Case, note
from bot.core.issuing import sign_awards
from bot.core.models import Award, Member, Organisation, Reissue
from bot.core.people import name_hider
from bot.core.site import Site


def reissue(case: Case, awards: Sequence[Award], why: str) -> None:
    """Sign awards of the caller's organisation anew; what was signed before stays as it is."""
    sign_anew(case.db, case.site, case.now, case.organisation, awards, why, by=case.me)


def sign_anew(
    db: Session,
    site: Site,
    now: datetime,
    organisation: Organisation,
    awards: Sequence[Award],
    why: str,
    *,
    by: Member | None = None,
) -> None:
    """Do the same for the terminal, which is nobody's."""
    hide = name_hider(db, organisation, near={award.member for award in awards})
    for _, group in groupby(sorted(awards, key=lambda a: a.celebration_id), key=lambda a: a.celebration_id):
        together = list(group)
        at = max(now, *(_newest(award) + timedelta(seconds=1) for award in together))
        documents = sign_awards(site, together, organisation.lang, hide, anew=at)
        for award, document in zip(together, documents, strict=True):
            number = len(award.reissues) + 1
            award.reissues.append(Reissue(number=number, document=document, why=why, at=at))
            facts = {"why": why, "number": number}
            member = by.id if by is not None else None
            note(db, now, "reissued", award.id, organisation=organisation.id, member=member, facts=facts)
    db.flush()


def reissue_all(case: Case, member: Member) -> int:
    """Sign all that a member has and that counts anew, since they are known by another identity; give how many."""
    awards = case.db.scalars(select(Award).where(Award.member_id == member.id, Award.revoked_at.is_(None))).all()
    standing = [award for award in awards if not award.over(case.now)]
    reissue(case, standing, "recipient")
    return len(standing)


def _newest(award: Award) -> datetime:
    at = award.reissues[-1].at if award.reissues else award.awarded_at
    return at.replace(microsecond=0)  # as it is written in credentials
