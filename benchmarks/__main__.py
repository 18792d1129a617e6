"""Run every contest and print the tables: about two minutes."""

import os
import platform
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path

from cryptography.hazmat.backends.openssl import backend

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
    """Measure and print."""
    print(f"{_processor()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}")
    print(f"Load before the run: {os.getloadavg()[0]:.1f}")
    packages = ", ".join(f"{name} {version(name)}" for name in ("cryptography", "PyLD", "Pillow"))
    print(f"Python {platform.python_version()}, {packages}, {backend.openssl_version_text()}")
    print(f"Best of {ROUNDS} rounds of {SLICE} s of processor time each; everyone takes a turn in every round.\n")
    with ExitStack() as stack:
        peers = {}
        for name, (script, needs) in NODE_PEERS.items():
            try:
                peers[name] = stack.enter_context(NodePeer(script, needs))
            except Missing as missing:
                print(f"*** SKIPPED: {name}: {missing}")
        signing, counts = sign_contest(peers)
        _show(signing)
        print(f"  our badges by path: { {way.value: counts[way] for way in Way} }\n")
        _show(verify_contest(peers))
    _show(bake_contest())
    _show(status_contest())


def _show(contest: Contest) -> None:
    contest.run()
    print("\n".join(contest.lines()), end="\n\n", flush=True)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.processor())


if __name__ == "__main__":
    main()
