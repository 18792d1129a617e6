"""Answers that are no page: stored bytes with their tag, and problems in words or JSON."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from bot.core.pages import Published

FOR_GOOD = "public, max-age=31536000, immutable"
A_DAY = "public, max-age=86400"
A_MINUTE = "public, max-age=60"
ASK_FIRST = "no-cache"


def stored(
    request: Request,
    published: Published,
    kind: str,
    ending: str,
    cache: str,
    *,
    vary: bool = False,
    keep: bool = False,
) -> Response:
    """Give the bytes as they are, or 304 to who has them already; `keep` has a browser save them, not show them.

    Any site's script may read them: a verifier that runs in somebody's browser has to.
    """
    tag = _tag(published)
    headers = {
        "ETag": tag,
        "Cache-Control": cache,
        "Access-Control-Allow-Origin": "*",
        "X-Robots-Tag": "noindex",
    }
    if vary:
        headers["Vary"] = "Accept"
    if _has(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = _disposition("attachment" if keep else "inline", f"{published.name}.{ending}")
    return Response(published.body, 410 if published.gone else 200, headers, media_type=kind)


def attached(request: Request, published: Published, kind: str) -> Response:
    """Give a file that a member chose, to be saved and never shown: whatever is in it runs nowhere."""
    tag = _tag(published)
    headers = {
        "ETag": tag,
        "Cache-Control": f"private, {ASK_FIRST}",
        "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
        "X-Robots-Tag": "noindex",
    }
    if _has(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = _disposition("attachment", published.name, otherwise="evidence")
    return Response(published.body, headers=headers, media_type=kind)


def _tag(published: Published) -> str:
    return f'"{hashlib.sha256(published.body).hexdigest()[:32]}"'


def _has(known: str, tag: str) -> bool:
    """Compare weakly (RFC 9110, section 13.1.2)."""
    tags = [one.strip().removeprefix("W/") for one in known.split(",")]
    return tag in tags or "*" in tags


def _disposition(how: str, name: str, otherwise: str = "badge") -> str:
    plain = re.sub(r'["\\]', "", name.encode("ascii", "ignore").decode()).strip(" -.")
    stem, _, ending = plain.rpartition(".")
    plain = plain if stem.strip(" -_") else f"{otherwise}.{ending or plain}"
    extended = "" if plain == name else f"; filename*=UTF-8''{quote(name, safe='')}"
    return f'{how}; filename="{plain}"{extended}'
