"""The web server's entrance: which address asks the core what."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar, Protocol, cast, runtime_checkable
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.convertors import Convertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.core import award_pages, pages
from bot.core.app import App
from bot.core.ids import ID
from bot.core.pages import NotThere, Published
from bot.core.publishing import LIST_NUMBER
from bot.web.answers import A_DAY, A_MINUTE, ASK_FIRST, FOR_GOOD, attached, stored
from bot.web.handing import Handing
from bot.web.metrics import metrics
from bot.web.negotiation import preferred
from bot.web.rendering import TYPES, Statics, Templates
from bot.web.security import Guarded, guard
from bot.web.sharing import Sharing
from bot.web.verifying import Verifying

CREDENTIAL = "application/vc+ld+json"
LINKED_DATA = "application/ld+json"
PATIENCE = 5.0
"""Seconds within which the database must answer `/healthz`."""


class _Named(Convertor[str]):
    """An id: whatever else stands in its place is not there, and no database is asked for it."""

    regex: ClassVar[str] = ID.pattern

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


class _Number(Convertor[int]):
    """A small number: Starlette's own takes any length, which neither Python nor a database does."""

    regex: ClassVar[str] = LIST_NUMBER.pattern

    def convert(self, value: str) -> int:
        return int(value)

    def to_string(self, value: int) -> str:
        return str(value)


register_url_convertor("named", _Named())
register_url_convertor("number", _Number())


@runtime_checkable
class Served(Protocol):
    """A platform with addresses of its own on this server."""

    def routes(self) -> list[BaseRoute]:
        """Give them, each under a path of the platform's name."""
        ...


def build(app: App, *, extra: Sequence[BaseRoute] = (), home: str | None = None) -> Starlette:
    """Make the web application. `extra` are other parts' routes; `home` is where `/` leads, if not to a page.

    Every answer gets the security headers that it has not set itself, those of `extra` too.
    """
    entrance = _Entrance(app, home)
    return Starlette(
        routes=[*extra, *entrance.routes()],
        middleware=[Middleware(Guarded)],
        exception_handlers={
            NotThere: entrance.not_there,
            HTTPException: entrance.refused,
            Exception: entrance.broke,
        },
    )


class _Entrance:
    def __init__(self, app: App, home: str | None) -> None:
        self.app, self.home = app, home
        self.statics = Statics()
        self.templates = Templates(urlsplit(app.site.pages).path.rstrip("/"), self.statics)

    def routes(self) -> list[BaseRoute]:
        award, badge, issuer = "/awards/{id:named}", "/badges/{id:named}", "/issuers/{id:named}"
        document, linked, png = (CREDENTIAL, "json", ASK_FIRST), (LINKED_DATA, "json", ASK_FIRST), "image/png"
        return [
            Route("/", self.landing),
            Route("/healthz", self.health),
            Route("/metrics", metrics),
            Route("/static/{name}", self.static),
            *Verifying(self.app, self._html).routes(),
            *Sharing(self.app, self._html).routes(),
            *Handing(self.app, self._html).routes(),
            Route(award, self._page("award.html", award_pages.award_page, award_pages.award_document, document)),
            Route(f"{award}.json", self._stored(award_pages.award_document, *document)),
            # To be kept as it is: a picture of this picture has no credential inside.
            Route(f"{award}/badge.png", self._stored(award_pages.award_picture, png, "png", ASK_FIRST, keep=True)),
            Route(f"{award}/ob2", self._stored(award_pages.award_ob2, *linked)),
            Route(f"{award}/ob2-legacy", self._stored(partial(award_pages.award_ob2, legacy=True), *linked)),
            Route(f"{badge}/ob2", self._stored(pages.badge_ob2, *linked)),
            Route(f"{issuer}/ob2", self._stored(pages.issuer_ob2, *linked)),
            Route(f"{issuer}/revocations", self._stored(pages.revoked_ids, LINKED_DATA, "json", A_MINUTE)),
            Route(badge, self._page("badge.html", pages.badge_page, pages.badge_document, linked)),
            Route(f"{badge}/emblem.png", self._stored(pages.emblem_picture, png, "png", A_DAY)),
            Route(f"{badge}/emblem.svg", self._stored(pages.emblem_drawing, "image/svg+xml", "svg", A_DAY)),
            Route(issuer, self._page("issuer.html", pages.issuer_page, pages.issuer_document, linked)),
            Route(
                f"{issuer}/did.json",
                self._stored(pages.did_document, "application/did+json", "json", A_MINUTE),
            ),
            Route(
                f"{issuer}/status/{{number:number}}",
                self._stored(pages.status_list, CREDENTIAL, "json", A_MINUTE),
            ),
            Route(
                f"{issuer}/suspensions/{{number:number}}",
                self._stored(partial(pages.status_list, purpose="suspension"), CREDENTIAL, "json", A_MINUTE),
            ),
            Route("/evidence/{id:named}", self.evidence),
            Route("/pictures/{id:named}.png", self._stored(pages.kept_picture, png, "png", FOR_GOOD)),
        ]

    # -- what is kept, and pages ---------------------------------------------------------------------------

    def _stored(
        self,
        question: Callable[..., Published],
        kind: str,
        ending: str,
        cache: str,
        *,
        vary: bool = False,
        keep: bool = False,
    ) -> Callable[[Request], Any]:
        async def answer(request: Request) -> Response:
            published = await self.app.look(question, *request.path_params.values())
            return stored(request, published, kind, ending, cache, vary=vary, keep=keep)

        return answer

    def _page(
        self,
        template: str,
        question: Callable[..., object],
        document: Callable[..., Published],
        as_document: tuple[str, str, str],
    ) -> Callable[[Request], Any]:
        give_document = self._stored(document, *as_document, vary=True)

        async def answer(request: Request) -> Response:
            if _wants_json(request):
                return cast("Response", await give_document(request))
            facts = await self.app.look(question, *request.path_params.values())
            return self._html(template, {"page": facts}, headers={"Vary": "Accept"})

        return answer

    def _html(
        self,
        template: str,
        facts: Mapping[str, Any],
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> HTMLResponse:
        text = self.templates.render(template, facts)
        return HTMLResponse(text, status, {"Cache-Control": ASK_FIRST, **(headers or {})})

    # -- the rest ------------------------------------------------------------------------------------------

    async def evidence(self, request: Request) -> Response:
        published, kind = await self.app.look(award_pages.evidence_file, request.path_params["id"])
        return attached(request, published, kind)

    async def landing(self, _: Request) -> Response:
        if self.home is not None:
            return RedirectResponse(self.home, 307)
        return self._html("landing.html", {})

    async def health(self, _: Request) -> Response:
        try:
            well = await asyncio.wait_for(self.app.look(pages.alive), PATIENCE)
        except TimeoutError:
            well = False
        body = {"status": "ok" if well else "failing", "database": "answers" if well else "does not answer"}
        return JSONResponse(body, 200 if well else 503, {"Cache-Control": "no-store"})

    async def static(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in self.statics.files:
            raise NotThere
        fresh = request.query_params.get("v") == self.statics.digest(name)
        kind = TYPES[f".{name.rpartition('.')[2]}"]
        return Response(
            self.statics.files[name],
            media_type=kind,
            headers={"Cache-Control": FOR_GOOD if fresh else ASK_FIRST},
        )

    # -- what went wrong -----------------------------------------------------------------------------------

    async def not_there(self, request: Request, error: Exception) -> Response:
        return self._problem(request, 404, title=_NOT_GIVEN.get(str(error)))

    async def refused(self, request: Request, error: Exception) -> Response:
        fault = cast("HTTPException", error)
        return self._problem(request, fault.status_code, fault.headers)

    async def broke(self, request: Request, _: Exception) -> Response:
        answer = self._problem(request, 500)
        guard(answer.headers)  # outside of every middleware
        return answer

    def _problem(
        self,
        request: Request,
        status: int,
        headers: Mapping[str, str] | None = None,
        *,
        title: str | None = None,
    ) -> Response:
        facts = {"status": status, "title": title or _TITLES.get(status, "That did not work")}
        if _wants_json(request):
            return JSONResponse(facts, status, headers, media_type="application/problem+json")
        return self._html("problem.html", facts | {"known": title is not None}, status, headers)


_NOT_GIVEN = {
    "suspended": "This badge is suspended, and is not an Open Badges 2.0 assertion until it counts again",
    "no-address": "Open Badges 2.0 needs an issuer with a public address",
    "no-contact": "Open Badges 2.0 needs an issuer with an e-mail address",
    "no-email": "Older backpacks know learners by e-mail address, and this learner has not given one",
    "handover": "This way into a wallet is used or too old: ask for a new one where you share the badge",
}
"""Why something is not given that could be there, by what `NotThere` says."""

_TITLES = {404: "Nothing is here", 405: "This address only shows", 500: "Something broke on our side"}


def _wants_json(request: Request) -> bool:
    return preferred(", ".join(request.headers.getlist("accept"))) == "json"
