"""The addresses at which badges are shared: all ways of one award, embeds and previews, and learners' own pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.core import sharing
from bot.core.app import App
from bot.core.pages import NotThere
from bot.core.sharing import SharePage
from bot.web.answers import A_MINUTE, ASK_FIRST, stored
from bot.web.security import POLICY

NEVER_KEPT = "no-store"
CARD = (960, 444)
"""Pixels of the drawn card."""
WIDTH, HEIGHT = CARD[0] // 2, CARD[1] // 2
"""Of the embed."""
EMBEDDABLE = POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")
FILES = {"badge.svg": "svg", "credential.jwt": "jwt", "certificate.pdf": "pdf", "badge.zip": "zip"}
TYPES = {"zip": "application/zip", "pdf": "application/pdf", "json": "application/json"}

Html = Callable[[str, Mapping[str, Any], int, Mapping[str, str] | None], HTMLResponse]


class Sharing:
    """Everything to take away."""

    def __init__(self, app: App, html: Html) -> None:
        self.app, self.html = app, html

    def routes(self) -> list[BaseRoute]:
        """Give the addresses."""
        award, person = "/awards/{id:named}", "/people/{id:named}"
        return [
            Route(f"{award}/share", self.share),
            Route(f"{award}/embed", self.embed),
            Route(f"{award}/card.png", self.card),
            *(Route(f"{award}/{name}", partial(self.file, form=form)) for name, form in FILES.items()),
            Route("/oembed", self.oembed),
            Route(person, self.portfolio),
            Route(f"{person}/resume.json", self.resume),
            Route("/taken/{ticket}/{name}", self.taken),
        ]

    async def share(self, request: Request) -> Response:
        """Show all the ways of one award."""
        page = await self._award(request.path_params["id"])
        return self.html("share.html", {"page": page, "width": WIDTH, "height": HEIGHT}, 200, None)

    async def embed(self, request: Request) -> Response:
        """Give the award as other pages show it in a frame."""
        page = await self._award(request.path_params["id"])
        headers = {"Content-Security-Policy": EMBEDDABLE, "Cache-Control": ASK_FIRST}
        return self.html("embed.html", {"page": page}, 200, headers)

    async def card(self, request: Request) -> Response:
        """Give the drawn card; mail programs and networks ask again, so that a revocation reaches them."""
        published = await self.app.look(sharing.card, request.path_params["id"])
        return stored(request, published, "image/png", "png", A_MINUTE)

    async def file(self, request: Request, *, form: str) -> Response:
        """Give the award in another form."""
        published = await self.app.look(sharing.file, request.path_params["id"], form=form)
        kind = {"svg": "image/svg+xml", "jwt": "text/plain"}.get(form) or TYPES[form]
        return stored(request, published, kind, form, ASK_FIRST, keep=True)

    async def oembed(self, request: Request) -> Response:
        """Answer oEmbed 1.0 for an award's page: a frame with the card in it."""
        if request.query_params.get("format", "json") != "json":
            return JSONResponse({"error": "Only format=json is spoken here."}, 501)
        page = await self._award(self._named(request.query_params.get("url", "")))
        width = min(_number(request.query_params.get("maxwidth", ""), WIDTH), WIDTH)
        height = min(_number(request.query_params.get("maxheight", ""), HEIGHT), round(width * HEIGHT / WIDTH))
        frame = self.html("_frame.html", {"page": page, "width": width, "height": height}, 200, None).body
        return JSONResponse(
            {
                "version": "1.0",
                "type": "rich",
                "title": page.badge,
                "provider_name": page.issuer_name,
                "provider_url": self.app.site.pages,
                "cache_age": 60,
                "thumbnail_url": page.card,
                "thumbnail_width": CARD[0],
                "thumbnail_height": CARD[1],
                "width": width,
                "height": height,
                "html": bytes(frame).decode().strip(),
            },
            headers={"Cache-Control": A_MINUTE, "Access-Control-Allow-Origin": "*"},
        )

    async def portfolio(self, request: Request) -> Response:
        """Show a learner's own page; it is kept nowhere, so that it is gone the moment they take it away."""
        page = await self.app.look(sharing.portfolio_page, request.path_params["id"])
        return self.html("portfolio.html", {"page": page}, 200, {"Cache-Control": NEVER_KEPT})

    async def resume(self, request: Request) -> Response:
        """Give the badges of a learner's own page as JSON Resume."""
        published = await self.app.look(sharing.portfolio_resume, request.path_params["id"])
        return stored(request, published, TYPES["json"], "json", NEVER_KEPT)

    async def taken(self, request: Request) -> Response:
        """Give a learner all of their badges, to who has their ticket."""
        name = request.path_params["name"]
        published = await self.app.look(sharing.taken, request.path_params["ticket"][:400], name)
        ending = name.rpartition(".")[2]
        return stored(request, published, TYPES[ending], ending, NEVER_KEPT, keep=True)

    async def _award(self, award_id: str) -> SharePage:
        return await self.app.look(sharing.share_page, award_id)

    def _named(self, url: str) -> str:
        """Read which award an address is of. Raises `NotThere`."""
        try:
            ours, asked = urlsplit(self.app.site.pages), urlsplit(url)
        except ValueError as error:
            raise NotThere from error
        match asked.path.removeprefix(ours.path).strip("/").split("/"):
            case ["awards", award_id, *_] if asked.netloc == ours.netloc:
                return award_id
        raise NotThere


def _number(text: str, otherwise: int) -> int:
    """Read a size in pixels that a frame can have."""
    return max(120, int(text)) if text.isascii() and text.isdigit() and len(text) < 6 else otherwise
