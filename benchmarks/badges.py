"""The badge that is measured: what the bot issues for a quoted chat message, for as many learners as asked."""

from datetime import UTC, datetime

from bot.core.credentials import (
    Achievement,
    Evidence,
    Image,
    Issuer,
    OpenBadge,
    SigningKey,
    StatusEntry,
    credential,
    status_list_credential,
)

KEY = SigningKey.from_private_bytes(bytes(range(32)))
# A key that is its own DID, since DIDKit resolves no other kind without a network.
DID = KEY.did_key
METHOD = KEY.verification_method(DID)
AWARDED = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
CREATED = "2026-11-20T09:30:00Z"
LIST = "https://laurel.example/status/01JD3K5V7Q/1"

SCHOOL = Issuer(DID, "History Department", url="https://laurel.example/issuers/01JD3K5V7Q")
TUTOR = Achievement(
    "https://laurel.example/badges/01JD3K60WB",
    "Peer Tutor",
    "Helps others to understand what they have understood themselves.",
    criteria="Explain three topics to a classmate, who says afterwards what they learned.",
    image=Image("https://laurel.example/emblems/01JD3K60WB.png", "Peer Tutor"),
    tags=("explaining", "patience"),
)


def learners(number: int) -> list[OpenBadge]:
    """Make so many learners' badges of one class."""
    return [
        OpenBadge(
            f"https://laurel.example/awards/01JD3K{n:08}",
            SCHOOL,
            TUTOR,
            f"urn:uuid:6f2e33e5-7a29-4155-840a-{n:012}",
            AWARDED,
            narrative=f"Explained the causes of the revolution to {n % 7 + 1} classmates, patiently.",
            evidence=(
                Evidence(
                    name="Message by Kim",
                    narrative=f"“Now I get it!” ({n})",
                    description=f"Said on 20 November 2026; SHA-256 {n:064x}",
                    genre="chat",
                ),
            ),
            status=StatusEntry(LIST, n),
        )
        for n in range(number)
    ]


__all__ = [
    "AWARDED",
    "CREATED",
    "DID",
    "KEY",
    "LIST",
    "METHOD",
    "credential",
    "learners",
    "status_list_credential",
]
