"""Where an award goes into its owner's wallet: the page that opens it, and the address it asks."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

import segno
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.core import handing
from bot.core.app import App
from bot.core.handing import NotHandedOver
from bot.core.pages import NotThere

CREDENTIAL = "application/vc+ld+json"
LARGEST = 64 * 1024
"""Bytes of a presentation: one that only proves a key has less than two thousand."""
NEVER_KEPT = {"Cache-Control": "no-store"}
_REFUSED = {
    "unknown": (404, "There is no handover at this address."),
    "stranger": (403, "The presentation does not carry this handover's challenge."),
    "over": (410, "This handover is over: ask for a new one where the badge is shared."),
    "unread": (400, "Send a verifiable presentation as JSON, with the challenge in its proof."),
}

Html = Callable[[str, Mapping[str, Any], int, Mapping[str, str] | None], HTMLResponse]


class Handing:
    """One award, to who has the challenge, once."""

    def __init__(self, app: App, html: Html) -> None:
        self.app, self.html = app, html

    def routes(self) -> list[BaseRoute]:
        """Give the addresses."""
        return [
            Route("/wallet/{id:named}/{challenge}", self.page),
            Route("/exchanges/{id:named}", self.exchange, methods=["POST"]),
        ]

    async def page(self, request: Request) -> Response:
        """Show the ways into the wallet: to press on the phone, and as a code to photograph with it."""
        asked = request.path_params["id"], request.path_params["challenge"][:200]
        try:
            page = await self.app.look(handing.handover_page, *asked)
        except LookupError as error:
            raise NotThere("handover") from error
        code = BytesIO()
        segno.make(page.wallet, error="l").save(code, kind="svg", scale=4, border=2, xmldecl=False, svgns=True)
        facts = {"page": page, "code": code.getvalue().decode()}
        return self.html("wallet.html", facts, 200, NEVER_KEPT)

    async def exchange(self, request: Request) -> Response:
        """Answer a wallet (VC-API's exchange, in one step) with the credential as it was signed.

        The presentation's own signature is not asked for: nothing is made out to the key that it proves.
        """
        challenge = await _challenge(request)
        if challenge is None:
            return _problem("unread")
        try:
            credential = await self.app.give_to_wallet(request.path_params["id"], challenge)
        except NotHandedOver as error:
            return _problem(error.why)
        return Response(credential, media_type=CREDENTIAL, headers=NEVER_KEPT)


async def _challenge(request: Request) -> str | None:
    """Find the challenge in the presentation's proof, or as a bearer's token."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer" and token:
        return token.strip()[:200]
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            return None
    try:
        sent = json.loads(body)
        proof = sent.get("verifiablePresentation", sent)["proof"]
        challenge = (proof[0] if isinstance(proof, list) else proof)["challenge"]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        return None
    return challenge[:200] if isinstance(challenge, str) else None


def _problem(why: str) -> Response:
    status, title = _REFUSED[why]
    body = {"status": status, "title": title}
    return JSONResponse(body, status, NEVER_KEPT, media_type="application/problem+json")
