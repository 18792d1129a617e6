"""Words in the picture of a badge that others show: in a signature, on a page, as a link's preview."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.core.cards import Celebration, Emblem
from bot.core.words.saying import day, plain

LANG = "en"  # of the public pages


def card_of(badge: str, emblem: Emblem, issuer: str, name: str, at: datetime, state: str) -> Celebration:
    """Word the picture; `name` is "" for who has not agreed to be named, `state` tells whether it counts."""
    headline = {
        "held": plain(LANG, "{name} earned", name=name) if name else plain(LANG, "Earned"),
        "revoked": plain(LANG, "Revoked: no longer counts"),
        "suspended": plain(LANG, "Suspended: does not count at present"),
        "expired": plain(LANG, "Expired: no longer counts"),
    }[state]
    shown = emblem if state == "held" else replace(emblem, colour="slate")
    return Celebration(headline=headline, badge=badge, emblem=shown, footer=f"{issuer} · {day(LANG, at)}")
