"""The connection to Discord: discord.py's sharded client, and what it says to the platform."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
import structlog
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.adapters.discord.syncing import sync

if TYPE_CHECKING:
    from bot.adapters.discord import Discord

log = structlog.get_logger(__name__)

API = "https://discord.com/api/v10"
GATEWAY = "wss://gateway.discord.gg/"
LOGIN_REFUSED = "Discord does not take the token: copy the bot's token anew from the developer portal"
LONGEST_WAIT = 30.0
"""Seconds that discord.py waits for a rate limit by itself; what is longer waits in the outbox."""


def intents() -> discord.Intents:
    """Give what Laurel hears of: no intent that Discord has to approve."""
    return discord.Intents(guilds=True, dm_messages=True)


def point_to(api: str, gateway: str) -> None:
    """Say where Discord is; discord.py keeps it for the whole process."""
    Route.BASE = api.rstrip("/")
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)


class Client(discord.AutoShardedClient):
    """Discord's events, handed to the platform."""

    def __init__(self, platform: Discord, **options: Any) -> None:
        super().__init__(
            intents=intents(),
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=LONGEST_WAIT,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            **options,
        )
        self._platform = platform

    async def setup_hook(self) -> None:
        """Bring the commands up to date; without them up to date the rest works all the same."""
        try:
            if await sync(self):
                log.info("Discord has the new commands")
        except (discord.HTTPException, discord.RateLimited) as error:
            log.warning("Discord did not take the commands", why=str(error))

    async def on_ready(self) -> None:
        """Say that Discord knows us."""
        log.info("Discord knows us", name=str(self.user), servers=len(self.guilds))

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Serve an interaction."""
        self._platform.listening.interaction(interaction)

    async def on_message(self, message: discord.Message) -> None:
        """Answer ordinary words."""
        self._platform.listening.message(message)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Say that a server took Laurel in; its members are met as they come."""
        log.info("a server took Laurel in", server=guild.id, name=guild.name)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Say that a server took Laurel out: its badges stay, and are there when it comes back."""
        self._platform.directory.left(guild.id)
        log.warning("a server took Laurel out", server=guild.id, name=guild.name)
