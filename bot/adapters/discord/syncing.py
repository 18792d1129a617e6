"""Telling Discord which commands there are, and only when they changed: it takes 200 new ones a day."""

from __future__ import annotations

from typing import Any

import discord
from discord.http import Route

from bot.adapters.discord.menu import commands, compared


async def sync(client: discord.Client, *, always: bool = False) -> bool:
    """Bring Discord's copy of the commands up to date; tell whether that was needed.

    Raises `discord.HTTPException` where Discord does not take them.
    """
    application = client.application_id
    assert application is not None, "nobody is logged in"  # noqa: S101
    if not always:
        route = Route("GET", "/applications/{application_id}/commands", application_id=application)
        there: list[dict[str, Any]] = await client.http.request(route, params={"with_localizations": "true"})
        if sorted(map(compared, there)) == sorted(map(compared, commands())):
            return False
    await client.http.bulk_upsert_global_commands(application, list(commands()))
    return True
