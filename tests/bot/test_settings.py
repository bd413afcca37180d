"""Settings: what is wrong is said with its variable, the problem and an example; secrets never are."""

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest

from settings import EXAMPLES, ROOT, Settings, SettingsWrong, load

TOKEN = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"
SECRETS = {
    "DUBAN_TOKEN": TOKEN,
    "DUBAN_PROXY": "socks5://person:hush-hush@127.0.0.1:1080",
    "DUBAN_DATABASE": "postgres://duban:hush-hush@127.0.0.1:5432/duban",
    "DUBAN_WEBHOOK_SECRET": "hush-hush-0123456789abcdef",
}

WRONG = [
    ("DUBAN_TOKEN", "hush-hush"),
    ("DUBAN_TOKEN", "hush:hush-hush-hush-hush-hush-hush-hush"),
    ("DUBAN_TOKEN", "123456789:hush"),
    ("DUBAN_API_URL", "api.telegram.org"),
    ("DUBAN_API_URL", "ftp://api.telegram.org"),
    ("DUBAN_API_URL", "https://"),
    ("DUBAN_API_URL", "http://127.0.0.1:http"),
    ("DUBAN_PROXY", "127.0.0.1:1080"),
    ("DUBAN_PROXY", "https://hush-hush@127.0.0.1:1080"),
    ("DUBAN_PROXY", "socks5://"),
    ("DUBAN_PROXY", "socks5://person:hush-hush@127.0.0.1"),
    ("DUBAN_PROXY", "http://person:hush-hush@127.0.0.1:65536"),
    ("DUBAN_PROXY", "http://person:hush/hush@127.0.0.1:8080"),
    ("DUBAN_PROXY", "http://person:hush-hush@[::1"),
    ("DUBAN_DATABASE", "mysql://duban:hush-hush@127.0.0.1/duban"),
    ("DUBAN_DATABASE", "data/duban.db"),
    ("DUBAN_DATABASE", "sqlite://"),
    ("DUBAN_DATABASE", "postgres://duban:hush-hush@127.0.0.1"),
    ("DUBAN_DATABASE", "postgres://duban:hush-hush@127.0.0.1:65536/duban"),
    ("DUBAN_DATABASE", "postgres://duban:hush/hush@127.0.0.1:5432/duban"),
    ("DUBAN_ADMINISTRATORS", "@somebody"),
    ("DUBAN_ADMINISTRATORS", "1.5"),
    ("DUBAN_ADMINISTRATORS", "-100"),
    ("DUBAN_ADMINISTRATORS", "²"),
    ("DUBAN_WEBHOOK_URL", "http://duban.example.org/telegram"),
    ("DUBAN_WEBHOOK_URL", "duban.example.org"),
    ("DUBAN_WEBHOOK_SECRET", "hush"),
    ("DUBAN_WEBHOOK_SECRET", "hush hush hush hush hush"),
    ("DUBAN_WEBHOOK_SECRET", "密" * 20),
    ("DUBAN_WEBHOOK_SECRET", "h" * 257),
    ("DUBAN_PORT", "eight"),
    ("DUBAN_PORT", "-1"),
    ("DUBAN_PORT", "65536"),
    ("DUBAN_SANDBOX_PORT", "65536"),
    ("DUBAN_TIMEZONE", "Asia/Peking"),
    ("DUBAN_TIMEZONE", "../etc/passwd"),
    ("DUBAN_LOG", "verbose"),
]


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither this machine's environment nor its .env has a say."""
    for name in [name for name in os.environ if name.upper().startswith("DUBAN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setitem(Settings.model_config, "env_file", None)


def complaint(monkeypatch: pytest.MonkeyPatch, **variables: str) -> str:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsWrong) as caught:
        load()
    assert caught.value.__cause__ is None, "the cause would print what was given"
    assert caught.value.__suppress_context__
    return str(caught.value)


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_value_is_named_with_its_problem_and_an_example(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    extra = {"DUBAN_WEBHOOK_SECRET": "a" * 32} if name == "DUBAN_WEBHOOK_URL" else {}
    said = complaint(monkeypatch, **{name: value}, **extra)
    assert said.splitlines() == [said]
    assert said.startswith(f"{name}：")
    assert said.endswith(f"例如 (for example)：{name}={EXAMPLES[name]}")
    problem = said.removeprefix(f"{name}：").partition("。例如")[0]
    assert problem


@pytest.mark.parametrize(("name", "value"), [row for row in WRONG if "hush" in row[1]])
def test_a_wrong_secret_is_not_repeated(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "hush" not in complaint(monkeypatch, **{name: value})


def test_every_wrong_value_has_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    said = complaint(monkeypatch, DUBAN_PORT="eight", DUBAN_LOG="verbose", DUBAN_TOKEN="hush-hush")
    assert {line.partition("：")[0] for line in said.splitlines()} == {
        "DUBAN_PORT",
        "DUBAN_LOG",
        "DUBAN_TOKEN",
    }


def test_a_webhook_without_its_secret_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    said = complaint(monkeypatch, DUBAN_WEBHOOK_URL="https://duban.example.org/telegram")
    assert said.startswith("DUBAN_WEBHOOK_SECRET：")
    assert EXAMPLES["DUBAN_WEBHOOK_SECRET"] in said


def test_every_variable_has_an_example() -> None:
    assert {f"DUBAN_{name.upper()}" for name in Settings.model_fields} == EXAMPLES.keys()


@pytest.mark.parametrize(
    "name", sorted(EXAMPLES.keys() - {"DUBAN_TOKEN", "DUBAN_WEBHOOK_SECRET", "DUBAN_WEBHOOK_URL"})
)
def test_an_example_can_be_used_as_it_stands(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of the token and the webhook say in words what they look like; the others work."""
    monkeypatch.setenv(name, EXAMPLES[name])
    assert load().model_fields_set == {name.removeprefix("DUBAN_").lower()}


def test_without_a_word_the_sandbox_is_served() -> None:
    chosen = load()
    assert chosen.is_sandbox
    assert chosen.secrets == ()
    assert chosen.administrators == frozenset()


def test_the_sandbox_never_opens_the_real_database(monkeypatch: pytest.MonkeyPatch) -> None:
    without = load().database_url
    monkeypatch.setenv("DUBAN_TOKEN", TOKEN)
    assert load().database_url != without


def test_the_sandbox_never_clears_away_real_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUBAN_FILES", "/srv/duban/files")
    in_sandbox = load().received
    monkeypatch.setenv("DUBAN_TOKEN", TOKEN)
    assert load().received == Path("/srv/duban/files")
    assert in_sandbox == Path("/srv/duban/sandbox/received")


@pytest.mark.parametrize(
    ("written", "ids"),
    [
        ("123", {123}),
        ("123,456", {123, 456}),
        (" 123 ， 456 ,", {123, 456}),
        (",", set()),
        ("7000000001", {7_000_000_001}),
    ],
)
def test_administrators_are_ids_between_commas_of_either_kind(
    written: str, ids: set[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUBAN_ADMINISTRATORS", written)
    assert load().administrators == ids


def test_an_empty_value_counts_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in EXAMPLES:
        monkeypatch.setenv(name, "")
    assert load() == Settings()


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "env").write_text("DUBAN_PORT=1111\nDUBAN_LOG=DEBUG\nOTHER=1\n", "utf-8")
    monkeypatch.setitem(Settings.model_config, "env_file", tmp_path / "env")
    monkeypatch.setenv("DUBAN_PORT", "2222")
    chosen = load()
    assert (chosen.port, chosen.log) == (2222, "DEBUG")


@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_a_file_that_begins_with_a_byte_order_mark_is_read_like_any(
    start: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "env").write_text(f"{start}DUBAN_PORT=1111\n", "utf-8")
    monkeypatch.setitem(Settings.model_config, "env_file", tmp_path / "env")
    assert load().port == 1111


def test_a_file_in_another_encoding_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "env").write_text("# 端口\nDUBAN_PORT=1111\n", "gb18030")
    monkeypatch.setitem(Settings.model_config, "env_file", tmp_path / "env")
    assert complaint(monkeypatch) == ".env：请另存为 UTF-8 编码 (must be saved as UTF-8)"


def test_a_slip_in_a_name_is_told_with_the_nearest_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "env").write_text("duban_tokn=hush-hush\nDUBANK=1\n", "utf-8")
    monkeypatch.setitem(Settings.model_config, "env_file", tmp_path / "env")
    said = complaint(monkeypatch, DUBAN_WEBHOOK="hush-hush")
    assert "hush" not in said
    token, webhook = said.splitlines()
    assert webhook.startswith("DUBAN_WEBHOOK：没有这项设置 (there is no such setting)。例如")
    assert token.endswith(f"DUBAN_TOKEN={EXAMPLES['DUBAN_TOKEN']}")


def test_the_example_file_changes_nothing_as_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    before = load()
    monkeypatch.setitem(Settings.model_config, "env_file", ROOT / ".env.example")
    assert load() == before


def with_secrets(monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    return load()


def test_every_secret_is_known_as_one_and_so_is_each_password_in_an_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    basic = [base64.b64encode(f"{name}:hush-hush".encode()).decode() for name in ("person", "duban")]
    assert set(with_secrets(monkeypatch).secrets) == {*SECRETS.values(), "hush-hush", *basic}


def test_a_password_is_known_as_it_is_written_and_as_it_is_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUBAN_PROXY", "http://person:hush%2Fhush@127.0.0.1:1080")
    assert {"hush%2Fhush", "hush/hush"} < set(load().secrets)


@pytest.mark.parametrize("shown", [repr, str, "{}".format, lambda one: one.model_dump_json()])
def test_secrets_are_never_shown(shown: object, monkeypatch: pytest.MonkeyPatch) -> None:
    assert callable(shown)
    text = shown(with_secrets(monkeypatch))
    assert "hush" not in text
    assert TOKEN.partition(":")[2] not in text


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        setattr(load(), "port", 1)  # noqa: B010 - the type checker knows better than to allow it


def start(tmp_path: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m bot` with these settings; a folder of its own keeps it off anybody's data."""
    environment = {
        "PATH": os.environ["PATH"],
        "DUBAN_DATABASE": f"sqlite://{tmp_path / 'duban.db'}",
        **variables,
    }
    return subprocess.run(
        [sys.executable, "-m", "bot"],
        cwd=ROOT, env=environment, check=False, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def test_the_bot_ends_with_2_and_one_line_when_a_setting_is_wrong(tmp_path: Path) -> None:
    done = start(tmp_path, DUBAN_LOG="verbose")
    assert done.returncode == 2
    assert done.stderr.startswith("DUBAN_LOG：")
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_token_is_not_printed_by_the_bot(tmp_path: Path) -> None:
    done = start(tmp_path, DUBAN_TOKEN="123456789:hush")
    assert done.returncode == 2
    assert "hush" not in done.stderr
    assert "Traceback" not in done.stderr
