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
    if not always and await up_to_date(client):
        return False
    await client.http.bulk_upsert_global_commands(_application(client), list(commands()))
    return True


async def up_to_date(client: discord.Client) -> bool:
    """Tell whether Discord's copy of the commands is what they are now."""
    route = Route("GET", "/applications/{application_id}/commands", application_id=_application(client))
    there: list[dict[str, Any]] = await client.http.request(route, params={"with_localizations": "true"})
    return sorted(map(compared, there)) == sorted(map(compared, commands()))


def _application(client: discord.Client) -> int:
    assert client.application_id is not None, "nobody is logged in"  # noqa: S101
    return client.application_id
