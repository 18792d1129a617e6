"""One contestant: a bolt app that answers every command with a word, or Laurel's adapter over a core."""

from __future__ import annotations

import asyncio
import sys

import uvicorn
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.echo import WORD, Echo, core
from bot.adapters.slack import Access, Slack
from bot.core.app import App
from tests.adapters.slack_fake import BOT_TOKEN, SECRET


def trivial(api: str) -> Starlette:
    """Acknowledge at once, answer in a task: as little as a bolt app can do."""
    client = AsyncWebClient(token=BOT_TOKEN, base_url=api)
    app = AsyncApp(client=client, signing_secret=SECRET, process_before_response=True)
    handler, tasks = AsyncSlackRequestHandler(app), set()

    @app.command("/laurel")
    async def laurel(ack: AsyncAck, respond: AsyncRespond) -> None:
        await ack()
        task = asyncio.create_task(respond(WORD))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    async def events(request: Request) -> Response:
        return await handler.handle(request)

    return Starlette(routes=[Route("/slack/events", events, methods=["POST"])])


def laurel(kind: type[App], api: str) -> Starlette:
    """Laurel's adapter, whole: who asks is looked up, words are read, the answer is rendered and sent."""
    slack = Slack(core(kind), Access(BOT_TOKEN, signing_secret=SECRET, api=api))
    return Starlette(routes=slack.routes())


def main(kind: str, port: str, api: str) -> None:
    """Serve until stopped."""
    made = trivial(api) if kind == "trivial" else laurel({"laurel": Echo, "whole": App}[kind], api)
    uvicorn.run(made, host="127.0.0.1", port=int(port), log_level="error", access_log=False, timeout_keep_alive=3600)


if __name__ == "__main__":
    main(*sys.argv[1:])
