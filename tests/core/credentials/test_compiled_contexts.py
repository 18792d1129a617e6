"""Compiled texts and refusals are the general path's, for badges from anywhere and hostile changes to them."""

import copy
import dataclasses
import json
from typing import Any

import pytest
from compiled_samples import BADGES, SIGNABLE, TEXTS, URLS, another_learners
from credentials_samples import AWARDED, BADGE, DID, KEY, LIST, VECTORS, load, signed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_credentials_canonical import UNSAFE, pylds_text, terms
from test_credentials_rubrics import FULL

from bot.core.credentials import (
    Fault,
    UnsafeDocument,
    canonical_text,
    check_proof,
    credential,
    sign,
    status_list_credential,
)
from bot.core.credentials import expansion as expansion_module
from bot.core.credentials.canonical import Contexts
from bot.core.credentials.compiled import CompiledContexts, Path
from bot.core.credentials.contexts import bundled_contexts
from bot.core.credentials.shapes import Irregular, whole_iri

DOCUMENTS = bundled_contexts()
PUBLISHED = sorted(path.name for path in (VECTORS / "1edtech").glob("*.json"))
slow = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def outcome(contexts: Contexts | None, document: dict[str, Any]) -> str | tuple[str, str]:
    """Return the text, or the refusal's reason and place."""
    try:
        return contexts.canonical_text(document) if contexts else canonical_text(document)
    except UnsafeDocument as error:
        return error.reason, error.where


def trained(*documents: dict[str, Any]) -> CompiledContexts:
    """Make contexts that have met these documents, and so have compiled their shapes."""
    contexts = CompiledContexts(DOCUMENTS)
    for document in documents * 2:
        outcome(contexts, document)
    return contexts


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_document_reads_the_same_however_often(name: str) -> None:
    document = load(f"1edtech/{name}")
    contexts = CompiledContexts(DOCUMENTS)
    assert [outcome(contexts, document) for _ in range(4)] == [outcome(None, document)] * 4
    assert contexts.counts[Path.DIFFERED] == 0


def test_third_document_of_a_shape_is_filled_in() -> None:
    contexts = trained(credential(BADGE))
    other = dataclasses.replace(BADGE, id="urn:uuid:0f2e33e5-7a29-4155-840a-59483ba10164", narrative="Σ")
    before = contexts.counts[Path.GENERAL]
    assert contexts.canonical_text(credential(other)) == pylds_text(credential(other))
    assert (contexts.counts[Path.GENERAL], contexts.counts[Path.CHECKED]) == (before, 1)


def test_other_documents_of_ours_have_shapes_too() -> None:
    """Endorsements, status lists and proof options gain as much."""
    for make in (
        lambda n: dict(signed(credential(dataclasses.replace(BADGE, id=f"urn:x:{n}"))), proof=None),
        lambda n: status_list_credential(LIST, DID, [n], AWARDED),
        lambda n: dict(FULL.endorsements[0], id=f"urn:x:{n}"),
    ):
        contexts = trained(make(1))
        document = make(2)
        before = contexts.counts[Path.COMPILED]
        assert contexts.canonical_text(document) == canonical_text(document)
        assert contexts.counts[Path.COMPILED] == before + 1


@slow
@given(st.data())
def test_own_badge_checks_as_it_was_signed(data: st.DataObject) -> None:
    first = data.draw(SIGNABLE)
    contexts = trained(credential(first))
    document = signed(credential(data.draw(another_learners(first))))
    [proof] = document["proof"]
    for _ in range(2):
        assert check_proof(document, proof, KEY.public_bytes, contexts=contexts)
    forged = {**document, "name": f"{document['name']}!"}
    assert not check_proof(forged, proof, KEY.public_bytes, contexts=contexts)
    again = sign({**document, "proof": None}, KEY, KEY.verification_method(DID), AWARDED, contexts=contexts)
    assert again == document


@slow
@given(BADGES, BADGES)
def test_any_badge_reads_as_the_general_path_reads_it(first: Any, second: Any) -> None:
    made = []
    for badge in (first, second):
        try:
            made.append(credential(badge))
        except Fault:
            continue
    contexts = trained(*made)
    for document in made:
        assert outcome(contexts, document) == outcome(None, document)
    assert contexts.counts[Path.DIFFERED] == 0


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a document."""
    found = [path] if path else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, item in items:
        found += places(item, (*path, step))
    return found


HOSTILE = st.one_of(
    TEXTS,
    URLS,
    st.text(max_size=3),
    st.sampled_from(
        [
            None,
            True,
            1,
            1.0,
            0,
            [],
            {},
            "",
            "\ud800",
            "\x07",
            "\x7f",
            "@id",
            "_:b0",
            "id",
            "relative",
            "https://laurel.example/a b",
            ["a", "b"],
            ("a", "b"),
            [["a"]],
            [None, "x"],
            {"@value": "x"},
            {"@value": "x", "@language": "en"},
            {"id": BADGE.id},
            {"id": BADGE.id, "name": None},
            {"id": BADGE.id, "type": ["Evidence"], "name": "y"},
            {"id": "https://laurel.example/evidence/1", "name": "y"},
            [{"type": ["Evidence"], "name": "y"}, {"type": ["Evidence"], "name": "y"}],
            ({"id": "", "type": ["Evidence"], "name": ""},),
            {"type": ["Evidence"], "narrative": ["x", "y"]},
        ]
    ),
)
ROOT = credential(BADGE)
SITES = [*places(ROOT), ("naem",), ("@type",), ("credentialSubject", "jti"), ("issuer", "@id"), ("evidence", 0, "@id")]


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from(SITES), HOSTILE), min_size=1, max_size=3))
def test_hostile_changes_are_judged_as_the_general_path_judges_them(changes: list[tuple[Any, Any]]) -> None:
    """One store that has met the honest badge sees every change, and never says otherwise than the general path."""
    document = copy.deepcopy(ROOT)
    for (*path, last), value in changes:
        node: Any = document
        try:
            for step in path:
                node = node[step]
            node[last] = value
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took the place away
    for _ in range(3):  # met, compiled, filled in
        assert outcome(LIVED, document) == outcome(None, document)
    assert outcome(LIVED, ROOT) == outcome(None, ROOT)
    assert LIVED.counts[Path.DIFFERED] == 0


LIVED = trained(ROOT)


@pytest.mark.parametrize(("name", "change", "value", "reason"), UNSAFE, ids=[case[0] for case in UNSAFE])
def test_safe_mode_holds_for_shapes_met_before(name: str, change: Any, value: Any, reason: str) -> None:
    document = credential(BADGE)
    contexts = trained(document)
    change(document, value)
    for _ in range(3):
        with pytest.raises(UnsafeDocument) as caught:
            contexts.canonical_text(document)
        assert caught.value.reason == reason


def test_no_context_uses_a_whole_iris_scheme_as_a_prefix() -> None:
    """Otherwise JSON-LD would read such an IRI as a compact one."""
    for document in DOCUMENTS.values():
        for name, _ in terms(document["@context"]):
            with pytest.raises(Irregular):
                whole_iri(f"{name}://x")


def test_context_work_that_was_forgotten_is_done_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expansion_module, "MAX_REMEMBERED", 2)
    contexts = Contexts(DOCUMENTS)
    for badge in (BADGE, FULL, BADGE):
        assert contexts.canonical_text(credential(badge)) == pylds_text(credential(badge))


def test_documents_that_are_no_json_are_refused_alike() -> None:
    deep: Any = "x"
    for _ in range(10_000):
        deep = [deep]
    for document in ({**ROOT, "evidence": deep}, {**ROOT, "name": {"x"}}, {**ROOT, 7: "x"}):
        assert outcome(LIVED, document) == outcome(None, document)
    assert outcome(LIVED, json.loads(json.dumps(ROOT))) == canonical_text(ROOT)
