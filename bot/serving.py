"""`laurel run`: the web server, the platforms, the outbox and everything timed, until told to stop."""

from __future__ import annotations

import asyncio
import errno
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog
import uvicorn
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy import delete

from bot.adapters import room
from bot.config import BadConfig, Settings, WebSettings
from bot.core import holding, keeping, reminders, role_keeping
from bot.core.models import Event
from bot.core.port import Platform, Stopped
from bot.web import Served, build
from bot.wiring import Laurel, open_laurel

log = structlog.get_logger(__name__)

EVENTS_KEPT = timedelta(days=30)
"""How long an event id is remembered: no platform sends one again after a day."""

GRACE = 10.0
"""Seconds that deliveries under way have to come to their end; what does not is repeated by the next start."""


SOONEST, LATEST = 1.0, 300.0
"""Seconds after which a platform that broke is started again: at first, and at most."""


class _Server(uvicorn.Server):
    """Uvicorn without signal handlers of its own: this process has more to stop than a web server."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone."""
        yield


async def serve(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT, then let what is under way come to its end, but not for ever.

    Raises `BadConfig`, before anything else has happened where another program has the port.
    """
    due, stop, loop = asyncio.Event(), asyncio.Event(), asyncio.get_running_loop()

    def committed() -> None:
        loop.call_soon_threadsafe(due.set)

    with _listening(settings.web) as listener:
        laurel = await asyncio.to_thread(open_laurel, settings, committed=committed)
        for signum in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(signum, stop.set)
        try:
            await _run(laurel, listener, due, stop)
        finally:
            laurel.database.close()


async def _run(laurel: Laurel, listener: socket.socket, due: asyncio.Event, stop: asyncio.Event) -> None:
    server = _Server(_web(laurel))
    scheduler = _timed(laurel, due)
    scheduler.start()
    web = asyncio.create_task(_serve_web(server, listener), name="web")
    outbox = asyncio.create_task(laurel.outbox.keep_pumping(due, stop), name="outbox")
    platforms = [asyncio.create_task(_keep(platform), name=platform.name) for platform in laurel.platforms.values()]
    stopped = asyncio.create_task(stop.wait(), name="stop")
    log.info("laurel is ready", address=laurel.site.pages, platforms=sorted(laurel.platforms))
    ended, _ = await asyncio.wait([web, outbox, *platforms, stopped], return_when=asyncio.FIRST_COMPLETED)
    log.info("stopping", because=[task.get_name() for task in ended])
    scheduler.shutdown(wait=False)
    stop.set()
    due.set()  # so that a pump that waits looks up and sees that it is to stop
    await asyncio.wait([outbox], timeout=GRACE)
    # The platforms before the web server: they end their open streams, for which it would wait.
    for task in (outbox, *platforms):
        task.cancel()
    results = await asyncio.gather(outbox, *platforms, return_exceptions=True)
    server.should_exit = True
    results += await asyncio.gather(web, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception):
            raise result


async def _keep(platform: Platform) -> None:
    """Run a platform until cancelled, and begin anew whenever it breaks; the others go on without it meanwhile.

    One that cannot go on is let go.
    """
    wait = SOONEST
    while True:
        began = time.monotonic()
        try:
            await platform.run()
            log.error("platform ended by itself; it is started again", platform=platform.name, seconds=wait)
        except Stopped as stopped:
            log.error("platform stopped; the others go on", platform=platform.name, why=stopped.why)
            await asyncio.Event().wait()
        except Exception:
            log.exception("platform broke; it is started again", platform=platform.name, seconds=wait)
        if time.monotonic() - began > LATEST:  # it was good for a while
            wait = SOONEST
        await asyncio.sleep(wait)
        wait = min(wait * 2, LATEST)


def _listening(web: WebSettings) -> socket.socket:
    """Take the port. Uvicorn would do so itself, but end the whole process where it cannot."""
    family = socket.AF_INET6 if ":" in web.host else socket.AF_INET
    try:
        return socket.create_server((web.host, web.port), family=family)
    except OSError as error:
        match error.errno:
            case errno.EADDRINUSE:
                problem = f"port: {web.port} is taken; stop the program that has it, or choose another port"
            case errno.EACCES:
                problem = f"port: {web.port} may not be opened by this user; choose one from 1024 on"
            case _:
                problem = f"host: cannot be listened on ({error.strerror}); set an address of this machine"
        raise BadConfig([f"[web] {problem}."]) from error


async def _serve_web(server: uvicorn.Server, listener: socket.socket) -> None:
    try:
        await server.serve(sockets=[listener])
    except SystemExit as error:  # it would tear the event loop down, past everything that has to be let go
        raise RuntimeError("the web server could not start") from error


def _web(laurel: Laurel) -> uvicorn.Config:
    web = laurel.settings.web
    served = [platform for platform in laurel.platforms.values() if isinstance(platform, Served)]
    home = None
    if room.Room.name in laurel.platforms:
        room.check_loopback(web.host)
        home = "/room"
    app = build(laurel.app, extra=[route for platform in served for route in platform.routes()], home=home)
    return uvicorn.Config(
        app, host=web.host, port=web.port, log_config=None, access_log=False, timeout_graceful_shutdown=5
    )


def _timed(laurel: Laurel, due: asyncio.Event) -> AsyncIOScheduler:
    """Set up everything timed. What is due stands in the database; these only look, so a missed run is no loss."""
    scheduler = AsyncIOScheduler(timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1})

    async def remind() -> None:
        if await asyncio.to_thread(reminders.tick, laurel.database, laurel.site, laurel.app.clock()):
            due.set()

    async def take_back() -> None:
        if await asyncio.to_thread(role_keeping.tick, laurel.database, laurel.app.clock()):
            due.set()

    async def look() -> None:
        due.set()

    async def tidy() -> None:
        await asyncio.to_thread(_forget_events, laurel)

    scheduler.add_job(look, IntervalTrigger(seconds=1), id="outbox")
    scheduler.add_job(remind, IntervalTrigger(seconds=20), id="reminders")
    scheduler.add_job(take_back, IntervalTrigger(seconds=20), id="roles")
    scheduler.add_job(tidy, CronTrigger(hour=3, minute=17), id="tidy")
    return scheduler


def _forget_events(laurel: Laurel) -> None:
    with laurel.database.write() as db:
        db.execute(delete(Event).where(Event.at < laurel.app.clock() - EVENTS_KEPT))
        keeping.forget(db, laurel.app.clock())
        holding.forget(db, laurel.app.clock())
