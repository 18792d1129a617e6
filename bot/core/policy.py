"""Who may do what. Asked when a command runs, never when its button is drawn."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from bot.core.case import Case
from bot.core.errors import CollectionClosed, LinkedAlready, NotAllowed, OtherOrganisation, SameChat
from bot.core.models import Award, Celebration, Member


class Action(StrEnum):
    """What needs a role."""

    AWARD = "award"
    REVOKE = "revoke"
    REVOKE_OTHERS = "revoke-others"
    MAKE_BADGES = "badges"
    IDENTIFY = "identify"
    GIVE_ROLES = "roles"
    RETRY_OTHERS = "retry-others"


STAFF_ONLY = frozenset({Action.IDENTIFY, Action.GIVE_ROLES})
"""Saying who somebody is, and what a badge lets people do in the chat."""
TEACHING = frozenset({"teacher", "staff"})
"""Both roles award and make badges; staff may also revoke what others awarded."""


class Holding(Protocol):
    """Whoever holds roles."""

    @property
    def roles(self) -> frozenset[str]:
        """The roles they hold."""


def may_teach(case: Holding) -> bool:
    """Tell whether the caller may award and make badges."""
    return bool(case.roles & TEACHING)


def is_staff(case: Holding) -> bool:
    """Tell whether the caller is the school's staff."""
    return "staff" in case.roles


def require(case: Case, action: Action) -> None:
    """Raise `NotAllowed` unless the caller may: some of it takes staff, all else a teaching role."""
    if not (is_staff(case) if action in STAFF_ONLY else may_teach(case)):
        raise NotAllowed(action)


def may_revoke(case: Case, award: Award) -> bool:
    """Tell whether the caller may take an award back, suspend it or add to its evidence: the giver, and staff."""
    return is_staff(case) or (may_teach(case) and award.celebration.awarded_by == case.me.id)


def require_revoking(case: Case, award: Award) -> None:
    """Raise `NotAllowed` unless the caller gave the award or is staff."""
    require(case, Action.REVOKE)
    if not may_revoke(case, award):
        raise NotAllowed(Action.REVOKE_OTHERS)


def require_retrying(case: Case, celebration: Celebration) -> None:
    """Raise `NotAllowed` unless the caller gave the badge or is staff: they may have its card tried again."""
    require(case, Action.AWARD)
    if not is_staff(case) and celebration.awarded_by != case.me.id:
        raise NotAllowed(Action.RETRY_OTHERS)


def may_see_collection(case: Case, owner: Member) -> bool:
    """Tell whether the caller may see somebody's badges: the owner, teachers, and whom the owner lets."""
    if owner.organisation_id != case.organisation.id:
        return False
    return owner.id == case.me.id or may_teach(case) or owner.collection == "class"


def require_seeing(case: Case, owner: Member) -> None:
    """Raise `CollectionClosed` unless the caller may see the owner's badges."""
    if not may_see_collection(case, owner):
        raise CollectionClosed(owner.name)


def require_linking(case: Case, mine: Member, other: Member) -> None:
    """Raise a `Refusal` unless two members may be one: of the same organisation, and never both in one chat."""
    if mine is other:
        raise LinkedAlready
    if mine.organisation_id != other.organisation_id:
        raise OtherOrganisation(case.organisation.name)
    theirs = {(account.platform, account.space) for account in other.accounts}
    for account in mine.accounts:
        if (account.platform, account.space) in theirs:
            raise SameChat(account.platform)
