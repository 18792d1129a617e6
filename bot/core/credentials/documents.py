"""Facts to unsigned Open Badges 3.0 documents, in the shape that 1EdTech's public validator asks for."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.core.credentials.contexts import ISSUED_CONTEXTS
from bot.core.credentials.facts import (
    Achievement,
    Endorsement,
    Evidence,
    Identity,
    Image,
    Issuer,
    OpenBadge,
    Related,
    RevocationListEntry,
    StatusEntry,
)
from bot.core.credentials.fields import Unsignable, amount, iri, moment, needed, optional_iri, present, text
from bot.core.credentials.rubrics import alignments, described, result

ACHIEVEMENT_SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
ENDORSEMENT_SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_endorsementcredential_schema.json"


def credential(badge: OpenBadge) -> dict[str, Any]:
    """Build the unsigned `OpenBadgeCredential` of a badge (OB 3.0, section B.1). Raises `Unsignable`."""
    subject = present(
        {
            "id": iri("recipient", badge.recipient),
            "type": ["AchievementSubject"],
            "identifier": [_identity(f"identities.{n}", one) for n, one in enumerate(badge.identities)],
            "achievement": _achievement("achievement", badge.achievement),
            "narrative": text("narrative", badge.narrative),
            "creditsEarned": amount("credits_earned", badge.credits_earned),
            "result": [result(f"results.{n}", one, badge.achievement) for n, one in enumerate(badge.results)],
        }
    )
    return _envelope(
        "OpenBadgeCredential",
        ACHIEVEMENT_SCHEMA,
        badge,
        {
            "name": text("name", badge.name) or subject["achievement"]["name"],
            "awardedDate": moment("awarded", badge.awarded),
            "credentialSubject": subject,
            "evidence": [_evidence(f"evidence.{n}", one) for n, one in enumerate(badge.evidence)],
            "endorsement": _endorsements("endorsements", badge.endorsements),
            "credentialStatus": _statuses(badge),
            "refreshService": _refresh("refresh_url", badge.refresh_url),
        },
    )


def endorsement_credential(endorsement: Endorsement) -> dict[str, Any]:
    """Build the unsigned `EndorsementCredential` (OB 3.0, section B.2). Raises `Unsignable`."""
    subject = {
        "id": iri("about", endorsement.about),
        "type": ["EndorsementSubject"],
        "endorsementComment": needed("comment", endorsement.comment),
    }
    return _envelope(
        "EndorsementCredential",
        ENDORSEMENT_SCHEMA,
        endorsement,
        {
            "name": needed("name", endorsement.name),
            "credentialSubject": subject,
            "credentialStatus": _status("status", endorsement.status),
        },
    )


def profile_document(issuer: Issuer, endorsements: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """Build the issuer's `Profile` for serving at its own URL, with signed endorsements. Raises `Unsignable`."""
    profile = {**_profile("issuer", issuer), "endorsement": _endorsements("endorsements", endorsements)}
    return {"@context": list(ISSUED_CONTEXTS), **present(profile)}


def achievement_document(achievement: Achievement, issuer: Issuer | None = None) -> dict[str, Any]:
    """Build the `Achievement` for serving at its own URL, with its creator's profile. Raises `Unsignable`."""
    document = {"@context": list(ISSUED_CONTEXTS), **_achievement("achievement", achievement)}
    return document if issuer is None else {**document, "creator": _profile("issuer", issuer)}


def _envelope(kind: str, schema: str, facts: OpenBadge | Endorsement, content: dict[str, Any]) -> dict[str, Any]:
    document = present(
        {
            "@context": list(ISSUED_CONTEXTS),
            "id": iri("id", facts.id),
            "type": ["VerifiableCredential", kind],
            "issuer": _profile("issuer", facts.issuer),
            "validFrom": moment("valid_from", facts.valid_from),
            "validUntil": moment("valid_until", facts.valid_until),
            **content,
            "credentialSchema": [{"id": schema, "type": "1EdTechJsonSchemaValidator2019"}],
        }
    )
    if facts.valid_until is not None and facts.valid_until <= facts.valid_from:
        raise Unsignable("valid_until", "backwards")
    return document


def _profile(field: str, issuer: Issuer) -> dict[str, Any]:
    return present(
        {
            "id": iri(f"{field}.id", issuer.id),
            "type": ["Profile"],
            "name": needed(f"{field}.name", issuer.name),
            "url": optional_iri(f"{field}.url", issuer.url),
            "email": text(f"{field}.email", issuer.email),
            "description": text(f"{field}.description", issuer.description),
            "image": _image(f"{field}.image", issuer.image),
        }
    )


def _achievement(field: str, achievement: Achievement) -> dict[str, Any]:
    criteria = present(
        {
            "id": optional_iri(f"{field}.criteria_url", achievement.criteria_url),
            "narrative": text(f"{field}.criteria", achievement.criteria),
        }
    )
    if not criteria:
        raise Unsignable(f"{field}.criteria", "no-criteria")
    return present(
        {
            "id": iri(f"{field}.id", achievement.id),
            "type": ["Achievement"],
            "achievementType": needed(f"{field}.achievement_type", achievement.achievement_type),
            "name": needed(f"{field}.name", achievement.name),
            "description": needed(f"{field}.description", achievement.description),
            "criteria": criteria,
            "image": _image(f"{field}.image", achievement.image),
            "tag": [needed(f"{field}.tags.{n}", tag) for n, tag in enumerate(achievement.tags)],
            "alignment": alignments(field, achievement.alignments),
            "inLanguage": text(f"{field}.language", achievement.language),
            "creditsAvailable": amount(f"{field}.credits_available", achievement.credits_available),
            "resultDescription": [described(f"{field}.results.{n}", o) for n, o in enumerate(achievement.results)],
            "version": text(f"{field}.version", achievement.version),
            "related": [_related(f"{field}.related.{n}", one) for n, one in enumerate(achievement.related)],
            "endorsement": _endorsements(f"{field}.endorsements", achievement.endorsements),
        }
    )


def _related(field: str, related: Related) -> dict[str, Any]:
    return present(
        {
            "id": iri(f"{field}.id", related.id),
            "type": ["Related"],
            "inLanguage": text(f"{field}.language", related.language),
            "version": text(f"{field}.version", related.version),
        }
    )


def _endorsements(field: str, signed: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    for number, one in enumerate(signed):
        if "EndorsementCredential" not in one.get("type", ()) or not one.get("proof"):
            raise Unsignable(f"{field}.{number}", "not-an-endorsement")
    return [dict(one) for one in signed]


def _evidence(field: str, evidence: Evidence) -> dict[str, Any]:
    if not any((evidence.url, evidence.name, evidence.narrative, evidence.description)):
        raise Unsignable(field, "nothing")
    return present(
        {
            "id": optional_iri(f"{field}.url", evidence.url),
            "type": ["Evidence"],
            "name": text(f"{field}.name", evidence.name),
            "narrative": text(f"{field}.narrative", evidence.narrative),
            "description": text(f"{field}.description", evidence.description),
            "genre": text(f"{field}.genre", evidence.genre),
        }
    )


def _identity(field: str, identity: Identity) -> dict[str, Any]:
    # `type` is a plain string here and nowhere else: 1EdTech's schema allows no array.
    return present(
        {
            "type": "IdentityObject",
            "hashed": identity.hashed,
            "identityType": needed(f"{field}.kind", identity.kind),
            "identityHash": needed(f"{field}.value", identity.value),
            "salt": text(f"{field}.salt", identity.salt),
        }
    )


def _image(field: str, image: Image | None) -> dict[str, Any] | None:
    if image is None:
        return None
    return present(
        {
            "id": iri(f"{field}.url", image.url),
            "type": "Image",
            "caption": text(f"{field}.caption", image.caption),
        }
    )


def _statuses(badge: OpenBadge) -> Any:
    status = _status("status", badge.status)
    if badge.suspension is None:
        return status
    # Two purposes in one list would share a bit, and its fragment would be one id for two entries.
    if badge.status is not None and badge.suspension.list_url == badge.status.list_url:
        raise Unsignable("suspension.list_url", "same-list")
    suspension = _status("suspension", badge.suspension, "suspension")
    return suspension if status is None else [status, suspension]


def _status(
    field: str, status: StatusEntry | RevocationListEntry | None, purpose: str = "revocation"
) -> dict[str, Any] | None:
    if status is None:
        return None
    url = iri(f"{field}.list_url", status.list_url)
    if isinstance(status, RevocationListEntry):
        return {"id": url, "type": "1EdTechRevocationList"}
    if status.index < 0:
        raise Unsignable(f"{field}.index", "negative")
    return {
        "id": f"{url}#{status.index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        # A string, although it is a number: VC Bitstring Status List, section 2.1.
        "statusListIndex": str(status.index),
        "statusListCredential": url,
    }


def _refresh(field: str, url: str | None) -> dict[str, Any] | None:
    return None if url is None else {"id": iri(field, url), "type": "1EdTechCredentialRefresh"}
