"""Where a test runs: most on both databases; those about words, or many or slow, on SQLite alone."""

from __future__ import annotations

import pytest

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
