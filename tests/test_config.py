"""Settings: every mistake names the key, the problem and the fix, and no secret is repeated."""

from __future__ import annotations

import base64
import os
import stat
from pathlib import Path

import pytest

from bot.config import BadConfig, Settings, load
from bot.master_key import CREDENTIAL, master_key
from bot.wiring import open_laurel

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("LAUREL_")]:
        monkeypatch.delenv(name)


def written(text: str) -> Path:
    path = Path("config.toml")
    path.write_text(text, encoding="utf-8")
    return path


def problems(text: str) -> str:
    with pytest.raises(BadConfig) as caught:
        load(written(text))
    return "\n".join(caught.value.problems)


def test_without_a_file_everything_has_a_default() -> None:
    assert load().model_dump() == load(ROOT / "config.example.toml").model_dump()


def test_the_example_shows_every_setting() -> None:
    example = (ROOT / "config.example.toml").read_text(encoding="utf-8")
    for section, field in Settings.model_fields.items():
        assert f"[{section}]" in example
        for key in field.annotation.model_fields:  # type: ignore[union-attr]
            assert f"\n{key} = " in example, f"[{section}] {key}"


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    path = written('[web]\nport = 9000\n[organisation]\nname = "Hill School"\n')
    monkeypatch.setenv("LAUREL_WEB__PORT", "9001")
    settings = load(path)
    assert (settings.web.port, settings.organisation.name) == (9001, "Hill School")


@pytest.mark.parametrize(
    ("text", "key", "fix"),
    [
        ("[web]\nport = 0\n", "[web] port", "greater than or equal to 1"),
        ("[web]\nprot = 8080\n", "[web] prot", "see config.example.toml"),
        ("[wbe]\nport = 8080\n", "[wbe]", "see config.example.toml"),
        ('[web]\npublic_url = "http://school.example"\n', "[web] public_url", "https address"),
        ('[organisation]\ntimezone = "Mars/Olympus"\n', "[organisation] timezone", "write it like Europe/Kyiv"),
        ('[reminders]\nat = "teatime"\n', "[reminders] at", "LAUREL_REMINDERS__AT"),
        ('[room]\nenabled = true\n[web]\nhost = "0.0.0.0"\n', "[web] host", "set 127.0.0.1"),
        ('[database]\nurl = "foo"\n', "[database] url", "sqlite:///data/laurel.db"),
        ('[database]\nurl = ""\n', "[database] url", "sqlite:///data/laurel.db"),
        ('[database]\nurl = "sqlite://data/laurel.db"\n', "[database] url", "sqlite:///data/laurel.db"),
        ('[database]\nurl = "sqlite://"\n', "[database] url", "sqlite:///data/laurel.db"),
        ('[database]\nurl = "mysql://host/name"\n', "[database] url", "postgresql+psycopg://"),
        ('[database]\nurl = "postgresql://host/name"\n', "[database] url", "postgresql+psycopg://"),
        ("[web\n", "config.toml", "not valid TOML"),
    ],
)
def test_a_mistake_names_the_key_and_the_fix(text: str, key: str, fix: str) -> None:
    said = problems(text)
    assert key in said
    assert fix in said


@pytest.mark.parametrize("url", ["mysql://me:hunter2@host/x", "postgresql+psycopg://me:hunter2@host:hunter2/x"])
def test_a_wrong_database_address_is_never_repeated(url: str) -> None:
    assert "hunter2" not in problems(f'[database]\nurl = "{url}"\n')


@pytest.mark.parametrize(
    "url", ["sqlite:////srv/laurel.db", "postgresql+psycopg://me:secret@host/laurel?sslmode=require"]
)
def test_both_kinds_of_database_are_taken(url: str) -> None:
    assert load(written(f'[database]\nurl = "{url}"\n')).database.url == url


def test_a_database_folder_that_cannot_be_made_is_named() -> None:
    Path("data").write_text("a file, no folder", encoding="ascii")
    with pytest.raises(BadConfig, match=r"^\[database\] url: .*File exists.*folder"):
        open_laurel(load())


def test_a_file_that_is_no_database_is_named() -> None:
    Path("notes.txt").write_text("no database " * 100, encoding="ascii")
    with pytest.raises(BadConfig, match=r"^\[database\] url: .*file is not a database"):
        open_laurel(load(written('[database]\nurl = "sqlite:///notes.txt"\n')))


@pytest.mark.parametrize("path", [".", "file/master.key", "/proc/laurel/master.key"])
def test_a_key_file_that_cannot_be_read_or_made_is_named(path: str) -> None:
    Path("file").touch()
    settings = load(written(f'[keys]\nmaster_key_file = "{path}"\n'))
    with pytest.raises(BadConfig, match=r"^\[keys\] master_key_file: .*file"):
        open_laurel(settings)


def test_a_lost_key_file_is_not_made_anew() -> None:
    """A new key would only stand where the right one has to be put back."""
    settings = load()
    open_laurel(settings).database.close()
    settings.keys.master_key_file.unlink()
    with pytest.raises(BadConfig, match=r"^\[keys\] master_key_file: .*restore it from your backup"):
        open_laurel(settings)
    assert not settings.keys.master_key_file.exists()


def test_a_named_file_must_exist() -> None:
    with pytest.raises(BadConfig, match="no such file"):
        load(Path("nowhere.toml"))


def test_a_wrong_master_key_is_never_repeated() -> None:
    secret = "c2VjcmV0LXRoYXQtaXMtdG9vLXNob3J0"
    settings = load(written(f'[keys]\nmaster_key = "{secret}"\n'))
    with pytest.raises(BadConfig) as caught:
        master_key(settings.keys, sealed=False)
    assert secret not in str(caught.value)
    assert secret not in repr(settings)
    assert "32 bytes in base64" in str(caught.value)


def test_the_first_start_makes_a_key_file_for_the_owner_alone() -> None:
    keys = load().keys
    key = master_key(keys, sealed=False)
    assert len(key) == 32
    assert stat.S_IMODE(keys.master_key_file.stat().st_mode) == 0o600
    assert master_key(keys, sealed=False) == key


def test_a_master_key_from_systemd_comes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    keys = load().keys
    beside = master_key(keys, sealed=False)  # systemd has no such credential: the file is made
    (tmp_path / CREDENTIAL).write_text(base64.b64encode(bytes(range(32))).decode() + "\n")
    assert master_key(keys, sealed=True) == bytes(range(32)) != beside
    (tmp_path / CREDENTIAL).write_text("short")
    with pytest.raises(BadConfig, match=r"^systemd credential laurel-master-key must be 32 bytes"):
        master_key(keys, sealed=True)


def test_a_master_key_from_the_environment_needs_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAUREL_KEYS__MASTER_KEY", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
    keys = load().keys
    assert master_key(keys, sealed=False) == bytes(range(32))
    assert not keys.master_key_file.exists()
