"""Files that members share in Slack, fetched with the bot's token: only from Slack, and no more than is wanted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.files import BIGGEST
from bot.core.port import File

log = structlog.get_logger(__name__)

PATIENCE = aiohttp.ClientTimeout(total=30)
CHUNK = 64 * 1024
HOSTS = ("slack.com", "slack-gov.com")


class Unfetched(Exception):
    """Slack did not give a file, or it is kept somewhere else."""


async def fetch(file: Mapping[str, Any], client: AsyncWebClient, most: int) -> bytes:
    """Get a file, and of one that has more than `most` bytes one more. Raises `Unfetched`."""
    url = str(file.get("url_private_download") or "")
    if not is_slacks(url, client.base_url):
        raise Unfetched("it is not kept in Slack")
    headers = {"Authorization": f"Bearer {client.token}"}
    found = bytearray()
    try:
        async with (
            aiohttp.ClientSession(timeout=PATIENCE) as http,
            http.get(url, headers=headers, allow_redirects=False) as answer,
        ):
            if answer.status != 200:  # who may not have it is sent to a page to sign in
                raise Unfetched(f"Slack answers {answer.status}")
            async for chunk in answer.content.iter_chunked(CHUNK):
                found += chunk
                if len(found) > most:
                    break
    except (aiohttp.ClientError, TimeoutError) as error:
        raise Unfetched(f"{type(error).__name__}: {error}") from error
    return bytes(found[: most + 1])


async def attached(file: Mapping[str, Any], client: AsyncWebClient) -> File:
    """Give a shared file as the core takes it in; without its bytes where Slack does not give them."""
    name = str(file.get("name") or file.get("title") or "")
    try:
        return File(name, await fetch(file, client, BIGGEST))
    except Unfetched as error:
        log.warning("a file could not be fetched", file=file.get("id"), why=str(error))
        return File(name, None)


def is_slacks(url: str, api: str) -> bool:
    """Tell whether an address is Slack's own: the token is for nobody else."""
    asked, known = urlsplit(url), urlsplit(api)
    if (asked.scheme, asked.netloc) == (known.scheme, known.netloc):
        return True
    host = asked.hostname or ""
    return asked.scheme == "https" and any(host == own or host.endswith(f".{own}") for own in HOSTS)
