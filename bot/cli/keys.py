"""`laurel keys`: the issuers' signing keys, listed, rotated, published, saved and restored."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import logs
from bot.cli.plain import ConfigFile, fail, opened, out, plainly
from bot.config import load
from bot.core import keyring
from bot.core.app import utc_now
from bot.core.issuing import default_issuer
from bot.core.keyring import KINDS, Kind, NotABackup, OtherIssuers, WrongPassphrase
from bot.core.models import Issuer
from bot.core.people import first_organisation
from bot.wiring import open_database

keys = typer.Typer(no_args_is_help=True, help="The issuers' signing keys.")

PASSPHRASE = "LAUREL_BACKUP_PASSPHRASE"  # noqa: S105 - the name of a variable, no passphrase
SHORTEST = 12
USES = {"ed25519": "badges", "p256": "badges as JWT", "rsa": "RS256 JWTs"}

IssuerName = Annotated[str, typer.Option("--issuer", help="The issuer's name or id; the school's own if left out.")]


@keys.command("list")
def list_keys(config: ConfigFile = None) -> None:
    """Show every key: whose, for what, since when, and whether it is retired."""
    with plainly(), opened(config) as laurel, laurel.database.read() as db:
        table = Table("issuer", "signs", "since", "retired", box=None, pad_edge=False)
        table.add_column("public key", overflow="fold", no_wrap=False, min_width=50)  # to be copied, so never cut
        for key in keyring.list_keys(db):
            retired = f"{key.retired_at:%Y-%m-%d}" if key.retired_at else ""
            row = (key.issuer_name, USES[key.kind], f"{key.since:%Y-%m-%d}", retired, key.multikey)
            table.add_row(*map(escape, row))
        out.print(table)


@keys.command()
def rotate(
    issuer: IssuerName = "",
    kind: Annotated[str, typer.Option(help=" or ".join(KINDS))] = "ed25519",
    config: ConfigFile = None,
) -> None:
    """Make a new key, which signs from now on; what older keys signed goes on verifying. No restart is needed."""
    known: dict[str, Kind] = {name: name for name in KINDS}
    if kind not in known:
        fail(f"{kind}: there is no such kind of key; choose {' or '.join(KINDS)}.")
    with plainly(), opened(config) as laurel, laurel.database.write() as db:
        key = keyring.rotate(db, laurel.site, utc_now(), issuer_named(db, issuer), known[kind])
        out.print(f"{escape(key.issuer_name)} signs {USES[key.kind]} with {key.multikey} from now on.")
        out.print("Badges signed before go on verifying. Make a new backup now: laurel keys backup FILE.")
        if not laurel.site.public and kind == "ed25519":
            out.print("Without a public address the issuer is known by its key: new badges name a new issuer id.")


@keys.command("export-public")
def export_public(
    target: Annotated[Path | None, typer.Option("--out", help="File to write; standard output if left out.")] = None,
    config: ConfigFile = None,
) -> None:
    """Print the issuers' DID documents: all that others need to check badges without this server."""
    with plainly(), opened(config) as laurel, laurel.database.read() as db:
        text = json.dumps(keyring.public_documents(db, laurel.site), indent=2, ensure_ascii=False) + "\n"
    if target is None:
        sys.stdout.write(text)
    else:
        _write(target, text.encode(), secret=False)


@keys.command()
def backup(
    target: Annotated[Path, typer.Argument(metavar="FILE", help="Where to; it must not exist yet.")],
    config: ConfigFile = None,
) -> None:
    """Save every key in one file, locked with a passphrase: enough to sign again when the master key is lost."""
    with plainly(), opened(config) as laurel, laurel.database.read() as db:
        if target.exists():
            fail(f"{target}: is there already; name a new file.")
        passphrase = _passphrase(confirm=True)
        if len(passphrase) < SHORTEST:
            fail(f"The passphrase is too short; choose one of {SHORTEST} characters or more.")
        saved = keyring.backup(db, laurel.site, utc_now(), passphrase)
        _write(target, saved, secret=True)
        out.print(f"{escape(str(target))} holds {len(keyring.list_keys(db))} keys. Keep it away from this machine,")
        out.print("and the passphrase away from the file. To use it: laurel keys restore FILE.")


@keys.command()
def restore(
    source: Annotated[Path, typer.Argument(metavar="FILE", help="A file made by `laurel keys backup`.")],
    config: ConfigFile = None,
) -> None:
    """Put saved keys back into this database, sealed with today's master key; stop `laurel run` first."""
    with plainly():
        settings = load(config)
        logs.set_up("warning", json_lines=settings.log.json_lines)
        try:
            saved = source.read_bytes()
        except OSError as error:
            fail(f"{source}: {error.strerror}.")
        database, site = open_database(settings, keys_lost=True)
        try:
            with database.write() as db:
                restored = keyring.restore(db, site, utc_now(), saved, _passphrase(confirm=False))
        except NotABackup:
            fail(f"{source}: is no backup of keys, or was damaged; choose a file made by `laurel keys backup`.")
        except WrongPassphrase:
            fail("The passphrase does not open this file; try another, or another copy of the file if you are sure.")
        except OtherIssuers:
            fail(f"{source}: holds keys of issuers that this database does not have; choose this school's backup.")
        finally:
            database.close()
        out.print(f"{restored.keys} keys of {restored.issuers} issuers are back. Check with: laurel doctor.")


def issuer_named(db: Session, name: str) -> Issuer:
    """Find an issuer by name or id, "" for the school's own; ends the program where there is not exactly one."""
    if not name:
        return default_issuer(db, first_organisation(db))
    found = db.scalars(select(Issuer).where((Issuer.id == name) | (Issuer.name == name))).all()
    if len(found) != 1:
        names = ", ".join(f"{issuer.name} ({issuer.id})" for issuer in db.scalars(select(Issuer)))
        fail(f"{name}: give one of these by name or id: {names}.")
    return found[0]


def _passphrase(*, confirm: bool) -> str:
    given = os.environ.get(PASSPHRASE)
    if given is not None:
        return given
    if not sys.stdin.isatty():
        fail(f"Set {PASSPHRASE}, or type the passphrase at a terminal.")
    return str(typer.prompt("Passphrase", hide_input=True, confirmation_prompt=confirm))


def _write(path: Path, data: bytes, *, secret: bool) -> None:
    try:
        handle = os.open(
            path, os.O_WRONLY | os.O_CREAT | (os.O_EXCL if secret else os.O_TRUNC), 0o600 if secret else 0o644
        )
        with os.fdopen(handle, "wb") as file:
            file.write(data)
    except OSError as error:
        fail(f"{path}: cannot be written ({error.strerror}).")
