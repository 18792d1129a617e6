"""What this installation is: where its pages are, whether the world can reach them, and when it reminds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time
from typing import Literal

Purpose = Literal["revocation", "suspension"]
LISTS: dict[Purpose, str] = {"revocation": "status", "suspension": "suspensions"}
"""What each kind of list is called in its address."""


@dataclass(frozen=True, slots=True)
class Site:
    """Facts of the installation that use cases need. `master_key` (32 bytes) opens the issuers' keys."""

    pages: str
    """Base address of the pages, without a slash at the end: `public_url`, or where the bot listens."""
    master_key: bytes = field(repr=False)
    public: bool = False
    """True if the world can reach `pages`: only then may a credential point there."""
    remind_at: time = time(16, 0)
    """Local time of day of reminders, in each member's own zone."""

    contact: str = ""
    """The issuers' e-mail address, which Open Badges 2.0 asks for."""
    lists_ids: bool = False
    """True to list revoked badges by id in 1EdTech's way, in place of signed lists of bits."""
    linkedin_id: str = ""
    """The organisation's number on LinkedIn, which shows its logo; "" to go by its name."""
    suspension_list: bool = False
    """True to name a list of suspended badges in credentials, beside that of revoked ones."""

    def award_page(self, award: str) -> str:
        """Where an award is shown; its credential is at the same address."""
        return f"{self.pages}/awards/{award}"

    def award_document(self, award: str) -> str:
        """Where an award's newest signature is, whoever asks."""
        return f"{self.pages}/awards/{award}.json"

    def award_share(self, award: str) -> str:
        """Where all ways to take an award elsewhere stand together."""
        return f"{self.pages}/awards/{award}/share"

    def award_file(self, award: str, name: str) -> str:
        """Where one of an award's files is: "card.png", "embed", "certificate.pdf" ..."""
        return f"{self.pages}/awards/{award}/{name}"

    def evidence_file(self, evidence: str) -> str:
        """Where a file that proves an award is."""
        return f"{self.pages}/evidence/{evidence}"

    def portfolio(self, portfolio: str) -> str:
        """Where a learner's own page is."""
        return f"{self.pages}/people/{portfolio}"

    def taken(self, ticket: str, name: str) -> str:
        """Where a learner fetches all of their badges as one file, for as long as the ticket is good."""
        return f"{self.pages}/taken/{ticket}/{name}"

    def handover_page(self, handover: str, challenge: str) -> str:
        """Where the owner of an award opens the way into their wallet."""
        return f"{self.pages}/wallet/{handover}/{challenge}"

    def exchange(self, handover: str) -> str:
        """Where a wallet asks for what is handed over to it."""
        return f"{self.pages}/exchanges/{handover}"

    def award_ob2(self, award: str, *, legacy: bool = False) -> str:
        """Where the award is an Open Badges 2.0 assertion; the legacy one is for older validators."""
        return f"{self.pages}/awards/{award}/ob2{'-legacy' if legacy else ''}"

    def award_png(self, award: str) -> str:
        """Where the award's picture is, with the credential baked in."""
        return f"{self.pages}/awards/{award}/badge.png"

    def badge_page(self, version: str) -> str:
        """Where one version of a badge class is described."""
        return f"{self.pages}/badges/{version}"

    def badge_ob2(self, version: str) -> str:
        """Where one version of a badge class is an Open Badges 2.0 document."""
        return f"{self.pages}/badges/{version}/ob2"

    def emblem_png(self, version: str) -> str:
        """Where the picture of one version of a badge class is."""
        return f"{self.pages}/badges/{version}/emblem.png"

    def issuer_page(self, issuer: str) -> str:
        """Where an issuer is described; its DID document is below it."""
        return f"{self.pages}/issuers/{issuer}"

    def issuer_ob2(self, issuer: str) -> str:
        """Where an issuer is an Open Badges 2.0 document."""
        return f"{self.pages}/issuers/{issuer}/ob2"

    def revoked_ids(self, issuer: str) -> str:
        """Where an issuer's revoked awards are listed by id."""
        return f"{self.pages}/issuers/{issuer}/revocations"

    def status_list(self, issuer: str, number: int, purpose: Purpose = "revocation") -> str:
        """Where one of an issuer's signed lists of revoked, or of suspended, awards is."""
        return f"{self.pages}/issuers/{issuer}/{LISTS[purpose]}/{number}"

    def picture(self, digest: str) -> str:
        """Where a drawn picture is."""
        return f"{self.pages}/pictures/{digest}.png"
