"""Canonical text with gaps: compiled once from a document with placeholders, then filled at the cost of a hash.

RDFC-1.0 sorts lines and names blank nodes by hashes of the lines around them. Both may change with what is
filled in, so a template keeps the text as one block per subject, finds the order of the subjects when it is filled,
keeps the whole text in each order it has met, and hashes anew the blank nodes that have a gap near them. What it
can't settle this way it leaves to the general path.
"""

import re
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from itertools import combinations
from operator import itemgetter
from typing import AnyStr, Generic

from bot.core.credentials.faults import Fault
from bot.core.credentials.store import Store

MAX_TEXT = 256 * 1024
"""Longest text compiled, so that a store of templates stays small; a picture inside a badge is within it."""

MAX_ORDERS = 32
"""Orders in which a template keeps its text, fewer where the text is long."""

_LABEL = "_:c14n"


class NotCompilable(Fault):
    """The document's canonical text depends on its values in a way that a template can't follow."""


class Placeholders:
    """Texts that stand for values to come. The random part keeps them from being met in anyone's document."""

    def __init__(self) -> None:
        self._mark = f"urn:laurel:gap:{secrets.token_hex(16)}:"
        self._pattern = re.compile(re.escape(self._mark) + r"(\d+):")

    def __getitem__(self, slot: int) -> str:
        return f"{self._mark}{slot}:"

    def split(self, text: str) -> list[str]:
        """Cut the text at its placeholders: text, slot number, text, ..., text."""
        return self._pattern.split(text)

    def enclosed(self, text: str) -> list[tuple[str, int, str]]:
        """Give every slot in the text with the characters on either side of it."""
        parts = self.split(text)
        return [(parts[n - 1][-1:], int(parts[n]), parts[n + 1][:1]) for n in range(1, len(parts), 2)]


def picker(slots: Sequence[int]) -> Callable[[Sequence[AnyStr]], Iterable[AnyStr]]:
    """Make a function that picks the values of these slots, in C where it can."""
    if len(slots) > 1:
        return itemgetter(*slots)
    return lambda values: [values[slot] for slot in slots]  # an itemgetter gives no tuple here


class Form(Generic[AnyStr]):
    """A text with gaps, kept as `write` makes it: `str`, or `str.encode` for its bytes."""

    __slots__ = ("_empty", "_parts", "_pick", "slots")

    def __init__(self, text: str, gaps: Placeholders, write: Callable[[str], AnyStr]) -> None:
        parts = gaps.split(text)
        self._parts: list[AnyStr] = list(map(write, parts))
        self._empty: AnyStr = write("")
        self.slots = tuple(map(int, parts[1::2]))
        self._pick = picker(self.slots)

    def fill(self, values: Sequence[AnyStr]) -> AnyStr:
        """Return the text with the values in its gaps, each by its slot's number."""
        parts = self._parts.copy()
        parts[1::2] = self._pick(values)  # in C what a loop would do in Python: this is most of a badge's price
        return self._empty.join(parts)


class CanonicalTemplate:
    """The canonical text of every document that differs from one only in the values of its slots.

    `text` is the canonical text of the document with placeholders; slots are numbered 0 to `size - 1`, those
    in `iris` stand for whole IRIs and the others for whole literals. Raises `NotCompilable`.
    """

    __slots__ = ("_blocks", "_gaps", "_labelled", "_labels", "_subjects", "_to_label", "_unsettled", "_whole")

    def __init__(self, text: str, gaps: Placeholders, size: int, iris: frozenset[int]) -> None:
        if len(text) > MAX_TEXT:
            raise NotCompilable("too-large")
        lines = [_terms(line) for line in text.split("\n")[:-1]]
        for terms in lines:
            _check_enclosed(terms, gaps, iris)
        self._gaps = gaps
        self._whole: Store[Form[bytes]] = Store(max(1, min(MAX_ORDERS, MAX_TEXT // (len(text) + 1))))
        numbers = self._compile_labels(lines, gaps, size)
        self._compile_blocks(lines, gaps, numbers, size + len(numbers))

    def _compile_labels(self, lines: list[tuple[str, ...]], gaps: Placeholders, size: int) -> dict[str, int]:
        """Give each blank node's slot: a number after the values."""
        to_label: dict[str, Form[bytes]] = {}
        labelled: dict[str, bytes] = {}
        for node in sorted({term for terms in lines for term in terms if term.startswith("_:")}):
            masked = [_line([_masked(term, node) for term in terms]) for terms in lines if node in terms]
            settled = _settled(masked, gaps)
            if settled is None:
                raise NotCompilable("unsettled-label")
            form = Form(settled, gaps, str.encode)
            if form.slots:
                to_label[node] = form
            else:
                labelled[node] = sha256(form.fill(())).digest()
        self._to_label = list(to_label.values())
        self._labelled = list(labelled.values())
        nodes = [*to_label, *labelled]
        self._labels = [b"%d" % number for number in range(len(nodes))]
        return {node: size + order for order, node in enumerate(nodes)}

    def _compile_blocks(
        self, lines: list[tuple[str, ...]], gaps: Placeholders, numbers: dict[str, int], next_slot: int
    ) -> None:
        by_subject: dict[str, list[str]] = defaultdict(list)
        for terms in lines:
            subject, *rest = [_LABEL + gaps[numbers[one]] if one in numbers else one for one in terms]
            by_subject[subject].append(_line(rest))
        self._subjects = Form("\n".join(f"{subject} " for subject in by_subject), gaps, str.encode)
        self._blocks: list[str] = []
        self._unsettled: list[list[Form[bytes]]] = []
        for subject, rest in by_subject.items():
            block = _settled(rest, gaps, f"{subject} ")
            if block is None:
                # What its lines add up to comes after the labels, in a slot of its own.
                block = gaps[next_slot + len(self._unsettled)]
                self._unsettled.append([Form(f"{subject} {one}", gaps, str.encode) for one in rest])
            self._blocks.append(block)

    def fill(self, texts: list[str]) -> bytes | None:
        """Return the canonical text with these values as UTF-8, or None where it takes the general path to tell.

        Values must be whole: absolute IRIs that JSON-LD takes as they are, and literals already escaped. No
        two nodes may share an id: their lines would be one block.
        """
        values = list(map(str.encode, texts))  # one by one: a single “ would make all the rest slow to encode
        if self._labels:
            labels = self._label(values)
            if labels is None:
                return None
            values += labels
        values += [b"".join(sorted({form.fill(values) for form in forms})) for forms in self._unsettled]
        # Blocks begin with different subjects, each ended by a space: sorting these sorts all lines of the text. It
        # makes no difference to sort bytes: UTF-8 keeps the order of code points.
        subjects = self._subjects.fill(values).split(b"\n")
        order = tuple(sorted(range(len(subjects)), key=subjects.__getitem__))
        whole = self._whole.get(order)
        if whole is None:
            whole = Form("".join([self._blocks[at] for at in order]), self._gaps, str.encode)
            self._whole.keep(order, whole)
        return whole.fill(values)

    def _label(self, values: list[bytes]) -> Iterable[bytes] | None:
        """Number the blank nodes in the order of their first-degree hashes (RDFC-1.0, section 4.4.3)."""
        if len(self._labels) == 1:
            return self._labels
        hashes = [sha256(form.fill(values)).digest() for form in self._to_label]
        hashes += self._labelled
        numbers = dict(zip(sorted(hashes), self._labels, strict=True))
        if len(numbers) < len(hashes):
            return None  # look-alikes: telling them apart is a longer story
        return map(numbers.__getitem__, hashes)


def _terms(line: str) -> tuple[str, ...]:
    """Take one canonical line apart: subject, predicate, object and, where it has one, graph."""
    subject, predicate, rest = line.removesuffix(" .").split(" ", 2)
    # No term but a literal has spaces, and what follows its closing quote has none.
    after = rest.rfind('"') + 1
    object_, *graph = rest[after:].split(" ")
    return subject, predicate, rest[:after] + object_, *graph


def _line(terms: Sequence[str]) -> str:
    return " ".join(terms) + " .\n"


def _check_enclosed(terms: tuple[str, ...], gaps: Placeholders, iris: frozenset[int]) -> None:
    """Look that a literal's slot became a literal: what a context makes an IRI, it may also look up."""
    for term in terms:
        for before, slot, after in gaps.enclosed(term):
            if before + after != '""' and not (slot in iris and before + after == "<>"):
                raise NotCompilable("partial-slot")


def _masked(term: str, node: str) -> str:
    if not term.startswith("_:"):
        return term
    return "_:a" if term == node else "_:z"


def _settled(lines: list[str], gaps: Placeholders, subject: str = "") -> str | None:
    """Join lines in their order, each behind the subject; None when what is filled in decides the order."""
    forms = sorted((gaps.split(line)[0], line) for line in lines)
    if any(a.startswith(b) or b.startswith(a) for (a, _), (b, _) in combinations(forms, 2)):
        return None
    return "".join(subject + line for _, line in forms)
