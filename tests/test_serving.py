"""`laurel run` from inside: what is under way comes to its end, and whatever ends badly leaves nothing open."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import httpx
import pytest
import uvicorn
from sqlalchemy import select
from starlette.applications import Starlette

from bot import serving
from bot.adapters.room import Room
from bot.config import BadConfig, Settings, load
from bot.core.models import Announcement
from bot.core.port import Delivered, MemberRef, Place, Reply, Result, Stopped
from bot.wiring import Laurel, open_laurel
from tests.shell import Shell


@pytest.fixture
def settings(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(shell.folder)
    for name, value in shell.environment.items():
        if name.startswith("LAUREL_"):
            monkeypatch.setenv(name, value)
    return load()


def announcements(laurel: Laurel) -> list[Announcement]:
    with laurel.database.read() as db:
        return list(db.scalars(select(Announcement)))


async def test_a_delivery_under_way_comes_to_its_end(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = asyncio.Event()

    class Slow(Room):
        async def deliver(self, to: Place | MemberRef, reply: Reply, *, key: str, edits: str | None) -> Result:
            begun.set()
            await asyncio.sleep(0.5)
            return await super().deliver(to, reply, key=key, edits=edits)

    monkeypatch.setattr("bot.wiring.Room", Slow)
    server = asyncio.create_task(serving.serve(settings))
    beside = await asyncio.to_thread(open_laurel, settings)
    await beside.room.say("rivera", "class-8b", "/award @sam Participation", "e-1")
    await asyncio.wait_for(begun.wait(), 60)
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.wait_for(server, 60)
    [announcement] = [a for a in announcements(beside) if a.channel]
    beside.database.close()
    assert (announcement.shown, announcement.lease) == (announcement.wanted, None)


async def test_a_delivery_that_hangs_does_not_hold_the_end_up(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = asyncio.Event()

    class Hanging(Room):
        async def deliver(self, *_: object, **__: object) -> Delivered:
            begun.set()
            await asyncio.Event().wait()
            raise AssertionError

    monkeypatch.setattr("bot.wiring.Room", Hanging)
    monkeypatch.setattr(serving, "GRACE", 0.2)
    server = asyncio.create_task(serving.serve(settings))
    beside = await asyncio.to_thread(open_laurel, settings)
    await beside.room.say("rivera", "class-8b", "/award @sam Participation", "e-1")
    beside.database.close()
    await asyncio.wait_for(begun.wait(), 60)
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.wait_for(server, 30)  # half of what the outbox itself gives a delivery


async def test_a_platform_that_breaks_comes_back_and_the_others_never_notice(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[str] = []
    back = asyncio.Event()

    class Fragile(Room):
        name = "fragile"

        async def run(self) -> None:
            served.append("fragile")
            if len(served) < 4:
                raise RuntimeError("nobody expected that")
            back.set()
            await asyncio.Event().wait()

    class Sound(Room):
        async def run(self) -> None:
            served.append("sound")
            await super().run()

    def both(*given: object, **named: object) -> Laurel:
        laurel = open_laurel(*given, **named)  # type: ignore[arg-type]
        laurel.platforms["fragile"] = Fragile(laurel.app, laurel.database)
        return laurel

    monkeypatch.setattr("bot.wiring.Room", Sound)
    monkeypatch.setattr(serving, "open_laurel", both)
    monkeypatch.setattr(serving, "SOONEST", 0.01)
    monkeypatch.setattr(serving, "_web", lambda _: uvicorn.Config(Starlette(), log_config=None))
    server = asyncio.create_task(serving.serve(settings))
    await asyncio.wait_for(back.wait(), 60)
    assert (served.count("fragile"), served.count("sound")) == (3, 1)
    assert not server.done()
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.wait_for(server, 60)


async def test_a_platform_that_cannot_go_on_ends_alone(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    class Expelled(Room):
        async def run(self) -> None:
            raise Stopped("the token is no longer good")

    monkeypatch.setattr("bot.wiring.Room", Expelled)
    server = asyncio.create_task(serving.serve(settings))
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.web.port}") as visitor:
        for _ in range(1200):
            await asyncio.sleep(0.05)
            with suppress(httpx.ConnectError):
                assert (await visitor.get("/healthz")).status_code == 200
                break
        await asyncio.sleep(0.2)
        assert (await visitor.get("/healthz")).status_code == 200
    assert not server.done()
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.wait_for(server, 60)


def test_a_web_server_that_fails_leaves_nothing_open(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    @asynccontextmanager
    async def broken(_: Starlette) -> AsyncIterator[None]:
        raise OSError("no templates")
        yield

    opened: list[Laurel] = []

    def remembered(*given: object, **named: object) -> Laurel:
        opened.append(open_laurel(*given, **named))  # type: ignore[arg-type]
        return opened[0]

    monkeypatch.setattr(serving, "open_laurel", remembered)
    monkeypatch.setattr(
        serving, "_web", lambda _: uvicorn.Config(Starlette(lifespan=broken), lifespan="on", log_config=None)
    )
    with pytest.raises(RuntimeError, match="web server"):
        asyncio.run(serving.serve(settings))
    assert opened[0].database.engine.pool.checkedin() == 0  # type: ignore[attr-defined]
    socket.create_server(("127.0.0.1", settings.web.port)).close()


def test_a_host_that_is_not_here_is_named(settings: Settings) -> None:
    web = settings.web.model_copy(update={"host": "192.0.2.1"})
    with pytest.raises(BadConfig, match=r"^\[web\] host: "):
        asyncio.run(serving.serve(settings.model_copy(update={"web": web})))
