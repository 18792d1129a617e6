"""Signing an award anew once something about it has changed: the recipient's identity, or its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import select

from bot.core.case import Case
from bot.core.issuing import sign_awards
from bot.core.models import Award, Member, Reissue
from bot.core.people import name_hider


def reissue(case: Case, awards: Sequence[Award], why: str) -> None:
    """Sign awards of the caller's organisation anew; what was signed before stays as it is."""
    hide = name_hider(case.db, case.organisation, near={award.member for award in awards})
    for _, group in groupby(sorted(awards, key=lambda a: a.celebration_id), key=lambda a: a.celebration_id):
        together = list(group)
        at = max(case.now, *(_newest(award) + timedelta(seconds=1) for award in together))
        documents = sign_awards(case.site, together, case.organisation.lang, hide, anew=at)
        for award, document in zip(together, documents, strict=True):
            number = len(award.reissues) + 1
            award.reissues.append(Reissue(number=number, document=document, why=why, at=at))
            case.audit("reissued", award.id, why=why, number=number)
    case.db.flush()


def reissue_all(case: Case, member: Member) -> int:
    """Sign all that a member has and that counts anew, since they are known by another identity; give how many."""
    awards = case.db.scalars(select(Award).where(Award.member_id == member.id, Award.revoked_at.is_(None))).all()
    standing = [award for award in awards if award.expires_at is None or award.expires_at > case.now]
    reissue(case, standing, "recipient")
    return len(standing)


def _newest(award: Award) -> datetime:
    at = award.reissues[-1].at if award.reissues else award.awarded_at
    return at.replace(microsecond=0)  # as it is written in credentials
