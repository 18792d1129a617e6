"""Settings: `config.toml`, then the environment (`LAUREL_SECTION__KEY`), into frozen values with clear errors."""

from __future__ import annotations

import ipaddress
import os
import tomllib
from datetime import time
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

DEFAULT_PATH = Path("config.toml")


class BadConfig(Exception):
    """The settings cannot be used; `problems` are lines that name the key, what is wrong and what to do."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _timezone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("is no IANA time zone; write it like Europe/Kyiv")
    return name


def _public(url: str) -> str:
    if not url:
        return url
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError("must be an https address without query, like https://badges.example.edu")
    return url.rstrip("/")


def _api(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be the address of an API, like https://slack.com/api/")
    return url.rstrip("/") + "/"


def _database(url: str) -> str:
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        known = False
    else:
        on_disk = address.host is None and address.database not in (None, "", ":memory:")
        known = address.drivername == "postgresql+psycopg" or (address.drivername == "sqlite" and on_disk)
    if not known:
        raise ValueError(
            "is no database address that Laurel knows; "
            "write it like sqlite:///data/laurel.db or postgresql+psycopg://user:password@host/name"
        )
    return url


class OrganisationSettings(_Section):
    """The school or club that this installation is first made for."""

    name: str = Field("My school", min_length=1, max_length=200)
    url: str = ""
    email: str = Field("", pattern=r"^([^@\s]+@[^@\s]+\.[^@\s]+)?$")
    linkedin_id: str = Field("", pattern=r"^\d{0,20}$")
    lang: str = Field("en", pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]+)*$")
    timezone: Annotated[str, AfterValidator(_timezone)] = "UTC"


class DatabaseSettings(_Section):
    """Where everything is kept."""

    url: Annotated[str, AfterValidator(_database)] = "sqlite:///data/laurel.db"


class WebSettings(_Section):
    """The one web server: pages, documents and the room."""

    host: str = "127.0.0.1"
    port: int = Field(8080, ge=1, le=65535)
    public_url: Annotated[str, AfterValidator(_public)] = ""


class KeySettings(_Section):
    """The master key that seals the issuers' signing keys: 32 bytes in base64."""

    master_key: SecretStr = SecretStr("")
    master_key_file: Path = Path("data/master.key")


class CredentialsSettings(_Section):
    """What goes into the credentials signed from now on."""

    revocation: Annotated[str, Field(pattern="^(bitstring|1edtech)$")] = "bitstring"
    suspension_list: bool = False


class RemindersSettings(_Section):
    """When goals remind, in each member's own time zone."""

    at: time = time(16, 0)


class RoomSettings(_Section):
    """The built-in chat room, for trying Laurel without an account. Only ever on this machine."""

    enabled: bool = False


class SlackSettings(_Section):
    """Slack: a bot's token, and an app's token (Socket Mode) or a signing secret (requests to the web server)."""

    bot_token: SecretStr = SecretStr("")
    app_token: SecretStr = SecretStr("")
    signing_secret: SecretStr = SecretStr("")
    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    teachers: tuple[str, ...] = ()
    api_url: Annotated[str, AfterValidator(_api)] = "https://slack.com/api/"

    @property
    def enabled(self) -> bool:
        """Tell whether Laurel is to serve Slack."""
        return bool(self.bot_token.get_secret_value() or self.client_id)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        said = {name: bool(getattr(self, name).get_secret_value()) for name in ("app_token", "signing_secret")}
        if self.enabled and not any(said.values()):
            raise ValueError(
                "needs app_token (Socket Mode: it begins with xapp-) or signing_secret (requests to the web server)"
            )
        if self.client_id and not (self.client_secret.get_secret_value() and said["signing_secret"]):
            raise ValueError("client_id needs client_secret and signing_secret: workspaces install by OAuth")
        if not self.enabled and any(said.values()):
            raise ValueError("needs bot_token (it begins with xoxb-), or client_id where workspaces install by OAuth")
        return self


class DiscordSettings(_Section):
    """Discord: the bot's token, the roles that teach, and the servers that are the school's."""

    token: SecretStr = SecretStr("")
    teacher_roles: tuple[str, ...] = ()
    servers: tuple[Annotated[str, Field(pattern=r"^\d{1,20}$")], ...] = ()
    celebrations: tuple[Annotated[str, Field(pattern=r"^\d{1,20}$")], ...] = ()
    api_base: Annotated[str, AfterValidator(_api)] = "https://discord.com/api/v10/"
    gateway: str = Field("wss://gateway.discord.gg/", pattern=r"^wss?://[^\s/?#]+(/[^\s?#]*)?$")

    @property
    def enabled(self) -> bool:
        """Tell whether Laurel is to serve Discord."""
        return bool(self.token.get_secret_value())


class LogSettings(_Section):
    """How much is logged, and whether for people or for machines."""

    level: Annotated[str, Field(pattern="^(debug|info|warning|error)$")] = "info"
    json_lines: bool = False


PLATFORMS_OWN = {
    "SLACK_BOT_TOKEN": ("slack", "bot_token"),
    "SLACK_APP_TOKEN": ("slack", "app_token"),
    "SLACK_SIGNING_SECRET": ("slack", "signing_secret"),
    "SLACK_CLIENT_ID": ("slack", "client_id"),
    "SLACK_CLIENT_SECRET": ("slack", "client_secret"),
    "DISCORD_TOKEN": ("discord", "token"),
}
"""Variables by the names that the platforms' own guides give them."""


class _PlatformsOwn(PydanticBaseSettingsSource):
    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        del field
        section = {
            key: os.environ[v] for v, (name, key) in PLATFORMS_OWN.items() if name == field_name and v in os.environ
        }
        return section or None, field_name, False

    def __call__(self) -> dict[str, Any]:
        found = {name: self.get_field_value(field, name)[0] for name, field in self.settings_cls.model_fields.items()}
        return {name: value for name, value in found.items() if value}


class Settings(BaseSettings):
    """All settings, one class per section of `config.toml`."""

    model_config = SettingsConfigDict(env_prefix="LAUREL_", env_nested_delimiter="__", frozen=True, extra="forbid")
    _file: ClassVar[Path] = DEFAULT_PATH

    organisation: OrganisationSettings = OrganisationSettings()
    database: DatabaseSettings = DatabaseSettings()
    web: WebSettings = WebSettings()
    keys: KeySettings = KeySettings()
    credentials: CredentialsSettings = CredentialsSettings()
    reminders: RemindersSettings = RemindersSettings()
    room: RoomSettings = RoomSettings()
    slack: SlackSettings = SlackSettings()
    discord: DiscordSettings = DiscordSettings()
    log: LogSettings = LogSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over the file; the platforms' own names for their tokens are known, too."""
        del init_settings, dotenv_settings, file_secret_settings
        return env_settings, _PlatformsOwn(settings_cls), TomlConfigSettingsSource(settings_cls, toml_file=cls._file)


def load(path: Path | None = None) -> Settings:
    """Read the settings from `path` (default: `config.toml`, if there is one) and the environment.

    Raises `BadConfig`, which never repeats a value: it may be a secret.
    """
    file = path or Path(os.environ.get("LAUREL_CONFIG", DEFAULT_PATH))
    if path is not None and not path.is_file():
        raise BadConfig([f"{path}: there is no such file; copy config.example.toml to begin with."])

    class _Here(Settings):
        _file = file

    try:
        settings: Settings = _Here()
    except tomllib.TOMLDecodeError as error:
        raise BadConfig([f"{file}: is not valid TOML: {error}"]) from error
    except ValidationError as error:
        raise BadConfig([_line(file, e) for e in error.errors(include_input=False, include_url=False)]) from None
    except ValueError as error:  # an environment variable of a whole section that is no JSON
        raise BadConfig([f"environment: {error}"]) from None
    if settings.room.enabled and not is_loopback(settings.web.host):
        raise BadConfig(
            ["[web] host: the room has no passwords; set 127.0.0.1, or switch it off with [room] enabled = false."]
        )
    return settings


def is_loopback(host: str) -> bool:
    """Tell whether an address to listen on can be reached from this machine only."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _line(file: Path, error: object) -> str:
    assert isinstance(error, dict)  # noqa: S101 - pydantic's ErrorDetails
    section, *rest = [str(part) for part in error["loc"]]
    key = f"[{section}] {'.'.join(rest)}" if rest else f"[{section}]"
    variable = f"LAUREL_{'__'.join([section, *rest]).upper()}"
    problem = error["msg"].removeprefix("Value error, ")
    if error["type"] == "extra_forbidden":
        problem = "is no setting of Laurel; see config.example.toml for those there are"
    return f"{key}: {problem} (in {file} or {variable})."
