"""Facts of the public pages and the bytes behind their addresses, as anybody may see them.

Every question takes what `App.look` gives it, and raises `NotThere` for what is not there.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.core import backpacks, pictures, publishing
from bot.core.badges import emblem_of
from bot.core.cards import emblem_svg
from bot.core.collection import linkedin
from bot.core.credentials import Check, Outcome
from bot.core.dates import zone
from bot.core.exporting import baked_png, file_name
from bot.core.issuing import LIST_BITS, issuer_did
from bot.core.listing import signed_list
from bot.core.models import Award, BadgeClass, BadgeVersion, Evidence, Issuer, Member, Organisation
from bot.core.people import name_hider
from bot.core.site import LISTS, Purpose, Site
from bot.core.tables import Base

Kept = TypeVar("Kept", bound=Base)


class NotThere(LookupError):
    """Nothing has that id."""


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
    in_use: bool
    newer: str | None
    page: str
    picture: str


@dataclass(frozen=True, slots=True)
class Quoted:
    """A chat message that proves an award. `author` is "" for who has not agreed to be named.

    `sha256` is "" where a name was taken out: the digest of the whole would let anybody try names until one fits.
    """

    author: str
    said_at: datetime | None
    text: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Proof:
    """How a credential is signed."""

    credential: str
    signer: str
    key: str
    cryptosuite: str
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class Revocation:
    """When an award was taken back, or suspended; `reason` is "" for a giver's mistake, which is nobody's business."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class AwardPage:
    """One award as anybody may see it. `recipient` and `giver` are "" for who has not agreed to be named."""

    id: str
    badge: Badge
    recipient: str
    giver: str
    reason: str
    links: tuple[str, ...]
    quotes: tuple[Quoted, ...]
    names_taken_out: bool
    at: datetime
    expires_at: datetime | None
    expired: bool
    revoked: Revocation | None
    suspended: Revocation | None
    proof: Proof
    checks: tuple[Check, ...]
    checked_at: datetime
    page: str
    png: str
    linkedin: str
    oembed: str
    reachable: bool
    """False while the page opens on this machine only, and nothing may point to it."""

    @property
    def verdict(self) -> Outcome:
        """What all checks together come to."""
        outcomes = {check.outcome for check in self.checks}
        if Outcome.FAILED in outcomes:
            return Outcome.FAILED
        return Outcome.PASSED if outcomes == {Outcome.PASSED} else Outcome.UNKNOWN


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


# -- awards -----------------------------------------------------------------------------------------------------


def award_page(db: Session, site: Site, now: datetime, award_id: str) -> AwardPage:
    """Give an award's page, its checks just run."""
    award = found_or_not_there(db, Award, award_id)
    organisation = db.get_one(Organisation, award.celebration.organisation_id)
    here = zone(organisation.timezone)

    # What was signed, since names that have changed were taken out of it; and whoever agrees no longer, too.
    signed, hide = json.loads(award.current), name_hider(db, organisation)
    told = award.celebration.reason
    reason = hide(signed["credentialSubject"].get("narrative", ""))
    messages = [row for row in award.evidence if row.text is not None]
    texts = [hide(proof.get("narrative", "")) for proof in signed.get("evidence", ()) if proof.get("genre") == "chat"]
    quotes = tuple(_quoted(row, text, here) for row, text in zip(messages, texts, strict=True))
    return AwardPage(
        id=award.id,
        badge=_badge(site, award.version),
        recipient=_agreed(award.member),
        giver=_agreed(award.celebration.giver),
        reason=reason,
        links=tuple(row.url for row in award.evidence if row.kind == "link" and row.url),
        quotes=quotes,
        names_taken_out=reason != told
        or any(quote.text != row.text for quote, row in zip(quotes, messages, strict=True)),
        at=award.awarded_at.astimezone(here),
        expires_at=award.expires_at and award.expires_at.astimezone(here),
        expired=award.expires_at is not None and award.expires_at <= now,
        revoked=_taken(award.revoked_at, hide(award.revoked_for), here),
        suspended=_taken(award.suspended_at if award.suspended else None, hide(award.suspended_why or ""), here),
        proof=_proof(signed),
        checks=publishing.award_checks(db, site, now, award),
        checked_at=now.astimezone(here),
        page=site.award_page(award.id),
        png=site.award_png(award.id),
        linkedin=linkedin(site, award),
        oembed=f"{site.pages}/oembed?{urlencode({'url': site.award_page(award.id)})}",
        reachable=site.public,
    )


def award_document(db: Session, _site: Site, _now: datetime, award_id: str) -> Published:
    """Give an award's credential exactly as it was signed."""
    award = found_or_not_there(db, Award, award_id)
    return Published(award.current.encode(), file_name(award.version.name))


def award_picture(db: Session, site: Site, _now: datetime, award_id: str) -> Published:
    """Give an award's picture with the credential baked in."""
    award = found_or_not_there(db, Award, award_id)
    return Published(baked_png(site, award), file_name(award.version.name))


def award_ob2(db: Session, site: Site, _now: datetime, award_id: str, *, legacy: bool = False) -> Published:
    """Give an award as a hosted Assertion of Open Badges 2.0, where older backpacks can have one."""
    award = found_or_not_there(db, Award, award_id)
    made = _hosted(lambda: (backpacks.legacy_assertion if legacy else backpacks.assertion)(site, award))
    return replace(_json(made, award.version.name), gone=award.revoked_at is not None)


def _taken(at: datetime | None, reason: str, here: ZoneInfo) -> Revocation | None:
    return Revocation(at.astimezone(here), reason) if at is not None else None


def _agreed(member: Member | None) -> str:
    return member.name if member is not None and member.public_name else ""


def _quoted(row: Evidence, cleaned: str, here: ZoneInfo) -> Quoted:
    return Quoted(
        author=_agreed(row.author),
        said_at=row.said_at and row.said_at.astimezone(here),
        text=cleaned,
        sha256=(row.sha256 or "") if cleaned == row.text else "",
    )


def _proof(document: dict[str, Any]) -> Proof:
    proof = document["proof"][0]
    signer, _, key = proof["verificationMethod"].partition("#")
    return Proof(document["id"], signer, key, proof["cryptosuite"], datetime.fromisoformat(proof["created"]))


# -- badges -----------------------------------------------------------------------------------------------------


def badge_page(db: Session, site: Site, _now: datetime, version_id: str) -> Badge:
    """Give the page of one version of a badge class."""
    version = found_or_not_there(db, BadgeVersion, version_id)
    return _badge(site, version)


def badge_document(db: Session, site: Site, _now: datetime, version_id: str) -> Published:
    """Give one version of a badge class as the standard's document."""
    version = found_or_not_there(db, BadgeVersion, version_id)
    return _json(publishing.badge_document(site, version), version.name)


def badge_ob2(db: Session, site: Site, _now: datetime, version_id: str) -> Published:
    """Give one version of a badge class as Open Badges 2.0 has it."""
    version = found_or_not_there(db, BadgeVersion, version_id)
    return _json(_hosted(lambda: backpacks.badge_class(site, version)), version.name)


def emblem_picture(db: Session, _site: Site, _now: datetime, version_id: str) -> Published:
    """Give a badge's picture as PNG."""
    version = found_or_not_there(db, BadgeVersion, version_id)
    return Published(pictures.png(emblem_of(version)), file_name(version.name))


def emblem_drawing(db: Session, _site: Site, _now: datetime, version_id: str) -> Published:
    """Give a badge's picture as SVG."""
    version = found_or_not_there(db, BadgeVersion, version_id)
    return Published(emblem_svg(emblem_of(version)).encode(), file_name(version.name))


def _badge(site: Site, version: BadgeVersion) -> Badge:
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
        keys=tuple(Key(key.kind, key.multikey, key.created_at, key.retired_at) for key in reversed(issuer.keys)),
        badges=tuple(_badge(site, badge.now) for badge in badges),
        page=site.issuer_page(issuer.id),
    )


def issuer_document(db: Session, site: Site, _now: datetime, issuer_id: str) -> Published:
    """Give an issuer's profile as the standard's document."""
    issuer = found_or_not_there(db, Issuer, issuer_id)
    return _json(publishing.issuer_document(site, issuer), issuer.name)


def issuer_ob2(db: Session, site: Site, _now: datetime, issuer_id: str) -> Published:
    """Give an issuer as Open Badges 2.0 has it."""
    issuer = found_or_not_there(db, Issuer, issuer_id)
    return _json(_hosted(lambda: backpacks.issuer_profile(site, issuer)), issuer.name)


def revoked_ids(db: Session, site: Site, _now: datetime, issuer_id: str) -> Published:
    """Give an issuer's revoked awards by id, the 1EdTech way."""
    issuer = found_or_not_there(db, Issuer, issuer_id)
    if not site.lists_ids:
        raise NotThere
    return _json(publishing.revoked_ids(db, site, issuer), "revocations")


def did_document(db: Session, site: Site, _now: datetime, issuer_id: str) -> Published:
    """Give the document that publishes an issuer's keys."""
    issuer = found_or_not_there(db, Issuer, issuer_id)
    return _json(publishing.did_document(site, issuer), "did")


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
    found = db.get(kind, key)
    if found is None:
        raise NotThere
    return found


def _hosted(make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return make()
    except backpacks.NotHosted as error:
        raise NotThere from error


def _json(document: dict[str, Any], name: str) -> Published:
    return Published(json.dumps(document, ensure_ascii=False).encode(), file_name(name))
