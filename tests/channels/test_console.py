"""The conversation in a terminal: piped lines, buttons by number, commands."""

from __future__ import annotations

import io

import pytest

from bot.channels.console import Console
from bot.conversation.assistant import Assistant
from bot.knowledge.store import Store


@pytest.fixture(scope="module")
def assistant(store: Store) -> Assistant:
    return Assistant(store)


def talked(assistant: Assistant, *lines: str) -> list[str]:
    """What is said to each line, the greeting left out."""
    out = io.StringIO()
    Console(assistant, out).talk([f"{line}\n" for line in lines], prompt=False)
    return [said.split("\n", 1)[1] for said in out.getvalue().split("\n> ")[1:]]


QUESTIONS = {
    "my daughter is sick and we have no health card, where can we go in Toronto": (
        "Toronto · Doctor, clinic, medicines",
        "clinic",
    ),
    "¿me van a pedir papeles en la biblioteca de Toronto?": ("Toronto · Biblioteca", "library"),
    "est-ce que la police de Toronto appelle l'immigration": ("Toronto · Police", "police"),
    "is toronto really a sanctuary city": (
        "Toronto · Is this a sanctuary city?",
        "sanctuary-policy",
    ),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_is_answered_with_its_topic_city_and_sources(
    assistant: Assistant, store: Store, question: str
) -> None:
    title, topic = QUESTIONS[question]
    (said,) = talked(assistant, question)
    assert said.startswith(title)
    sources = next(part for part in said.split("[") if part.startswith(("2]", "1]")))
    number = said.split("] " + ("Sources" if "Sources" in said else "Fuentes"))[0][-1]
    shown = talked(assistant, question, number)[1]
    answer = store.answer("toronto", topic)
    assert sources
    assert answer is not None
    assert all(store.sources[name].url in shown for name in answer.facts.sources)


def test_the_city_is_asked_for_and_the_button_answers(assistant: Assistant) -> None:
    asked, answered = talked(assistant, "do I need papers for a library card", "1")
    assert "In which city?" in asked
    assert answered.startswith("Toronto · Library")


def test_every_topic_can_be_tapped(assistant: Assistant, store: Store) -> None:
    # /topics shows the groups as buttons; each group shows its topics; each topic answers
    for group in range(1, 7):
        (menu,) = talked(assistant, "can i use the pool in toronto", "/topics", str(group))[2:]
        for topic in range(1, menu.count("[") + 1):
            said = talked(
                assistant, "can i use the pool in toronto", "/topics", str(group), str(topic)
            )[3]
            assert said.startswith(("Toronto · ", "About this bot")), said


def test_unknown_questions_get_a_person_to_call(assistant: Assistant) -> None:
    (said,) = talked(assistant, "what is the exchange rate for pesos today")
    assert "I do not know" in said
    assert "211" in said


def test_commands_work(assistant: Assistant) -> None:
    help_page, privacy, city, language, erase = talked(
        assistant, "/help", "/privacy", "/city", "/language", "/erase"
    )
    assert "/erase" in help_page
    assert "30 minutes" in privacy
    assert "Toronto" in city
    assert "العربية" in language
    assert "48" in erase


def test_a_deep_link_can_be_tried(assistant: Assistant) -> None:
    assert "Toronto · Biblioteca" in talked(assistant, "/start toronto-library-es")[0]


def test_two_cities_are_asked_about(assistant: Assistant) -> None:
    (said,) = talked(assistant, "can my kids go to school in montreal or toronto without papers")
    assert "two cities" in said
    assert said.count("[") == 2


def test_an_empty_line_is_no_question(assistant: Assistant) -> None:
    assert talked(assistant, "   ") == []
