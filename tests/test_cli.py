"""The program as a process: the commands, their exit status, what they print."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import make_ready
from bot.knowledge.fingerprints import is_current
from bot.settings import Settings

ROOT = Path(__file__).parent.parent
FIELDS = {"outcome", "topic", "city", "language", "choices", "confidence"}
OUTCOMES = {"answer", "choice", "ask-city", "urgent", "unknown", "small-talk"}


def run(
    *arguments: str, said: str = "", cwd: Path = ROOT, **environ: str
) -> subprocess.CompletedProcess[str]:
    """The finished process of one command."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        input=said,
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**inherited, "PYTHONPATH": str(ROOT), **environ},
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="module", autouse=True)
def _built(store_path: Path) -> None:
    """The commands find the folder built."""


def test_match_answers_every_line_in_the_fixed_format() -> None:
    asked = [
        {"text": "do i need papers for a library card in toronto"},
        {"text": "do i need papers for a library card", "city": "toronto"},
        {"text": "do i need papers for a library card"},
        {"text": "hola", "language": "es"},
        {"text": ""},
    ]
    done = run("match", said="\n".join(json.dumps(line) for line in asked) + "\n")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert len(found) == len(asked)
    for line in found:
        assert set(line) == FIELDS
        assert line["outcome"] in OUTCOMES
        assert 0 <= line["confidence"] <= 1
    assert [line["city"] for line in found[:3]] == ["toronto", "toronto", None]
    assert [line["outcome"] for line in found[:3]] == ["answer", "answer", "ask-city"]
    assert {line["topic"] for line in found[:3]} == {"library"}
    assert found[3]["outcome"] == "small-talk"


def test_match_names_bad_lines_and_answers_the_others() -> None:
    bad = ['{"text": 5}', "nonsense", '["text"]', '{"txt": "x"}', '{"text": "x", "city": 3}']
    good = '{"text": "library card in toronto"}'
    done = run("match", said="\n".join([bad[0], good, *bad[1:], good]) + "\n")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert [line["outcome"] for line in found] == [
        "unknown",
        "answer",
        "unknown",
        "unknown",
        "unknown",
        "unknown",
        "answer",
    ]
    assert done.stderr.count("not a question") == 5
    assert "Traceback" not in done.stderr


def test_an_unknown_city_or_language_is_as_if_it_was_not_given() -> None:
    line = {"text": "do i need papers for a library card", "city": "atlantis", "language": "xx"}
    done = run("match", said=json.dumps(line) + "\n")
    found = json.loads(done.stdout)
    assert (found["outcome"], found["city"], found["language"]) == ("ask-city", None, "en")


def test_chat_answers_piped_lines_and_ends() -> None:
    done = run("chat", said="do i need papers for a library card in toronto\n")
    assert done.returncode == 0
    assert "Toronto · Library" in done.stdout


@pytest.mark.parametrize("arguments", [(), ("nonsense",), ("chat", "--loud")])
def test_a_wrong_call_ends_with_2(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_wrong_setting_ends_with_2() -> None:
    done = run("chat", BOT_LOG_LEVEL="LOUD")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


@pytest.mark.parametrize("command", ["build", "check"])
def test_a_folder_with_mistakes_is_refused(command: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "tests" / "failing" / "good", tmp_path / "knowledge")
    shutil.copytree(ROOT / "tests" / "failing" / "K06", tmp_path / "knowledge", dirs_exist_ok=True)
    (tmp_path / "knowledge" / "expected.txt").unlink()
    done = run(command, cwd=tmp_path)
    assert done.returncode == 1
    assert "facts.yaml:9 K06 toronto-lost" in done.stdout
    assert not (tmp_path / "data").exists()


def test_a_folder_with_mistakes_and_no_build_cannot_be_talked_to(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "tests" / "failing" / "good", tmp_path / "knowledge")
    shutil.copytree(ROOT / "tests" / "failing" / "K06", tmp_path / "knowledge", dirs_exist_ok=True)
    (tmp_path / "knowledge" / "expected.txt").unlink()
    done = run("match", said='{"text": "hello"}', cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "reading the folder" in done.stderr
    assert "facts.yaml:9 K06 toronto-lost" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_is_learned_for_a_build_is_learned_in_another_process(
    store_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("knowledge", "locales"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "bot").symlink_to(ROOT / "bot")
    settings = Settings.from_environment({}, tmp_path)
    settings.data_dir.mkdir()
    shutil.copy2(store_path, settings.store_path)
    facts = settings.knowledge_dir / "answers" / "toronto" / "library" / "facts.yaml"
    facts.write_text(facts.read_text() + 'withdrawn: "a test"\n')

    def built_here(*_: object) -> None:
        raise AssertionError("built in the process that serves")

    monkeypatch.setattr("bot.build.build", built_here)
    assert make_ready(settings)
    assert is_current(settings.store_path, settings.knowledge_dir, settings.locales_dir)


def test_an_interrupted_build_ends_without_a_word_of_ours(tmp_path: Path) -> None:
    for name in ("knowledge", "locales"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "bot").symlink_to(ROOT / "bot")
    program = subprocess.Popen(
        [sys.executable, "-m", "bot", "chat"],
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if not name.startswith("BOT_")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # as a terminal has it: Ctrl-C reaches the build as well
    )
    assert program.stderr is not None
    assert "reading the folder" in program.stderr.readline()
    os.killpg(program.pid, signal.SIGINT)
    out, err = program.communicate(timeout=60)
    assert (program.returncode, out) == (0, "")
    assert "Traceback" not in err
    with pytest.raises(ProcessLookupError):
        os.killpg(program.pid, 0)


def test_without_a_folder_the_program_says_what_to_do(tmp_path: Path) -> None:
    done = run("chat", cwd=tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "project's folder" in done.stderr
