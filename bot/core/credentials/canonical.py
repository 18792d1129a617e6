"""From a JSON-LD document to the one text that is signed, refusing whatever a signature would not cover.

JSON-LD drops what it doesn't understand: a misspelt term or a relative id would leave the signed text without
a sound. Open Badges asks for safe mode since December 2025 and PyLD has none, so the rules are here. They are
stricter than the standard in one point: keys must be plain terms. A full IRI as a key means the same to RDF
and nothing to a program reading JSON, so that `validUntil` could be hidden from the check of dates without
breaking the signature.
"""

import re
import threading
from collections.abc import Mapping
from typing import Any

from pyld.jsonld import JsonLdError

from bot.core.credentials.contexts import bundled_contexts
from bot.core.credentials.expansion import Expander
from bot.core.credentials.rdf import RELATIVE, UnsafeDocument, quads
from bot.core.credentials.rdfc import TooComplex, canonical_nquads
from bot.core.credentials.strict_json import NotJson, walk

MAX_CONTEXTS = 8
MAX_NUMBER = 2**53 - 1

_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_ENDORSED = frozenset({"id", "type", "endorsementComment"})
_VALUE_KEYWORDS = frozenset({"@value", "@type", "@language"})


class Contexts:
    """A closed set of JSON-LD contexts, parsed once and kept ready for use from any thread."""

    def __init__(self, documents: Mapping[str, dict[str, Any]]) -> None:
        self._documents = dict(documents)
        self._per_thread = threading.local()  # PyLD's caches are plain dicts and no thread's but their own

    def __contains__(self, url: object) -> bool:
        return url in self._documents

    def canonical_text(self, document: Mapping[str, Any]) -> str:
        """Return the document's canonical N-Quads (JSON-LD 1.1 expansion in safe mode, then RDFC-1.0).

        Raises `UnsafeDocument`.
        """
        _check_json(document, self)
        try:
            expanded, dropped = self._expander().expanded(document)
        except JsonLdError as error:
            raise UnsafeDocument("json-ld", _root_code(error)) from error
        except (RecursionError, TypeError, ValueError, LookupError, AttributeError) as error:
            # PyLD stumbles over some misshapen input without an error of its own.
            raise UnsafeDocument("json-ld", type(error).__name__) from error
        if dropped:
            raise UnsafeDocument("undefined-term", dropped[0] or "")
        try:
            return canonical_nquads(quads(expanded))
        except TooComplex as error:
            raise UnsafeDocument("too-complex") from error

    def _expander(self) -> Expander:
        if not hasattr(self._per_thread, "expander"):
            self._per_thread.expander = Expander(self._load, f"{RELATIVE}//x/")
        expander: Expander = self._per_thread.expander
        return expander

    def _load(self, url: str, _options: Mapping[str, Any]) -> dict[str, Any]:
        if url not in self._documents:
            raise UnsafeDocument("unknown-context", url)
        # The tag tells PyLD that this document never changes, so that it keeps the processed context.
        return {"contextUrl": None, "documentUrl": url, "document": self._documents[url], "tag": "static"}


BUNDLED = Contexts(bundled_contexts())


def canonical_text(document: Mapping[str, Any], contexts: Contexts = BUNDLED) -> str:
    """Return the document's canonical N-Quads; raises `UnsafeDocument` (see there for the reasons)."""
    return contexts.canonical_text(document)


def _root_code(error: BaseException) -> str:
    """PyLD wraps its errors; the innermost one names the rule that was broken."""
    code = ""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, UnsafeDocument):
            return cause.reason
        code = getattr(cause, "code", None) or code
        cause = cause.__cause__
    return code


def _check_json(document: Mapping[str, Any], contexts: Contexts) -> None:
    """Bound the document and refuse keys, contexts and texts that could mean two things."""
    try:
        for value, is_root in walk(document):
            _check_value(value)
            if isinstance(value, dict):
                _check_keys(value)
                _check_contexts(value, contexts)
                # A second node with the root's id is the same node to RDF: the root's dates or status could
                # stand there, out of sight. An endorsement of this very credential is the one honest case.
                repeats_root = not is_root and "id" in value and value["id"] == document.get("id")
                if repeats_root and not value.keys() <= _ENDORSED:
                    raise UnsafeDocument("repeated-root", str(value["id"]))
    except NotJson as error:
        raise UnsafeDocument(error.reason) from error


def _check_value(value: Any) -> None:
    match value:
        case str():
            _check_text(value)
        case bool() | None | list() | tuple() | dict():
            pass
        case int() | float():
            # Larger whole numbers lose digits in JavaScript, and so in most verifiers.
            if not abs(value) <= MAX_NUMBER:  # also false for NaN
                raise UnsafeDocument("bad-number", str(value)[:40])
        case _:
            raise UnsafeDocument("json-ld", type(value).__name__)


def _check_text(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:  # a lone surrogate
        raise UnsafeDocument("bad-text") from error


def _check_keys(node: Mapping[Any, Any]) -> None:
    is_value = "@value" in node
    for key in node:
        if not isinstance(key, str):
            raise UnsafeDocument("not-a-term", repr(key))
        _check_text(key)
        if key.startswith("@") and key != "@context" and not (is_value and key in _VALUE_KEYWORDS):
            raise UnsafeDocument("keyword", key)
        if ":" in key:
            raise UnsafeDocument("not-a-term", key)
    language = node.get("@language")
    if language is not None and not (isinstance(language, str) and _LANGUAGE.fullmatch(language)):
        raise UnsafeDocument("bad-language", str(language))


def _check_contexts(node: Mapping[str, Any], contexts: Contexts) -> None:
    if "@context" not in node:
        return
    declared = node["@context"]
    urls = declared if isinstance(declared, list | tuple) else [declared]
    if len(urls) > MAX_CONTEXTS:
        raise UnsafeDocument("too-large", "@context")
    for url in urls:
        if not isinstance(url, str):
            raise UnsafeDocument("inline-context")
        if url not in contexts:
            raise UnsafeDocument("unknown-context", url)
