"""Peers from npm, each in a Node process that works when it is its turn and waits while others do."""

import base64
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any, Self

from benchmarks.badges import CREATED, DID, KEY
from benchmarks.measure import SLICE, Slice
from bot.core.credentials.contexts import bundled_contexts
from bot.core.credentials.multibase import multibase58_encode

HERE = Path(__file__).parent
SECRET_PREFIX = b"\x80\x26"  # multicodec ed25519-priv
INSTALL = "(cd benchmarks/peers && npm ci --ignore-scripts && npm run didkit)"


class Missing(Exception):
    """The peer isn't installed, or doesn't do its work; the text says which and how to get it."""


class NodePeer:
    """One peer's process."""

    def __init__(self, script: str, needs: str) -> None:
        self._script = script
        node = shutil.which("node")
        if node is None:
            raise Missing(f"{script}: no Node.js here")
        if not (HERE / needs).exists():
            raise Missing(f"{script}: not installed, {INSTALL}")
        self._process = subprocess.Popen(  # noqa: S603
            [node, f"{script}.mjs"], cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        secret = KEY.private_bytes
        self.version = self.ask(
            setup={
                "contexts": bundled_contexts(),
                "did": DID,
                "multikey": KEY.multikey,
                "secretMultikey": multibase58_encode(SECRET_PREFIX + secret + KEY.public_bytes),
                "jwk": {"kty": "OKP", "crv": "Ed25519", "x": _b64(KEY.public_bytes), "d": _b64(secret)},
                "created": CREATED,
            }
        )["version"]

    def ask(self, **asked: Any) -> Any:
        """Send one line and wait for the answer."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline() or '{"error": "it stopped"}')
        if "error" in answer:
            raise Missing(f"{self._script}: {answer['error'][:200]}")
        return answer

    def slice(self, what: str, documents: list[dict[str, Any]]) -> Slice:
        """Make a slice of the peer's doing "sign" or "verify" on these documents."""
        return lambda: float(self.ask(what=what, documents=documents, seconds=SLICE)["rate"])

    def signed(self, document: dict[str, Any]) -> dict[str, Any]:
        """Have one document signed, to see that the peer does what we do."""
        found: dict[str, Any] = self.ask(what="sign", documents=[document], seconds=0)["last"]
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
