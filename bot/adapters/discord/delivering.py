"""What the core wants to stand in a channel or in somebody's direct messages."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import discord
import structlog

from bot.adapters.discord.answering import Answering, Letter
from bot.adapters.discord.fitting import seen
from bot.core.port import Delivered, GaveUp, MemberRef, Place, Reply, RetryAt
from bot.core.words.saying import flat

log = structlog.get_logger(__name__)

SOON, LATER = timedelta(seconds=5), timedelta(hours=1)
PATIENCE = 3 * 24 * 3600.0
"""Seconds for which a channel that is closed to Laurel, or direct messages that are, may open again."""
MOST_WAITING = 5_000
NONCE = 25
TITLE = 100
CLOSED = frozenset((50007, 50278))
"""What Discord says of a member whose direct messages are closed, or who shares no server with Laurel (any more)."""
FORBIDDEN = frozenset((50001, 50013, 50024, 160005))
"""What Discord says where Laurel may not see a channel or write in it: somebody can mend that."""
GONE = frozenset((10003, 10004, 10008, 10013, 50008, 50021, 50033))
"""What Discord says where trying again is of no use: the channel, the message or the member is gone."""


class Delivering:
    """Posts and edits messages. `clock` gives the aware time."""

    def __init__(self, answering: Answering, clock: Callable[[], datetime]) -> None:
        self._answering, self._clock = answering, clock
        self._since: dict[str, float] = {}
        self._waiting: dict[int, dict[str, Reply]] = {}
        self._handed: dict[str, str] = {}

    async def deliver(
        self, client: discord.Client | None, to: Place | MemberRef, reply: Reply, key: str, edits: str | None
    ) -> Delivered | RetryAt | GaveUp:
        """Put `reply` where it belongs; the message's id is its channel and its own."""
        if key in self._handed:
            return Delivered(self._handed.pop(key))
        if client is None:
            return RetryAt(self._clock() + SOON, "not connected")
        if not to.id.isdigit():
            return GaveUp("there is no such channel or member on Discord")
        letter = await self._answering.letter(reply, mentions=isinstance(to, Place))
        try:
            return Delivered(await _put(client, to, letter, key, edits, seen(flat(reply.text), TITLE)))
        except discord.RateLimited as limited:
            return RetryAt(self._clock() + timedelta(seconds=limited.retry_after), "rate limit")
        except discord.HTTPException as error:
            return self._refused(to, reply, key, error)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            return RetryAt(self._clock() + SOON, type(error).__name__)

    async def hand_over(self, interaction: discord.Interaction[Any]) -> None:
        """Show somebody whose direct messages are closed what was meant for them, now that they are here."""
        if interaction.response.type is discord.InteractionResponseType.modal:  # nothing follows those
            return
        for key, reply in list(self._waiting.pop(interaction.user.id, {}).items()):
            letter = await self._answering.letter(reply, mentions=False)
            await self._answering.follow_up(interaction, letter)
            self._since.pop(key, None)
            self._handed[key] = ""  # shown to them alone, in a message that cannot be edited for long

    def _refused(self, to: Place | MemberRef, reply: Reply, key: str, error: discord.HTTPException) -> RetryAt | GaveUp:
        """Say what is to be done about a delivery that Discord did not take. Raises what is a fault of ours."""
        why = f"Discord says {error.code}: {error.text}"
        if (put_off := later(self._clock(), error)) is not None:
            return put_off
        if error.code in CLOSED and isinstance(to, MemberRef):
            self._wait(int(to.id), key, reply)
        if error.code in CLOSED | FORBIDDEN:
            first = self._since.setdefault(key, time.monotonic())
            if time.monotonic() - first < PATIENCE:
                return RetryAt(self._clock() + LATER, why)
        if error.code in CLOSED | FORBIDDEN | GONE:
            self._since.pop(key, None)
            return GaveUp(why)
        raise error

    def _wait(self, user: int, key: str, reply: Reply) -> None:
        while len(self._waiting) >= MOST_WAITING:
            del self._waiting[next(iter(self._waiting))]
        self._waiting.setdefault(user, {})[key] = reply


async def _put(
    client: discord.Client, to: Place | MemberRef, letter: Letter, key: str, edits: str | None, title: str
) -> str:
    if edits is not None:
        channel, _, message = edits.partition(":")
        there = client.get_partial_messageable(int(channel)).get_partial_message(int(message))
        await there.edit(view=letter.view, attachments=letter.files, allowed_mentions=letter.mentions)
        return edits
    where: discord.abc.Messageable
    if isinstance(to, MemberRef):
        where = await client.create_dm(discord.Object(int(to.id)))
    elif isinstance(forum := client.get_channel(int(to.id)), discord.ForumChannel):
        # Discord knows no nonce here: where the line breaks after it took a post, that may stand there twice.
        post = await forum.create_thread(
            name=title, view=letter.view, files=letter.files, allowed_mentions=letter.mentions
        )
        return f"{post.thread.id}:{post.message.id}"
    else:
        where = client.get_partial_messageable(int(to.id))
    sent = await where.send(view=letter.view, files=letter.files, nonce=nonce(key), allowed_mentions=letter.mentions)
    return f"{sent.channel.id}:{sent.id}"


def later(now: datetime, error: discord.HTTPException) -> RetryAt | None:
    """Say when to try again what Discord has no time for now, whatever it was; None for another answer."""
    if error.status == 429:
        return RetryAt(now + timedelta(seconds=_retry_after(error)), "rate limit")
    if error.status >= 500:
        return RetryAt(now + SOON, f"Discord says {error.status}")
    if error.status == 401:
        return RetryAt(now + LATER, f"Discord says {error.code}: {error.text}")
    return None


def nonce(key: str) -> str:
    """Give what Discord knows a message by that is sent twice: it then gives back the first."""
    return hashlib.sha256(key.encode()).hexdigest()[:NONCE]


def _retry_after(error: discord.HTTPException) -> float:
    try:
        return max(1.0, float(error.response.headers.get("Retry-After") or 60))
    except ValueError:
        return 60.0
