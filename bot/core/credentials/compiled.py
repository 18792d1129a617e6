"""Canonical text at the price of filling in a form: each shape of document is compiled once, then only filled.

A shape is compiled when it is met a second time, and compared with the general path's text before it is used.
Whatever has no shape of its own takes the general path, and is counted.
"""

import threading
from collections.abc import Callable, Mapping
from enum import StrEnum
from hashlib import sha256
from typing import Any

from bot.core.credentials.canonical import Contexts
from bot.core.credentials.contexts import bundled_contexts
from bot.core.credentials.rdf import UnsafeDocument
from bot.core.credentials.shapes import Irregular, ids_in, take_apart
from bot.core.credentials.store import Store
from bot.core.credentials.template import MAX_TEXT, CanonicalTemplate, NotCompilable, Placeholders, picker

MAX_SHAPES = 128
"""Shapes kept in one store; a badge class needs a handful (with and without evidence, expiry, status)."""

_MAX_SEEN = 4096


class Path(StrEnum):
    """Which way a text went, for counting."""

    COMPILED = "compiled"
    GENERAL = "general"
    """No shape fits, or none is compiled yet."""
    CHECKED = "checked"
    """Compiled, and compared with the general path's."""
    DIFFERED = "differed"
    """Compared and found different: the general path's was used, and this shape never will be."""


class Counts:
    """How often each path was taken; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = dict.fromkeys([path.value for path in Path], 0)

    def add(self, path: str, times: int = 1) -> None:
        """Count a path."""
        with self._lock:
            self._numbers[path] += times

    def __getitem__(self, path: str) -> int:
        return self._numbers[path]


class CompiledShape:
    """The canonical text of every document with one skeleton. Raises `NotCompilable` and `UnsafeDocument`."""

    __slots__ = ("_constant_ids", "_id_count", "_ids_of", "_template", "checked")

    def __init__(self, document: Mapping[str, Any], general: Callable[[Mapping[str, Any]], str]) -> None:
        gaps = Placeholders()
        probe = take_apart(document, gaps.__getitem__)
        iris = frozenset(probe.ids) | frozenset(probe.iris)
        self._template = CanonicalTemplate(general(probe.skeleton), gaps, len(probe.values), iris)
        self._id_count = len(probe.ids)
        self._ids_of = picker(probe.ids)
        self._constant_ids = frozenset(ids_in(take_apart(document).skeleton))
        self.checked = False

    def fill(self, values: list[str]) -> bytes | None:
        """Return the text with these values as UTF-8, or None where only the general path can tell."""
        ids = set(self._ids_of(values))
        if len(ids) < self._id_count or not self._constant_ids.isdisjoint(ids):
            return None  # two places name one node, which the general path merges or refuses
        return self._template.fill(values)


class CompiledContexts(Contexts):
    """Contexts whose canonical texts are compiled: the same texts and refusals as `Contexts`, sooner."""

    def __init__(self, documents: Mapping[str, dict[str, Any]]) -> None:
        super().__init__(documents)
        self.counts = Counts()
        self._shapes: Store[CompiledShape | None] = Store(MAX_SHAPES)
        self._seen: Store[bool] = Store(_MAX_SEEN)

    def canonical_text(self, document: Mapping[str, Any]) -> str:
        """Return the document's canonical N-Quads. Raises `UnsafeDocument`."""
        text = self._compiled_text(document)
        if text is None:
            self.counts.add(Path.GENERAL)
            return super().canonical_text(document)
        self.counts.add(Path.COMPILED)
        return text

    def _compiled_text(self, document: Mapping[str, Any]) -> str | None:
        try:
            taken = take_apart(document)
            # Text for a key: to Python 1, 1.0 and True are equal, and so would be their documents.
            key = repr(taken.skeleton)
        except (Irregular, RecursionError):
            return None
        if key not in self._shapes:
            if len(key) > MAX_TEXT or not self._was_seen(key):
                return None
            self._compile(key, document)
        shape = self._shapes.get(key)
        filled = None if shape is None else shape.fill(taken.values)
        if shape is None or filled is None:
            return None
        text = filled.decode()
        if shape.checked:
            return text
        self.counts.add(Path.CHECKED)
        if text != super().canonical_text(document):
            self.counts.add(Path.DIFFERED)
            self._shapes.keep(key, None)
            return None
        shape.checked = True
        return text

    def _was_seen(self, key: str) -> bool:
        """Say whether the shape was met before: compiling a shape that comes once would double its price."""
        digest = sha256(key.encode(errors="surrogatepass")).digest()
        if digest in self._seen:
            return True
        self._seen.keep(digest, True)
        return False

    def _compile(self, key: str, document: Mapping[str, Any]) -> None:
        try:
            shape = CompiledShape(document, super().canonical_text)
        except (NotCompilable, UnsafeDocument):
            self._shapes.keep(key, None)
        else:
            self._shapes.keep(key, shape)


COMPILED = CompiledContexts(bundled_contexts())
"""For checking badges: whoever sends many of one shape waits for the first two only."""
