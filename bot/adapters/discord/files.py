"""Files that members attach in Discord, fetched at once: where Discord keeps them, their addresses soon end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aiohttp
import structlog

from bot.core.files import BIGGEST
from bot.core.port import File

log = structlog.get_logger(__name__)

PATIENCE = aiohttp.ClientTimeout(total=30)
CHUNK = 64 * 1024


async def fetch(url: str, most: int) -> bytes:
    """Get a file, and of one that has more than `most` bytes one more. Raises `aiohttp.ClientError`, `TimeoutError`."""
    found = bytearray()
    async with aiohttp.ClientSession(timeout=PATIENCE) as http, http.get(url) as answer:
        answer.raise_for_status()
        async for chunk in answer.content.iter_chunked(CHUNK):
            found += chunk
            if len(found) > most:
                break
    return bytes(found[: most + 1])


async def attached(attachment: Mapping[str, Any]) -> File:
    """Give an attachment as the core takes it in; without its bytes where Discord no longer has them."""
    name = str(attachment.get("filename") or "")
    try:
        return File(name, await fetch(str(attachment["url"]), BIGGEST))
    except (aiohttp.ClientError, TimeoutError) as error:
        log.warning("an attachment could not be fetched", why=f"{type(error).__name__}: {error}")
        return File(name, None)
