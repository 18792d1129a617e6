"""What the room itself keeps: its people, its channels and everything that was said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.core.ids import new_id
from bot.core.tables import Base

BOT = "laurel"
"""The bot's own handle: the poster of cards, and everybody's partner in direct messages."""
_DM = "dm:"


class RoomSpace(Base):
    """The room: one school. `said` counts every post and every edit; whoever writes holds its row until commit.

    So numbers appear in the order of their commits on every database, and a reader that has seen one has
    missed none below it. A sequence of PostgreSQL gives no such promise.
    """

    __tablename__ = "room_space"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    said: Mapped[int] = mapped_column(default=0)


class RoomPersona(Base):
    """Somebody whom a tab can be. `role` is "teacher" or "learner"; `position` orders the switcher."""

    __tablename__ = "room_persona"
    handle: Mapped[str] = mapped_column(primary_key=True)
    space_id: Mapped[str] = mapped_column(ForeignKey("room_space.id"))
    name: Mapped[str]
    role: Mapped[str]
    lang: Mapped[str]
    timezone: Mapped[str]
    position: Mapped[int]


class RoomChannel(Base):
    """Where the whole room reads."""

    __tablename__ = "room_channel"
    name: Mapped[str] = mapped_column(primary_key=True)
    space_id: Mapped[str] = mapped_column(ForeignKey("room_space.id"))
    about: Mapped[str]
    position: Mapped[int]


class RoomMessage(Base):
    """One message. `key` is unique: the same announcement, or the same press of Enter, never stands twice."""

    __tablename__ = "room_message"
    __table_args__ = (Index("ix_room_message_place", "place", "number"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    place: Mapped[str]
    """A channel's name, or `dm:` and a handle."""
    author: Mapped[str]
    at: Mapped[datetime]
    text: Mapped[str]
    """What somebody wrote; empty for a card of the bot."""
    shown: Mapped[dict[str, Any]]
    """What the page draws, as `bot.adapters.room.render` made it."""
    edited: Mapped[bool] = mapped_column(default=False)
    number: Mapped[int] = mapped_column(unique=True)
    """`said` when it was posted: its place in the order."""
    changed: Mapped[int] = mapped_column(unique=True)
    """`said` when it was last posted or edited: what a live reader asks for."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """Everybody and every channel of the room, as they are at this moment."""

    space: str
    school: str
    personas: tuple[RoomPersona, ...]
    channels: tuple[RoomChannel, ...]


def direct(handle: str) -> str:
    """Give the id of somebody's direct messages with the bot."""
    return _DM + handle


def crowd(db: Session) -> Crowd | None:
    """Look at who and what is there; None for a room that nobody has furnished yet."""
    space = db.scalars(select(RoomSpace).order_by(RoomSpace.id)).first()
    if space is None:
        return None
    personas = db.scalars(select(RoomPersona).where(RoomPersona.space_id == space.id).order_by(RoomPersona.position))
    channels = db.scalars(select(RoomChannel).where(RoomChannel.space_id == space.id).order_by(RoomChannel.position))
    return Crowd(space.id, space.name, tuple(personas), tuple(channels))


def tip(db: Session) -> int:
    """Give the number of the newest change."""
    return db.scalar(select(func.max(RoomSpace.said))) or 0


def changes(db: Session, since: int, most: int = 500) -> Sequence[RoomMessage]:
    """Give messages posted or edited after `since`, oldest change first."""
    chosen = select(RoomMessage).where(RoomMessage.changed > since)
    return db.scalars(chosen.order_by(RoomMessage.changed).limit(most)).all()


def history(db: Session, place: str, before: int | None = None, most: int = 50) -> Sequence[RoomMessage]:
    """Give the newest messages of a place, or those before a number, in the order they were said."""
    chosen = select(RoomMessage).where(RoomMessage.place == place)
    if before is not None:
        chosen = chosen.where(RoomMessage.number < before)
    return db.scalars(chosen.order_by(RoomMessage.number.desc()).limit(most)).all()[::-1]


def seen_by(handle: str, places: Iterable[str]) -> set[str]:
    """Give the places that somebody may read: every channel, and their own direct messages."""
    return {*places, direct(handle)}


def post(
    db: Session,
    space: str,
    *,
    key: str,
    place: str,
    author: str,
    at: datetime,
    text: str,
    shown: dict[str, Any],
) -> RoomMessage:
    """Put a message in its place. The same `key` again shows a card anew, and leaves people's words as they are."""
    number = _next(db, space)  # first, since it makes others with the same key wait
    there = db.scalar(select(RoomMessage).where(RoomMessage.key == key))
    if there is not None:
        return _show(there, shown, number) if there.author == BOT else there
    message = RoomMessage(
        id=new_id(at),
        key=key,
        place=place,
        author=author,
        at=at,
        text=text,
        shown=shown,
        number=number,
        changed=number,
    )
    db.add(message)
    return message


def number_of(db: Session, key: str) -> int | None:
    """Give the number of the message with this key; None if there is none."""
    return db.scalar(select(RoomMessage.number).where(RoomMessage.key == key))


def edit(db: Session, space: str, message: str, shown: dict[str, Any]) -> RoomMessage | None:
    """Change what a message shows; None if there is no such message."""
    number = _next(db, space)
    there = db.get(RoomMessage, message)
    return None if there is None else _show(there, shown, number)


def find(db: Session, handle: str, message: str, places: Iterable[str]) -> RoomMessage | None:
    """Find a message that somebody may read."""
    there = db.get(RoomMessage, message)
    return there if there is not None and there.place in seen_by(handle, places) else None


def _show(message: RoomMessage, shown: dict[str, Any], number: int) -> RoomMessage:
    if message.shown != shown:
        message.shown, message.changed, message.edited = shown, number, True
    return message


def _next(db: Session, space: str) -> int:
    counted = update(RoomSpace).where(RoomSpace.id == space).values(said=RoomSpace.said + 1).returning(RoomSpace.said)
    return db.scalars(counted).one()
