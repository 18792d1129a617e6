"""RDF Dataset Canonicalization against the W3C's own test suite."""

from collections.abc import Iterator
from itertools import permutations
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
PREDICATES = st.sampled_from(["<urn:p>", "<urn:q>"])
BLANKS = ["_:a", "_:b", "_:c", "_:d", "_:e"]
NAMES = st.permutations(BLANKS)


def renamed(quads: list[Quad], names: list[str]) -> list[Quad]:
    new = dict(zip(BLANKS, names, strict=True))
    return [(new.get(s, s), p, new.get(o, o), new.get(g, g)) for s, p, o, g in quads]


@given(st.lists(st.tuples(NODES, PREDICATES, NODES, st.just("")), max_size=6), NAMES)
def test_in_one_graph_neither_labels_nor_the_order_of_lines_matter(quads: list[Quad], names: list[str]) -> None:
    assert canonical_nquads(quads) == canonical_nquads(renamed(quads[::-1], names))


UNDECIDED: list[Quad] = [
    ("_:a", "<urn:p>", "_:b", "_:e"),
    ("_:a", "<urn:p>", "_:c", "_:a"),
    ("_:b", "<urn:p>", "_:b", "_:a"),
    ("_:c", "<urn:p>", "_:c", "_:e"),
]
"""Two labellings, and nothing in the standard to choose between them: PyLD and rdf-canonize make two texts of this."""


def test_where_the_standard_leaves_two_labellings_open_the_order_of_lines_decides() -> None:
    """One document has one text, in this process and the next, which hashes its strings otherwise."""
    texts = {canonical_nquads(renamed(UNDECIDED, list(names))) for names in permutations(BLANKS)}
    assert len(texts) == 1


@given(st.lists(st.tuples(NODES, PREDICATES, NODES, st.sampled_from(["", "<urn:g>", "_:a", "_:e"])), max_size=6), NAMES)
def test_in_several_graphs_labels_do_not_matter(quads: list[Quad], names: list[str]) -> None:
    assert canonical_nquads(quads) == canonical_nquads(renamed(quads, names))
