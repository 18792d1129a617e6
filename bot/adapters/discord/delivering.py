"""What the core wants to stand in a channel or in somebody's direct messages."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import discord

from bot.adapters.discord.answering import Answering, Letter
from bot.adapters.discord.delays import SOON, later
from bot.adapters.discord.fitting import seen
from bot.adapters.discord.places import obstacle_of
from bot.core.port import Closed, Delivered, GaveUp, MemberRef, Place, Reply, Result, RetryAt
from bot.core.words.saying import flat

NONCE = 25
TITLE = 100
ARCHIVED = 50083
"""What Discord says of a message in a thread that is archived: it cannot be changed before the thread is back."""
TAGLESS = 40067
"""What Discord says of a post without a tag, in a forum that asks for one."""
GONE = frozenset((10003, 10004, 10008, 10013, 50008, 50021, 50024, 50033))
"""What Discord says where trying again is of no use: the channel, the message or the member is gone."""


class Delivering:
    """Posts and edits messages. `clock` gives the aware time."""

    def __init__(self, answering: Answering, clock: Callable[[], datetime]) -> None:
        self._answering, self._clock = answering, clock

    async def deliver(
        self, client: discord.Client | None, to: Place | MemberRef, reply: Reply, key: str, edits: str | None
    ) -> Result:
        """Put `reply` where it belongs; the message's id is its channel's, its own and its pictures'."""
        if client is None:
            return RetryAt(self._clock() + SOON, "not connected")
        if not to.id.isdigit():
            return GaveUp("there is no such channel or member on Discord")
        letter = await self._answering.letter(reply, mentions=isinstance(to, Place))
        try:
            if edits is not None:
                return await _change(client, letter, edits)
            posted = await _post(client, to, letter, key, seen(flat(reply.text), TITLE))
            return Delivered(f"{posted}:{letter.pictured}")
        except discord.RateLimited as limited:
            return RetryAt(self._clock() + timedelta(seconds=limited.retry_after), "rate limit")
        except discord.HTTPException as error:
            return self._refused(error)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            return RetryAt(self._clock() + SOON, type(error).__name__)

    def _refused(self, error: discord.HTTPException) -> RetryAt | Closed | GaveUp:
        """Say what is to be done about a delivery that Discord did not take. Raises what is a fault of ours."""
        why = f"Discord says {error.code}: {error.text}"
        if (put_off := later(self._clock(), error)) is not None:
            return put_off
        if (obstacle := obstacle_of(error.code)) is not None:
            return Closed(why, obstacle)
        if error.code in GONE:
            return GaveUp(why)
        raise error


async def _post(client: discord.Client, to: Place | MemberRef, letter: Letter, key: str, title: str) -> str:
    where: discord.abc.Messageable
    if isinstance(to, MemberRef):
        where = await client.create_dm(discord.Object(int(to.id)))
    elif isinstance(forum := client.get_channel(int(to.id)), discord.ForumChannel):
        return await _post_in(forum, letter, title)
    else:
        where = client.get_partial_messageable(int(to.id))
    sent = await where.send(view=letter.view, files=letter.files, nonce=nonce(key), allowed_mentions=letter.mentions)
    return f"{sent.channel.id}:{sent.id}"


async def _post_in(forum: discord.ForumChannel, letter: Letter, title: str) -> str:
    """Make a post in a forum, with a tag if it has to have one.

    Discord knows no nonce here: where the line breaks after it took a post, that may stand there twice.
    """

    async def made(tags: list[discord.ForumTag]) -> str:
        post = await forum.create_thread(
            name=title, view=letter.view, files=letter.files, allowed_mentions=letter.mentions, applied_tags=tags
        )
        return f"{post.thread.id}:{post.message.id}"

    try:
        return await made([])
    except discord.HTTPException as error:
        usable = [tag for tag in forum.available_tags if not tag.moderated]
        if error.code != TAGLESS or not usable:
            raise
        return await made(usable[:1])


async def _change(client: discord.Client, letter: Letter, message: str) -> Delivered | GaveUp:
    channel, id_, pictured = (*message.split(":"), "")[:3]
    there = client.get_partial_messageable(int(channel)).get_partial_message(int(id_))
    again = letter.pictured != pictured  # the same pictures stay where they are

    async def changed() -> Delivered:
        how: dict[str, Any] = {"attachments": letter.files} if again else {}
        await there.edit(view=letter.view, allowed_mentions=letter.mentions, **how)
        return Delivered(f"{channel}:{id_}:{letter.pictured}")

    try:
        return await changed()
    except discord.HTTPException as error:
        if error.code != ARCHIVED:
            raise
    thread: dict[str, Any] = dict(await client.http.get_channel(int(channel)))
    if (thread.get("thread_metadata") or {}).get("locked"):
        return GaveUp("the thread is archived and locked")
    await client.http.edit_channel(int(channel), archived=False)
    return await changed()


def nonce(key: str) -> str:
    """Give what Discord knows a message by that is sent twice: it then gives back the first."""
    return hashlib.sha256(key.encode()).hexdigest()[:NONCE]
