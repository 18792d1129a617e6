"""The master key that seals the issuers' keys: from the settings, from systemd, or from a file of our own."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from pathlib import Path
from typing import Literal

from bot.config import BadConfig, KeySettings

KEY_BYTES = 32
CREDENTIAL = "laurel-master-key"
"""What systemd's `LoadCredential=` has to call it."""


def master_key(keys: KeySettings, *, sealed: bool) -> bytes:
    """Read the master key; without one, make its file, readable by nobody else. Raises `BadConfig`.

    Where keys are `sealed` with one already, none is made: it would stand in the place of the right one.
    """
    match source(keys):
        case "setting":
            return _decoded(keys.master_key.get_secret_value(), "[keys] master_key:")
        case "credential":
            return _credential()
    path = keys.master_key_file
    try:
        if not path.exists():
            if sealed:
                says = "is not there, but this database's keys are sealed with one; restore it from your backup."
                raise BadConfig([f"[keys] master_key_file: {path} {says}"])
            _make(path)
        text = path.read_text("ascii", "replace")
    except OSError as error:
        says = f"cannot be read or made ({error.strerror}); name a file that Laurel may write."
        raise BadConfig([f"[keys] master_key_file: {path} {says}"]) from error
    return _decoded(text, f"[keys] master_key_file: {path}")


def source(keys: KeySettings) -> Literal["setting", "credential", "file"]:
    """Tell where the master key comes from: the first of these that is there."""
    if keys.master_key.get_secret_value():
        return "setting"
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    return "credential" if folder and Path(folder, CREDENTIAL).exists() else "file"


def _credential() -> bytes:
    path = Path(os.environ["CREDENTIALS_DIRECTORY"], CREDENTIAL)
    try:
        return _decoded(path.read_text("ascii", "replace"), f"systemd credential {CREDENTIAL}")
    except OSError as error:
        raise BadConfig([f"systemd credential {CREDENTIAL}: cannot be read ({error.strerror})."]) from error


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n"
    # Written whole under another name, then linked: two first starts at once end with one key, never with half.
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


def _decoded(text: str, where: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise BadConfig([f"{where} must be 32 bytes in base64; restore the one you began with from your backup."])
    return key
