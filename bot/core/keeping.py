"""Commands that are too long for a platform's button: kept under their digest, so that buttons survive a restart."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from typing import NoReturn

from sqlalchemy import Text, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.core import wire
from bot.core.case import Case
from bot.core.commands import Command, Forgotten
from bot.core.errors import ButtonForgotten
from bot.core.tables import Base

KEPT = timedelta(days=90)
"""How long a command is kept: only private answers have buttons with long ones, and those are pressed soon."""
_MARK = "kept:"


class Kept(Base):
    """One command, as `wire.to_json` writes it."""

    __tablename__ = "kept_command"
    digest: Mapped[str] = mapped_column(primary_key=True)
    command: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(index=True)


def token(text: str, secret: bytes) -> str:
    """Give the 45 characters that stand for a command: the same for the same one, and not to be guessed."""
    return _MARK + hmac.digest(secret, b"command:" + text.encode(), "sha256").hex()[:40]


def keep(db: Session, now: datetime, token: str, text: str) -> None:
    """Keep a command under its token, from now on."""
    known = db.get(Kept, token)
    if known is None:
        db.add(Kept(digest=token, command=text, at=now))
    else:
        known.at = now


def is_token(text: str) -> bool:
    """Tell whether a text stands for a command that was kept."""
    return text.startswith(_MARK)


def recall(db: Session, token: str) -> Command:
    """Give back what was kept; `Forgotten` where nobody knows any more."""
    kept = db.get(Kept, token)
    return read(kept.command) if kept is not None else Forgotten()


def read(text: str) -> Command:
    """Read a command as written; `Forgotten` for one that an older Laurel wrote and this one cannot read."""
    try:
        return wire.from_json(text)
    except wire.NotACommand:
        return Forgotten()


def forget(db: Session, now: datetime) -> None:
    """Let go of what is older than `KEPT`."""
    db.execute(delete(Kept).where(Kept.at < now - KEPT))


def refuse(case: Case, command: Forgotten) -> NoReturn:
    """Say that a button is too old."""
    del case, command
    raise ButtonForgotten
