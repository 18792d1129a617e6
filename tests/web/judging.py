"""Asking other people's verifiers: each in a process of its own, on a web that is only what we serve."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from base64 import b64encode
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from starlette.testclient import TestClient

from bot.core.credentials.contexts import bundled_contexts

JUDGES = Path(__file__).parents[1] / "judges"
CONTEXTS = Path(__file__).parent / "data"
Web = dict[str, dict[str, Any]]


def web(client: TestClient, *starts: str) -> Web:
    """Fetch some addresses, and every address of ours that the documents there name; with the published contexts."""
    base, found, waiting = str(client.base_url).rstrip("/"), _contexts(), list(starts)
    while waiting:
        url = waiting.pop()
        if url in found:
            continue
        answer = client.get(urlsplit(url).path, headers={"Accept": "application/json"})
        kind = answer.headers["content-type"]
        found[url] = _page(answer.content, kind.partition(";")[0], answer.status_code)
        if "json" in kind:
            waiting += [one.partition("#")[0] for one in re.findall(rf'"({re.escape(base)}/[^"]+)"', answer.text)]
    return found


def _contexts() -> Web:
    known = {
        url: _page(json.dumps(document).encode(), "application/ld+json") for url, document in bundled_contexts().items()
    }
    old = (CONTEXTS / "ob-v2p0-context.json").read_bytes()
    return {**known, "https://w3id.org/openbadges/v2": _page(old, "application/ld+json")}


def _page(body: bytes, kind: str, status: int = 200) -> dict[str, Any]:
    return {"status": status, "type": kind, "body": b64encode(body).decode()}


def publish_did(pages: Web, client: TestClient, did: str, url: str) -> None:
    """Let a DID be looked up: it is the document at its address."""
    pages[did] = _page(client.get(urlsplit(url).path).content, "application/did+json")


def node(kind: str, document: Any, pages: Web, **more: Any) -> dict[str, Any]:
    """Ask a verifier that runs on Node.js."""
    if shutil.which("node") is None or not (JUDGES / "node_modules").is_dir():
        pytest.skip("Node.js, or what `npm ci --prefix tests/judges` installs, is not here")
    return _asked(["node", "judge.mjs"], {"kind": kind, "document": document, "web": pages, **more})


def openbadges(url: str, pages: Web, **more: Any) -> dict[str, Any]:
    """Ask 1EdTech's validator of Open Badges 2.0."""
    python = JUDGES / ".venv/bin/python"
    if not python.exists():
        pytest.skip("1EdTech's validator is not here: run `make test`")
    return _asked([str(python), "openbadges_judge.py"], {"url": url, "web": pages, **more})


def _asked(command: list[str], question: dict[str, Any]) -> dict[str, Any]:
    done = subprocess.run(
        command, cwd=JUDGES, input=json.dumps(question).encode(), capture_output=True, timeout=60, check=False
    )
    assert done.stdout, done.stderr.decode()
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer
