"""Settings from the environment and ``.env``: read once, frozen, secrets never printed."""

import base64
import datetime as dtm
import difflib
import os
import zoneinfo
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import SplitResult, unquote, urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, DotEnvSettingsSource, NoDecode, SettingsConfigDict

ROOT = Path(__file__).resolve().parent

EXAMPLES: Mapping[str, str] = {
    "DUBAN_TOKEN": "123456789:AAE…（35 个字符，找 @BotFather 要）",
    "DUBAN_API_URL": "https://api.telegram.org",
    "DUBAN_PROXY": "socks5://127.0.0.1:1080",
    "DUBAN_DATABASE": "postgres://duban:密码@127.0.0.1:5432/duban",
    "DUBAN_ADMINISTRATORS": "123456789,987654321",
    "DUBAN_WEBHOOK_URL": "https://duban.example.org/telegram",
    "DUBAN_WEBHOOK_SECRET": "一串 32 位以上的字母数字",
    "DUBAN_PORT": "8000",
    "DUBAN_SANDBOX_PORT": "8080",
    "DUBAN_TIMEZONE": "Asia/Shanghai",
    "DUBAN_FILES": "./data/files",
    "DUBAN_FONT": "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "DUBAN_LOG": "INFO",
    "DUBAN_FAILPOINT": "lane.after_commit:3",
}
"""One working example for each variable, shown when its value is wrong."""

FONT_ENDINGS = frozenset({".ttf", ".otf", ".ttc"})


class SettingsWrong(Exception):
    """A setting cannot be used; the text names the variable, the problem and an example."""


def _port(parts: SplitResult) -> int | None:
    """Return an address's port, None when it names none.

    Raises:
        ValueError: it is no port. Python's own words would repeat it, and what stands there is part of a
            password when one with a slash was not percent-encoded.
    """
    try:
        return parts.port
    except ValueError:
        raise ValueError(
            "端口或口令写法不对，口令里的符号要用 %XX 代替 (not a port; is the password percent-encoded?)"
        ) from None


class Settings(BaseSettings):
    """What the operator decides. Every field is the variable of its name with the prefix ``DUBAN_``."""

    model_config = SettingsConfigDict(
        env_prefix="DUBAN_",
        env_file=ROOT / ".env",
        env_file_encoding="utf-8-sig",  # a mark that Windows editors begin with hides the first name
        env_ignore_empty=True,
        frozen=True,
        extra="ignore",
    )

    token: SecretStr | None = None
    """The bot's token; without one the local sandbox is served."""
    api_url: str = "https://api.telegram.org"
    """Base of the Bot API: Telegram's own, a self-hosted server, or a test's."""
    proxy: SecretStr | None = None
    """HTTP or SOCKS proxy towards the Bot API; may hold a password."""
    database: SecretStr | None = None
    """``sqlite://PATH`` or ``postgres://…``; by default a file under ``data/``."""
    administrators: Annotated[frozenset[int], NoDecode] = frozenset()
    """Telegram ids that administer every organisation of this deployment."""
    webhook_url: str | None = None
    """Public https address of ``/telegram``; without one the bot polls."""
    webhook_secret: SecretStr | None = None
    """What Telegram repeats in a header with each update; needed with a webhook."""
    port: int = Field(8000, ge=0, le=65535)
    """Webhook, ``/healthz``, ``/readyz`` and ``/metrics``; 0 takes any free port."""
    sandbox_port: int = Field(8080, ge=0, le=65535)
    """The sandbox's chat page; 0 takes any free port."""
    timezone: str = "Asia/Shanghai"
    """IANA name of the zone that days and months are counted in."""
    files: Path = ROOT / "data" / "files"
    """Folder of received files."""
    font: Path | None = None
    """Font file that pictures are written in; by default Noto Sans SC, which is installed with Duban."""
    log: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """Lowest level that is written to the log."""
    failpoint: str = ""
    """``name:nth`` ends the process there; only proofs set it (docs/testing.md)."""

    @field_validator("administrators", mode="before")
    @classmethod
    def _read_ids(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        parts = [part.strip() for part in value.replace("，", ",").split(",") if part.strip()]
        if not all(part.isascii() and part.isdigit() for part in parts):
            raise ValueError("只能是数字，用逗号隔开 (digits separated by commas)")
        return frozenset(int(part) for part in parts)

    @field_validator("token")
    @classmethod
    def _token_looks_right(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            number, _, rest = value.get_secret_value().partition(":")
            if not (number.isascii() and number.isdigit() and len(rest) >= 20):
                raise ValueError("不像机器人令牌 (does not look like a bot token)")
        return value

    @field_validator("api_url")
    @classmethod
    def _api_url_is_http(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("要以 http:// 或 https:// 开头 (must be an http or https address)")
        _port(parts)
        return value.rstrip("/")

    @field_validator("proxy")
    @classmethod
    def _proxy_is_known(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            parts = urlsplit(value.get_secret_value())
            if parts.scheme not in {"http", "socks4", "socks5", "socks5h"} or not parts.hostname:
                raise ValueError("要以 http://、socks4:// 或 socks5:// 开头 (http, socks4 or socks5 address)")
            if not (_port(parts) or parts.scheme == "http"):
                raise ValueError("要写明端口 (the port is missing)")
        return value

    @field_validator("database")
    @classmethod
    def _database_is_known(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            parts = urlsplit(value.get_secret_value())
            if parts.scheme not in {"sqlite", "postgres", "postgresql"}:
                raise ValueError("要以 sqlite:// 或 postgres:// 开头 (must be a sqlite or postgres address)")
            if parts.scheme == "sqlite":
                if not (parts.netloc + parts.path).strip("/"):
                    raise ValueError("要写明文件 (the file is missing)")
            elif not parts.path.strip("/"):
                raise ValueError("要写明库名 (the database's name is missing)")
            else:
                _port(parts)
        return value

    @field_validator("webhook_url")
    @classmethod
    def _webhook_is_http(cls, value: str | None) -> str | None:
        if value is not None:
            parts = urlsplit(value)
            is_local = parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost"}
            if not parts.hostname or not (parts.scheme == "https" or is_local):
                raise ValueError("要以 https:// 开头 (must be an https address)")
            _port(parts)
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _secret_is_allowed(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            text = value.get_secret_value()
            allowed = text.isascii() and text.replace("_", "").replace("-", "").isalnum()
            if not (16 <= len(text) <= 256 and allowed):
                raise ValueError("要 16–256 个字母、数字、_ 或 - (16–256 of A-Z a-z 0-9 _ -)")
        return value

    @field_validator("font")
    @classmethod
    def _font_looks_like_one(cls, value: Path | None) -> Path | None:
        if value is not None and value.suffix.lower() not in FONT_ENDINGS:
            raise ValueError("要是 .ttf、.otf 或 .ttc 文件 (must be a .ttf, .otf or .ttc file)")
        return value

    @field_validator("timezone")
    @classmethod
    def _timezone_exists(cls, value: str) -> str:
        try:
            zoneinfo.ZoneInfo(value)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("没有这个时区 (no such time zone)") from error
        return value

    @model_validator(mode="after")
    def _webhook_needs_its_secret(self) -> Self:
        if self.webhook_url and not self.webhook_secret:
            raise ValueError("DUBAN_WEBHOOK_SECRET：设了 DUBAN_WEBHOOK_URL 就要有它 (needed with a webhook)")
        return self

    @property
    def zone(self) -> dtm.tzinfo:
        """The zone that days and months are counted in."""
        return zoneinfo.ZoneInfo(self.timezone)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Everything that must never be printed, the passwords inside addresses also by themselves."""
        values = (self.token, self.proxy, self.database, self.webhook_secret)
        whole = [value.get_secret_value() for value in values if value is not None]
        addresses = [value.get_secret_value() for value in (self.proxy, self.database) if value is not None]
        return (*whole, *(part for address in addresses for part in _credentials(address)))

    @property
    def is_sandbox(self) -> bool:
        """Whether the local sandbox is served because there is no token."""
        return self.token is None

    @property
    def received(self) -> Path:
        """The folder of received files; the sandbox has its own so that it never clears away real ones."""
        return self.files.parent / "sandbox" / "received" if self.is_sandbox else self.files

    @property
    def database_url(self) -> str:
        """The database to open; the sandbox has its own so that it never meets real data."""
        if self.database is not None:
            return self.database.get_secret_value()
        folder = ROOT / "data" / "sandbox" if self.is_sandbox else ROOT / "data"
        return f"sqlite://{folder / 'duban.db'}"


def _credentials(address: str) -> Iterator[str]:
    """Give an address's password as it is written, as it is meant, and as a proxy is told it."""
    parts = urlsplit(address)
    if parts.password:
        password = unquote(parts.password)
        yield from (parts.password, password)
        yield base64.b64encode(f"{unquote(parts.username or '')}:{password}".encode()).decode()


def load() -> Settings:
    """Read the environment and ``.env``.

    Raises:
        SettingsWrong: one line for each variable that cannot be used, or that there is not.
    """
    try:
        lines = [_say_unknown(name) for name in _unknown_names()]
        if not lines:
            return Settings()
    except UnicodeDecodeError:
        raise SettingsWrong(".env：请另存为 UTF-8 编码 (must be saved as UTF-8)") from None
    except ValidationError as error:
        lines = [
            _say_wrong(problem["loc"], problem["msg"])
            for problem in error.errors(include_url=False, include_input=False)
        ]
    raise SettingsWrong("\n".join(lines)) from None


def _unknown_names() -> list[str]:
    """List what begins like a setting and is none: a slip in ``DUBAN_TOKEN`` would open the sandbox."""
    written = DotEnvSettingsSource(Settings).env_vars
    given = {name.upper() for name in (*os.environ, *written)}
    return sorted(name for name in given if name.startswith("DUBAN_") and name not in EXAMPLES)


def _say_unknown(name: str) -> str:
    nearest = difflib.get_close_matches(name, EXAMPLES, n=1, cutoff=0) or list(EXAMPLES)[:1]
    return (
        f"{name}：没有这项设置 (there is no such setting)。"
        f"例如 (for example)：{nearest[0]}={EXAMPLES[nearest[0]]}"
    )


def _say_wrong(place: tuple[int | str, ...], problem: str) -> str:
    name = "DUBAN_" + "_".join(str(part) for part in place[:1]).upper()
    said = problem.removeprefix("Value error, ")
    if name == "DUBAN_":
        name, _, said = said.partition("：")
    return f"{name}：{said}。例如 (for example)：{name}={EXAMPLES[name]}"
