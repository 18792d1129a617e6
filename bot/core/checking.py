"""Checking badges of any issuer, for visitors and in the chat; asks others, so never with a transaction open."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from bot.core import credentials
from bot.core.case import Afterwards, Case
from bot.core.commands import AskVerify, VerifyBadge
from bot.core.credentials import Unreachable, Verification
from bot.core.db import Database
from bot.core.errors import BadgeUnfetched
from bot.core.identifying import EMAIL
from bot.core.publishing import own_documents
from bot.core.site import Site

LONGEST_URL = 2000


def fetch_nothing(url: str) -> bytes:
    """Reach nobody: for an installation without a network of its own. Raises `Unreachable`."""
    raise Unreachable(url)


@dataclass(frozen=True, slots=True)
class Checker:
    """Checks badges: our own documents from the database, those of others through `fetch`.

    `fetch` must be safe to call with any address that a stranger names.
    """

    database: Database
    site: Site
    clock: Callable[[], datetime]
    fetch: credentials.Fetch = fetch_nothing

    def check(self, badge: bytes, recipient: str | None = None) -> Verification:
        """Check a badge's file; `recipient` is an e-mail address, or another identity, that it should belong to."""
        return credentials.verify(badge, fetch=self._fetch, now=self.clock(), recipient=recipient or None)

    def check_at(self, url: str, recipient: str | None = None) -> Verification:
        """Check the badge at an address. Raises `BadgeUnfetched`."""
        if len(url) > LONGEST_URL:
            raise BadgeUnfetched(url)
        try:
            return self.check(self._fetch(url), recipient)
        except Unreachable as error:
            raise BadgeUnfetched(url) from error

    def _fetch(self, url: str) -> bytes:
        try:
            ours, asked = urlsplit(self.site.pages), urlsplit(url)
        except ValueError as error:
            raise Unreachable(url) from error
        if (asked.scheme, asked.netloc) != (ours.scheme, ours.netloc):
            return self.fetch(url)
        with self.database.read() as db:
            return own_documents(db, self.site)(url)


@dataclass(frozen=True, slots=True)
class VerifyAsked:
    """The form for a badge's address."""


@dataclass(frozen=True, slots=True)
class BadgeVerified:
    """What the checks of somebody's badge came to."""

    found: Verification


def ask_verify(case: Case, _: AskVerify) -> VerifyAsked:
    """Give the form."""
    del case
    return VerifyAsked()


def verify_badge(case: Case, ask: VerifyBadge) -> Afterwards[BadgeVerified] | VerifyAsked:
    """Check a badge by address or file, once the command's transaction is over. Raises `BadgeUnfetched`."""
    checker, recipient = case.checker, ask.recipient.strip() or None
    if ask.too_large:
        return Afterwards(lambda: BadgeVerified(credentials.too_large()))
    if ask.file:
        try:
            file = b64decode(ask.file, validate=True)
        except (binascii.Error, ValueError):
            file = b""
        return Afterwards(lambda: BadgeVerified(checker.check(file, recipient)))
    url, _, rest = ask.url.strip().partition(" ")
    if not url:
        return VerifyAsked()
    who = recipient or (rest.strip() if EMAIL.fullmatch(rest.strip()) else None)
    return Afterwards(lambda: BadgeVerified(checker.check_at(url, who)))
