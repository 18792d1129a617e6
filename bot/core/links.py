"""What linking two accounts keeps: who asked whom, who has said yes, and what a link moved."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.core.models import Account
from bot.core.tables import Base


class Link(Base):
    """Two accounts that ought to be one member's. `account` asked for the code, `other` typed it."""

    __tablename__ = "link"
    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    other_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"), index=True)
    code_hash: Mapped[str | None] = mapped_column(unique=True)
    """Keyed digest of the code; None once it was used."""
    account_agreed: Mapped[bool] = mapped_column(default=False)
    other_agreed: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(default="open")
    """"open", "stopped" by one side, "linked" once both agreed, or "parted" again."""
    expires_at: Mapped[datetime]
    created_at: Mapped[datetime]
    linked_at: Mapped[datetime | None]
    kept_id: Mapped[str | None] = mapped_column(ForeignKey("member.id"), index=True)
    """The member who has everything since; the row of the one who was absorbed stays, without accounts."""
    absorbed_id: Mapped[str | None] = mapped_column(ForeignKey("member.id"))
    moved: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Ids of all that the link changed, by what it did with them: what parting puts back."""
    account: Mapped[Account] = relationship(foreign_keys=[account_id])
    other: Mapped[Account | None] = relationship(foreign_keys=[other_id])


class LinkTry(Base):
    """One wrong code, kept as long as it counts against who typed it."""

    __tablename__ = "link_try"
    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    at: Mapped[datetime]
