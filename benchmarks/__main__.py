"""Run every contest, print the tables and write docs/benchmarks.md: about three minutes."""

import os
import platform
from collections.abc import Callable
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path

from cryptography.hazmat.backends.openssl import backend

from benchmarks import awards, chat
from benchmarks.measure import ROUNDS, SLICE, Contest
from benchmarks.peers.node import Missing, NodePeer
from benchmarks.pictures import bake_contest
from benchmarks.signing import sign_contest, verify_contest
from benchmarks.status import status_contest
from bot.core.credentials.compiled import Path as Way

NODE_PEERS = {
    "digitalbazaar (Node)": ("digitalbazaar", "node_modules/@digitalbazaar/vc"),
    "DIDKit 0.4 (wasm)": ("didkit", "didkit_wasm_bg.wasm"),
}


def main() -> None:
    """Measure, print, and write docs/benchmarks.md."""
    page = Page()
    packages = ", ".join(f"{name} {version(name)}" for name in ("cryptography", "PyLD", "Pillow", "SQLAlchemy"))
    page.say(
        f"{_processor()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}",
        f"Load before the run: {os.getloadavg()[0]:.1f}",
        f"Python {platform.python_version()}, {packages}, {backend.openssl_version_text()}",
        f"Best of {ROUNDS} rounds of {SLICE} s of processor time each; everyone takes a turn in every round.",
    )
    with ExitStack() as stack:
        peers = {}
        for name, (script, needs) in NODE_PEERS.items():
            try:
                peers[name] = stack.enter_context(NodePeer(script, needs))
            except Missing as missing:
                page.say(f"NOT INSTALLED, not measured: {name}: {missing}")
        signing, counts = sign_contest(peers)
        page.show(signing)
        page.say(f"  our badges by path: { {way.value: counts[way] for way in Way} }")
        page.show(verify_contest(peers))
    page.show(bake_contest())
    with status_contest() as revoking:
        page.show(revoking)
    page.say(*_awarded("SQLite, processor time", awards.on_sqlite))
    page.say(*_awarded("PostgreSQL, time on the wall", awards.on_postgresql))
    page.say(*chat.slack())
    page.say(*chat.discord())
    page.write(Path("docs/benchmarks.md"))


def _awarded(where: str, compare: Callable[[], tuple[float, float]]) -> tuple[str, ...]:
    """Say what many awards at once cost."""
    heading = f"{awards.COUNT:,} awards in one command ({where})"
    try:
        whole, bare = compare()
    except Missing as missing:
        return (f"{heading}: not measured, missing is {missing}",)
    return (
        f"{heading}: {whole:.2f} s",
        f"  as many signatures and the same rows alone:  {bare:.2f} s",
        f"  asked: at most 3.00 times; measured: {whole / bare:.2f} times",
    )


class Page:
    """What is printed, and kept."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, *lines: str) -> None:
        """Print some lines, and an empty one."""
        self.lines += [*lines, ""]
        print("\n".join(lines), end="\n\n", flush=True)

    def show(self, contest: Contest) -> None:
        """Run a contest and print its table."""
        contest.run()
        self.say(*contest.lines())

    def write(self, path: Path) -> None:
        """Write it all down."""
        body = "\n".join(self.lines).rstrip()
        head = (
            "# Benchmarks\n\nWritten by `make bench`; ratios are of one run, side by side. No test asserts any of it.\n"
        )
        path.write_text(f"{head}\n```\n{body}\n```\n", "utf-8")


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.processor())


if __name__ == "__main__":
    main()
