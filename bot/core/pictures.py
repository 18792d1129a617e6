"""Pictures by address: the facts of a drawing are kept under their digest, and drawn whenever asked."""

from __future__ import annotations

import hmac
import json
from datetime import datetime
from functools import lru_cache
from threading import Lock
from typing import get_args

from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from bot.core import cards
from bot.core.models import Drawn

_KINDS = {kind.__name__: TypeAdapter(kind) for kind in get_args(cards.Drawing)}


def digested(drawing: cards.Drawing, secret: bytes) -> tuple[str, str]:
    """Give a drawing's digest, the same for the same facts, and the facts as text.

    Keyed with `secret`: a plain sum would let anyone try names until an address answers.
    """
    kind = type(drawing).__name__
    facts = json.dumps({kind: _KINDS[kind].dump_python(drawing, mode="json")}, ensure_ascii=False, sort_keys=True)
    return hmac.digest(secret, b"picture:" + facts.encode(), "sha256").hex(), facts


def keep(db: Session, now: datetime, digest: str, facts: str) -> None:
    """Keep what `digested` gave."""
    if db.get(Drawn, digest) is None:
        db.add(Drawn(digest=digest, drawing=facts, created_at=now))


def recall(db: Session, digest: str) -> cards.Drawing | None:
    """Give back the drawing kept under a digest."""
    kept = db.get(Drawn, digest)
    if kept is None:
        return None
    [(kind, facts)] = json.loads(kept.drawing).items()
    drawing: cards.Drawing = _KINDS[kind].validate_python(facts)
    return drawing


class _Sheet:
    """One drawing's place among those remembered; whoever comes while it is drawn waits for it."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.png: bytes | None = None


@lru_cache(maxsize=128)
def _sheet(_drawing: cards.Drawing) -> _Sheet:
    return _Sheet()


def png(drawing: cards.Drawing) -> bytes:
    """Draw; the newest are remembered, and drawn once only, since a whole class looks at the same card at once."""
    sheet = _sheet(drawing)
    with sheet.lock:
        if sheet.png is None:
            sheet.png = cards.draw(drawing)
        return sheet.png
