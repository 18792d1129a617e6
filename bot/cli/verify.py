"""`laurel verify`: check a badge from anywhere."""

from __future__ import annotations

import json
import sys
import unicodedata
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from bot import fetching
from bot.cli.plain import fail, out
from bot.core import credentials
from bot.core.app import utc_now
from bot.core.credentials import Outcome, Unreachable
from bot.core.words import checks as check_words

_ENOUGH = credentials.MAX_PICTURE + 1
"""Bytes to read: one more than any badge has tells that it is too large."""
MARKS = {Outcome.PASSED: "[green]✓[/]", Outcome.FAILED: "[red]✗[/]", Outcome.UNKNOWN: "[yellow]?[/]"}


def verify(
    badge: Annotated[
        str, typer.Argument(metavar="FILE|URL", help="A badge: PNG, SVG, JSON or JWT; - for standard input.")
    ],
    email: Annotated[str, typer.Option(help="Whose it should be: an e-mail address, or another identity.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Check a badge from anywhere; exit 0 only if every check holds."""
    found = credentials.verify(_badge_bytes(badge), fetch=fetching.fetch, now=utc_now(), recipient=email or None)
    checks = [(c, check_words.title(c, "en"), check_words.sentence(c, "en")) for c in found.checks]
    if as_json:
        rows = [{"name": c.name, "outcome": c.outcome, "reason": c.reason, "sentence": s} for c, _, s in checks]
        answer = {
            "holds": found.holds,
            "badge": found.badge_name,
            "issuer": found.issuer_name,
            "checks": rows,
        }
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    else:
        if found.badge_name:
            out.print(f"[bold]{_told(found.badge_name)}[/] from {_told(found.issuer_name or found.issuer_id or '?')}")
        for check, title, sentence in checks:
            out.print(f"{MARKS[check.outcome]} [bold]{escape(title)}[/]: {_told(sentence)}")
    raise typer.Exit(0 if found.holds else 1)


def _told(text: str) -> str:
    """Write a stranger's text: with an escape sequence in it, a forged badge could paint over its own checks."""
    return escape("".join("\ufffd" if unicodedata.category(char) == "Cc" else char for char in text))


def _badge_bytes(badge: str) -> bytes:
    if badge == "-":
        return sys.stdin.buffer.read(_ENOUGH)
    if "://" in badge:
        try:
            return fetching.fetch_named(badge)
        except Unreachable:
            fail(f"{badge}: could not be fetched; check the address (https, or http on this machine).")
    try:
        with Path(badge).open("rb") as file:
            return file.read(_ENOUGH)
    except OSError as error:
        fail(f"{badge}: {error.strerror}.")
