"""A real browser against a real server."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.shell import Shell


@pytest.fixture(scope="module")
def room(sample_school: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Shell, str]]:
    """The sample school, served."""
    folder = tmp_path_factory.mktemp("room")
    shutil.copytree(sample_school, folder, dirs_exist_ok=True)
    shell = Shell(folder)
    with shell.running() as base:
        yield shell, base


@pytest.fixture
def tab(browser: Browser, room: tuple[Shell, str], tmp_path: Path) -> Iterator[Callable[[str], Page]]:
    """Open a tab as somebody; a script that fails in it fails the test."""
    _, base = room
    context = browser.new_context(accept_downloads=True, locale="en-GB", timezone_id="Europe/London")
    context.set_default_timeout(60_000)
    problems: list[str] = []
    context.on("weberror", lambda error: problems.append(str(error.error)))

    def open_tab(who: str) -> Page:
        page = context.new_page()
        page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
        page.goto(f"{base}/room?as={who}")
        page.locator("#message[placeholder]").wait_for()  # the room has told who is here
        return page

    yield open_tab
    context.close()
    assert problems == []
