"""Badges and issuers as anybody may see them: facts of their pages, and the bytes behind their addresses.

Every question takes what `App.look` gives it, and raises `NotThere` for what is not there.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.core import backpacks, pictures, publishing
from bot.core.badges import emblem_of
from bot.core.cards import emblem_svg
from bot.core.exporting import file_name
from bot.core.issuing import LIST_BITS, issuer_did
from bot.core.levels import Scale, scales
from bot.core.listing import signed_list
from bot.core.models import Award, BadgeClass, BadgeVersion, Issuer
from bot.core.site import LISTS, Purpose, Site
from bot.core.tables import Base

Kept = TypeVar("Kept", bound=Base)


class NotThere(LookupError):
    """Nothing has that id; or what has it cannot be given, for a reason that is its argument."""


@dataclass(frozen=True, slots=True)
class Published:
    """What an address gives besides its page; `name` is a file name for it, without an ending."""

    body: bytes
    name: str
    gone: bool = False
    """True for what says that something was taken back, and stands in its place."""


@dataclass(frozen=True, slots=True)
class Badge:
    """One version of a badge class, as its page says it; `newer` is a later version's id."""

    version: str
    number: int
    name: str
    description: str
    criteria: str
    skills: tuple[str, ...]
    issuer: str
    issuer_name: str
    expires_after_days: int | None
    levels: tuple[Scale, ...]
    in_use: bool
    newer: str | None
    page: str
    picture: str


@dataclass(frozen=True, slots=True)
class Key:
    """A public signing key; a retired one still proves what it signed."""

    kind: str
    multikey: str
    since: datetime
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class IssuerPage:
    """Who signs, as anybody may see it; `badges` are those in use."""

    id: str
    name: str
    url: str
    did: str
    keys: tuple[Key, ...]
    badges: tuple[Badge, ...]
    page: str


# -- badges -----------------------------------------------------------------------------------------------------


def badge_page(db: Session, site: Site, _now: datetime, version_id: str) -> Badge:
    """Give the page of one version of a badge class."""
    version = found_or_not_there(db, BadgeVersion, version_id)
    return badge_facts(site, version)


def badge_document(db: Session, site: Site, _now: datetime, version_id: str) -> Published:
    """Give one version of a badge class as the standard's document."""
    version = found_or_not_there(db, BadgeVersion, version_id)
    return as_json(publishing.badge_document(site, version), version.name)


def badge_ob2(db: Session, site: Site, _now: datetime, version_id: str) -> Published:
    """Give one version of a badge class as Open Badges 2.0 has it."""
    version = found_or_not_there(db, BadgeVersion, version_id)
    return as_json(hosted(lambda: backpacks.badge_class(site, version)), version.name)


def emblem_picture(db: Session, _site: Site, _now: datetime, version_id: str) -> Published:
    """Give a badge's picture as PNG."""
    version = found_or_not_there(db, BadgeVersion, version_id)
    return Published(pictures.png(emblem_of(version)), file_name(version.name))


def emblem_drawing(db: Session, _site: Site, _now: datetime, version_id: str) -> Published:
    """Give a badge's picture as SVG."""
    version = found_or_not_there(db, BadgeVersion, version_id)
    return Published(emblem_svg(emblem_of(version)).encode(), file_name(version.name))


def badge_facts(site: Site, version: BadgeVersion) -> Badge:
    """Give one version of a badge class, as pages show it."""
    badge = version.badge
    return Badge(
        version=version.id,
        number=version.number,
        name=version.name,
        description=version.description,
        criteria=version.criteria,
        skills=tuple(version.skills),
        issuer=badge.issuer_id,
        issuer_name=badge.issuer.name,
        expires_after_days=version.expires_after_days,
        levels=scales(version),
        in_use=badge.archived_at is None,
        newer=badge.now.id if badge.now.id != version.id else None,
        page=site.badge_page(version.id),
        picture=site.emblem_png(version.id),
    )


# -- issuers ----------------------------------------------------------------------------------------------------


def issuer_page(db: Session, site: Site, _now: datetime, issuer_id: str) -> IssuerPage:
    """Give an issuer's page."""
    issuer = found_or_not_there(db, Issuer, issuer_id)
    badges = db.scalars(
        select(BadgeClass)
        .where(BadgeClass.issuer_id == issuer.id, BadgeClass.archived_at.is_(None))
        .order_by(BadgeClass.folded)
    )
    return IssuerPage(
        id=issuer.id,
        name=issuer.name,
        url=issuer.url,
        did=issuer_did(site, issuer),
        keys=tuple(
            Key(key.kind, publishing.key_name(key), key.created_at, key.retired_at) for key in reversed(issuer.keys)
        ),
        badges=tuple(badge_facts(site, badge.now) for badge in badges),
        page=site.issuer_page(issuer.id),
    )


def issuer_document(db: Session, site: Site, _now: datetime, issuer_id: str) -> Published:
    """Give an issuer's profile as the standard's document."""
    issuer = found_or_not_there(db, Issuer, issuer_id)
    return as_json(publishing.issuer_document(site, issuer), issuer.name)


def issuer_ob2(db: Session, site: Site, _now: datetime, issuer_id: str) -> Published:
    """Give an issuer as Open Badges 2.0 has it."""
    issuer = found_or_not_there(db, Issuer, issuer_id)
    return as_json(hosted(lambda: backpacks.issuer_profile(site, issuer)), issuer.name)


def revoked_ids(db: Session, site: Site, _now: datetime, issuer_id: str) -> Published:
    """Give an issuer's revoked awards by id, the 1EdTech way."""
    issuer = found_or_not_there(db, Issuer, issuer_id)
    if not site.lists_ids:
        raise NotThere
    return as_json(publishing.revoked_ids(db, site, issuer), "revocations")


def did_document(db: Session, site: Site, _now: datetime, issuer_id: str) -> Published:
    """Give the document that publishes an issuer's keys."""
    issuer = found_or_not_there(db, Issuer, issuer_id)
    return as_json(publishing.did_document(site, issuer), "did")


def status_list(
    db: Session, site: Site, _now: datetime, issuer_id: str, number: int, purpose: Purpose = "revocation"
) -> Published:
    """Give one signed list of revoked, or of suspended, awards, if the issuer has come that far."""
    issuer = found_or_not_there(db, Issuer, issuer_id)
    last = db.scalar(select(func.max(Award.status_index)).where(Award.issuer_id == issuer.id)) or 0
    if number > last // LIST_BITS:
        raise NotThere
    signed = signed_list(db, site, issuer, number, purpose)
    return Published(signed.encode(), file_name(f"{LISTS[purpose]}-{number}"))


# -- the rest ---------------------------------------------------------------------------------------------------


def kept_picture(db: Session, _site: Site, _now: datetime, digest: str) -> Published:
    """Draw a picture that was kept under its digest."""
    drawing = pictures.recall(db, digest)
    if drawing is None:
        raise NotThere
    return Published(pictures.png(drawing), digest)


def alive(db: Session, _site: Site, _now: datetime) -> bool:
    """Tell whether the database answers."""
    try:
        return bool(db.scalar(text("SELECT 1")) == 1)
    except SQLAlchemyError:
        return False


def found_or_not_there(db: Session, kind: type[Kept], key: str) -> Kept:
    """Give a row by its id. Raises `NotThere`."""
    try:
        return publishing.kept(db, kind, key)
    except LookupError as error:
        raise NotThere from error


def hosted(make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Make a document of Open Badges 2.0. Raises `NotThere` where there is none."""
    try:
        return make()
    except backpacks.NotHosted as error:
        raise NotThere(error.why) from error


def as_json(document: dict[str, Any], name: str) -> Published:
    """Give a document as it is served."""
    return Published(json.dumps(document, ensure_ascii=False).encode(), file_name(name))
