"""Phrases: frames of danger are told apart from plain lines and filled from the vocabulary."""

from __future__ import annotations

from pathlib import Path

from bot.knowledge.mistakes import Mistakes
from bot.knowledge.phrases import SENTENCES_A_DANGER_FRAME, Phrases, read_phrases

DANGER = """
now:
  emergency: ["the house burns", "{fire} {now}"]
calm:
  emergency: ["{if} {fire}, {missing}"]
"""
VOCABULARY = """
fire: ["fire in the house", "smoke everywhere"]
now: ["now", "help"]
if: ["what if"]
"""


def read(root: Path, danger: str) -> tuple[Phrases, list[str]]:
    """What is read of one danger.yaml, and the mistakes found in it."""
    (root / "vocabulary").mkdir()
    (root / "vocabulary" / "en.yaml").write_text(VOCABULARY, encoding="utf-8")
    (root / "phrases" / "en").mkdir(parents=True)
    (root / "phrases" / "en" / "danger.yaml").write_text(danger, encoding="utf-8")
    mistakes = Mistakes()
    phrases = read_phrases(root, {"emergency"}, {"en"}, mistakes)
    return phrases, [str(mistake) for mistake in mistakes.errors]


def test_a_line_with_concepts_is_a_frame(tmp_path: Path) -> None:
    phrases, _ = read(tmp_path, DANGER)
    assert [line.text for line in phrases.danger_now] == ["the house burns"]
    assert [line.text for line in phrases.danger_frames] == ["{fire} {now}"]
    assert phrases.calm == []


def test_a_concept_that_no_vocabulary_has_is_named(tmp_path: Path) -> None:
    _, mistakes = read(tmp_path, DANGER)
    assert [mistake for mistake in mistakes if "{missing}" in mistake]


def test_frames_of_danger_are_filled_with_every_word_and_say_what_they_are(tmp_path: Path) -> None:
    phrases, _ = read(tmp_path, DANGER)
    filled = list(phrases.expanded_danger())
    urgent = {line.text for line, danger in filled if danger}
    assert urgent == {
        f"{fire} {now}"
        for fire in ("fire in the house", "smoke everywhere")
        for now in ("now", "help")
    }
    assert all("what if" in line.text for line, danger in filled if not danger)
    assert len(filled) <= 2 * SENTENCES_A_DANGER_FRAME
    assert filled == list(phrases.expanded_danger())
