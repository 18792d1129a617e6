"""`laurel say`: type in the built-in room from a terminal."""

from __future__ import annotations

import asyncio
import json
import sys
import uuid
from typing import Annotated

import typer
from sqlalchemy import select

from bot.adapters.room import to_text
from bot.cli.plain import ConfigFile, opened, out, plainly
from bot.core.models import Announcement, Award
from bot.core.port import Reply
from bot.wiring import Laurel


def say(
    text: Annotated[str, typer.Argument(help="What to type: a slash command, or just words.")],
    persona: Annotated[str, typer.Option("--as", help="Who types it: rivera, sam, ana …")],
    channel: Annotated[str, typer.Option("--in", help="Where: class-8b, or dm for direct messages.")] = "class-8b",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    event_id: Annotated[str, typer.Option("--event-id", help="The same id never acts twice.")] = "",
    config: ConfigFile = None,
) -> None:
    """Type something in the built-in room; exit 1 if it was refused."""
    with plainly(), opened(config) as laurel:
        event = event_id or str(uuid.uuid4())
        reply = asyncio.run(_said(laurel, persona, channel, text, event))
        announced, awards = _effects(laurel, event)
        if as_json:
            answer = {
                "reply": to_text(reply) if reply else "",
                "kind": reply.kind if reply else "said",
                "announced": announced,
                "awards": awards,
            }
            sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
        elif reply:
            out.print(to_text(reply), markup=False)
        else:
            out.print(f"It stands in #{channel} now.", markup=False)
        if reply and reply.kind != "said":
            raise typer.Exit(1)


async def _said(laurel: Laurel, persona: str, channel: str, text: str, event: str) -> Reply | None:
    reply = await laurel.room.say(persona, channel, text, event)
    await laurel.outbox.pump_for(event)
    return reply


def _effects(laurel: Laurel, event: str) -> tuple[int, list[dict[str, str]]]:
    """Give how many channel cards the event caused that now stand there, and the awards it made."""
    with laurel.database.read() as db:
        caused = db.scalars(select(Announcement).where(Announcement.cause == event)).all()
        ids = [a.subject for a in caused if a.kind == "earned"]
        awards = db.scalars(select(Award.id).where(Award.id.in_(ids)).order_by(Award.id)).all()
        shown = sum(a.channel is not None and a.message is not None for a in caused)
        return shown, [{"id": award, "url": laurel.site.award_page(award)} for award in awards]
