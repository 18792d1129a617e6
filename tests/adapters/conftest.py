"""What holds for every test of an adapter."""

from __future__ import annotations

import pytest

from bot.adapters.discord import listening
from bot.adapters.slack import commands, modals


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine must not turn an answer into a promise: who wants one shortens the patience."""
    monkeypatch.setattr(listening, "PATIENCE", 60.0)
    monkeypatch.setattr(listening, "TYPING", 60.0)
    monkeypatch.setattr(modals, "PATIENCE", 60.0)
    monkeypatch.setattr(commands, "PERMALINK_PATIENCE", 60.0)
