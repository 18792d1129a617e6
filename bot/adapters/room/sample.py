"""A sample class to try Laurel with: Riverside School, one teacher and six students."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.adapters.room.store import RoomChannel, RoomPersona, RoomSpace
from bot.core.db import Database

SPACE, SCHOOL, TIMEZONE = "riverside", "Riverside School", "Europe/London"
PERSONAS = (
    ("rivera", "Ms Rivera", "teacher"),
    ("sam", "Sam Okafor", "learner"),
    ("ana", "Ana Núñez", "learner"),
    ("dmytro", "Дмитро Коваленко", "learner"),
    ("xiaoyu", "李小雨", "learner"),
    ("layla", "ليلى حداد", "learner"),
    ("zoe", "Zoë Lindström", "learner"),
)
CHANNELS = (
    ("class-8b", "Everything that class 8b does together"),
    ("general", "For the whole school"),
)


def seed(database: Database) -> None:
    """Furnish the room; what is there already stays as it is."""
    with database.write() as db:
        if db.get(RoomSpace, SPACE) is None:
            db.add(RoomSpace(id=SPACE, name=SCHOOL))
            db.flush()
        _personas(db)
        _channels(db)


def _personas(db: Session) -> None:
    for position, (handle, name, role) in enumerate(PERSONAS):
        if db.get(RoomPersona, handle) is None:
            db.add(
                RoomPersona(
                    handle=handle,
                    space_id=SPACE,
                    name=name,
                    role=role,
                    lang="en",
                    timezone=TIMEZONE,
                    position=position,
                )
            )


def _channels(db: Session) -> None:
    for position, (name, about) in enumerate(CHANNELS):
        if db.get(RoomChannel, name) is None:
            db.add(RoomChannel(name=name, space_id=SPACE, about=about, position=position))
