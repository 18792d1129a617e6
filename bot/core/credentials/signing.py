"""Signing many badges of one class: the general signer's very bytes, for little more than the signature itself.

Per class and shape the canonical form and the JSON are compiled once; per learner the changing values are filled
in, hashed and signed. The first badge of a shape, and a sample of those after, is signed by the general path as
well and compared. What no form fits takes the general path alone, safe mode and refusals included.
"""

import json
import secrets
from collections.abc import Hashable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any

from bot.core.credentials import proofs
from bot.core.credentials.badge_values import class_key, read, stamp_of
from bot.core.credentials.canonical import BUNDLED
from bot.core.credentials.compiled import CompiledContexts, CompiledShape, Counts, Path
from bot.core.credentials.contexts import ISSUED_CONTEXTS, bundled_contexts
from bot.core.credentials.documents import credential
from bot.core.credentials.facts import Achievement, Issuer, OpenBadge
from bot.core.credentials.keys import SigningKey
from bot.core.credentials.multibase import multibase58_encode
from bot.core.credentials.rdf import UnsafeDocument
from bot.core.credentials.shapes import Irregular, take_apart, whole_iri
from bot.core.credentials.store import Store
from bot.core.credentials.template import Form, NotCompilable, Placeholders

MAX_CLASSES = 128
MAX_SHAPES = 32
"""Badge classes kept, and shapes of each: with and without evidence, expiry, a reason ..."""

TOGETHER = 50
"""Badges signed in one go."""

CHECK_EVERY = 5_000
"""One of so many badges of a shape is compared with the general path's; so is one of each batch."""


def as_json(document: Mapping[str, Any]) -> str:
    """Write a signed document as it is kept and served."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


class CompiledBadge:
    """One shape of one badge class: its canonical text and its signed JSON, ready to be filled in.

    Raises `NotCompilable`, and what the general path raises for a badge that can't be signed.
    """

    __slots__ = ("canonical", "signed", "until_check")

    def __init__(self, badge: OpenBadge, values: list[str]) -> None:
        document = credential(badge)
        gaps = Placeholders()
        probe = take_apart(document, gaps.__getitem__)
        if probe.values != values:
            raise NotCompilable("values")
        self.canonical = CompiledShape(document, BUNDLED.canonical_text)
        created, method, value = (gaps[len(values) + n] for n in range(3))
        proof = {**proofs.options(method, created), "proofValue": value}
        self.signed = Form(as_json({**probe.skeleton, "proof": [proof]}), gaps, str)
        self.until_check = 0

    def digest(self, values: list[str]) -> bytes | None:
        """Hash the canonical text with these values; None where only the general path can tell it."""
        text = self.canonical.fill(values)
        return None if text is None else sha256(text).digest()


Shapes = Store[CompiledBadge | None]


class BadgeSigner:
    """Signs badges with `eddsa-rdfc-2022`; keep one for the process, it may be used from several threads.

    `counts` say how many badges went which way: "general" are the ones that no form fitted.
    """

    def __init__(self, *, check_every: int = CHECK_EVERY) -> None:
        self.counts = Counts()
        self._check_every = check_every
        self._classes: Store[Shapes] = Store(MAX_CLASSES)
        self._latest: tuple[Issuer | None, Achievement | None, Shapes] = (None, None, Store(0))
        self._options = CompiledContexts(bundled_contexts())
        self._options_digest = lru_cache(maxsize=1024)(self._digest_of_options)

    def sign(self, badge: OpenBadge, key: SigningKey, verification_method: str, created: datetime) -> str:
        """Return the signed credential as JSON text.

        It equals `as_json(proofs.sign(documents.credential(badge), ...))` in every byte, and what that raises
        is raised here.
        """
        return self._signed((badge,), key, verification_method, created)[0]

    def sign_batch(
        self, badges: Sequence[OpenBadge], key: SigningKey, verification_method: str, created: datetime
    ) -> list[str]:
        """Sign many badges, all or none; one drawn at random is compared with the general path's."""
        texts: list[str] = []
        for start in range(0, len(badges), TOGETHER):
            texts += self._signed(badges[start : start + TOGETHER], key, verification_method, created)
        if texts:
            drawn = secrets.randbelow(len(texts))
            if not self._agrees(badges[drawn], texts[drawn], key, verification_method, created):
                return [self._general(badge, key, verification_method, created) for badge in badges]
        return texts

    def _signed(
        self, badges: Sequence[OpenBadge], key: SigningKey, verification_method: str, created: datetime
    ) -> list[str]:
        """Sign a few badges in four passes: a processor that does one thing at a time has all of it at hand."""
        try:
            stamp = stamp_of(created)
            options = self._options_digest(verification_method, stamp)
        except Irregular:
            return [self._general(badge, key, verification_method, created) for badge in badges]
        read_badges = [self._read(badge) for badge in badges]
        digests = [None if one is None else one[0].digest(one[1]) for one in read_badges]
        signatures = [None if digest is None else key.sign(options + digest) for digest in digests]
        texts, compiled = [], 0
        for badge, one, signature in zip(badges, read_badges, signatures, strict=True):
            if one is None or signature is None:
                texts.append(self._general(badge, key, verification_method, created))
                continue
            shape, values = one
            text = shape.signed.fill((*values, stamp, verification_method, multibase58_encode(signature)))
            shape.until_check -= 1
            if shape.until_check < 0:
                shape.until_check = self._check_every - 1
                if not self._agrees(badge, text, key, verification_method, created):
                    texts.append(self._general(badge, key, verification_method, created))
                    continue
            compiled += 1
            texts.append(text)
        self.counts.add(Path.COMPILED, compiled)
        return texts

    def _read(self, badge: OpenBadge) -> tuple[CompiledBadge, list[str]] | None:
        """Give a badge's shape and values; None for what no form fits."""
        try:
            name, values = read(badge)
            shapes = self._shapes(badge.issuer, badge.achievement)
            return shapes.get(name) or self._compile(shapes, name, badge, values), values
        except (Irregular, NotCompilable, TypeError):  # a fact that has no hash can't be told from another
            return None

    def _shapes(self, issuer: Issuer, achievement: Achievement) -> Shapes:
        latest_issuer, latest_achievement, shapes = self._latest
        if issuer is latest_issuer and achievement is latest_achievement:
            return shapes
        key = class_key(issuer, achievement)
        found = self._classes.get(key)
        if found is None:
            found = Store(MAX_SHAPES)
            self._classes.keep(key, found)
        if not achievement.endorsements:  # these are dictionaries, and could be changed behind our back
            self._latest = (issuer, achievement, found)
        return found

    def _compile(self, shapes: Shapes, name: Hashable, badge: OpenBadge, values: list[str]) -> CompiledBadge:
        if name in shapes:
            raise NotCompilable
        try:
            shape = CompiledBadge(badge, values)
        except (NotCompilable, UnsafeDocument) as error:
            shapes.keep(name, None)
            raise NotCompilable from error
        shapes.keep(name, shape)
        return shape

    def _agrees(
        self, badge: OpenBadge, text: str, key: SigningKey, verification_method: str, created: datetime
    ) -> bool:
        """Compare with the general path's text; a shape that differs is never used again."""
        self.counts.add(Path.CHECKED)
        if text == as_json(proofs.sign(credential(badge), key, verification_method, created)):
            return True
        self.counts.add(Path.DIFFERED)
        name, _ = read(badge)
        self._shapes(badge.issuer, badge.achievement).keep(name, None)
        return False

    def _general(self, badge: OpenBadge, key: SigningKey, verification_method: str, created: datetime) -> str:
        self.counts.add(Path.GENERAL)
        return as_json(proofs.sign(credential(badge), key, verification_method, created))

    def _digest_of_options(self, verification_method: str, stamp: str) -> bytes:
        options = {**proofs.options(whole_iri(verification_method), stamp), "@context": list(ISSUED_CONTEXTS)}
        return sha256(self._options.canonical_text(options).encode()).digest()
