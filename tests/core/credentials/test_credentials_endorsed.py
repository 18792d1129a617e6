"""Endorsements inside a badge are verified by themselves, and never speak against the badge."""

import copy
import dataclasses
from typing import Any

import pytest
from credentials_samples import BADGE, DID, NOW, OTHER_KEY, SCHOOL, TUTOR, Web, school_web, signed
from test_credentials_documents import ENDORSEMENT
from test_credentials_rubrics import BOARD, FULL, endorsed

from bot.core.credentials import (
    CheckName,
    Outcome,
    P256Key,
    credential,
    did_document,
    did_web_url,
    endorsement_credential,
    sign_jwt,
    verify,
)
from bot.core.credentials.jws import make_jws
from bot.core.words import checks

FORGED = endorsed(BADGE.id) | {"name": "Another"}
ELSEWHERE = endorsed("https://elsewhere.example/badge")
P256 = P256Key.generate()
BY_JWT = sign_jwt(
    endorsement_credential(
        dataclasses.replace(ENDORSEMENT, about=BADGE.id, issuer=dataclasses.replace(BOARD, id=P256.did_key))
    ),
    P256,
    P256.verification_method(P256.did_key),
)


def told(document: dict[str, Any], web: Web | None = None) -> tuple[bool, str, str]:
    found = verify(signed(document), fetch=web or school_web(), now=NOW)
    check = found[CheckName.ENDORSEMENTS]
    assert check.outcome is Outcome.PASSED
    return found.holds, check.reason, checks.sentence(check, "en")


@pytest.mark.parametrize(
    ("endorsements", "reason", "says"),
    [
        ([], "none", "Nobody else"),
        ([endorsed(BADGE.id)], "endorsed", "all of its endorsements hold (1)"),
        ([endorsed(BADGE.id), endorsed(TUTOR.id), endorsed(DID)], "endorsed", "(3)"),
        ([endorsed(BADGE.id), FORGED], "endorsed-falsely", "(2), 1 do not hold"),
        ([ELSEWHERE], "endorsed-falsely", "(1), 1 do not hold"),
        ([endorsed(BADGE.id)] * 9, "endorsed-in-part", "8 of its endorsements hold (9 in all)"),
    ],
)
def test_each_endorsement_is_looked_at(endorsements: list[Any], reason: str, says: str) -> None:
    document = credential(BADGE) | ({"endorsement": endorsements} if endorsements else {})
    holds, found, sentence = told(document)
    assert (holds, found) == (True, reason)
    assert says in sentence


def test_endorsements_of_badge_and_award_are_counted_together() -> None:
    assert told(credential(FULL))[1:] == (
        "endorsed",
        "Others vouch for it: all of its endorsements hold (2).",
    )


@pytest.mark.parametrize(
    ("endorsement", "reason"),
    [(BY_JWT, "endorsed"), (BY_JWT[:-9], "endorsed-falsely")],
)
def test_endorsements_as_jwt(endorsement: Any, reason: str) -> None:
    """Only a badge that is a JWT itself can hold one: no JSON-LD context has a word for it."""
    facts = dataclasses.replace(BADGE, issuer=dataclasses.replace(SCHOOL, id=P256.did_key), status=None)
    text = make_jws(credential(facts) | {"endorsementJwt": [endorsement]}, P256, {"jwk": P256.jwk})
    found = verify(text, fetch=Web(), now=NOW)
    assert (found.holds, found[CheckName.ENDORSEMENTS].reason) == (True, reason)


def test_an_endorser_who_does_not_answer_is_neither_believed_nor_doubted() -> None:
    board = dataclasses.replace(BOARD, id="did:web:board.example")
    endorsement = signed(
        endorsement_credential(dataclasses.replace(ENDORSEMENT, about=BADGE.id, issuer=board)), OTHER_KEY, board.id
    )
    document, web = credential(BADGE) | {"endorsement": [endorsement]}, school_web()
    assert told(document, web)[:2] == (True, "endorsed-in-part")
    web.serve(did_web_url(board.id), did_document(board.id, [OTHER_KEY.multikey]))
    assert told(document, web)[:2] == (True, "endorsed")


def test_a_forged_badge_makes_nobody_ask_about_its_endorsements() -> None:
    forged = copy.deepcopy(signed(credential(FULL)))
    forged["name"] = "Head Tutor"
    found = verify(forged, fetch=school_web(), now=NOW)
    assert found[CheckName.ENDORSEMENTS].outcome is Outcome.UNKNOWN
