"""RDF Dataset Canonicalization (RDFC-1.0): one text for one meaning, with a bound on the work it may cost.

Own code because the general libraries fail here: PyLD misses the escapes of canonical N-Quads, pyoxigraph
labels some published badges differently, and both run for hours on the poisoned graphs the standard warns of.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator

from bot.core.credentials.faults import Fault

Quad = tuple[str, str, str, str]
"""Subject, predicate, object and graph as N-Quads terms; the default graph is the empty string."""

MAX_WORK = 50_000
"""Steps allowed for telling look-alike blank nodes apart; an honest badge needs fewer than a hundred."""

_POSITIONS = ((0, "s"), (2, "o"), (3, "g"))
_ESCAPES = str.maketrans(
    {code: f"\\u{code:04X}" for code in (*range(0x20), 0x7F)}
    | {0x08: "\\b", 0x09: "\\t", 0x0A: "\\n", 0x0C: "\\f", 0x0D: "\\r", 0x22: '\\"', 0x5C: "\\\\"}
)


class TooComplex(Fault):
    """The graph's blank nodes can't be told apart within the work allowed (RDFC-1.0, section 7.1)."""


def escaped(text: str) -> str:
    """Escape a literal as canonical N-Quads wants it (RDF 1.2 N-Quads, section 4)."""
    return text.translate(_ESCAPES)


def canonical_nquads(quads: Iterable[Quad], *, algorithm: str = "sha256", max_work: int = MAX_WORK) -> str:
    """Return the canonical N-Quads text of `quads` (RDFC-1.0, section 4.4).

    Where there are several graphs, the standard may leave two labellings open; then the order of `quads` decides.
    Raises `TooComplex` once more than `max_work` steps went into comparing blank nodes.
    """
    return _Canonicalization(list(dict.fromkeys(quads)), algorithm, max_work).text()


def _is_blank(term: str) -> bool:
    return term.startswith("_:")


def _line(quad: Quad) -> str:
    subject, predicate, object_, graph = quad
    return f"{subject} {predicate} {object_} {graph} .\n" if graph else f"{subject} {predicate} {object_} .\n"


def _orders(nodes: list[str]) -> Iterator[tuple[str, ...]]:
    """Yield every different order of a list that may hold a node several times, in lexicographic order."""
    order = sorted(nodes)
    while True:
        yield tuple(order)
        rising = next((n for n in reversed(range(len(order) - 1)) if order[n] < order[n + 1]), None)
        if rising is None:
            return
        swap = next(n for n in reversed(range(len(order))) if order[rising] < order[n])
        order[rising], order[swap] = order[swap], order[rising]
        order[rising + 1 :] = reversed(order[rising + 1 :])


class _Issuer:
    """Gives out identifiers in order of asking (section 4.5); a dict keeps that order."""

    __slots__ = ("issued", "prefix")

    def __init__(self, prefix: str, issued: dict[str, str] | None = None) -> None:
        self.prefix = prefix
        self.issued = issued if issued is not None else {}

    def issue(self, node: str) -> str:
        return self.issued.setdefault(node, f"{self.prefix}{len(self.issued)}")

    def copy(self) -> "_Issuer":
        return _Issuer(self.prefix, dict(self.issued))


class _Canonicalization:
    """The state of one run (section 4.2)."""

    def __init__(self, quads: list[Quad], algorithm: str, max_work: int) -> None:
        self.quads = quads
        self.algorithm = algorithm
        self.work_left = max_work
        self.canonical = _Issuer("_:c14n")
        self.first_degree: dict[str, str] = {}
        self.mentions: dict[str, list[Quad]] = defaultdict(list)
        for quad in quads:
            for node in dict.fromkeys(quad[place] for place, _ in _POSITIONS if _is_blank(quad[place])):
                self.mentions[node].append(quad)

    def text(self) -> str:
        by_hash: dict[str, list[str]] = defaultdict(list)
        for node in self.mentions:
            self.first_degree[node] = self._hash_first_degree(node)
            by_hash[self.first_degree[node]].append(node)

        shared = []
        for digest in sorted(by_hash):
            if len(by_hash[digest]) == 1:
                self.canonical.issue(by_hash[digest][0])
            else:
                shared.append(by_hash[digest])
        for nodes in shared:
            self._label_look_alikes(nodes)

        labels = self.canonical.issued
        labelled = ((labels.get(s, s), p, labels.get(o, o), labels.get(g, g)) for s, p, o, g in self.quads)
        return "".join(sorted(map(_line, labelled)))

    def _label_look_alikes(self, nodes: list[str]) -> None:
        paths = []
        for node in nodes:
            if node in self.canonical.issued:
                continue
            issuer = _Issuer("_:b")
            issuer.issue(node)
            paths.append(self._hash_n_degree(node, issuer))
        for _, issuer in sorted(paths, key=lambda path: path[0]):
            for node in issuer.issued:
                self.canonical.issue(node)

    def _spend(self, steps: int = 1) -> None:
        self.work_left -= steps
        if self.work_left < 0:
            raise TooComplex

    def _hash(self, text: str) -> str:
        return hashlib.new(self.algorithm, text.encode()).hexdigest()

    def _hash_first_degree(self, node: str) -> str:
        """Section 4.6: the node by its own lines, with itself as `_:a` and every other as `_:z`."""

        def masked(term: str) -> str:
            if not _is_blank(term):
                return term
            return "_:a" if term == node else "_:z"

        lines = sorted(_line((masked(s), p, masked(o), masked(g))) for s, p, o, g in self.mentions[node])
        return self._hash("".join(lines))

    def _hash_related(self, related: str, quad: Quad, issuer: _Issuer, position: str) -> str:
        """Section 4.7."""
        known = self.canonical.issued.get(related) or issuer.issued.get(related) or self.first_degree[related]
        return self._hash(position + ("" if position == "g" else quad[1]) + known)

    def _hash_n_degree(self, node: str, issuer: _Issuer) -> tuple[str, _Issuer]:
        """Section 4.8: the node by the shape of what surrounds it; returns the hash and the labels tried."""
        self._spend(len(self.mentions[node]))
        # Lists, not sets: a node related in several like ways counts several times. The standard's vectors
        # don't tell the two apart; published signatures over nested proofs do.
        related: dict[str, list[str]] = defaultdict(list)
        for quad in self.mentions[node]:
            for place, position in _POSITIONS:
                term = quad[place]
                if _is_blank(term) and term != node:
                    related[self._hash_related(term, quad, issuer, position)].append(term)

        data = []
        for digest in sorted(related):
            data.append(digest)
            chosen_path, chosen_issuer = "", issuer
            for order in _orders(related[digest]):
                tried = self._try_order(order, issuer.copy(), chosen_path)
                if tried is not None and (not chosen_path or tried[0] < chosen_path):
                    chosen_path, chosen_issuer = tried
            data.append(chosen_path)
            issuer = chosen_issuer
        return self._hash("".join(data)), issuer

    def _try_order(self, order: tuple[str, ...], issuer: _Issuer, best: str) -> tuple[str, _Issuer] | None:
        """Steps 5.4.4 to 5.4.6: the path this order makes, or None once it can't beat `best`."""
        self._spend(len(order))

        def hopeless(path: str) -> bool:
            return bool(best) and len(path) >= len(best) and path > best

        path, unvisited = "", []
        for related in order:
            if related in self.canonical.issued:
                path += self.canonical.issued[related]
            else:
                if related not in issuer.issued:
                    unvisited.append(related)
                path += issuer.issue(related)
            if hopeless(path):
                return None
        for related in unvisited:
            digest, deeper = self._hash_n_degree(related, issuer)
            path += f"{issuer.issue(related)}<{digest}>"
            issuer = deeper
            if hopeless(path):
                return None
        return path, issuer
