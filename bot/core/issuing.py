"""From an award's rows to its signed credential: issuers, their keys and what goes into a document."""

from __future__ import annotations

import json
import secrets
from base64 import b64encode
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal, Protocol

from sqlalchemy import func, select
from sqlalchemy.orm import Session, object_session

from bot.core import credentials, levels
from bot.core.cards import Emblem, draw
from bot.core.credentials import BadgeSigner, P256Key, RsaKey, SigningKey
from bot.core.detailing import with_details
from bot.core.files import without_names
from bot.core.models import Award, BadgeVersion, Celebration, Endorsement, Issuer, Member, Organisation
from bot.core.models import Evidence as EvidenceRow
from bot.core.site import Purpose, Site
from bot.core.words.evidence import describe, describe_file

LIST_BITS = 131_072
"""Awards in one status list; a list is left half empty, so that a random free index is quickly found."""

MOST_DRAWN = 10_000
"""Indices looked up in one question: databases take only so many values."""

EMBLEM_WIDTH = 256

Algorithm = Literal["ES256", "RS256"]
"""What a credential as JWT is signed with."""

SIGNER = BadgeSigner()
"""One for the process: it keeps what it has compiled of each badge class, and counts which way badges went."""


class NoKey(LookupError):
    """The issuer has no key of that kind yet."""


def default_issuer(db: Session, organisation: Organisation) -> Issuer:
    """Give the issuer that signs for the organisation unless a badge says otherwise."""
    return db.scalars(
        select(Issuer).where(Issuer.organisation_id == organisation.id).order_by(Issuer.created_at, Issuer.id).limit(1)
    ).one()


def signing_key(site: Site, issuer: Issuer) -> SigningKey:
    """Open the issuer's newest key for credentials. Raises `credentials.WrongMasterKey`."""
    return SigningKey.from_private_bytes(_opened(site, issuer, "ed25519"))


def jwt_key(site: Site, issuer: Issuer, algorithm: Algorithm = "ES256") -> P256Key | RsaKey:
    """Open the issuer's newest key for credentials as JWT. Raises `credentials.WrongMasterKey`, `NoKey`."""
    if algorithm == "RS256":
        return RsaKey.from_private_bytes(_opened(site, issuer, "rsa"))
    return P256Key.from_private_bytes(_opened(site, issuer, "p256"))


def _opened(site: Site, issuer: Issuer, kind: str) -> bytes:
    key = next((key for key in reversed(issuer.keys) if key.kind == kind and key.retired_at is None), None)
    if key is None:
        raise NoKey(kind)
    return _unsealed(site.master_key, key.sealed, issuer.id.encode())


@lru_cache(maxsize=64)
def _unsealed(master: bytes, sealed: bytes, context: bytes) -> bytes:
    return credentials.unseal(sealed, master, context)


def issuer_did(site: Site, issuer: Issuer) -> str:
    """Give the issuer's identity: did:web where the world reaches its document, else the key itself."""
    return credentials.did_web(site.issuer_page(issuer.id)) if site.public else signing_key(site, issuer).did_key


def profile(site: Site, issuer: Issuer) -> credentials.Issuer:
    """Give the issuer's facts as the standard wants them."""
    return credentials.Issuer(
        id=issuer_did(site, issuer),
        name=issuer.name,
        url=issuer.url or (site.issuer_page(issuer.id) if site.public else None),
    )


def achievement(site: Site, version: BadgeVersion) -> credentials.Achievement:
    """Give one version of a badge class as the standard wants it."""
    emblem = Emblem(version.shape, version.colour, version.icon)
    picture = site.emblem_png(version.id) if site.public else _embedded(emblem)
    bare = credentials.Achievement(
        id=site.badge_page(version.id) if site.public else f"urn:uuid:{version.id}",
        name=version.name,
        description=version.description,
        criteria=version.criteria,
        image=credentials.Image(picture, caption=version.name),
        tags=tuple(version.skills),
        endorsements=endorsements(version),
    )
    return with_details(site, version, bare)


def endorsements(thing: BadgeVersion | Award | Issuer) -> tuple[dict[str, Any], ...]:
    """Give the signed endorsements of something, oldest first."""
    db = object_session(thing)
    if db is None:
        return ()
    rows = db.scalars(select(Endorsement.document).where(Endorsement.about == thing.id).order_by(Endorsement.id))
    return tuple(json.loads(row) for row in rows)


@lru_cache(maxsize=256)
def _embedded(emblem: Emblem) -> str:
    return "data:image/png;base64," + b64encode(draw(emblem, width=EMBLEM_WIDTH)).decode()


def credential_id(site: Site, award: Signable) -> str:
    """Give the id of an award's credential: its page's address, or a URN where the world cannot reach that."""
    return site.award_page(award.id) if site.public else f"urn:uuid:{award.id}"


class Signable(Protocol):
    """What a credential is made of: an award, or one that is yet to be written down."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def version(self) -> BadgeVersion: ...  # noqa: D102
    @property
    def issuer(self) -> Issuer: ...  # noqa: D102
    @property
    def celebration(self) -> Celebration: ...  # noqa: D102
    @property
    def member(self) -> Member: ...  # noqa: D102
    @property
    def awarded_at(self) -> datetime: ...  # noqa: D102
    @property
    def expires_at(self) -> datetime | None: ...  # noqa: D102
    @property
    def status_index(self) -> int: ...  # noqa: D102
    @property
    def evidence(self) -> Sequence[EvidenceRow]: ...  # noqa: D102


def sign_awards(
    site: Site, awards: Sequence[Signable], lang: str, hide: Callable[[str], str], *, anew: datetime | None = None
) -> list[str]:
    """Make and sign the credentials of one celebration's awards; give them as JSON texts, to be kept as they are.

    `hide` takes out of a text whoever has not agreed to be named; `lang` is the language of our own words in it.
    With `anew` they are signed again at that time: of one id the newer
    `validFrom` counts (OB 3.0, Credential Equality and Comparison).
    """
    version, issuer, reason = awards[0].version, awards[0].issuer, awards[0].celebration.reason
    key, did = signing_key(site, issuer), issuer_did(site, issuer)
    signer, earned, narrative = profile(site, issuer), achievement(site, version), hide(reason) or None
    reached = levels.results(awards[0].celebration)
    badges = [
        credentials.OpenBadge(
            id=credential_id(site, award),
            issuer=signer,
            achievement=earned,
            recipient=award.member.did or award.member.subject,
            identities=_identities(award.member),
            valid_from=anew or award.awarded_at,
            awarded=award.awarded_at if anew else None,
            valid_until=award.expires_at,
            narrative=narrative,
            evidence=tuple(_evidence(site, row, lang, hide) for row in award.evidence),
            status=_revocation(site, award),
            suspension=_status(site, award, "suspension") if site.suspension_list else None,
            results=reached,
            refresh_url=site.award_document(award.id) if site.public else None,
            endorsements=endorsements(award) if isinstance(award, Award) and anew else (),
        )
        for award in awards
    ]
    return SIGNER.sign_batch(badges, key, key.verification_method(did), anew or awards[0].awarded_at)


def _identities(member: Member) -> tuple[credentials.Identity, ...]:
    if not member.email:
        return ()
    write = credentials.Identity.show if member.email_open_at else credentials.Identity.hide
    return (write("emailAddress", member.email),)


def _evidence(site: Site, row: EvidenceRow, lang: str, hide: Callable[[str], str]) -> credentials.Evidence:
    if row.kind == "link":
        return credentials.Evidence(url=row.url)
    if row.kind == "file":
        return credentials.Evidence(
            url=site.evidence_file(row.id) if site.public else None,
            name=without_names(row.name or "", hide),
            description=describe_file(row.media_type or "", row.sha256 or "", lang),
            genre="file",
        )
    author = row.author.name if row.author is not None and row.author.public_name else ""
    text = row.text or ""
    shown = hide(text)
    # Beside a text with a name left out, the sum of the whole text would let anyone try names until it fits.
    name, description = describe(author, row.said_at, (row.sha256 or "") if shown == text else "", lang)
    # The message's address is left out: chat addresses tell the workspace, and open only for its members.
    return credentials.Evidence(name=name, description=description, narrative=shown, genre="chat")


def _revocation(site: Site, award: Signable) -> credentials.StatusEntry | credentials.RevocationListEntry | None:
    if site.public and site.lists_ids:
        return credentials.RevocationListEntry(site.revoked_ids(award.issuer.id))
    return _status(site, award, "revocation")


def _status(site: Site, award: Signable, purpose: Purpose) -> credentials.StatusEntry | None:
    if not site.public:
        return None  # a list that nobody can reach would make every check of the badge end in "unknown"
    number, index = divmod(award.status_index, LIST_BITS)
    return credentials.StatusEntry(site.status_list(award.issuer.id, number, purpose), index)


def free_status_indices(db: Session, issuer: Issuer, count: int) -> list[int]:
    """Draw so many unused status indices at random: neighbours in a list say nothing about each other.

    A list is used up to its half; what does not fit goes into the next.
    """
    issued = db.scalar(select(func.count()).select_from(Award).where(Award.issuer_id == issuer.id)) or 0
    free: list[int] = []
    while len(free) < count:
        number, used = divmod(issued + len(free), LIST_BITS // 2)
        free += _free_in(db, issuer, number * LIST_BITS, min(count - len(free), LIST_BITS // 2 - used))
    return free


def _free_in(db: Session, issuer: Issuer, first: int, count: int) -> list[int]:
    free: dict[int, None] = {}  # in the order drawn; a set would put them in one that follows their last bits
    while len(free) < count:
        missing = min(count - len(free), MOST_DRAWN)
        drawn = [first + secrets.randbelow(LIST_BITS) for _ in range(missing)]
        taken = set(
            db.scalars(select(Award.status_index).where(Award.issuer_id == issuer.id, Award.status_index.in_(drawn)))
        )
        free |= dict.fromkeys(index for index in drawn if index not in taken)
    return list(free)
