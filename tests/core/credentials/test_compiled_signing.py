"""Compiled signatures are the general signer's to the byte, and whatever has no form is signed the general way."""

import dataclasses
import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

import pyoxigraph
import pytest
from compiled_samples import BADGES, SIGNABLE, another_learners
from credentials_samples import AWARDED, BADGE, DID, KEY, LIST, NOW, TUTOR, school_web
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from test_credentials_canonical import pylds_text
from test_credentials_rdfc import term
from test_credentials_rubrics import DEGREE, FULL

from bot.core.credentials import (
    Alignment,
    Evidence,
    Fault,
    OpenBadge,
    RevocationListEntry,
    StatusEntry,
    Unsignable,
    credential,
    sign,
    verify,
)
from bot.core.credentials.compiled import Path
from bot.core.credentials.contexts import bundled_contexts
from bot.core.credentials.keys import signature_holds
from bot.core.credentials.multibase import multibase58_decode
from bot.core.credentials.signing import BadgeSigner, as_json
from bot.core.credentials.store import Store
from bot.core.credentials.template import Form, Placeholders

METHOD = KEY.verification_method(DID)
CONTEXTS = bundled_contexts()
slow = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def general(badge: OpenBadge) -> str:
    return as_json(sign(credential(badge), KEY, METHOD, AWARDED))


def compiled(signer: BadgeSigner, badge: OpenBadge) -> str:
    return signer.sign(badge, KEY, METHOD, AWARDED)


def outcome(make: Callable[[], str]) -> object:
    """Return what comes of it, a refusal by its kind and facts."""
    try:
        return make()
    except Fault as error:
        return type(error), error.args


def never_checking() -> BadgeSigner:
    return BadgeSigner(check_every=10**9)


def inlined(value: Any) -> Any:
    """Put the contexts into the document, for a JSON-LD reader that loads none."""
    if isinstance(value, dict):
        return {
            name: [CONTEXTS[url]["@context"] for url in item] if name == "@context" else inlined(item)
            for name, item in value.items()
        }
    return [inlined(item) for item in value] if isinstance(value, list) else value


def oxigraphs_text(document: dict[str, Any]) -> str:
    """The canonical text made by pyoxigraph from end to end: its own JSON-LD, its own RDFC-1.0."""
    text = json.dumps(inlined(document))
    dataset = pyoxigraph.Dataset(pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.JSON_LD))
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    lines = [
        " ".join(filter(None, (term(q.subject), term(q.predicate), term(q.object), term(q.graph_name))))
        for q in dataset
    ]
    return "".join(sorted(f"{line} .\n" for line in lines))


def signed_over(text: str, canonical: Callable[[dict[str, Any]], str]) -> bool:
    """Say whether the proof holds over the canonical texts of another implementation."""
    document = json.loads(text)
    [proof] = document.pop("proof")
    signature = multibase58_decode(proof.pop("proofValue"))
    parts = ({**proof, "@context": document["@context"]}, document)
    return signature_holds(
        KEY.public_bytes, signature, b"".join(sha256(canonical(part).encode()).digest() for part in parts)
    )


@slow
@given(st.data())
def test_filled_form_is_the_general_signers_text(data: st.DataObject) -> None:
    """Whatever the shape and the texts, two independent canonicalizers come to the very bytes that were signed."""
    first = data.draw(SIGNABLE)
    second = data.draw(another_learners(first))
    signer = never_checking()
    assert compiled(signer, first) == general(first)
    text = compiled(signer, second)
    assert text == general(second)
    assert signed_over(text, pylds_text)
    assert signed_over(text, oxigraphs_text)
    assert signer.counts[Path.DIFFERED] == 0


@slow
@given(BADGES, BADGES)
@example(dataclasses.replace(BADGE, recipient=BADGE.id), BADGE)
@example(dataclasses.replace(BADGE, id=TUTOR.id), BADGE)
@example(dataclasses.replace(BADGE, evidence=(Evidence("x-relative:y"),)), BADGE)
def test_any_badge_is_signed_or_refused_as_the_general_signer_does(first: OpenBadge, second: OpenBadge) -> None:
    signer = never_checking()
    for badge in (first, dataclasses.replace(second, achievement=first.achievement, issuer=first.issuer), first):
        assert outcome(partial(compiled, signer, badge)) == outcome(partial(general, badge))
    assert signer.counts[Path.DIFFERED] == 0


def learners(number: int, **changes: Any) -> list[OpenBadge]:
    return [
        dataclasses.replace(
            BADGE,
            id=f"https://laurel.example/award/{n}",
            recipient=f"urn:uuid:280c19b6-9680-4a37-ba84-{n:012}",
            narrative=f"Reason {n}",
            status=StatusEntry(LIST, n),
            **changes,
        )
        for n in range(number)
    ]


def test_batch_is_compiled_once_and_holds() -> None:
    signer = BadgeSigner()
    badges = learners(20)
    texts = signer.sign_batch(badges, KEY, METHOD, AWARDED)
    assert texts == [general(badge) for badge in badges]
    assert all(verify(text, fetch=school_web((99,)), now=NOW).holds for text in texts[:2])
    # The first of its shape and one drawn from the batch were compared.
    assert (signer.counts[Path.COMPILED], signer.counts[Path.GENERAL]) == (20, 0)
    assert (signer.counts[Path.CHECKED], signer.counts[Path.DIFFERED]) == (2, 0)


def test_one_of_so_many_is_compared() -> None:
    signer = BadgeSigner(check_every=5)
    for badge in learners(11):
        compiled(signer, badge)
    assert signer.counts[Path.CHECKED] == 3


GENERAL: list[tuple[str, OpenBadge]] = [
    ("look-alike evidence", dataclasses.replace(BADGE, evidence=(Evidence(name="One"), Evidence(name="One")))),
    (
        "look-alike alignments",
        dataclasses.replace(BADGE, achievement=dataclasses.replace(TUTOR, alignments=TUTOR.alignments * 2)),
    ),
    ("the same evidence twice", dataclasses.replace(BADGE, evidence=(BADGE.evidence[0], BADGE.evidence[0]))),
    ("recipient with the class's id", dataclasses.replace(BADGE, recipient="https://laurel.example/crest.png")),
    ("endorsed badge", FULL),
    ("evidence by another scheme", dataclasses.replace(BADGE, evidence=(Evidence("ftp://laurel.example/1"),))),
]


@pytest.mark.parametrize(("name", "badge"), GENERAL, ids=[case[0] for case in GENERAL])
def test_what_has_no_form_takes_the_general_path_and_is_counted(name: str, badge: OpenBadge) -> None:
    signer = never_checking()
    for _ in range(2):
        assert compiled(signer, badge) == general(badge)
    assert (signer.counts[Path.COMPILED], signer.counts[Path.GENERAL]) == (0, 2)


COMPILED: list[tuple[str, OpenBadge]] = [
    ("as it is", BADGE),
    ("class with endorsement, rubrics and credits", dataclasses.replace(BADGE, achievement=DEGREE)),
    ("results and credits", dataclasses.replace(FULL, endorsements=())),
    ("1EdTech revocation list", dataclasses.replace(BADGE, status=RevocationListEntry(LIST))),
    ("suspension", dataclasses.replace(BADGE, suspension=StatusEntry("https://laurel.example/status/s", 4))),
    ("nothing optional", dataclasses.replace(BADGE, identities=(), evidence=(), status=None, valid_until=None)),
]


@pytest.mark.parametrize(("name", "badge"), COMPILED, ids=[case[0] for case in COMPILED])
def test_shape_is_compiled(name: str, badge: OpenBadge) -> None:
    """Most badges never see the general path again; otherwise the property above could pass by it alone."""
    signer = never_checking()
    for n in range(3):
        another = dataclasses.replace(badge, id=f"https://laurel.example/award/{n}")
        assert compiled(signer, another) == general(another)
    assert (signer.counts[Path.COMPILED], signer.counts[Path.GENERAL]) == (3, 0)


def test_equal_numbers_written_differently_are_kept_apart() -> None:
    signer = never_checking()
    for earned in (2, 2.0, 2, 2.0):
        badge = dataclasses.replace(BADGE, credits_earned=earned)
        assert compiled(signer, badge) == general(badge)
        badge = dataclasses.replace(BADGE, achievement=dataclasses.replace(DEGREE, credits_available=earned))
        assert compiled(signer, badge) == general(badge)


def test_folded_hour_is_signed_as_the_moment_it_is() -> None:
    """Python calls the two 01:30 of a night in autumn equal."""
    early = AWARDED.replace(year=2026, month=10, day=25, hour=1, tzinfo=ZoneInfo("Europe/London"))
    signer = never_checking()
    for moment in (early, early.replace(fold=1), early):
        badge = dataclasses.replace(BADGE, valid_from=moment, awarded=moment)
        assert compiled(signer, badge) == general(badge)


def test_refused_badge_stops_the_batch() -> None:
    badges = [*learners(3), dataclasses.replace(BADGE, narrative="\x07")]
    with pytest.raises(Unsignable):
        BadgeSigner().sign_batch(badges, KEY, METHOD, AWARDED)
    with pytest.raises(Fault):
        BadgeSigner().sign(BADGE, KEY, "not an iri", AWARDED)
    assert BadgeSigner().sign_batch([], KEY, METHOD, AWARDED) == []


def test_form_that_differs_is_given_up() -> None:
    """A form spoilt behind our back (here by hand) signs nothing past its next comparison."""
    signer = never_checking()
    badges = learners(5)
    compiled(signer, badges[0])
    for shape in signer._shapes(BADGE.issuer, BADGE.achievement).values():
        assert shape is not None
        shape.signed = Form("{}", Placeholders(), str)
    assert signer.sign_batch(badges, KEY, METHOD, AWARDED) == [general(badge) for badge in badges]
    assert signer.counts[Path.DIFFERED] == 1
    before = signer.counts[Path.GENERAL]
    assert compiled(signer, badges[0]) == general(badges[0])
    assert signer.counts[Path.GENERAL] == before + 1


def test_many_classes_are_forgotten_in_turn() -> None:
    """The store of shapes stays bounded, and a forgotten shape is compiled again."""
    store: Store[int] = Store(3)
    for n in range(10):
        store.keep(n, n)
    store.keep(9, 90)
    assert dict(store) == {7: 7, 8: 8, 9: 90}


def test_expired_and_never_expiring_badges_have_shapes_of_their_own() -> None:
    signer = never_checking()
    for until in (None, AWARDED + timedelta(days=1), None):
        badge = dataclasses.replace(BADGE, valid_until=until, achievement=dataclasses.replace(TUTOR, alignments=()))
        assert compiled(signer, badge) == general(badge)
    assert signer.counts[Path.CHECKED] == 2


def test_alignment_with_percent_signs_is_no_format() -> None:
    achievement = dataclasses.replace(TUTOR, alignments=(Alignment("100 %s", "https://skills.example/%20"),))
    signer = never_checking()
    for badge in learners(2, achievement=achievement):
        assert compiled(signer, badge) == general(badge)
    assert signer.counts[Path.COMPILED] == 2
