"""Files that wait for an award: taken in when they are chosen, kept for good once they prove something."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import LargeBinary, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.core.case import Case
from bot.core.errors import FileForgotten, FileKindRefused, FileTooLarge, FileUnfetched, TooManyFiles
from bot.core.files import BIGGEST, MOST_FILES, clean_name, kind_of
from bot.core.models import EvidenceFile
from bot.core.policy import Action, require
from bot.core.port import File
from bot.core.tables import Base

HELD = timedelta(days=1)
"""How long a file waits: a form that stands open over lunch, or over a restart, still has it."""


class HeldFile(Base):
    """One file that somebody has chosen; nobody else can award with it."""

    __tablename__ = "held_file"
    id: Mapped[str] = mapped_column(primary_key=True)
    platform: Mapped[str]
    space: Mapped[str]
    external_id: Mapped[str]
    name: Mapped[str]
    media_type: Mapped[str]
    sha256: Mapped[str]
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    at: Mapped[datetime] = mapped_column(index=True)


@dataclass(frozen=True, slots=True)
class Offered:
    """Files that can go along with an award, by id, and the names of those that cannot."""

    held: tuple[str, ...]
    left_out: tuple[str, ...]


def hold(case: Case, files: Sequence[File]) -> tuple[str, ...]:
    """Take files in for an award of the caller's; give their ids. Raises a `Refusal` if one cannot be evidence."""
    require(case, Action.AWARD)
    if len(files) > MOST_FILES:
        raise TooManyFiles(MOST_FILES)
    return tuple(_hold(case, file) for file in files)


def offer(case: Case, files: Sequence[File]) -> Offered:
    """Take in what of a message's files can be evidence."""
    require(case, Action.AWARD)
    held: list[str] = []
    left_out: list[str] = []
    for file in files:
        if len(held) == MOST_FILES:
            left_out.append(file.name)
            continue
        try:
            held.append(_hold(case, file))
        except (FileTooLarge, FileKindRefused, FileUnfetched) as refusal:
            left_out.append(refusal.name)
    return Offered(tuple(held), tuple(left_out))


def _hold(case: Case, file: File) -> str:
    if file.data is None:
        raise FileUnfetched(_told(file))
    if len(file.data) > BIGGEST:
        raise FileTooLarge(_told(file), BIGGEST)
    kind = kind_of(file.data)
    if kind is None:
        raise FileKindRefused(_told(file))
    who = case.actor.who.ref
    held = HeldFile(
        id=case.new_id(),
        platform=who.platform,
        space=who.space,
        external_id=who.id,
        name=clean_name(file.name, kind),
        media_type=kind,
        sha256=hashlib.sha256(file.data).hexdigest(),
        data=file.data,
        at=case.now,
    )
    case.db.add(held)
    return held.id


def _told(file: File) -> str:
    return " ".join(file.name.split())[:100] or "?"


def held(case: Case, ids: Sequence[str]) -> list[HeldFile]:
    """Give those of the caller's files that are still there, each once, in the order asked for."""
    who = case.actor.who.ref
    mine = select(HeldFile).where(
        HeldFile.id.in_(ids[: 2 * MOST_FILES]),
        HeldFile.platform == who.platform,
        HeldFile.space == who.space,
        HeldFile.external_id == who.id,
    )
    found = {one.id: one for one in case.db.scalars(mine)} if ids else {}
    return [found[one] for one in dict.fromkeys(ids) if one in found]


def keep(case: Case, ids: Sequence[str]) -> list[HeldFile]:
    """Keep files for good, as evidence. Raises `TooManyFiles`, or `FileForgotten` where one is no longer there."""
    wanted = list(dict.fromkeys(ids))
    if len(wanted) > MOST_FILES:
        raise TooManyFiles(MOST_FILES)
    found = held(case, wanted)
    if len(found) < len(wanted):
        raise FileForgotten
    distinct = {one.sha256: one for one in found}
    for digest, one in distinct.items():
        if case.db.get(EvidenceFile, digest) is None:
            case.db.add(EvidenceFile(sha256=digest, data=one.data))
    return list(distinct.values())


def forget(db: Session, now: datetime) -> None:
    """Let go of what has waited longer than `HELD`."""
    db.execute(delete(HeldFile).where(HeldFile.at < now - HELD))
