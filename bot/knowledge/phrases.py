"""How people ask: the phrases, vocabulary and frames that the matcher learns from."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.knowledge.marked_yaml import MarkedYaml, read_yaml
from bot.knowledge.mistakes import Mistakes, listed

OUT_OF_SCOPE = "out-of-scope"
URGENT_TOPICS = ("emergency", "immigration-enforcement", "mental-health", "violence")
CONCEPT = re.compile(r"\{([^{}]*)\}")
TOPIC_KEYS = ("natural", "short", "frames")
SMALL_TALK = ("greeting", "thanks", "goodbye", "okay")
FOLLOW_UPS = ("papers", "cost", "records", "refused", "hours", "place", "person")
SENTENCES_A_TOPIC = 80
SENTENCES_A_DANGER_FRAME = 24


@dataclass(frozen=True, slots=True)
class Phrase:
    """One line: its language, its label (a topic, or out-of-scope), the words."""

    language: str
    label: str
    text: str


@dataclass
class Phrases:
    """All that was read. `danger_now` and `calm` look alike and must be told apart.

    Their frames say the same things now, some day, long ago and not at all.
    """

    natural: list[Phrase] = field(default_factory=list)
    short: list[Phrase] = field(default_factory=list)
    frames: list[Phrase] = field(default_factory=list)
    danger_now: list[Phrase] = field(default_factory=list)
    calm: list[Phrase] = field(default_factory=list)
    danger_frames: list[Phrase] = field(default_factory=list)
    calm_frames: list[Phrase] = field(default_factory=list)
    small_talk: list[Phrase] = field(default_factory=list)
    follow_ups: list[Phrase] = field(default_factory=list)
    vocabulary: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def expanded_frames(self, seed: int = 0) -> Iterator[Phrase]:
        """The frames of each topic filled from the vocabulary, the same ones for the same seed.

        At most SENTENCES_A_TOPIC sentences a topic and language, spread over its frames.
        """
        by_topic: dict[tuple[str, str], list[str]] = {}
        for phrase in self.frames:
            by_topic.setdefault((phrase.language, phrase.label), []).append(phrase.text)
        for (language, label), frames in sorted(by_topic.items()):
            chance = random.Random(f"{seed} {language} {label}")  # noqa: S311  not a secret
            words = self.vocabulary.get(language, {})
            told: set[str] = set()
            for number in range(SENTENCES_A_TOPIC):
                frame = frames[number % len(frames)]
                sentence = _filled(frame, words, chance)
                if sentence not in told:
                    told.add(sentence)
                    yield Phrase(language, label, sentence)

    def expanded_danger(self, seed: int = 0) -> Iterator[tuple[Phrase, bool]]:
        """The frames of danger and of calm filled likewise, each with whether it is danger.

        At most SENTENCES_A_DANGER_FRAME sentences a frame.
        """
        for frames, danger in ((self.danger_frames, True), (self.calm_frames, False)):
            for frame in frames:
                chance = random.Random(f"{seed} {frame}")  # noqa: S311  not a secret
                words = self.vocabulary.get(frame.language, {})
                drawn = (
                    _filled(frame.text, words, chance) for _ in range(SENTENCES_A_DANGER_FRAME)
                )
                for sentence in dict.fromkeys(drawn):
                    yield Phrase(frame.language, frame.label, sentence), danger


def _filled(frame: str, words: dict[str, list[str]], chance: random.Random) -> str:
    """The frame with a word drawn for each concept."""

    def drawn(found: re.Match[str]) -> str:
        return chance.choice(words.get(found[1]) or [found[1].replace("-", " ")])

    return CONCEPT.sub(drawn, frame)


def read_phrases(root: Path, topics: set[str], languages: set[str], mistakes: Mistakes) -> Phrases:
    """Everything in `phrases/` and `vocabulary/`; what is wrong goes to `mistakes` (K19)."""
    phrases = Phrases()
    for path in sorted((root / "vocabulary").glob("*")):
        if path.suffix != ".yaml" or path.stem not in languages:
            mistakes.add(_name(root, path), 1, "K19", "is no vocabulary; name it after a language.")
            continue
        marks = read_yaml(path, _name(root, path), mistakes)
        if marks is not None:
            phrases.vocabulary[path.stem] = _lists(marks, (), None, mistakes)
    for folder in sorted((root / "phrases").glob("*")):
        if folder.name not in languages:
            mistakes.add(_name(root, folder), 1, "K19", "is no language of languages.yaml.")
            continue
        for path in sorted(folder.glob("*")):
            marks = read_yaml(path, _name(root, path), mistakes)
            if marks is not None:
                _read_file(phrases, folder.name, path, marks, topics, mistakes)
    return phrases


def _name(root: Path, path: Path) -> str:
    return f"{root.name}/{path.relative_to(root).as_posix()}"


def _read_file(
    phrases: Phrases,
    language: str,
    path: Path,
    marks: MarkedYaml,
    topics: set[str],
    mistakes: Mistakes,
) -> None:
    def fill(into: list[Phrase], label: str, lines: list[str]) -> None:
        into.extend(Phrase(language, label, line) for line in lines)

    name = path.stem
    if path.suffix == ".yaml" and (name in topics or name == OUT_OF_SCOPE):
        found = _lists(marks, (), TOPIC_KEYS, mistakes)
        fill(phrases.natural, name, found.get("natural", []))
        fill(phrases.short, name, found.get("short", []))
        frames = found.get("frames", [])
        _check_concepts(phrases, language, frames, marks, ("frames",), mistakes)
        fill(phrases.frames, name, frames)
    elif name == "small-talk":
        for kind, lines in _lists(marks, (), SMALL_TALK, mistakes).items():
            fill(phrases.small_talk, kind, lines)
    elif name == "follow-up":
        for kind, lines in _lists(marks, (), FOLLOW_UPS, mistakes).items():
            fill(phrases.follow_ups, kind, lines)
    elif name == "danger":
        for part, kinds, plain, framed in (
            ("now", URGENT_TOPICS, phrases.danger_now, phrases.danger_frames),
            ("calm", (*topics, OUT_OF_SCOPE), phrases.calm, phrases.calm_frames),
        ):
            for kind, lines in _lists(marks, (part,), kinds, mistakes).items():
                _check_concepts(phrases, language, lines, marks, (part, kind), mistakes)
                fill(plain, kind, [line for line in lines if not CONCEPT.search(line)])
                fill(framed, kind, [line for line in lines if CONCEPT.search(line)])
    else:
        mistakes.add(marks.file, 1, "K19", "is no file of phrases; name it after a topic.")


def _check_concepts(
    phrases: Phrases,
    language: str,
    frames: list[str],
    marks: MarkedYaml,
    at: tuple[str, ...],
    mistakes: Mistakes,
) -> None:
    vocabulary = phrases.vocabulary.get(language, {})
    for number, frame in enumerate(frames):
        for concept in CONCEPT.findall(frame):
            if concept not in vocabulary:
                mistakes.add(
                    marks.file,
                    marks.line(*at, number),
                    "K19",
                    f"{{{concept}}} is not in "
                    f"vocabulary/{language}.yaml; add it there or use another.",
                )


def _lists(
    marks: MarkedYaml, at: tuple[str, ...], keys: tuple[str, ...] | None, mistakes: Mistakes
) -> dict[str, list[str]]:
    """Lists of lines by key at `at`; keys that are not allowed and doubled lines are noted."""
    data: Any = marks.data
    for step in at:
        data = data.get(step) if isinstance(data, dict) else None
    if not isinstance(data, dict):
        mistakes.add(
            marks.file,
            marks.line(*at),
            "K19",
            f"needs {' '.join(at) or 'keys'} with lists of lines below.",
        )
        return {}
    result: dict[str, list[str]] = {}
    for key, lines in data.items():
        line = marks.line(*at, key)
        if keys is not None and key not in keys:
            mistakes.add(marks.file, line, "K19", f"{key} is not known here; use {listed(keys)}.")
        elif not isinstance(lines, list) or not all(isinstance(item, str) for item in lines):
            mistakes.add(marks.file, line, "K19", f"{key} must be a list of lines in quotes.")
        else:
            seen: set[str] = set()
            for number, item in enumerate(lines):
                if item in seen or not item.strip():
                    mistakes.add(
                        marks.file,
                        marks.line(*at, key, number),
                        "K19",
                        f'"{item}" stands twice or is empty; remove it.',
                    )
                seen.add(item)
            result[key] = [item for item in lines if item.strip()]
    return result
