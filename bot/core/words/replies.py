"""Every outcome and refusal as a reply: knows all topics, so that asking for words finds them."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.port import Reply
from bot.core.words import (
    awards,
    badges,
    barring,
    changing,
    checking,
    collection,
    goals,
    helping,
    home,
    levels,
    linking,
    portfolios,
    privacy,
    refusals,
    roles,
)
from bot.core.words.saying import reply, say

TOPICS = (
    awards,
    badges,
    barring,
    changing,
    checking,
    collection,
    goals,
    helping,
    home,
    levels,
    linking,
    portfolios,
    privacy,
    refusals,
    roles,
)
"""Imported so that each registers its words with `reply`."""

__all__ = ["TOPICS", "Broke", "Replayed", "reply"]


@dataclass(frozen=True, slots=True)
class Broke:
    """A fault of ours; nothing was written."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """The platform sent an event again that has acted already."""


@reply.register
def _(_: Broke, lang: str) -> Reply:
    return Reply(say(lang, "Something broke on our side and nothing was changed: please try once more."), kind="broke")


@reply.register
def _(_: Replayed, lang: str) -> Reply:
    return Reply(say(lang, "That was done already; nothing happened twice."))
