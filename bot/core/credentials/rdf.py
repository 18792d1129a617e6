"""From expanded JSON-LD to RDF quads (JSON-LD 1.1 API, section 8), refusing what RDF would silently lose."""

import re
from collections.abc import Mapping
from typing import Any

from bot.core.credentials.faults import Fault
from bot.core.credentials.rdfc import Quad, escaped

RELATIVE = "x-relative:"
"""The scheme that relative references are resolved against, so that they can be told from absolute ones."""

_IRI = re.compile(r"""[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20\x7f<>"{}|\\^`\ud800-\udfff]+""")

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XSD = "http://www.w3.org/2001/XMLSchema#"


class UnsafeDocument(Fault):
    """The document can't be signed, or verified, as a whole.

    `reason` is a code: "unknown-context", "inline-context", "undefined-term", "relative-iri", "bad-iri",
    "blank-id", "bad-language", "keyword", "not-a-term", "bad-text", "bad-number", "repeated-root",
    "json-literal", "too-deep", "too-large", "too-complex" or "json-ld". `where` is the term, id or context at
    fault.
    """

    def __init__(self, reason: str, where: str = "") -> None:
        super().__init__(reason, where)
        self.where = where


def is_iri(text: str) -> bool:
    """Say whether the text is an absolute IRI without characters that N-Quads can't carry."""
    return _IRI.fullmatch(text) is not None


def quads(expanded: list[Any]) -> set[Quad]:
    """Return the quads of a document in expanded form; raises `UnsafeDocument`.

    Own code, because PyLD's goes through a node map that takes minutes for a property of many values.
    """
    emitter = _Emitter()
    for node in expanded:
        emitter.term(node, "")
    return emitter.found


class _Emitter:
    def __init__(self) -> None:
        self.found: set[Quad] = set()
        self.blanks = 0

    def term(self, value: Any, graph: str) -> str:
        """Emit what a value says and return the term that stands for it."""
        match value:
            case {"@value": literal, **rest}:
                return _literal(literal, rest)
            case {"@list": items}:
                return self._list([self.term(item, graph) for item in items], graph)
            case dict():
                return self._node(value, graph)
        raise UnsafeDocument("json-ld", type(value).__name__)

    def _node(self, node: Mapping[str, Any], graph: str) -> str:
        subject = _iri(node["@id"]) if "@id" in node else self._blank()
        for key, values in node.items():
            match key:
                case "@id" | "@index":
                    pass
                case "@type":
                    for kind in values:
                        if isinstance(kind, str) and kind.startswith(RELATIVE):
                            raise UnsafeDocument("undefined-term", kind.removeprefix(f"{RELATIVE}//x/"))
                        self.found.add((subject, f"<{_RDF}type>", _iri(kind), graph))
                case "@graph":
                    for member in values:
                        self.term(member, subject)
                case _ if key.startswith("@"):
                    raise UnsafeDocument("keyword", key)
                case _:
                    predicate = _iri(key)
                    for value in values:
                        self.found.add((subject, predicate, self.term(value, graph), graph))
        return subject

    def _list(self, terms: list[str], graph: str) -> str:
        rest = f"<{_RDF}nil>"
        for term in reversed(terms):
            cell = self._blank()
            self.found.add((cell, f"<{_RDF}first>", term, graph))
            self.found.add((cell, f"<{_RDF}rest>", rest, graph))
            rest = cell
        return rest

    def _blank(self) -> str:
        self.blanks += 1
        return f"_:b{self.blanks}"


def _literal(value: Any, rest: Mapping[Any, Any]) -> str:
    datatype = rest.get("@type")
    if datatype == "@json":
        raise UnsafeDocument("json-literal")
    if "@direction" in rest:  # RDF has no place for it
        raise UnsafeDocument("keyword", "@direction")
    match value:
        case bool():
            text, default = ("true" if value else "false"), "boolean"
        case int() | float() if float(value).is_integer() and datatype != f"{_XSD}double":
            text, default = str(int(value)), "integer"
        case int() | float():
            mantissa, exponent = f"{value:.15E}".split("E")
            mantissa = mantissa.rstrip("0")
            text, default = f"{mantissa}{'0' if mantissa.endswith('.') else ''}E{int(exponent)}", "double"
        case str():
            text, default = value, "string"
        case _:
            raise UnsafeDocument("json-ld", "@value")
    if "@language" in rest:
        return f'"{escaped(text)}"@{rest["@language"]}'
    kind = _iri(datatype if datatype is not None else _XSD + default)
    return f'"{escaped(text)}"' if kind == f"<{_XSD}string>" else f'"{escaped(text)}"^^{kind}'


def _iri(iri: Any) -> str:
    """Return the IRI as a term, having looked that it is absolute and whole."""
    if not isinstance(iri, str):
        raise UnsafeDocument("bad-iri", str(iri))
    if iri.startswith(RELATIVE):
        raise UnsafeDocument("relative-iri", iri.removeprefix(f"{RELATIVE}//x/"))
    if iri.startswith("_:"):
        # Named blank nodes let one node be written in two places, like a repeated root.
        raise UnsafeDocument("blank-id", iri)
    if not is_iri(iri):
        raise UnsafeDocument("bad-iri", iri)
    return f"<{iri}>"
