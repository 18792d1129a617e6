"""Which way text runs: embedding levels and visual order after Unicode's bidirectional algorithm (UAX 9).

Explicit embeddings and isolates are not needed here, because their controls never survive `clean.clean`;
the rules for weak, neutral and implicit levels are all there.
"""

from collections.abc import Iterable, Sequence
from typing import TypeVar
from unicodedata import bidirectional

T = TypeVar("T")

_DIRECTED = frozenset({"L", "R", "EN", "AN"})
_CLOSERS = {")": "(", "]": "[", "}": "{"}
_STRONG = {"L": "L", "R": "R", "AL": "R"}


def rightward(texts: Iterable[str]) -> bool:
    """True where most of the strong letters of `texts` are written from left to right (or there are none)."""
    left = right = 0
    for text in texts:
        for char in text:
            kind = _STRONG.get(bidirectional(char))
            left += kind == "L"
            right += kind == "R"
    return left >= right


def levels(clusters: Sequence[str], base: int) -> list[int]:
    """One embedding level per cluster (even: left to right) in a paragraph of level `base` (0 or 1).

    Combining marks share their base's level (rule W1), so a cluster is judged by its first code point.
    """
    kinds = [bidirectional(cluster[0]) or "L" for cluster in clusters]
    edge = "R" if base else "L"
    _resolve_weak(kinds, edge)
    _resolve_brackets(kinds, clusters, edge)
    _resolve_neutral(kinds, edge)
    return [_level(kind, base) for kind in kinds]


def visual_order(runs: Sequence[T], run_levels: Sequence[int]) -> list[T]:
    """`runs` of one line from left to right (rule L2)."""
    order = list(range(len(runs)))
    for level in range(max(run_levels, default=0), 0, -1):
        start = 0
        while start < len(order):
            end = start
            while end < len(order) and run_levels[order[end]] >= level:
                end += 1
            order[start:end] = order[start:end][::-1]
            start = max(end, start + 1)
    return [runs[index] for index in order]


def _level(kind: str, base: int) -> int:
    if base % 2 == 0:
        return {"R": base + 1, "EN": base + 2, "AN": base + 2}.get(kind, base)
    return base if kind == "R" else base + 1


def _resolve_weak(kinds: list[str], edge: str) -> None:
    strong = edge
    for index, kind in enumerate(kinds):  # W1-W3, with numbers judged by the strong letter before them
        if kind == "NSM":
            kinds[index] = kinds[index - 1] if index else edge
        elif kind in _STRONG:
            strong = kind
        elif kind == "EN" and strong == "AL":
            kinds[index] = "AN"
    kinds[:] = ["R" if kind == "AL" else kind for kind in kinds]
    for index in range(1, len(kinds) - 1):  # W4
        before, kind, after = kinds[index - 1 : index + 2]
        if before == after and ((kind == "ES" and before == "EN") or (kind == "CS" and before in {"EN", "AN"})):
            kinds[index] = before
    _absorb_terminators(kinds)
    strong = edge
    for index, kind in enumerate(kinds):  # W6, W7
        if kind in {"ES", "ET", "CS"}:
            kinds[index] = "ON"
        elif kind in {"L", "R"}:
            strong = kind
        elif kind == "EN" and strong == "L":
            kinds[index] = "L"


def _absorb_terminators(kinds: list[str]) -> None:
    """W5: signs such as % and $ beside a European number belong to it."""
    for indices in (range(1, len(kinds)), range(len(kinds) - 2, -1, -1)):
        step = indices.step
        for index in indices:
            if kinds[index] == "ET" and kinds[index - step] == "EN":
                kinds[index] = "EN"


def _resolve_brackets(kinds: list[str], clusters: Sequence[str], edge: str) -> None:
    """N0: the two brackets of a pair run the same way, whatever stands outside them."""
    opened: list[int] = []
    pairs: list[tuple[int, int]] = []
    for index, cluster in enumerate(clusters):
        if cluster in _CLOSERS.values():
            opened.append(index)
        elif cluster in _CLOSERS:
            match = next((at for at in reversed(opened) if clusters[at] == _CLOSERS[cluster]), None)
            if match is not None:
                del opened[opened.index(match) :]
                pairs.append((match, index))
    for first, last in sorted(pairs):
        inside = {_side(kind) for kind in kinds[first + 1 : last] if kind in _DIRECTED}
        if not inside:
            continue
        before = next((_side(kind) for kind in reversed(kinds[:first]) if kind in _DIRECTED), edge)
        # What runs with the paragraph wins; what runs against it does only in company of its like.
        kinds[first] = kinds[last] = edge if edge in inside else before


def _resolve_neutral(kinds: list[str], edge: str) -> None:
    start = 0
    while start < len(kinds):
        end = start
        while end < len(kinds) and kinds[end] not in _DIRECTED:
            end += 1
        if end > start:
            before = _side(kinds[start - 1]) if start else edge
            after = _side(kinds[end]) if end < len(kinds) else edge
            kinds[start:end] = [before if before == after else edge] * (end - start)
        start = end + 1


def _side(kind: str) -> str:
    return "L" if kind == "L" else "R"
