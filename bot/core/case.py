"""One command being served: what every use case gets to work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy.orm import Session

from bot.core.ids import new_id
from bot.core.models import Audit, Member, Organisation
from bot.core.port import Actor, Limits
from bot.core.site import Site

if TYPE_CHECKING:
    from bot.core.checking import Checker

Outcome = TypeVar("Outcome")


@dataclass(frozen=True, slots=True)
class Afterwards(Generic[Outcome]):
    """An outcome that is still to be worked out, with no transaction open: it asks others over the network."""

    work: Callable[[], Outcome]


@dataclass(frozen=True, slots=True)
class Case:
    """The open transaction, the time, who asks, and the roles they hold. Commits on return, rolls back on raise."""

    db: Session
    now: datetime
    site: Site
    actor: Actor
    me: Member
    organisation: Organisation
    roles: frozenset[str]
    checker: Checker
    limits: Limits = field(default_factory=Limits)
    """What the platform can do from which is asked."""

    def new_id(self) -> str:
        """Make a public id of this moment."""
        return new_id(self.now)

    def audit(self, action: str, subject: str, **facts: Any) -> None:
        """Write down that the caller did this; stands or falls with the transaction."""
        note(self.db, self.now, action, subject, organisation=self.organisation.id, member=self.me.id, facts=facts)


def note(
    db: Session,
    now: datetime,
    action: str,
    subject: str,
    *,
    organisation: str | None = None,
    member: str | None = None,
    facts: dict[str, Any],
) -> None:
    """Append one audit row; `member` is who did it, None for who runs the installation."""
    db.add(
        Audit(
            id=new_id(now),
            at=now,
            organisation_id=organisation,
            member_id=member,
            action=action,
            subject=subject,
            facts=facts,
        )
    )
