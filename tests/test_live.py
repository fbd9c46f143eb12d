"""A running bot takes up a new good build by itself, and keeps the old one when a build is bad."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.conversation.assistant import Assistant
from bot.domain import Context, Tap, Verb
from bot.live import LiveAssistant
from bot.settings import Settings

ROOT = Path(__file__).parent.parent
FACTS = Path("answers") / "toronto" / "library" / "facts.yaml"
ASK = Tap(Verb.ANSWER, "library", "toronto", "en")


def said_by(assistant: Assistant) -> str:
    return "\n".join(line.text for line in assistant.tapped(ASK, Context()).lines)


@pytest.fixture
def settings(store_path: Path, tmp_path: Path) -> Settings:
    """A project of its own with the built store, so that nothing needs to be learned."""
    for name in ("knowledge", "locales"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "bot").symlink_to(ROOT / "bot")
    (tmp_path / "data").mkdir()
    shutil.copy2(store_path, tmp_path / "data" / "built.sqlite")
    return Settings.from_environment({}, tmp_path)


def looked_until(live: LiveAssistant, done: Callable[[], object], seconds: float = 60) -> None:
    """Look again and again, as the running bot does, until `done()` or the time is over."""
    ends = time.monotonic() + seconds
    while not done() and time.monotonic() < ends:
        live.look()
        time.sleep(0.1)


def test_an_answer_taken_back_is_no_longer_given(settings: Settings) -> None:
    live = LiveAssistant(settings)
    try:
        assert "the card is free" in said_by(live.current())
        facts = settings.knowledge_dir / FACTS
        facts.write_text(facts.read_text() + 'withdrawn: "a test"\n')
        looked_until(live, lambda: "the card is free" not in said_by(live.current()))
        assert "We took this answer back" in said_by(live.current())
    finally:
        live.close()


def test_a_bad_edit_leaves_the_last_good_build(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    live = LiveAssistant(settings)
    try:
        before = live.current()
        facts = settings.knowledge_dir / FACTS
        facts.write_text(facts.read_text().replace('access: "open"', "access: [open"))
        looked_until(live, lambda: "was not built" in capsys.readouterr().err)
        assert live.current() is before
        assert "the card is free" in said_by(live.current())
    finally:
        live.close()


def test_a_damaged_store_leaves_the_old_one_answering(settings: Settings) -> None:
    live = LiveAssistant(settings)
    damaged = settings.data_dir / "damaged"
    damaged.write_bytes(b"no database")
    damaged.replace(settings.store_path)
    live.look()
    assert "the card is free" in said_by(live.current())
