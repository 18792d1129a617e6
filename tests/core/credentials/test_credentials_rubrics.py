"""Results, credits, endorsements, pathway parts and other documents' ways: signed whole and in the schema's shape."""

import dataclasses
from typing import Any

import pytest
from credentials_samples import BADGE, DID, LIST, NOW, OTHER_KEY, SCHOOL, TUTOR, Web, school_web, signed
from test_credentials_canonical import pylds_text
from test_credentials_documents import ENDORSEMENT, faults

from bot.core.credentials import (
    Alignment,
    Issuer,
    OpenBadge,
    Related,
    Result,
    ResultDescription,
    RevocationListEntry,
    RubricLevel,
    StatusEntry,
    Unsignable,
    canonical_text,
    credential,
    endorsement_credential,
    profile_document,
    verify,
    verify_endorsement,
)

BOARD = Issuer(OTHER_KEY.did_key, "School Board")
CLEAR = RubricLevel("urn:uuid:6f2e33e5-0000-4155-840a-000000000001", "Clear", "2", "5", "Was understood")
MOVING = RubricLevel(
    "urn:uuid:6f2e33e5-0000-4155-840a-000000000002",
    "Moving",
    alignments=(Alignment("Rhetoric", "https://skills.example/8"),),
)
RUBRIC = ResultDescription(
    "urn:uuid:6f2e33e5-0000-4155-840a-000000000003",
    "Clarity",
    "RubricCriterionLevel",
    levels=(CLEAR, MOVING),
    allowed_values=("Clear", "Moving"),
    required_level=CLEAR.id,
)
SCORE = ResultDescription(
    "urn:uuid:6f2e33e5-0000-4155-840a-000000000004", "Test", "Percent", required_value="50", lowest="0", highest="100"
)


def endorsed(about: str) -> dict[str, Any]:
    facts = dataclasses.replace(ENDORSEMENT, issuer=BOARD, about=about)
    return signed(endorsement_credential(facts), OTHER_KEY, OTHER_KEY.did_key)


DEGREE = dataclasses.replace(
    TUTOR,
    alignments=(
        *TUTOR.alignments,
        Alignment.to_part("Listener", "https://laurel.example/badges/listener", "Becoming a tutor"),
    ),
    credits_available=2.5,
    results=(RUBRIC, SCORE),
    version="2",
    related=(Related("https://laurel.example/badges/tutrice", "1", "fr"),),
    endorsements=(endorsed(TUTOR.id),),
)
FULL = dataclasses.replace(
    BADGE,
    achievement=DEGREE,
    results=(
        Result(RUBRIC.id, level=MOVING.id, value="Moving"),
        Result(SCORE.id, "93"),
        Result(status="Completed", alignments=(Alignment("Rhetoric", "https://skills.example/8"),)),
    ),
    credits_earned=2,
    endorsements=(endorsed(BADGE.id),),
    refresh_url="https://laurel.example/awards/1/refresh",
)


def test_full_badge_fits_both_schema_sets_and_holds() -> None:
    document = signed(credential(FULL))
    assert faults("achievement", document) == []
    assert verify(document, fetch=school_web(), now=NOW).holds


def test_full_badge_reads_as_pyld_reads_it() -> None:
    assert canonical_text(credential(FULL)) == pylds_text(credential(FULL))


def test_every_fact_is_signed() -> None:
    """Each new fact leaves a trace in the canonical text."""
    text = canonical_text(credential(FULL))
    for fact in (
        "ceterms:Credential",
        "Becoming a tutor",
        '"2.5E0"',
        "RubricCriterionLevel",
        "Was understood",
        '"93"',
        "Completed",
        "We stand by it.",
        "1EdTechCredentialRefresh",
        "badges/tutrice",
    ):
        assert fact in text, fact


def test_learners_own_did_is_a_recipient() -> None:
    document = credential(dataclasses.replace(BADGE, recipient=OTHER_KEY.did_key))
    assert document["credentialSubject"]["id"] == OTHER_KEY.did_key
    assert canonical_text(document)


def test_status_is_one_object_unless_suspension_has_an_entry_too() -> None:
    suspension = StatusEntry("https://laurel.example/status/history/suspended", 7)
    both = credential(dataclasses.replace(BADGE, suspension=suspension))["credentialStatus"]
    assert [one["statusPurpose"] for one in both] == ["revocation", "suspension"]
    alone = credential(dataclasses.replace(BADGE, status=None, suspension=suspension))["credentialStatus"]
    assert alone == both[1]
    by_id = credential(dataclasses.replace(BADGE, status=RevocationListEntry(LIST)))["credentialStatus"]
    assert by_id == {"id": LIST, "type": "1EdTechRevocationList"}


def in_achievement(**changes: Any) -> OpenBadge:
    return dataclasses.replace(FULL, achievement=dataclasses.replace(DEGREE, **changes))


REFUSED: list[tuple[OpenBadge, str, str]] = [
    (in_achievement(credits_available=-1), "achievement.credits_available", "negative"),
    (in_achievement(credits_available=float("nan")), "achievement.credits_available", "not-a-number"),
    (
        in_achievement(results=(dataclasses.replace(RUBRIC, required_level="urn:x"),)),
        "achievement.results.0.required_level",
        "unknown-level",
    ),
    (in_achievement(results=()), "results.0.of", "unknown-result"),
    (
        dataclasses.replace(FULL, results=(Result(SCORE.id, level=CLEAR.id),)),
        "results.0.level",
        "unknown-level",
    ),
    (dataclasses.replace(FULL, results=(Result(SCORE.id),)), "results.0", "nothing"),
    (dataclasses.replace(FULL, suspension=StatusEntry(LIST, 1)), "suspension.list_url", "same-list"),
    (dataclasses.replace(FULL, refresh_url="soon"), "refresh_url", "not-an-iri"),
    (
        dataclasses.replace(FULL, endorsements=(endorsement_credential(ENDORSEMENT),)),
        "endorsements.0",
        "not-an-endorsement",
    ),
    (dataclasses.replace(FULL, endorsements=(signed(),)), "endorsements.0", "not-an-endorsement"),
]


@pytest.mark.parametrize(("badge", "field", "reason"), REFUSED, ids=[f"{f}-{r}" for _, f, r in REFUSED])
def test_what_cannot_be_signed_is_refused_by_field(badge: OpenBadge, field: str, reason: str) -> None:
    with pytest.raises(Unsignable) as caught:
        credential(badge)
    assert (caught.value.field, caught.value.reason) == (field, reason)


def test_issuers_profile_carries_its_endorsements() -> None:
    document = profile_document(SCHOOL, [endorsed(DID)])
    assert faults("profile", document) == []
    assert "We stand by it." in canonical_text(document)
    assert verify_endorsement(document["endorsement"][0], fetch=Web(), now=NOW).holds
    with pytest.raises(Unsignable, match="not-an-endorsement"):
        profile_document(SCHOOL, [signed()])


def test_endorsements_inside_a_badge_hold_by_themselves() -> None:
    document = signed(credential(FULL))
    inside = [document["endorsement"][0], document["credentialSubject"]["achievement"]["endorsement"][0]]
    for one, about in zip(inside, (BADGE.id, TUTOR.id), strict=True):
        found = verify_endorsement(one, fetch=Web(), now=NOW)
        assert found.holds
        assert (found.credential or {})["credentialSubject"]["id"] == about
        changed = {**one, "credentialSubject": {**one["credentialSubject"], "endorsementComment": "No"}}
        assert not verify_endorsement(changed, fetch=Web(), now=NOW).holds
