"""JSON-LD expansion by PyLD, with its work on contexts remembered.

PyLD processes the context that belongs to a type anew at every node of that type, which is nine tenths of the
price of reading a badge. Here each context is processed once in each context it is met in.
"""

from collections.abc import Callable, Mapping
from typing import Any

from pyld.context_resolver import ContextResolver
from pyld.jsonld import JsonLdProcessor

MAX_REMEMBERED = 512
"""Contexts in contexts remembered; honest badges need some thirty."""


class Expander(JsonLdProcessor):  # type: ignore[misc]  # PyLD has no types
    """Expands documents against a closed set of contexts that never change. For one thread alone."""

    def __init__(self, load: Callable[..., dict[str, Any]], base: str) -> None:
        super().__init__()
        self._options = {"base": base, "documentLoader": load, "contextResolver": ContextResolver({}, load)}
        self._remembered: dict[tuple[Any, ...], tuple[Any, ...]] = {}

    def expanded(self, document: Mapping[str, Any]) -> tuple[list[Any], list[str | None]]:
        """Return the document in expanded form, and the terms that were dropped. Raises what PyLD does."""
        dropped: list[str | None] = []
        self.on_property_dropped = dropped.append
        return self.expand(document, self._options), dropped

    def _process_context(
        self,
        active_ctx: Any,
        local_ctx: Any,
        options: Any,
        override_protected: bool = False,
        propagate: bool = True,
        validate_scoped: bool = True,
        cycles: Any = None,
    ) -> Any:
        """PyLD's own method: remembers what it returns, except within its checks of contexts, which use `cycles`."""
        process = super()._process_context
        if cycles is not None:
            return process(active_ctx, local_ctx, options, override_protected, propagate, validate_scoped, cycles)
        # Scoped contexts are objects inside the active one; a document's own are all URLs, which `canonical` checks.
        local = tuple(local_ctx) if isinstance(local_ctx, list) else local_ctx
        local = id(local_ctx) if isinstance(local_ctx, Mapping) or not _is_urls(local) else local
        key = (id(active_ctx), local, override_protected, propagate, validate_scoped)
        if key not in self._remembered:
            found = process(active_ctx, local_ctx, options, override_protected, propagate, validate_scoped)
            if len(self._remembered) >= MAX_REMEMBERED:
                self._remembered.clear()
            # The contexts are kept beside what came of them: an id is only good while its object lives.
            self._remembered[key] = (found, active_ctx, local_ctx)
        return self._remembered[key][0]


def _is_urls(local: Any) -> bool:
    return isinstance(local, str) or (isinstance(local, tuple) and all(isinstance(one, str) for one in local))
