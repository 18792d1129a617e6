"""A folder with a sample school in it, the real `laurel` command, and the real server."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[1]


class Shell:
    """A folder with a sample school in it, and a way to run `laurel` there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.environment = {
            **{
                name: value
                for name, value in os.environ.items()
                if not name.startswith(("LAUREL_", "SLACK_", "DISCORD_"))
            },
            "LAUREL_ROOM__ENABLED": "true",
            "LAUREL_WEB__PORT": str(self.port),
            "LAUREL_ORGANISATION__NAME": "Riverside School",
            "PYTHONPATH": str(ROOT),
        }

    def __call__(self, *arguments: str, fails: int = 0, stdin: bytes | None = None, **environment: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            cwd=self.folder,
            env=self.environment | environment,
            input=stdin,
            capture_output=True,
            timeout=60,
            check=False,
        )
        said = done.stdout.decode() + done.stderr.decode()
        assert done.returncode == fails, said
        assert "Traceback" not in said
        return said

    def say(self, who: str, text: str, *more: str, fails: int = 0) -> dict:
        return json.loads(self("say", "--as", who, "--in", "class-8b", "--json", *more, text, fails=fails))

    def start(self) -> subprocess.Popen[bytes]:
        """Start `laurel run`; whoever starts it ends it."""
        return subprocess.Popen(
            [sys.executable, "-m", "bot", "run"], cwd=self.folder, env=self.environment, stderr=subprocess.PIPE
        )

    @contextmanager
    def running(self) -> Iterator[str]:
        """`laurel run`, until it is told to stop; it must end by itself and well."""
        process = self.start()
        base = f"http://127.0.0.1:{self.port}"
        try:
            _wait_for(base, process)
            yield base
            process.send_signal(signal.SIGTERM)
            _, errors = process.communicate(timeout=60)
            assert process.returncode == 0, errors.decode()
            assert b"Traceback" not in errors, errors.decode()
        finally:
            process.kill()
            process.communicate()


def _wait_for(base: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert process.poll() is None, process.stderr and process.stderr.read()
        try:
            if httpx.get(f"{base}/healthz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the server did not start")
