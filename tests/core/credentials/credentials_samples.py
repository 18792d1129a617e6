"""A small school with one badge, and a web made of a dictionary."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.core.credentials import (
    Achievement,
    Alignment,
    Evidence,
    Identity,
    Image,
    Issuer,
    OpenBadge,
    SigningKey,
    StatusEntry,
    Unreachable,
    credential,
    did_document,
    did_web_url,
    sign,
    status_list_credential,
)

VECTORS = Path(__file__).parent / "vectors"

KEY = SigningKey.from_private_bytes(bytes(range(32)))
OTHER_KEY = SigningKey.from_private_bytes(bytes(range(1, 33)))
DID = "did:web:laurel.example:issuers:history"
LIST = "https://laurel.example/status/history/1"
AWARDED = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
NOW = AWARDED + timedelta(days=2)

SCHOOL = Issuer(
    DID,
    "History Department",
    url="https://laurel.example",
    email="history@laurel.example",
    description="Teaches how things came to be.",
    image=Image("https://laurel.example/crest.png", "A laurel wreath"),
)
TUTOR = Achievement(
    "https://laurel.example/badges/peer-tutor",
    "Peer Tutor",
    "Helps others to understand.",
    criteria="Explain **three** topics to a classmate.",
    criteria_url="https://laurel.example/badges/peer-tutor#criteria",
    image=Image("data:image/png;base64,iVBORw0KGgo=", "A hand holding a book"),
    tags=("explaining", "patience"),
    alignments=(Alignment("Teaching", "https://skills.example/7", "Passing it on", "Skills Framework", "T-7"),),
    language="en-GB",
)
BADGE = OpenBadge(
    "urn:uuid:280c19b6-9680-4a37-ba84-e38b1a4e4584",
    SCHOOL,
    TUTOR,
    "urn:uuid:6f2e33e5-7a29-4155-840a-59483ba10164",
    valid_from=AWARDED,
    valid_until=AWARDED + timedelta(days=365),
    awarded=AWARDED,
    narrative='Explained "Σίσυφος" twice.\nAnd then again.',
    identities=(Identity.hide("emailAddress", "sam@laurel.example", "salt"),),
    evidence=(
        Evidence("https://laurel.example/evidence/1", "Notes", "What was said", "Photos of the board", "notes"),
        Evidence(narrative="“Now I get it!”"),
    ),
    status=StatusEntry(LIST, 42),
)


def signed(document: Mapping[str, Any] | None = None, key: SigningKey = KEY, controller: str = DID) -> dict[str, Any]:
    return sign(document or credential(BADGE), key, key.verification_method(controller), AWARDED)


class Web(dict[str, bytes]):
    """What can be fetched; everything else is unreachable. Remembers what was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def __call__(self, url: str) -> bytes:
        self.asked.append(url)
        if url not in self:
            raise Unreachable("offline")
        return self[url]

    def serve(self, url: str, document: Any) -> None:
        self[url] = json.dumps(document).encode()


def school_web(revoked: tuple[int, ...] = (7,)) -> Web:
    """The web with the school's key and status list."""
    web = Web()
    web.serve(did_web_url(DID), did_document(DID, [KEY.multikey]))
    web.serve(LIST, signed(status_list_credential(LIST, DID, revoked, AWARDED)))
    return web


def load(name: str) -> Any:
    return json.loads((VECTORS / name).read_bytes())
