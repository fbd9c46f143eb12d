"""What the matcher knows, learned from the folder's phrases when the folder is built.

One classifier finds the topic. On its vocabulary three heads answer further questions of the same
text: is it danger now, is it a question at all, which language is it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence

from bot.knowledge.phrases import OUT_OF_SCOPE, URGENT_TOPICS, Phrase, Phrases
from bot.language.normalise import comparable
from bot.matching.labels import CALM, FOLLOW_UP, QUESTION
from bot.matching.menu import Menu
from bot.matching.training import Example, train, train_head

STORY = 6  # words: from here on a calm line can stand for a story
PLAIN_CALM_OF = 4  # one plain line of so many teaches what is calm; all would drown the danger
DANGER_FRAMES_OF = 4  # and one sentence of danger from a frame of so many teaches its topic
BESIDE_CITY_OF = 4  # one short line of so many is told beside a city's name as well
TITLE_BESIDE_CITIES = 6  # times that each title of the menu stands beside one


def learn_models(
    phrases: Phrases, menu: Menu, progress: Callable[[str], None] | None = None
) -> dict[str, bytes]:
    """The trained classifiers as bytes, by name: topics, danger, talk, languages."""
    say = progress or (lambda _: None)
    examples = topic_examples(phrases, menu)
    say(f"learning topics from {len(examples)} lines")
    topics = train(examples, progress=lambda step: say(f"learning topics: {step}"))
    models = {"topics": topics.to_bytes()}
    for name, examples_of in (
        ("danger", danger_examples),
        ("talk", talk_examples),
        ("languages", language_examples),
    ):
        say(f"learning {name}")
        models[name] = train_head(examples_of(phrases, menu), topics.scorer.vocabulary).to_bytes()
    return models


def topic_examples(phrases: Phrases, menu: Menu) -> list[Example]:
    """Every line that teaches a topic, or teaches that something is none."""
    lines = [
        *phrases.natural,
        *phrases.short,
        *phrases.calm,
        *phrases.danger_now,
    ]
    topicless = [*phrases.small_talk, *phrases.follow_ups]
    framed_danger = [line for line, danger in phrases.expanded_danger() if danger]
    return [
        *(Example(line.text, _topic(line)) for line in lines),
        *(Example(line.text, _topic(line), expanded=True) for line in phrases.expanded_frames()),
        *(Example(line.text.replace("{city}", ""), None) for line in topicless),
        *(Example(line.text, line.label, True) for line in framed_danger[::DANGER_FRAMES_OF]),
        *(Example(line.text, _topic(line), True) for line in _titles(menu, menu.titles)),
        *(Example(line.text, _topic(line), True) for line in _beside(menu, phrases.short)),
    ]


def _titles(menu: Menu, titles: Sequence[Phrase]) -> Iterator[Phrase]:
    """These titles of the menu, alone and beside names of cities."""
    yield from titles
    yield from menu.beside_cities(titles, TITLE_BESIDE_CITIES)


def _beside(menu: Menu, lines: Sequence[Phrase]) -> Iterator[Phrase]:
    """Some of these lines, beside names of cities."""
    return menu.beside_cities(lines[::BESIDE_CITY_OF])


def danger_examples(phrases: Phrases, menu: Menu) -> list[Example]:
    """Danger now, by kind, against everything calm.

    The plain lines of the four danger topics are left out: some of them are danger now.
    Danger is told inside long stories, too, next to fear of papers and bills: every line also
    stands beside a calm one and stays what it is.
    """
    calm = [line for line in (*phrases.natural, *phrases.short) if line.label not in URGENT_TOPICS]
    plain = calm[::PLAIN_CALM_OF]
    titles = [title for title in menu.titles if title.label not in URGENT_TOPICS]
    told_calmly = [*phrases.calm, *(line for line in plain if len(line.text.split()) > STORY)]
    return [
        *(Example(line.text, line.label) for line in phrases.danger_now),
        *(Example(line.text, CALM) for line in (*phrases.calm, *plain, *phrases.small_talk)),
        *(Example(told, line.label, True) for line, told in _stories(phrases.danger_now, calm)),
        *(Example(told, CALM, True) for _, told in _stories(told_calmly, calm)),
        *(
            Example(line.text, line.label if danger else CALM, True)
            for line, danger in phrases.expanded_danger()
        ),
        *(Example(line.text, line.label, True) for line in _beside(menu, phrases.danger_now)),
        *(Example(line.text, CALM, True) for line in _beside(menu, plain)),
        *(Example(line.text, CALM, True) for line in _titles(menu, titles)),
    ]


def _stories(lines: Sequence[Phrase], beside: Sequence[Phrase]) -> Iterator[tuple[Phrase, str]]:
    """Each line with a line of `beside` in the same language before or after it."""
    chance = random.Random(0)  # noqa: S311  not a secret
    by_language: dict[str, list[str]] = {}
    for line in beside:
        by_language.setdefault(line.language, []).append(line.text)
    for line in lines:
        others = by_language.get(line.language)
        if others:
            pair = [line.text, chance.choice(others)]
            chance.shuffle(pair)
            yield line, " ".join(pair)


def talk_examples(phrases: Phrases, menu: Menu) -> list[Example]:
    """Small talk and follow-ups against questions that stand for themselves."""
    return [
        *(Example(line.text, line.label) for line in phrases.small_talk),
        *(Example(line.text.replace("{city}", ""), FOLLOW_UP) for line in phrases.follow_ups),
        *(Example(line.text, FOLLOW_UP, True) for line in _beside(menu, phrases.follow_ups)),
        *(Example(line.text, QUESTION) for line in (*phrases.natural, *phrases.short)),
        *(Example(line.text, QUESTION, True) for line in _beside(menu, phrases.short)),
        *(Example(line.text, QUESTION, True) for line in _titles(menu, menu.titles)),
    ]


def language_examples(phrases: Phrases, menu: Menu) -> list[Example]:
    """Every line that a person wrote whole, labelled with its language."""
    lines = (
        *menu.titles,
        *phrases.natural,
        *phrases.short,
        *phrases.calm,
        *phrases.danger_now,
        *phrases.small_talk,
        *phrases.follow_ups,
    )
    return [Example(line.text.replace("{city}", ""), line.language) for line in lines]


def known_words(lines: Iterable[Phrase]) -> set[str]:
    """Every word of these lines, as the matcher compares them."""
    return {word for line in lines for word in comparable(line.text).split()}


def _topic(line: Phrase) -> str | None:
    return None if line.label == OUT_OF_SCOPE else line.label
