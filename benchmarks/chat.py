"""How much an adapter adds to the SDK it stands on: acknowledgements and commands, beside a trivial app of that SDK.

Every contestant is a process of its own. This process is the platform: it sends the commands, checks nothing, and takes
the time at which each answer arrives. On a machine that others use, too, a second of the contestant's own processor
says more than one of the clock; both are told.
"""

from __future__ import annotations

import asyncio
import itertools
import socket
import statistics
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol, Self
from urllib.parse import urlencode

from slack_sdk.signature import SignatureVerifier

from tests.adapters.discord_fake import FakeDiscord
from tests.adapters.slack_fake import CLASS, SECRET, TEAM, FakeSlack

ROUNDS = 8
ONE_BY_ONE = 100
TOGETHER = 300
IN_FLIGHT = 50
LEAST = 0.8
"""How much of what it does in a second of its processor a trivial app does by the clock, if nobody disturbs it."""
TRIVIAL, LAUREL, WHOLE = "trivial", "laurel", "whole"
CONTESTANTS = (TRIVIAL, LAUREL, WHOLE)
HELP = {"id": "1", "type": 1, "name": "laurel", "options": [{"type": 1, "name": "help", "options": []}]}


@dataclass
class Measured:
    """One contestant's figures, a value for each round.

    Median seconds to an acknowledgement; at 50 in flight, commands in a second of the clock, and of its processor.
    """

    acks: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    works: list[float] = field(default_factory=list)


class Line(Protocol):
    """The way to one contestant, whose process is `pid`."""

    pid: int

    async def ask(self) -> float:
        """Give a command, wait for its answer; give the seconds until it was acknowledged."""


def slack() -> list[str]:
    """Measure Slack's adapter; give the lines of its table."""
    return asyncio.run(_slack())


async def _slack() -> list[str]:
    async with AsyncExitStack() as stack:
        lines = {}
        for name in CONTESTANTS:
            fake, port = await stack.enter_async_context(FakeSlack()), _free_port()
            pid = await stack.enter_async_context(_process("slack_server", name, str(port), fake.api))
            lines[name] = await stack.enter_async_context(SlackLine(fake, port, pid))
        return table("Slack", "slack-bolt", await contest(lines), 1.5)


def discord() -> list[str]:
    """Measure Discord's adapter; give the lines of its table."""
    return asyncio.run(_discord())


async def _discord() -> list[str]:
    async with AsyncExitStack() as stack:
        lines = {}
        for name in CONTESTANTS:
            fake = await stack.enter_async_context(FakeDiscord(checks=False))
            pid = await stack.enter_async_context(_process("discord_server", name, fake.api, fake.gateway))
            lines[name] = DiscordLine(fake, pid)
        for line in lines.values():
            await line.connected()
        return table("Discord", "discord.py", await contest(lines), 2.0)


async def contest(lines: Mapping[str, Line]) -> dict[str, Measured]:
    """Let everybody take a turn in every round; one more comes first, to warm up, and doesn't count."""
    for line in lines.values():
        await _together(line)
    found = {name: Measured() for name in lines}
    for _ in range(ROUNDS):
        for name, line in lines.items():
            found[name].acks.append(statistics.median([await line.ask() for _ in range(ONE_BY_ONE)]))
            rate, work = await _together(line)
            found[name].rates.append(rate)
            found[name].works.append(work)
    return found


async def _together(line: Line) -> tuple[float, float]:
    """Give the commands in a second of the clock and of the processor, with 50 under way at any time."""
    waiting = iter(range(TOGETHER))

    async def work() -> None:
        for _ in waiting:
            await line.ask()

    begun, worked = time.perf_counter(), _worked(line.pid)
    await asyncio.gather(*(work() for _ in range(IN_FLIGHT)))
    return TOGETHER / (time.perf_counter() - begun), TOGETHER / (_worked(line.pid) - worked)


def _worked(pid: int) -> float:
    """Give the seconds that a process has spent on the processor, from the clock that Linux keeps for each."""
    return time.clock_gettime(~pid << 3 | 2)


def table(platform: str, sdk: str, found: Mapping[str, Measured], most: float) -> list[str]:
    """Write a table, with what was asked."""
    named = {TRIVIAL: f"trivial app of {sdk}", LAUREL: "Laurel's adapter", WHOLE: "Laurel, core and SQLite too"}
    ack, rate, work = (
        {name: best(getattr(one, kind)) for name, one in found.items()}
        for kind, best in (("acks", min), ("rates", max), ("works", max))
    )
    lines = [
        f"{platform}: Laurel's adapter over a core that knows one word, and over its own, beside a trivial app",
        f"  best of {ROUNDS} rounds; commands a second at {IN_FLIGHT} in flight, and in a second of its processor",
        f"  {'':30}median ack       commands/s    of processor",
        *(f"  {named[n]:30}{ack[n] * 1000:7.2f} ms {rate[n]:16,.0f}{work[n]:16,.0f}" for n in CONTESTANTS),
        f"  the adapter does {work[LAUREL] / work[TRIVIAL]:.2f} times the commands in a second of processor",
    ]
    if rate[TRIVIAL] < LEAST * work[TRIVIAL]:
        return [*lines, "  the trivial app was kept from its processor by others: nothing is claimed"]
    slower, share = ack[LAUREL] / ack[TRIVIAL], rate[LAUREL] / rate[TRIVIAL]
    return [
        *lines,
        f"  asked: the adapter's median ack at most {most} times: {slower:.2f}, {_verdict(slower <= most)}",
        f"  asked: its commands/s at least 0.5 times: {share:.2f}, {_verdict(share >= 0.5)}",
    ]


def _verdict(met: bool) -> str:
    return "met" if met else "NOT MET"


# -- the ways to the contestants ---------------------------------------------------------------------------------


class DiscordLine:
    """A gateway, at whose other end a contestant listens."""

    def __init__(self, fake: FakeDiscord, pid: int) -> None:
        self._fake, self.pid = fake, pid
        self._acks: dict[str, float] = {}
        self._waiting: dict[str, asyncio.Future[None]] = {}
        fake.arrived = self._arrived

    async def connected(self) -> None:
        """Wait until somebody listens."""
        async with asyncio.timeout(60):
            while not self._fake.identifies:  # noqa: ASYNC110 - nothing is measured yet
                await asyncio.sleep(0.1)

    async def ask(self) -> float:
        """Type `/laurel help`."""
        made = self._fake.interaction("sam", 2, HELP)
        token = made["token"]
        answered = self._waiting[token] = asyncio.get_running_loop().create_future()
        begun = time.perf_counter()
        await self._fake.dispatch("INTERACTION_CREATE", made)
        await answered
        return self._acks.pop(token) - begun

    def _arrived(self, token: str, kind: int) -> None:
        self._acks.setdefault(token, time.perf_counter())
        if kind != 5:  # which only says that an answer will come
            self._waiting.pop(token).set_result(None)


class SlackLine:
    """Signed requests to a contestant, on connections that stay open; written by hand, to cost as little as can be."""

    def __init__(self, fake: FakeSlack, port: int, pid: int) -> None:
        self._fake, self._port, self.pid = fake, port, pid
        self._numbers = itertools.count()
        self._signer = SignatureVerifier(SECRET)
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self._waiting: dict[str, asyncio.Future[None]] = {}
        fake.arrived = self._arrived

    async def __aenter__(self) -> Self:
        async with asyncio.timeout(60):
            while len(self._idle) < IN_FLIGHT:
                try:
                    self._idle.append(await asyncio.open_connection("127.0.0.1", self._port))
                except OSError:  # it is still starting
                    await asyncio.sleep(0.1)
        return self

    async def __aexit__(self, *_: object) -> None:
        for _, writer in self._idle:
            writer.close()

    async def ask(self) -> float:
        """Type `/laurel help`."""
        name = f"n{next(self._numbers)}"
        answered = self._waiting[name] = asyncio.get_running_loop().create_future()
        request = self._request(name)
        reader, writer = self._idle.pop()
        begun = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        taken = time.perf_counter() - begun
        assert head.startswith(b"HTTP/1.1 200 "), head
        await reader.readexactly(_length(head))
        self._idle.append((reader, writer))
        await answered
        return taken

    def _request(self, name: str) -> bytes:
        body = urlencode(
            {
                "command": "/laurel",
                "text": "help",
                "team_id": TEAM,
                "user_id": "U0SAM",
                "channel_id": CLASS,
                "trigger_id": f"{name}.trigger",
                "response_url": f"{self._fake.address}/respond/{name}",
            }
        )
        stamp = str(int(time.time()))
        head = {
            "Host": f"127.0.0.1:{self._port}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Content-Length": str(len(body)),
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": self._signer.generate_signature(timestamp=stamp, body=body) or "",
        }
        lines = ["POST /slack/events HTTP/1.1", *(f"{key}: {value}" for key, value in head.items()), "", body]
        return "\r\n".join(lines).encode()

    def _arrived(self, name: str) -> None:
        self._waiting.pop(name).set_result(None)


def _length(head: bytes) -> int:
    fields = dict(line.split(b": ", 1) for line in head.lower().split(b"\r\n")[1:] if line)
    return int(fields.get(b"content-length", 0))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def _process(module: str, *arguments: str) -> AsyncIterator[int]:
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", f"benchmarks.{module}", *arguments)
    try:
        yield process.pid
    finally:
        process.terminate()
        await process.wait()


if __name__ == "__main__":
    print("\n".join([*slack(), "", *discord()]))
