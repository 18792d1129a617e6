"""Pictures for Slack: by address where the world can reach Laurel, otherwise uploaded to the workspace."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterator

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.remembered import Remembered
from bot.adapters.slack.render import Json
from bot.adapters.slack.workspaces import UNREACHED, Workspaces
from bot.core import pictures
from bot.core.app import App
from bot.core.cards import Drawing, alt
from bot.core.port import Card, Form, Picture, Reply, Rows

log = structlog.get_logger(__name__)

REMEMBERED = 2_000
UPLOAD_PATIENCE = 20.0
Sources = dict[Drawing, Json]


class Pictures:
    """Gives a picture's source as Block Kit has it."""

    def __init__(self, app: App, workspaces: Workspaces) -> None:
        self._app, self._workspaces = app, workspaces
        self._uploaded: Remembered[tuple[str, Drawing], Json] = Remembered(math.inf, REMEMBERED)

    async def sources(self, reply: Reply, team: str, *, patient: bool = True) -> Sources:
        """Give where each picture of a reply can be seen; one that could not be uploaded is left out."""
        known = await self.known(reply, team)
        wanted = dict.fromkeys(drawings(reply))
        if len(known) == len(wanted):
            return known
        client = await self._workspaces.client(team, patient=patient)

        async def source(drawing: Drawing) -> Json | None:
            return await self._uploaded.ask((team, drawing), lambda: _file(drawing, client))

        found = await asyncio.gather(*map(source, wanted))
        return {drawing: source for drawing, source in zip(wanted, found, strict=True) if source is not None}

    async def known(self, reply: Reply, team: str) -> Sources:
        """Give the same at once: what would have to be uploaded first is left out."""
        wanted = dict.fromkeys(drawings(reply))
        if self._app.site.public:
            return {drawing: {"image_url": await self._app.picture_url(drawing)} for drawing in wanted}
        known = {drawing: self._uploaded.get((team, drawing)) for drawing in wanted}
        return {drawing: source for drawing, source in known.items() if source is not None}

    def forget(self, gone: Sources, team: str) -> None:
        """Let go of files that show nothing any more; what was uploaded since stays."""
        lost = {(team, drawing) for drawing, source in gone.items() if self._uploaded.get((team, drawing)) == source}
        self._uploaded.drop(lambda key: key in lost)


def drawings(reply: Reply) -> Iterator[Drawing]:
    """Give every picture of a reply."""
    for node in reply.nodes:
        match node:
            case Picture(drawing):
                yield drawing
            case Card(picture=Picture(drawing)):
                yield drawing
            case Rows(rows):
                yield from (row.picture.drawing for row in rows if row.picture is not None)
            case Form(preview=Picture(drawing)):
                yield drawing


async def _file(drawing: Drawing, client: AsyncWebClient) -> Json | None:
    try:
        return {"slack_file": {"id": await _upload(drawing, client)}}
    except UNREACHED as error:
        log.warning("a picture could not be uploaded; its words are shown instead", why=str(error)[:200])
        return None


async def _upload(drawing: Drawing, client: AsyncWebClient) -> str:
    """Put a picture into the workspace, in no channel: the message that shows it decides who sees it."""
    png = await asyncio.to_thread(pictures.png, drawing)
    ticket = await client.files_getUploadURLExternal(
        filename="badge.png", length=len(png), alt_txt=(alt(drawing) or "…")[:1000]
    )
    async with (
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=UPLOAD_PATIENCE)) as http,
        http.post(str(ticket["upload_url"]), data=png, headers={"Content-Type": "image/png"}) as answer,
    ):
        answer.raise_for_status()
    file = str(ticket["file_id"])
    await client.files_completeUploadExternal(files=[{"id": file, "title": "badge.png"}])
    return file
