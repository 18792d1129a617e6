"""Roles of a platform's members that badges give: which badge gives which role, where."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.core.models import Account
from bot.core.tables import Base


class ChatRole(Base):
    """A role in one space that some badge gives, or gave: who got it by one may still have to lose it."""

    __tablename__ = "chat_role"
    __table_args__ = (UniqueConstraint("platform", "space", "external_id"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    platform: Mapped[str]
    space: Mapped[str]
    external_id: Mapped[str]
    name: Mapped[str]
    """What it was called when it was last set."""
    set_by: Mapped[str] = mapped_column(ForeignKey("account.id"))
    """Whom to tell when it can no longer be given."""
    problem: Mapped[str | None]
    """A `port.RoleProblem` that has been told of and lasts."""
    created_at: Mapped[datetime]
    setter: Mapped[Account] = relationship()


class BadgeRole(Base):
    """This badge gives this role."""

    __tablename__ = "badge_role"
    badge_id: Mapped[str] = mapped_column(ForeignKey("badge_class.id"), primary_key=True)
    role_id: Mapped[str] = mapped_column(ForeignKey("chat_role.id"), primary_key=True)
    created_at: Mapped[datetime]
