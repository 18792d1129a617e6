"""The facts a badge is made of, before any JSON: what `documents` turns into Open Badges 3.0."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Image:
    """A picture by URL or `data:` URI, with the caption a screen reader says."""

    url: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who signs: an OB `Profile`. `id` is the DID (or https URL) that controls the signing keys."""

    id: str
    name: str
    url: str | None = None
    email: str | None = None
    description: str | None = None
    image: Image | None = None


@dataclass(frozen=True, slots=True)
class Alignment:
    """A link to a node of a public skills framework; `kind` is a targetType of the standard ("CFItem")."""

    name: str
    url: str
    description: str | None = None
    framework: str | None = None
    code: str | None = None
    kind: str | None = None

    @classmethod
    def to_part(cls, name: str, achievement_id: str, pathway: str | None = None) -> Self:
        """Link a pathway's larger badge to the achievement of one of its parts.

        `related` would be the wrong place: the standard keeps it for translations and earlier versions.
        """
        return cls(name, achievement_id, framework=pathway, kind="ceterms:Credential")


@dataclass(frozen=True, slots=True)
class RubricLevel:
    """One level of a rubric: OB `RubricCriterionLevel`. `id` is a URI that results point to."""

    id: str
    name: str
    level: str | None = None
    points: str | None = None
    description: str | None = None
    alignments: tuple[Alignment, ...] = ()


@dataclass(frozen=True, slots=True)
class ResultDescription:
    """What a result may say: OB `ResultDescription`; `kind` is a resultType ("RubricCriterionLevel", "Percent")."""

    id: str
    name: str
    kind: str
    levels: tuple[RubricLevel, ...] = ()
    allowed_values: tuple[str, ...] = ()
    required_level: str | None = None
    required_value: str | None = None
    lowest: str | None = None
    highest: str | None = None
    alignments: tuple[Alignment, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """What this learner reached: OB `Result`. `of` is the description's id, `level` a rubric level's."""

    of: str | None = None
    value: str | None = None
    level: str | None = None
    status: str | None = None
    alignments: tuple[Alignment, ...] = ()


@dataclass(frozen=True, slots=True)
class Related:
    """A translation or another version of the same achievement: OB `Related`."""

    id: str
    version: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Achievement:
    """What can be earned: OB `Achievement`. Criteria need a narrative or a URL; tags name the skills.

    `endorsements` are signed `EndorsementCredential`s about it.
    """

    id: str
    name: str
    description: str
    criteria: str | None = None
    criteria_url: str | None = None
    image: Image | None = None
    tags: tuple[str, ...] = ()
    alignments: tuple[Alignment, ...] = ()
    achievement_type: str = "Badge"
    language: str | None = None
    credits_available: float | None = None
    results: tuple[ResultDescription, ...] = ()
    version: str | None = None
    related: tuple[Related, ...] = ()
    endorsements: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What proves it: a link, a text of its own (a quoted chat message), or both."""

    url: str | None = None
    name: str | None = None
    narrative: str | None = None
    description: str | None = None
    genre: str | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """One identity of the recipient: OB `IdentityObject`; `value` is what `identityHash` holds."""

    kind: str
    value: str
    hashed: bool
    salt: str | None = None

    @classmethod
    def hide(cls, kind: str, identifier: str, salt: str | None = None) -> Self:
        """Hash an identifier, so that only who knows it can recognise it: sha256 over identifier, then salt.

        `kind` is an identityType of the standard ("emailAddress", "ext:...").
        """
        salt = secrets.token_hex(16) if salt is None else salt
        digest = hashlib.sha256((identifier + salt).encode()).hexdigest()
        return cls(kind, f"sha256${digest}", hashed=True, salt=salt)

    @classmethod
    def show(cls, kind: str, identifier: str) -> Self:
        """Write an identifier openly, on the learner's consent: wallets and Credly look for this."""
        return cls(kind, identifier, hashed=False)


@dataclass(frozen=True, slots=True)
class StatusEntry:
    """Where this badge's revocation (or suspension) bit is: the list's URL and the index in it."""

    list_url: str
    index: int


@dataclass(frozen=True, slots=True)
class RevocationListEntry:
    """Where the ids of revoked badges are listed, the 1EdTech way: no index, and it names every badge in it."""

    list_url: str


@dataclass(frozen=True, slots=True)
class OpenBadge:
    """One person's badge: the facts of an `OpenBadgeCredential`.

    `id` and `achievement.id` are the URLs or URNs they are known by; `recipient` is a pseudonym
    ("urn:uuid:...") that says nothing about the person, or the learner's own DID; `name` defaults to the
    achievement's. `suspension` needs a list of its own; beside `status` it makes `credentialStatus` an array,
    which VC 2.0 allows and 1EdTech's schema does not: leave it out where that validator must be pleased.
    `endorsements` are signed `EndorsementCredential`s; `refresh_url` is where a newer signature is had.
    """

    id: str
    issuer: Issuer
    achievement: Achievement
    recipient: str
    valid_from: datetime
    valid_until: datetime | None = None
    awarded: datetime | None = None
    name: str | None = None
    narrative: str | None = None
    identities: tuple[Identity, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    status: StatusEntry | RevocationListEntry | None = None
    suspension: StatusEntry | None = None
    results: tuple[Result, ...] = ()
    credits_earned: float | None = None
    endorsements: tuple[Mapping[str, Any], ...] = ()
    refresh_url: str | None = None


@dataclass(frozen=True, slots=True)
class Endorsement:
    """A third party's word for a badge, an award or an issuer: the facts of an `EndorsementCredential`."""

    id: str
    issuer: Issuer
    about: str
    comment: str
    valid_from: datetime
    valid_until: datetime | None = None
    name: str = "Endorsement"
    status: StatusEntry | RevocationListEntry | None = None
