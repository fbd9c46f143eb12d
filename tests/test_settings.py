"""Settings: defaults, the environment, a .env file, secrets from files."""

import os
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError

SECRET = "123456:zanaria-token"
WEBHOOK = {"BOT_WEBHOOK_URL": "https://a.example/x"}


def test_every_setting_has_a_working_default(tmp_path: Path) -> None:
    settings = Settings.from_environment({}, tmp_path)
    assert settings.bot_token == ""
    assert settings.data_dir == tmp_path / "data"
    assert settings.log_level == "INFO"
    assert settings.listen is None


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("BOT_LOG_LEVEL=ERROR\nexport BOT_TOKEN='from-file'\n# note\n")
    settings = Settings.from_environment({"BOT_LOG_LEVEL": "DEBUG"}, tmp_path)
    assert (settings.log_level, settings.bot_token) == ("DEBUG", "from-file")


def test_a_token_file_keeps_the_token_out_of_the_environment(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{SECRET}\n")
    settings = Settings.from_environment({"BOT_TOKEN_FILE": str(tmp_path / "token")}, tmp_path)
    assert settings.bot_token == SECRET


def test_the_token_is_not_shown_with_the_settings(tmp_path: Path) -> None:
    assert SECRET not in repr(Settings.from_environment({"BOT_TOKEN": SECRET}, tmp_path))


@pytest.mark.parametrize(
    ("environ", "names"),
    [
        ({"BOT_TOKEN_FILE": "nowhere"}, "BOT_TOKEN_FILE"),
        ({"BOT_API_URL": f"ftp://{SECRET}"}, "BOT_API_URL"),
        ({"BOT_LOG_LEVEL": SECRET}, "BOT_LOG_LEVEL"),
        ({"BOT_MEMORY_URL": f"http://{SECRET}"}, "BOT_MEMORY_URL"),
        ({"BOT_MEMORY_URL": f"unix://{SECRET}"}, "BOT_MEMORY_URL"),
        ({"BOT_MEMORY_URL": f"OFF {SECRET}"}, "BOT_MEMORY_URL"),
        ({"BOT_MEMORY_URL": f"redis://:{SECRET}@h"}, "BOT_MEMORY_SECRET_FILE"),
        (
            {"BOT_MEMORY_URL": f"rediss://{SECRET}", "BOT_MEMORY_SECRET_FILE": "nowhere"},
            "BOT_MEMORY_SECRET_FILE",
        ),
        ({"BOT_DATABASE_URL": f"mysql://{SECRET}@h/n"}, "BOT_DATABASE_URL"),
        ({"BOT_DATABASE_URL": f"postgresql://u:{SECRET}/x@h:port/n"}, "BOT_DATABASE_URL"),
        ({"BOT_WEBHOOK_URL": f"http://{SECRET}.example/x"}, "BOT_WEBHOOK_URL"),
        ({"BOT_WEBHOOK_URL": f"https://u:{SECRET}@a.example/x"}, "BOT_WEBHOOK_URL"),
        ({"BOT_WEBHOOK_URL": f"https://a.example/{SECRET}?x=y"}, "BOT_WEBHOOK_URL"),
        ({"BOT_WEBHOOK_URL": "https://a.example:port/x"}, "BOT_WEBHOOK_URL"),
        ({"BOT_WEBHOOK_URL": "https:///x"}, "BOT_WEBHOOK_URL"),
        ({"BOT_WEBHOOK_URL": "https://a.example/metrics"}, "BOT_WEBHOOK_URL"),
        ({"BOT_WEBHOOK_URL": "https://a.example/x"}, "BOT_WEBHOOK_SECRET"),
        ({**WEBHOOK, "BOT_WEBHOOK_SECRET": "short"}, "BOT_WEBHOOK_SECRET"),
        ({**WEBHOOK, "BOT_WEBHOOK_SECRET": f"{SECRET}:not-for-telegram"}, "BOT_WEBHOOK_SECRET"),
        ({**WEBHOOK, "BOT_WEBHOOK_SECRET": "é" * 20}, "BOT_WEBHOOK_SECRET"),
        ({**WEBHOOK, "BOT_WEBHOOK_SECRET": "a" * 257}, "BOT_WEBHOOK_SECRET"),
        ({"BOT_DATABASE_URL_FILE": "nowhere"}, "BOT_DATABASE_URL_FILE"),
        ({"BOT_DATABASE_URL_FILE": __file__}, "BOT_DATABASE_URL"),
        ({"BOT_TOKEN_FILE": os.devnull}, "BOT_TOKEN_FILE"),
        ({"BOT_DATABASE_URL_FILE": os.devnull}, "BOT_DATABASE_URL_FILE"),
        ({"BOT_LISTEN": SECRET.replace(":", "-")}, "BOT_LISTEN"),
        ({"BOT_LISTEN": "8080"}, "BOT_LISTEN"),
        ({"BOT_LISTEN": ":8080"}, "BOT_LISTEN"),
        ({"BOT_LISTEN": "127.0.0.1:65536"}, "BOT_LISTEN"),
        ({"BOT_LISTEN": "127.0.0.1:0"}, "BOT_LISTEN"),
        ({"BOT_LISTEN": "127.0.0.1:-1"}, "BOT_LISTEN"),
    ],
)
def test_a_bad_setting_is_named_without_its_value(
    tmp_path: Path, environ: dict[str, str], names: str
) -> None:
    with pytest.raises(SettingsError, match=names) as raised:
        Settings.from_environment(environ, tmp_path)
    assert SECRET not in str(raised.value)


def test_a_broken_env_file_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("BOT_LOG_LEVEL=INFO\nnonsense\n")
    with pytest.raises(SettingsError, match=r"\.env:2"):
        Settings.from_environment({}, tmp_path)


def test_a_shared_memory_needs_a_secret_of_32_bytes(tmp_path: Path) -> None:
    file = tmp_path / "memory"
    environ = {"BOT_MEMORY_URL": f"redis://:{SECRET}@h/0", "BOT_MEMORY_SECRET_FILE": str(file)}
    file.write_bytes(SECRET.encode())
    with pytest.raises(SettingsError, match="BOT_MEMORY_SECRET_FILE") as raised:
        Settings.from_environment(environ, tmp_path)
    assert SECRET not in str(raised.value)
    file.write_bytes(b"\xff" * 31 + b"\n")
    settings = Settings.from_environment(environ, tmp_path)
    assert (settings.memory_url, settings.memory_secret) == (
        environ["BOT_MEMORY_URL"],
        b"\xff" * 31 + b"\n",
    )
    assert SECRET not in repr(settings)
    assert "xff" not in repr(settings)


@pytest.mark.parametrize("url", ["", "off"])
def test_other_memories_need_no_secret(tmp_path: Path, url: str) -> None:
    environ = {"BOT_MEMORY_URL": url, "BOT_MEMORY_SECRET_FILE": "nowhere"}
    settings = Settings.from_environment(environ, tmp_path)
    assert (settings.memory_url, settings.memory_secret) == (url, b"")


def test_a_webhook_with_its_secret(tmp_path: Path) -> None:
    secret = "zanaria_zanaria-0"
    (tmp_path / "secret").write_text(f"{secret}\n")
    environ = {**WEBHOOK, "BOT_WEBHOOK_SECRET_FILE": str(tmp_path / "secret")}
    settings = Settings.from_environment({**environ, "BOT_LISTEN": "[::]:81"}, tmp_path)
    assert (settings.webhook_url, settings.webhook_secret) == ("https://a.example/x", secret)
    assert settings.listen == ("::", 81)
    assert secret not in repr(settings)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_a_webhook_on_the_loopback_may_be_plain(tmp_path: Path, host: str) -> None:
    environ = {"BOT_WEBHOOK_URL": f"http://{host}:88/x", "BOT_WEBHOOK_SECRET": "a" * 16}
    settings = Settings.from_environment(environ, tmp_path)
    assert settings.webhook_url == environ["BOT_WEBHOOK_URL"]
    assert settings.listen == ("127.0.0.1", 8080)


def test_a_secret_alone_changes_nothing(tmp_path: Path) -> None:
    settings = Settings.from_environment({"BOT_WEBHOOK_SECRET": "short"}, tmp_path)
    assert (settings.webhook_url, settings.webhook_secret) == ("", "")


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_a_database_gets_the_driver_that_is_there(tmp_path: Path, scheme: str) -> None:
    environ = {"BOT_DATABASE_URL": f"{scheme}://u:{SECRET}@h:5432/n"}
    settings = Settings.from_environment(environ, tmp_path)
    assert settings.database_url == f"postgresql+psycopg://u:{SECRET}@h:5432/n"
    assert SECRET not in repr(settings)


def test_a_database_file_wins_over_the_address(tmp_path: Path) -> None:
    (tmp_path / "url").write_text(f"postgresql://u:{SECRET}@h/n\n")
    environ = {
        "BOT_DATABASE_URL": "sqlite:////data/counts.sqlite",  # as the image sets it
        "BOT_DATABASE_URL_FILE": str(tmp_path / "url"),
    }
    settings = Settings.from_environment(environ, tmp_path)
    assert settings.database_url == f"postgresql+psycopg://u:{SECRET}@h/n"
    assert SECRET not in repr(settings)


@pytest.mark.parametrize("line", ["BOT_LISTEN=0.0.0.0:81", "BOT_LISTEN='0.0.0.0:81'"])
def test_an_address_to_listen_at_holds_while_polling_too(tmp_path: Path, line: str) -> None:
    environ = {"BOT_LISTEN": "0.0.0.0:81"}
    assert Settings.from_environment(environ, tmp_path).listen == ("0.0.0.0", 81)
    (tmp_path / ".env").write_text(f"{line}\n")
    assert Settings.from_environment({}, tmp_path).listen == ("0.0.0.0", 81)
    assert Settings.from_environment({"BOT_LISTEN": ""}, tmp_path).listen is None


def test_an_sqlite_file_stays_as_it_is(tmp_path: Path) -> None:
    environ = {"BOT_DATABASE_URL": "sqlite:///some/counts.sqlite"}
    assert Settings.from_environment(environ, tmp_path).database_url == environ["BOT_DATABASE_URL"]
