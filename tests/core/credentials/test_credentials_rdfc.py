"""RDF Dataset Canonicalization against the W3C's own test suite."""

from collections.abc import Iterator
from typing import Any

import pyoxigraph
import pytest
from credentials_samples import VECTORS, load
from hypothesis import given
from hypothesis import strategies as st

from bot.core.credentials.rdfc import Quad, TooComplex, canonical_nquads, escaped

SUITE = VECTORS / "rdf-canon"
ENTRIES = load("rdf-canon/manifest.jsonld")["entries"]
EVAL_TESTS = [entry for entry in ENTRIES if entry["type"] == "rdfc:RDFC10EvalTest"]
POISON = [entry for entry in ENTRIES if entry["type"] == "rdfc:RDFC10NegativeEvalTest"]


def read_quads(name: str) -> Iterator[Quad]:
    """Read N-Quads with an independent parser."""
    for quad in pyoxigraph.parse((SUITE / name).read_bytes(), format=pyoxigraph.RdfFormat.N_QUADS):
        yield term(quad.subject), term(quad.predicate), term(quad.object), term(quad.graph_name)


def term(value: Any) -> str:
    match value:
        case pyoxigraph.NamedNode():
            return f"<{value.value}>"
        case pyoxigraph.BlankNode():
            return f"_:{value.value}"
        case pyoxigraph.DefaultGraph():
            return ""
    text = f'"{escaped(value.value)}"'
    if value.language:
        return f"{text}@{value.language}"
    datatype = value.datatype.value
    return text if datatype.endswith("XMLSchema#string") else f"{text}^^<{datatype}>"


def file_name(entry: dict[str, Any], part: str) -> str:
    return str(entry[part]).rpartition("/")[2]


def test_the_suite_is_whole() -> None:
    assert (len(EVAL_TESTS), len(POISON)) == (64, 1)


@pytest.mark.parametrize("entry", EVAL_TESTS, ids=lambda entry: entry["id"])
def test_w3c_vector(entry: dict[str, Any]) -> None:
    """Each of the 64 evaluation tests comes out byte for byte."""
    expected = (SUITE / file_name(entry, "result")).read_bytes().decode()
    algorithm = entry.get("hashAlgorithm", "SHA256").lower()
    assert canonical_nquads(read_quads(file_name(entry, "action")), algorithm=algorithm) == expected


@pytest.mark.parametrize("entry", POISON, ids=lambda entry: entry["id"])
def test_poisoned_graph_is_given_up(entry: dict[str, Any]) -> None:
    """The clique that would take hours is refused once the allowed work is spent."""
    with pytest.raises(TooComplex):
        canonical_nquads(read_quads(file_name(entry, "action")))


NODES = st.sampled_from(["_:a", "_:b", "_:c", "_:d"])


@given(
    st.lists(
        st.tuples(NODES, st.sampled_from(["<urn:p>", "<urn:q>"]), NODES, st.sampled_from(["", "_:a", "_:e"])),
        max_size=6,
    ),
    st.permutations(["_:a", "_:b", "_:c", "_:d", "_:e"]),
)
def test_labels_in_the_input_do_not_matter(quads: list[Quad], renamed: list[str]) -> None:
    """Renaming the blank nodes and shuffling the lines leaves the canonical text as it is."""
    names = dict(zip(["_:a", "_:b", "_:c", "_:d", "_:e"], renamed, strict=True))
    other = [tuple(names.get(one, one) for one in quad) for quad in reversed(quads)]
    assert canonical_nquads(quads) == canonical_nquads(other)  # type: ignore[arg-type]
