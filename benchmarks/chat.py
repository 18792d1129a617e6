"""How much an adapter adds to the SDK it stands on: acknowledgements and commands, beside a trivial app of that SDK."""

from __future__ import annotations

import asyncio
import itertools
import socket
import statistics
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

import aiohttp
from slack_sdk.signature import SignatureVerifier

from tests.adapters.discord_fake import FakeDiscord
from tests.adapters.slack_fake import CLASS, SECRET, TEAM, FakeSlack

ROUNDS = 5
COMMAND = {"id": "1", "type": 1, "name": "laurel", "options": [{"type": 1, "name": "help", "options": []}]}
ONE_BY_ONE = 150
TOGETHER = 600
IN_FLIGHT = 50


@dataclass
class Measured:
    """One contestant's figures: seconds to an acknowledgement, commands a second at 50 in flight."""

    acks: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)


def slack() -> list[str]:
    """Measure Slack's adapter; give the lines of its table."""
    return asyncio.run(_slack())


async def _slack() -> list[str]:
    found = {"trivial": Measured(), "laurel": Measured()}
    async with FakeSlack() as fake, aiohttp.ClientSession() as http:
        numbers = itertools.count()
        async with _server("trivial", fake.api) as trivial, _server("laurel", fake.api) as laurel:
            servers = {"trivial": trivial, "laurel": laurel}
            for name, address in servers.items():  # to warm up
                await _together(http, fake, address, numbers, IN_FLIGHT)
                found[name] = Measured()
            for _ in range(ROUNDS):
                for name, address in servers.items():
                    found[name].acks += [await _ack(http, fake, address, next(numbers)) for _ in range(ONE_BY_ONE)]
                    found[name].rates.append(await _together(http, fake, address, numbers, TOGETHER))
    return lines("Slack", "slack-bolt", found["trivial"], found["laurel"], 1.5)


def discord() -> list[str]:
    """Measure Discord's adapter; give the lines of its table."""
    return asyncio.run(_discord())


async def _discord() -> list[str]:
    found = {"trivial": Measured(), "laurel": Measured()}
    async with FakeDiscord() as one, FakeDiscord() as other:
        fakes = {"trivial": one, "laurel": other}
        async with (
            _process("discord_server", "trivial", one.api, one.gateway),
            _process("discord_server", "laurel", other.api, other.gateway),
        ):
            for fake in fakes.values():
                while not fake.identifies:  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
                await _typed(fake, IN_FLIGHT)  # to warm up
            for _ in range(ROUNDS):
                for name, fake in fakes.items():
                    found[name].acks += [await _typed(fake, 1) for _ in range(ONE_BY_ONE)]
                    found[name].rates.append(TOGETHER / await _typed(fake, TOGETHER))
    return lines("Discord", "discord.py", found["trivial"], found["laurel"], 2.0)


async def _typed(fake: FakeDiscord, count: int) -> float:
    """Give the seconds until so many commands are answered, with 50 under way at any time."""
    waiting = iter(range(count))

    async def work() -> None:
        for _ in waiting:
            made = fake.interaction("sam", 2, COMMAND)
            await fake.dispatch("INTERACTION_CREATE", made)
            while not fake.answers[made["token"]]:  # noqa: ASYNC110 - the fake tells nobody, which costs both the same
                await asyncio.sleep(0.0002)

    begun = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(IN_FLIGHT)))
    return time.perf_counter() - begun


def lines(platform: str, sdk: str, trivial: Measured, laurel: Measured, most: float) -> list[str]:
    """Write a table, with what was asked."""
    acks = {name: statistics.median(m.acks) * 1000 for name, m in (("trivial", trivial), ("laurel", laurel))}
    rates = {name: max(m.rates) for name, m in (("trivial", trivial), ("laurel", laurel))}
    slower, share = acks["laurel"] / acks["trivial"], rates["laurel"] / rates["trivial"]
    return [
        f"{platform}: Laurel's adapter over a core that knows one word, beside a trivial app of {sdk}",
        f"{'':32}median ack   commands/s at {IN_FLIGHT} in flight",
        f"  {'trivial app':30}{acks['trivial']:7.2f} ms   {rates['trivial']:,.0f}",
        f"  {'Laurel':30}{acks['laurel']:7.2f} ms   {rates['laurel']:,.0f}",
        f"  asked: median ack at most {most} times: {slower:.2f}, {'met' if slower <= most else 'NOT MET'}",
        f"  asked: commands/s at least 0.5 times: {share:.2f}, {'met' if share >= 0.5 else 'NOT MET'}",
    ]


async def _ack(http: aiohttp.ClientSession, fake: FakeSlack, address: str, number: int) -> float:
    """Give the seconds until a command is acknowledged; its answer is awaited, too, before the next."""
    begun = time.perf_counter()
    await _send(http, fake, address, number)
    taken = time.perf_counter() - begun
    while not fake.responses[f"n{number}"]:  # noqa: ASYNC110 - the fake tells nobody, so that it costs both the same
        await asyncio.sleep(0.0005)
    return taken


async def _together(
    http: aiohttp.ClientSession, fake: FakeSlack, address: str, numbers: itertools.count[int], count: int
) -> float:
    """Give the commands a second, answers included, with 50 under way at any time."""
    mine = [next(numbers) for _ in range(count)]
    waiting = iter(mine)

    async def work() -> None:
        for number in waiting:
            await _send(http, fake, address, number)

    begun = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(IN_FLIGHT)))
    while not all(fake.responses[f"n{number}"] for number in mine):  # noqa: ASYNC110
        await asyncio.sleep(0.001)
    return count / (time.perf_counter() - begun)


async def _send(http: aiohttp.ClientSession, fake: FakeSlack, address: str, number: int) -> None:
    body = urlencode(
        {
            "command": "/laurel",
            "text": "help",
            "team_id": TEAM,
            "user_id": "U0SAM",
            "channel_id": CLASS,
            "trigger_id": f"{number}.trigger",
            "response_url": f"{fake.address}/respond/n{number}",
        }
    )
    stamp = str(int(time.time()))
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=body) or "",
    }
    async with http.post(f"{address}/slack/events", data=body, headers=headers) as answer:
        assert answer.status == 200, await answer.text()


@asynccontextmanager
async def _server(kind: str, api: str) -> AsyncIterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    async with _process("slack_server", kind, str(port), api):
        for _ in range(200):
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.1)
            else:
                writer.close()
                break
        yield f"http://127.0.0.1:{port}"


@asynccontextmanager
async def _process(module: str, *arguments: str) -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", f"benchmarks.{module}", *arguments)
    try:
        yield
    finally:
        process.terminate()
        await process.wait()


if __name__ == "__main__":
    print("\n".join(slack() + discord()))
