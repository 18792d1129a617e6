"""One contestant: a bolt app that answers every command with a word, or Laurel's adapter over a core that does."""

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

from benchmarks.echo import WORD, echo
from bot.adapters.slack import Access, Slack
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


def laurel(api: str) -> Starlette:
    """Laurel's adapter, whole: who asks is looked up, words are read, the answer is rendered and sent."""
    slack = Slack(echo(), Access(BOT_TOKEN, signing_secret=SECRET, api=api))
    return Starlette(routes=slack.routes())


if __name__ == "__main__":
    kind, port, address = sys.argv[1:]
    made = {"trivial": trivial, "laurel": laurel}[kind](address)
    uvicorn.run(made, host="127.0.0.1", port=int(port), log_level="error", access_log=False)
