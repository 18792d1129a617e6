"""Where cards can stand: the places of the settings, and what keeps Laurel from writing in a place."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import discord
import structlog

from bot.adapters.discord.directory import FIVE_MINUTES, Directory
from bot.adapters.discord.markup import PLATFORM
from bot.adapters.remembered import Remembered
from bot.core.port import Obstacle, Place

log = structlog.get_logger(__name__)

NAMES = {
    "view_channel": "View Channels",
    "send_messages": "Send Messages",
    "send_messages_in_threads": "Send Messages in Threads",
    "attach_files": "Attach Files",
}
"""All that Laurel asks of a server: to see a channel, and to post cards with their pictures in it."""
THREADS = frozenset((10, 11, 12))
"""Discord's numbers for threads: in a channel of news, public ones, private ones."""
FORUMS = frozenset((15, 16))
"""And for channels that hold nothing but posts."""
WRITABLE = frozenset((0, 2, 5, 13)) | THREADS | FORUMS
REQUIRE_TAG = 1 << 4

_OBSTACLES: Mapping[int, Obstacle] = {
    50007: "direct",  # closed direct messages
    50278: "direct",  # no server shared with Laurel (any more)
    50001: "permission",
    50013: "permission",
    160005: "locked",
    40067: "tags",
}


def obstacle_of(code: int) -> Obstacle | None:
    """Give what is in the way where Discord says a code; None for what nobody can mend, or is no matter of places."""
    return _OBSTACLES.get(code)


def lacking(granted: discord.Permissions, *, thread: bool) -> list[str]:
    """Give the permissions that are missing to post a card with its picture in a channel, or in a thread."""
    if granted.administrator:
        return []
    other = "send_messages" if thread else "send_messages_in_threads"
    return [name for key, name in NAMES.items() if key != other and not getattr(granted, key)]


def asks_in_vain_for_tags(channel: Mapping[str, Any]) -> bool:
    """Tell whether a forum asks each post for a tag, and has none that everybody may use."""
    asks = int(channel.get("flags") or 0) & REQUIRE_TAG and channel["type"] in FORUMS
    return bool(asks) and all(tag.get("moderated") for tag in channel.get("available_tags") or ())


@dataclass(frozen=True, slots=True)
class _Spot:
    """What is known of a place that discord.py does not keep: the thread is archived."""

    guild: int
    parent: int


class Places:
    """Knows the `celebrations` of the settings, by their ids."""

    def __init__(self, directory: Directory, celebrations: Collection[str] = ()) -> None:
        self._directory = directory
        self._celebrations = tuple(map(int, celebrations))
        self._archived: dict[int, _Spot] = {}
        self._unknown: Remembered[int, bool] = Remembered(FIVE_MINUTES)

    async def celebrates(self, guild: discord.Guild) -> Place | None:
        """Give where a server celebrates badges, if the settings name a place of it that is still there."""
        for one in self._celebrations:
            there = guild.get_channel_or_thread(one)
            if there is not None:
                return Place(PLATFORM, str(guild.id), str(one), closed=_closed(guild, there))
            spot = await self._looked_up(one)
            if spot is not None and spot.guild == guild.id:
                parent = guild.get_channel(spot.parent)
                closed = _may_write(guild, parent, thread=True) if parent is not None else None
                return Place(PLATFORM, str(guild.id), str(one), closed=closed)
        return None

    async def _looked_up(self, id_: int) -> _Spot | None:
        """Ask Discord once for a thread that is archived: discord.py knows no such."""
        known = self._archived.get(id_)
        if known is not None or self._unknown.get(id_):
            return known
        try:
            found: dict[str, Any] = dict(await self._directory.client.http.get_channel(id_))
        except discord.DiscordException as error:
            self._unknown.put(id_, True)
            log.warning("a place of [discord] celebrations cannot be seen", id=id_, why=str(error))
            return None
        spot = self._archived[id_] = _Spot(int(found.get("guild_id") or 0), int(found.get("parent_id") or 0))
        return spot


def closed_here(interaction: discord.Interaction[Any]) -> Obstacle | None:
    """Give what keeps Laurel from writing where somebody gives a command, as Discord tells with it."""
    channel, may = interaction.channel, interaction.app_permissions
    thread = isinstance(channel, discord.Thread)
    if lacking(may, thread=thread):
        return "permission"
    if isinstance(channel, discord.Thread) and channel.locked and not may.manage_threads:
        return "locked"
    return None


def _closed(guild: discord.Guild, there: discord.abc.GuildChannel | discord.Thread) -> Obstacle | None:
    if isinstance(there, discord.Thread):
        if there.locked and guild.me is not None and not there.permissions_for(guild.me).manage_threads:
            return "locked"
        return _may_write(guild, there.parent, thread=True) if there.parent is not None else None
    forum = there if isinstance(there, discord.ForumChannel) and there.flags.require_tag else None
    if forum is not None and all(tag.moderated for tag in forum.available_tags):
        return "tags"
    return _may_write(guild, there, thread=False)


def _may_write(guild: discord.Guild, channel: discord.abc.GuildChannel, *, thread: bool) -> Obstacle | None:
    me: discord.Member | None = guild.me  # not there yet while a server is still being made known
    return "permission" if me is not None and lacking(channel.permissions_for(me), thread=thread) else None
