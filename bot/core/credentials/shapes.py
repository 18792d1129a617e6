"""A document's shape, told from the values that change from one learner's badge to the next."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from json.encoder import encode_basestring
from typing import Any

# No context uses these schemes as a prefix, so JSON-LD leaves such IRIs as they are; the rest is as in `rdf.is_iri`.
_WHOLE_IRI = re.compile(r"""(?:https?|urn|did|data|mailto):[^\x00-\x20\x7f<>"{}|\\^`\ud800-\udfff]+""")
# As in `fields`. JSON and N-Quads escape what is left alike: quote, backslash, tab, line feed, carriage return.
_UNSIGNABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class Irregular(Exception):
    """A value that only the general path can judge: it may be refused there, or be signed all the same."""


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the changing values of a node are: its id, IRIs it points to, texts, and nodes it holds."""

    ids: tuple[str, ...] = ("id",)
    iris: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    nodes: Mapping[str, "_Places"] = field(default_factory=dict)


# The order is that of a document's values; `reading` gives a badge's facts in the same.
_SUBJECT = _Places(
    texts=("narrative", "endorsementComment", "encodedList"),
    nodes={
        "identifier": _Places(texts=("identityType", "identityHash", "salt")),
        "result": _Places(texts=("value",)),
    },
)
_CREDENTIAL = _Places(
    texts=("name", "validFrom", "validUntil", "awardedDate"),
    nodes={
        "credentialSubject": _SUBJECT,
        "evidence": _Places(texts=("name", "narrative", "description", "genre")),
        "credentialStatus": _Places(iris=("statusListCredential",), texts=("statusListIndex",)),
        "refreshService": _Places(),
    },
)
_PROOF_OPTIONS = _Places(iris=("verificationMethod",), texts=("created",))


@dataclass(slots=True)
class Taken:
    """A document taken apart: what is left of it, and its values by slot, escaped."""

    skeleton: dict[str, Any]
    values: list[str] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)
    """Slots of nodes' ids."""
    iris: list[int] = field(default_factory=list)
    """Slots of IRIs that nodes point to."""


def literal(text: str) -> str:
    """Escape a text for a literal, in JSON and N-Quads alike. Raises `Irregular` where they differ."""
    if text.isprintable():
        if '"' not in text and "\\" not in text:
            return text
    elif _UNSIGNABLE.search(text):
        raise Irregular
    return encode_basestring(text)[1:-1]


def whole_iri(text: str) -> str:
    """Return the IRI, which needs no escapes. Raises `Irregular` for what may not be one."""
    if not _WHOLE_IRI.fullmatch(text):
        raise Irregular
    return text


def take_apart(document: Mapping[str, Any], mark: Callable[[int], str] = lambda _: "") -> Taken:
    """Take the changing values out of a credential or a proof's options, leaving `mark(slot)` in their places.

    Two documents with equal skeletons, types of numbers included, differ in the values alone. Raises `Irregular`.
    """
    if not isinstance(document, dict):
        raise Irregular
    taken = Taken({})
    places = _CREDENTIAL if "credentialSubject" in document else _PROOF_OPTIONS
    taken.skeleton = _take(document, places, taken, mark)
    return taken


def _take(node: Mapping[str, Any], places: _Places, taken: Taken, mark: Callable[[int], str]) -> dict[str, Any]:
    left = dict(node)
    values = taken.values
    for name in places.ids:
        if isinstance(value := node.get(name), str):
            taken.ids.append(len(values))
            left[name] = mark(len(values))
            values.append(whole_iri(value))
    for name in places.iris:
        if isinstance(value := node.get(name), str):
            taken.iris.append(len(values))
            left[name] = mark(len(values))
            values.append(whole_iri(value))
    for name in places.texts:
        if isinstance(value := node.get(name), str):
            left[name] = mark(len(values))
            values.append(literal(value))
    for name, inner in places.nodes.items():
        match node.get(name):
            case dict() as one:
                left[name] = _take(one, inner, taken, mark)
            case list() as several:
                left[name] = [_take(one, inner, taken, mark) if isinstance(one, dict) else one for one in several]
    return left


def ids_in(value: Any) -> Iterator[str]:
    """Yield every id in a document, in nodes of any depth."""
    if isinstance(value, dict):
        for name, item in value.items():
            if name == "id" and isinstance(item, str):
                yield item
            else:
                yield from ids_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from ids_in(item)
