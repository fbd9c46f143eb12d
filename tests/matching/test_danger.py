"""Danger now is put first; the same words about another day, the past or nobody are not."""

from __future__ import annotations

import pytest

from bot.domain import Outcome, Question
from bot.knowledge.store import Store
from bot.matching.matcher import Matcher


@pytest.fixture(scope="module")
def matcher(store: Store) -> Matcher:
    return Matcher(store)


@pytest.mark.parametrize(
    ("now", "calm"),
    [
        ("ICE is knocking at my door", "what should I do if ICE knocks at my door some day"),
        ("my husband is hitting me", "my husband hit me years ago, who can i talk to"),
        ("la migra está en mi trabajo", "qué hago si un día la migra llega a mi trabajo"),
        (
            "il y a le feu dans la cave",
            "l'an dernier il y a eu un feu chez nous, les pompiers gardent les noms ?",
        ),
        ("quero morrer hoje", "anos atrás eu queria morrer, hoje procuro psicólogo"),
        ("移民局在敲门", "如果有一天移民局来敲门我有什么权利"),
        ("पड़ोसी अपनी पत्नी को मार रहा है बचाओ", "अगर पड़ोसी पत्नी को मारे तो किससे बात करें"),
        ("у двери айс", "что делать если когда-нибудь придёт айс"),
    ],
)
def test_the_same_danger_now_and_at_another_time(matcher: Matcher, now: str, calm: str) -> None:
    assert matcher.match(Question(now)).outcome is Outcome.URGENT
    assert matcher.match(Question(calm)).outcome is not Outcome.URGENT


@pytest.mark.parametrize(
    "figure",
    ["this rent is killing me", "my phone is dying, where can i charge it", "that movie was fire"],
)
def test_a_figure_of_speech_is_no_danger(matcher: Matcher, figure: str) -> None:
    assert matcher.match(Question(figure)).outcome is not Outcome.URGENT


def test_danger_in_the_middle_of_a_long_story_is_found(matcher: Matcher) -> None:
    before = (
        "we came here in march with my sister and the two children and we rent a room from a "
        "family we know from church and i clean offices at night and everything was fine until "
    )
    after = (
        " and we have no papers so nobody here wants to speak with anybody and the lease is in "
        "the name of a cousin who lives in another city and also i wanted to ask about school"
    )
    told = before + "now my sister is not breathing and her lips are blue" + after
    assert matcher.match(Question(told)).outcome is Outcome.URGENT
    calm = before + "the landlord said he wants more money" + after
    assert matcher.match(Question(calm)).outcome is not Outcome.URGENT
