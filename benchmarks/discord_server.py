"""One contestant: a discord.py app that answers each command with a word, or Laurel's adapter over a core."""

from __future__ import annotations

import asyncio
import sys

import discord
from discord import app_commands

from benchmarks.echo import WORD, Echo, core
from bot.adapters.discord import Access, Discord
from bot.adapters.discord.client import point_to
from bot.core.app import App
from tests.adapters.discord_fake import TOKEN


async def trivial(api: str, gateway: str) -> None:
    """Answer from a command of the tree: as little as a discord.py app can do."""
    point_to(api, gateway)
    nobody = discord.AllowedMentions.none()
    client = discord.Client(intents=discord.Intents(guilds=True), max_messages=None, allowed_mentions=nobody)
    tree = app_commands.CommandTree(client)
    group = app_commands.Group(name="laurel", description="Laurel")
    tree.add_command(group)

    @group.command(name="help", description="Help")
    async def help_(interaction: discord.Interaction) -> None:
        view = discord.ui.LayoutView()
        view.add_item(discord.ui.TextDisplay(WORD))
        await interaction.response.send_message(view=view, ephemeral=True, allowed_mentions=nobody)

    await client.start(TOKEN)


async def laurel(kind: type[App], api: str, gateway: str) -> None:
    """Laurel's adapter, whole: who asks is looked up, words are read, the answer is rendered and sent."""
    await Discord(core(kind), Access(TOKEN, api=api, gateway=gateway)).run()


def main(kind: str, *where: str) -> None:
    """Serve until stopped."""
    match kind:
        case "trivial":
            asyncio.run(trivial(*where))
        case "laurel":
            asyncio.run(laurel(Echo, *where))
        case "whole":
            asyncio.run(laurel(App, *where))


if __name__ == "__main__":
    main(*sys.argv[1:])
