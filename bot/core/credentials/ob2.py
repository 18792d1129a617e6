"""Facts to hosted Open Badges 2.0 documents, for backpacks that know nothing newer.

The conventional assertion is for the main address. Mozilla Backpack's validator refuses it and 1EdTech's refuses
Mozilla's words beside the newer ones; one hybrid pleases both, and Open Badge Passport: it has a legacy address.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.core.credentials.facts import Achievement, Alignment, Evidence, Identity, Issuer, OpenBadge
from bot.core.credentials.fields import Unsignable, iri, moment, needed, optional_iri, present, text

OB2_CONTEXT = "https://w3id.org/openbadges/v2"
"""A plain string in every document: Open Badge Passport takes nothing else."""


@dataclass(frozen=True, slots=True)
class Hosted:
    """Where one badge's documents are served, all on one domain; `image` is the baked picture's address.

    `assertion` is the address of the document that is being built: a legacy one has an id of its own.
    """

    assertion: str
    badge: str
    issuer: str
    image: str | None = None


def assertion_ob2(badge: OpenBadge, at: Hosted) -> dict[str, Any]:
    """Build the hosted `Assertion` (OB 2.0, section 5.1). Raises `Unsignable`.

    The recipient is the e-mail address among the identities, else the pseudonym.
    """
    return present(
        {
            **_head(badge, at),
            "recipient": _recipient(badge),
            "verification": {"type": "hosted"},
            "narrative": text("narrative", badge.narrative),
            "evidence": [_evidence(f"evidence.{n}", one) for n, one in enumerate(badge.evidence)],
        }
    )


def legacy_assertion_ob2(badge: OpenBadge, at: Hosted) -> dict[str, Any]:
    """Build the hybrid `Assertion` that older validators take as well. Raises `Unsignable` ("no-email") too.

    Its evidence is the first that has an address; a narrative would hide that in Open Badge Passport.
    """
    links = [one.url for one in badge.evidence if one.url is not None]
    identity = _email(badge)
    if identity is None:
        raise Unsignable("identities", "no-email")
    return present(
        {
            **_head(badge, at),
            "uid": iri("id", badge.id),
            "recipient": _identity("email", identity),
            "verify": {"type": "hosted", "url": at.assertion},
            "evidence": iri("evidence.0.url", links[0]) if links else None,
        }
    )


def revoked_assertion_ob2(at: Hosted, reason: str | None = None) -> dict[str, Any]:
    """Build what is served, with status 410, in place of an assertion that was taken back (section 4.4)."""
    return present(
        {
            "@context": OB2_CONTEXT,
            "type": "Assertion",
            "id": iri("id", at.assertion),
            "revoked": True,
            "revocationReason": text("reason", reason),
        }
    )


def badge_class_ob2(achievement: Achievement, at: Hosted) -> dict[str, Any]:
    """Build the `BadgeClass` (section 5.2). Raises `Unsignable`: here a picture is needed ("no-image").

    Criteria are an address when there is one, which every reader takes; else the text in place.
    """
    if achievement.image is None:
        raise Unsignable("achievement.image", "no-image")
    narrative = text("achievement.criteria", achievement.criteria)
    address = optional_iri("achievement.criteria_url", achievement.criteria_url)
    if address is None and narrative is None:
        raise Unsignable("achievement.criteria", "no-criteria")
    return present(
        {
            "@context": OB2_CONTEXT,
            "type": "BadgeClass",
            "id": iri("achievement.id", at.badge),
            "name": needed("achievement.name", achievement.name),
            "description": needed("achievement.description", achievement.description),
            "image": iri("achievement.image.url", achievement.image.url),
            "criteria": address or {"narrative": narrative},
            "issuer": iri("issuer.id", at.issuer),
            "tags": [needed(f"achievement.tags.{n}", one) for n, one in enumerate(achievement.tags)],
            "alignment": [
                _alignment(f"achievement.alignments.{n}", one) for n, one in enumerate(achievement.alignments)
            ],
        }
    )


def issuer_ob2(issuer: Issuer, at: Hosted) -> dict[str, Any]:
    """Build the issuer's `Profile` (section 5.3), whose `url` and `email` OB 2.0 requires. Raises `Unsignable`."""
    return present(
        {
            "@context": OB2_CONTEXT,
            "type": "Issuer",
            "id": iri("issuer.id", at.issuer),
            "name": needed("issuer.name", issuer.name),
            "url": iri("issuer.url", issuer.url or ""),
            "email": needed("issuer.email", issuer.email or ""),
            "description": text("issuer.description", issuer.description),
            "image": None if issuer.image is None else iri("issuer.image.url", issuer.image.url),
        }
    )


def _head(badge: OpenBadge, at: Hosted) -> dict[str, Any]:
    if badge.valid_until is not None and badge.valid_until <= badge.valid_from:
        raise Unsignable("valid_until", "backwards")
    return {
        "@context": OB2_CONTEXT,
        "type": "Assertion",
        "id": iri("id", at.assertion),
        "badge": iri("achievement.id", at.badge),
        "image": optional_iri("image", at.image),
        "issuedOn": moment("awarded", badge.awarded or badge.valid_from),
        "expires": moment("valid_until", badge.valid_until),
    }


def _recipient(badge: OpenBadge) -> Mapping[str, Any]:
    identity = _email(badge)
    if identity is not None:
        return _identity("email", identity)
    return {"type": "id", "hashed": False, "identity": iri("recipient", badge.recipient)}


def _email(badge: OpenBadge) -> Identity | None:
    return next((one for one in badge.identities if one.kind == "emailAddress"), None)


def _identity(kind: str, identity: Identity) -> dict[str, Any]:
    return present(
        {
            "type": kind,
            "hashed": identity.hashed,
            "identity": needed("identities.value", identity.value),
            "salt": text("identities.salt", identity.salt),
        }
    )


def _evidence(field: str, evidence: Evidence) -> dict[str, Any]:
    found = present(
        {
            "id": optional_iri(f"{field}.url", evidence.url),
            "type": "Evidence",
            "name": text(f"{field}.name", evidence.name),
            "narrative": text(f"{field}.narrative", evidence.narrative),
            "description": text(f"{field}.description", evidence.description),
            "genre": text(f"{field}.genre", evidence.genre),
        }
    )
    if found.keys() == {"type"}:
        raise Unsignable(field, "nothing")
    return found


def _alignment(field: str, alignment: Alignment) -> dict[str, Any]:
    return present(
        {
            "targetName": needed(f"{field}.name", alignment.name),
            "targetUrl": iri(f"{field}.url", alignment.url),
            "targetDescription": text(f"{field}.description", alignment.description),
            "targetFramework": text(f"{field}.framework", alignment.framework),
            "targetCode": text(f"{field}.code", alignment.code),
        }
    )
