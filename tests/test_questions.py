"""The test questions are well formed and apart from the phrases that the matcher learns from."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest
from rapidfuzz import fuzz, process

from bot.knowledge.folder import read_folder
from bot.knowledge.mistakes import Mistakes
from bot.knowledge.phrases import URGENT_TOPICS, read_phrases
from bot.language.normalise import comparable

QUESTIONS = Path(__file__).parent / "questions"
KNOWLEDGE = Path(__file__).parent.parent / "knowledge"
FILES = sorted(path for path in QUESTIONS.rglob("*.jsonl") if path.stem != "contrast")
LEAST = {"en": 150, "fr": 150, "es": 150}  # of the first set; 80 of the others, 50 of the second
NEAR_COPY = 92  # of 100; two people who ask the same short thing reach 90
SHORT = 4  # words: so short that two people may well type the same


@cache
def phrases() -> dict[str, list[str]]:
    """Every phrase that is learned, comparable, by language."""
    folder = read_folder(KNOWLEDGE, Mistakes())
    read = read_phrases(KNOWLEDGE, set(folder.topics), set(folder.languages), Mistakes())
    found: dict[str, list[str]] = {}
    for line in (*read.natural, *read.short, *read.calm, *read.danger_now):
        found.setdefault(line.language, []).append(comparable(line.text))
    return found


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_questions_are_well_formed(path: Path) -> None:
    folder = read_folder(KNOWLEDGE, Mistakes())
    asked = lines(path)
    first = path.parent == QUESTIONS
    assert len(asked) >= (LEAST.get(path.stem, 80) if first else 50)
    assert len({str(question["text"]) for question in asked}) == len(asked)
    for question in asked:
        assert question["expect"] in ("answer", "urgent", "out-of-scope", "small-talk")
        assert (question["topic"] is None) == (
            question["expect"] in ("out-of-scope", "small-talk")
        ), question
        assert question["topic"] is None or question["topic"] in folder.topics
        assert question["city"] is None or folder.places[str(question["city"])].level == "city"
        assert question["expect"] != "urgent" or question["topic"] in URGENT_TOPICS
    kinds = {question["expect"] for question in asked}
    assert {"answer", "urgent", "out-of-scope"} <= kinds


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_no_question_is_a_near_copy_of_a_phrase(path: Path) -> None:
    learned = phrases().get(path.stem, [])
    copies = []
    for question in lines(path):
        text = comparable(str(question["text"]))
        if len(text.split()) < SHORT:
            continue
        best = process.extractOne(text, learned, scorer=fuzz.ratio, score_cutoff=NEAR_COPY)
        if best:
            copies.append((question["text"], best[0]))
    assert copies == []
