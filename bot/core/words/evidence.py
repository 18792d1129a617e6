"""The words that stand inside a signed credential."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.core.words.saying import plain

FILES = {"application/pdf": "PDF", "image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WebP", "image/gif": "GIF"}
"""What kinds of files are called by everybody; plain text is a word of each language."""


def describe(author: str, at: datetime | None, sha256: str, lang: str) -> tuple[str, str]:
    """Name and describe a quoted message as evidence.

    `author` is "" for who has not agreed to be named, `sha256` where the text is not the whole message.
    """
    moment = at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC") if at is not None else ""
    name = plain(lang, "A message from the class's chat")
    if author:
        written = plain(lang, "Written by {author}, {moment}.", author=author, moment=moment)
    else:
        written = plain(lang, "Written by a member of the class, {moment}.", moment=moment)
    if sha256:
        written += " " + plain(lang, "SHA-256 of the text: {sha256}", sha256=sha256)
    return name, written


def describe_file(media_type: str, sha256: str, lang: str) -> str:
    """Describe a file as evidence: its kind, and the digest by which an unchanged copy can be recognised."""
    return plain(
        lang,
        "A file of the kind {kind}. SHA-256 of the file: {sha256}",
        kind=kind_called(media_type, lang),
        sha256=sha256,
    )


def kind_called(media_type: str, lang: str) -> str:
    """Say what kind of file something is."""
    return FILES.get(media_type) or plain(lang, "plain text")
