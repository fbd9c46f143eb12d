"""Texts for people in a hurry and afraid stay easy, whatever fills their placeholders."""

from __future__ import annotations

import pytest

from bot.knowledge.mistakes import Mistakes
from bot.knowledge.readability import MEASURES, check_readability, score_of
from bot.knowledge.wording import parse_wording

EASY = {
    "en": "You can go there. They do not ask for your papers. It is free for all who live here. "
    "Bring a letter with your name if you have one.",
    "fr": "Vous pouvez y aller. On ne demande pas vos papiers. C'est gratuit pour tous ceux qui "
    "vivent ici. Prenez une lettre à votre nom si vous en avez une.",
    "es": "Usted puede ir. No le piden sus papeles. Es gratis para todos los que viven aquí. "
    "Lleve una carta con su nombre si tiene una.",
}
HARD = {
    "en": "Undocumented residents are entitled to registration notwithstanding unavailability of "
    "identification documentation, provided satisfactory alternative attestations exist.",
    "fr": "Nonobstant l'indisponibilité de documentation d'identification, l'admissibilité des "
    "résidents sans statut demeure conditionnelle à la présentation d'attestations satisfaisantes.",
    "es": "No obstante la indisponibilidad de documentación identificatoria, la elegibilidad de "
    "residentes indocumentados permanece condicionada a certificaciones satisfactorias.",
}


@pytest.mark.parametrize("language", MEASURES)
def test_easy_and_hard_are_told_apart(language: str) -> None:
    easy, hard = score_of(EASY[language], language), score_of(HARD[language], language)
    assert easy is not None
    assert hard is not None
    assert MEASURES[language].allows(easy)
    assert not MEASURES[language].allows(hard)


def test_a_placeholder_is_one_word_however_long() -> None:
    text = "## answer\n" + EASY["en"].replace("there", "to {toronto-immigration-and-refugee.name}")
    mistakes = Mistakes()
    check_readability("en.md", parse_wording(text), "en", mistakes)
    assert mistakes.sorted() == []


def test_what_cannot_be_measured_is_not_judged() -> None:
    assert score_of("Call first.", "en") is None
    assert score_of(EASY["en"], "ru") is None
