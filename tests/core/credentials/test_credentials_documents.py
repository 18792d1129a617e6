"""What is issued has the shape both of 1EdTech's schema sets ask for, and what can't be signed is refused."""

import dataclasses
from datetime import datetime, timedelta
from typing import Any

import pytest
from credentials_samples import AWARDED, BADGE, LIST, SCHOOL, TUTOR, load, signed
from jsonschema import Draft201909Validator

from bot.core.credentials import (
    Achievement,
    Endorsement,
    Evidence,
    Identity,
    Image,
    OpenBadge,
    Outcome,
    StatusEntry,
    Unsignable,
    achievement_document,
    canonical_text,
    credential,
    endorsement_credential,
    profile_document,
)
from bot.core.credentials.recipient_check import recipient

BARE = OpenBadge(
    BADGE.id,
    dataclasses.replace(SCHOOL, url=None, email=None, description=None, image=None),
    Achievement(TUTOR.id, "Peer Tutor", "Helps.", criteria="Help."),
    BADGE.recipient,
    AWARDED,
)
SCHEMAS = {
    "achievement": [
        "ob30-purl/ob_v3p0_achievementcredential_schema.json",
        "ob30-strict-2024/achievementcredential.json",
    ],
    "endorsement": [
        "ob30-purl/ob_v3p0_endorsementcredential_schema.json",
        "ob30-strict-2024/endorsementcredential.json",
    ],
    "profile": ["ob30-purl/ob_v3p0_profile_schema.json", "ob30-strict-2024/profile.json"],
}
ENDORSEMENT = Endorsement("urn:uuid:180c19b6-9680-4a37-ba84-e38b1a4e4584", SCHOOL, TUTOR.id, "We stand by it.", AWARDED)


def faults(kind: str, document: dict[str, Any]) -> list[str]:
    return [
        f"{schema}: {error.json_path}: {error.message[:200]}"
        for schema in SCHEMAS[kind]
        for error in Draft201909Validator(load(f"schemas/{schema}")).iter_errors(document)
    ]


@pytest.mark.parametrize("badge", [BADGE, BARE], ids=["full", "bare"])
def test_badge_fits_both_schema_sets(badge: OpenBadge) -> None:
    assert faults("achievement", signed(credential(badge))) == []


def test_endorsement_and_profile_fit_both_schema_sets() -> None:
    assert faults("endorsement", signed(endorsement_credential(ENDORSEMENT))) == []
    assert faults("profile", profile_document(SCHOOL)) == []


def test_served_documents_are_safe_json_ld() -> None:
    for document in (profile_document(SCHOOL), achievement_document(TUTOR, SCHOOL)):
        assert canonical_text(document)


def test_shape_that_verifiers_ask_for() -> None:
    document = signed()
    assert document["@context"] == [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
    ]
    assert document["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert document["validFrom"] == "2026-11-20T09:30:00Z"
    assert document["credentialStatus"] == {
        "id": f"{LIST}#42",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "42",
        "statusListCredential": LIST,
    }
    assert [type(document[name]) for name in ("proof", "credentialSchema", "evidence")] == [list] * 3
    subject = document["credentialSubject"]
    assert subject["identifier"] == [
        {
            "type": "IdentityObject",
            "hashed": True,
            "identityType": "emailAddress",
            # echo -n sam@laurel.examplesalt | sha256sum
            "identityHash": "sha256$0b1f2032b637a7a6d6978c2f95b145e8e8b4a88be90560f97930f17674e90735",
            "salt": "salt",
        }
    ]
    assert subject["achievement"]["tag"] == ["explaining", "patience"]


def empties(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [found for item in value.values() for found in empties(item)]
    if isinstance(value, list):
        return [found for item in value for found in empties(item)] if value else [value]
    return [value] if value is None or value == "" else []


@pytest.mark.parametrize("badge", [BADGE, BARE], ids=["full", "bare"])
def test_nothing_is_null_or_empty(badge: OpenBadge) -> None:
    assert empties(credential(badge)) == []


def with_achievement(**changes: Any) -> OpenBadge:
    return dataclasses.replace(BADGE, achievement=dataclasses.replace(TUTOR, **changes))


REFUSED: list[tuple[OpenBadge, str, str]] = [
    (dataclasses.replace(BADGE, id="280c19b6-9680-4a37-ba84-e38b1a4e4584"), "id", "not-an-iri"),
    (dataclasses.replace(BADGE, recipient="sam smith"), "recipient", "not-an-iri"),
    (dataclasses.replace(BADGE, name="Bell\a"), "name", "control-character"),
    (dataclasses.replace(BADGE, narrative="\x7f"), "narrative", "control-character"),
    (dataclasses.replace(BADGE, narrative="\ud800"), "narrative", "control-character"),
    (dataclasses.replace(BADGE, evidence=(Evidence(),)), "evidence.0", "nothing"),
    (dataclasses.replace(BADGE, evidence=(Evidence("x y"),)), "evidence.0.url", "not-an-iri"),
    (dataclasses.replace(BADGE, valid_until=AWARDED), "valid_until", "backwards"),
    (dataclasses.replace(BADGE, valid_from=datetime(2026, 1, 1)), "valid_from", "no-zone"),  # noqa: DTZ001
    (dataclasses.replace(BADGE, valid_until=datetime(2099, 1, 1)), "valid_until", "no-zone"),  # noqa: DTZ001
    (dataclasses.replace(BADGE, status=StatusEntry(LIST, -1)), "status.index", "negative"),
    (dataclasses.replace(BADGE, identities=(Identity("", "x", hashed=False),)), "identities.0.kind", "empty"),
    (with_achievement(name="  "), "achievement.name", "empty"),
    (with_achievement(criteria=None, criteria_url=None), "achievement.criteria", "no-criteria"),
    (with_achievement(tags=("fine", "\0")), "achievement.tags.1", "control-character"),
    (with_achievement(image=Image("badge.png")), "achievement.image.url", "not-an-iri"),
]


@pytest.mark.parametrize(("badge", "field", "reason"), REFUSED, ids=[f"{f}-{r}" for _, f, r in REFUSED])
def test_what_cannot_be_signed_is_refused_by_field(badge: OpenBadge, field: str, reason: str) -> None:
    with pytest.raises(Unsignable) as caught:
        credential(badge)
    assert (caught.value.field, caught.value.reason) == (field, reason)


def test_a_hidden_identity_is_told_by_who_knows_it() -> None:
    hidden = Identity.hide("emailAddress", "sam@laurel.example")
    subject = credential(dataclasses.replace(BADGE, identities=(hidden,)))["credentialSubject"]
    assert recipient(subject, "sam@laurel.example").outcome is Outcome.PASSED
    assert recipient(subject, "kim@laurel.example").outcome is Outcome.FAILED
    assert "sam@" not in str(subject)
    assert hidden.salt != Identity.hide("emailAddress", "sam@laurel.example").salt


def test_times_are_written_in_utc_to_the_second() -> None:
    local = datetime.fromisoformat("2026-11-20T10:30:00.999999+01:00")
    document = credential(dataclasses.replace(BADGE, valid_from=local, valid_until=local + timedelta(days=1)))
    assert (document["validFrom"], document["validUntil"]) == ("2026-11-20T09:30:00Z", "2026-11-21T09:30:00Z")
