"""Settings: defaults, the environment, a .env file, secrets from files."""

from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError

SECRET = "123456:zanaria-token"


def test_every_setting_has_a_working_default(tmp_path: Path) -> None:
    settings = Settings.from_environment({}, tmp_path)
    assert settings.bot_token == ""
    assert settings.data_dir == tmp_path / "data"
    assert settings.log_level == "INFO"


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
