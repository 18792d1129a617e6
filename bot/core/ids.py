"""Public ids: time-ordered, and not to be guessed."""

from __future__ import annotations

import re
import secrets
import uuid
from datetime import datetime

ID = re.compile(r"[0-9A-Za-z-]{1,64}")
"""What an id looks like. Nothing else that a stranger names is looked for: PostgreSQL breaks at some characters."""


def new_id(now: datetime) -> str:
    """Make a UUIDv7 (RFC 9562, section 5.7): 48 bits of milliseconds, then 74 bits from the system's entropy.

    The 74 bits are fresh for every id, unlike counters of libraries that would let one id of a batch tell its
    neighbours.
    """
    ms = int(now.timestamp() * 1000) & (2**48 - 1)
    value = (ms << 80) | (0x7 << 76) | (secrets.randbits(12) << 64) | (0b10 << 62) | secrets.randbits(62)
    return str(uuid.UUID(int=value))
