"""From words to an outcome: danger first, then place, topic and the decision."""

from __future__ import annotations

from dataclasses import replace

from bot.domain import Context, Match, Outcome, Question
from bot.knowledge.store import Store
from bot.language.normalise import words
from bot.matching.classifier import Classifier, Ranking
from bot.matching.features import Weighed
from bot.matching.heads import Head
from bot.matching.labels import CALM, FOLLOW_UP, QUESTION
from bot.matching.places import NamedPlaces, PlaceFinder

PLACELESS = "about-bot"
CHOICES = 3
LONGEST_SMALL_TALK = 6  # words
LONGEST_FOLLOW_UP = 9
FEW_WORDS = 3
# So many words, or fewer, count without the city's name beside them, which would drown them.
FEW_BESIDE_CITY = 6
HALF = 0.5

# From which score on something is taken as so; `make quality` measures what they do.
ANSWER_FROM = 0.46
OFFER_FROM = 0.15
SMALL_TALK_FROM = 0.6
FOLLOW_UP_FROM = 0.5
CLEAR_FOLLOW_UP_FROM = 0.8
LANGUAGE_FROM = 0.6
LANGUAGE_OF_FEW_WORDS_FROM = 0.85
# Danger is believed sooner where the topic, too, is one of danger. Raids and violence are asked
# about calmly more often than fires and suicide, so more is needed there.
DANGER_IN_TOPIC_FROM = {
    "emergency": 0.03,
    "mental-health": 0.05,
    "violence": 0.2,
    "immigration-enforcement": 0.3,
}
CLEAR_TOPIC_FROM = 0.3
DANGER_IN_DOUBT_FROM = 0.5
ANY_TOPIC_FROM = 0.05
DANGER_WITHOUT_TOPIC_FROM = 0.93
DANGER_IN_OTHER_TOPIC_FROM = 0.993
# A long story holds alarming words without danger now, so more is needed there; but a passage of
# it counts alone where it is danger now and clearly of such a topic.
LONG_STORY = 30  # words
DANGER_IN_STORY_FROM = 0.5
STORY_WITH_PASSAGES = 25  # words
DANGER_IN_PASSAGE_FROM = 0.97
PASSAGE_TOPIC_FROM = 0.85
CLEAR_KIND_FROM = 0.5


class Matcher:
    """Understands questions with the classifiers of a store.

    >>> Matcher(store).match(Question("do i need papers for the library in toronto")).topic
    'library'
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._topics = Classifier.from_bytes(store.model("topics"))
        self._danger = Head.from_bytes(store.model("danger"))
        self._talk = Head.from_bytes(store.model("talk"))
        self._languages = Head.from_bytes(store.model("languages"))
        self._places = PlaceFinder.from_bytes(store.model("places"))

    def match(self, question: Question) -> Match:
        """What a question means, given what the conversation has settled. Never raises."""
        text, before = question.text, self._known(question.context)
        named = self._places.find(text)
        weighed = self._topics.weigh(text)
        language = self._language(weighed, before.language)
        is_named = bool(named.covered or named.uncovered)
        if is_named and len(words(named.others)) <= FEW_BESIDE_CITY:
            weighed = self._topics.weigh(named.others)
        ranking = self._topics.rank(weighed)
        danger, sure = self._danger_in(weighed, ranking)
        if danger:
            place = self._place(named, before)
            return Match(
                Outcome.URGENT,
                danger,
                place,
                language,
                (danger,),
                sure,
                named.uncovered,
                named.covered,
            )
        talk = self._talk.rank(weighed)
        length = weighed.length
        if (
            talk.labels[0] not in (QUESTION, FOLLOW_UP)
            and talk.scores[0] >= SMALL_TALK_FROM
            and length <= LONGEST_SMALL_TALK
        ):
            return Match(
                Outcome.SMALL_TALK,
                None,
                None,
                language,
                (),
                talk.scores[0],
                small_talk=talk.labels[0],
            )
        choices = ranking.labels[:CHOICES]
        if before.topic and self._follows(talk, ranking, named, length):
            sure = max(talk.scores[0], ANSWER_FROM)
            found = self._decided(before.topic, sure, choices, named, before, language)
            return replace(found, followed=True)
        return self._decided(
            ranking.labels[0], ranking.confidence, choices, named, before, language
        )

    def _known(self, before: Context) -> Context:
        """The context without ids that this store does not have."""
        store = self._store
        return Context(
            before.language if before.language in store.languages else None,
            before.place if before.place in store.places else None,
            before.topic if before.topic in store.topics else None,
        )

    def _language(self, weighed: Weighed, chosen: str | None) -> str:
        """The language of the text where it is clear, else the chosen one, else a good guess."""
        ranking = self._languages.rank(weighed)
        few = weighed.length < FEW_WORDS or weighed.known_words < HALF
        limit = LANGUAGE_OF_FEW_WORDS_FROM if few else LANGUAGE_FROM
        if ranking.labels and ranking.scores[0] >= limit:
            return ranking.labels[0]
        if chosen:
            return chosen
        return ranking.labels[0] if ranking.scores[0] >= 0.3 else "en"

    def _danger_in(self, weighed: Weighed, topics: Ranking) -> tuple[str | None, float]:
        """The kind of danger now, if any, and how sure that is.

        One classifier says whether it is danger now, and is believed sooner where the other
        finds a topic of danger; which kind it is, both have a say in. In a long text the most
        alarming passage is asked for itself, too.
        """
        found = self._danger.rank(weighed)
        needed = _danger_from(topics)
        if weighed.length >= LONG_STORY:
            needed = max(needed, DANGER_IN_STORY_FROM)
        if 1.0 - found.score(CALM) >= needed:
            return _kind(found, topics), 1.0 - found.score(CALM)
        if weighed.length < STORY_WITH_PASSAGES:
            return None, 1.0 - found.score(CALM)
        worst = self._danger.rank_least(CALM, self._topics.passages(weighed))
        if worst is not None and 1.0 - worst[1].score(CALM) >= DANGER_IN_PASSAGE_FROM:
            about = self._topics.rank(worst[0])
            if about.labels[0] in DANGER_IN_TOPIC_FROM and about.confidence >= PASSAGE_TOPIC_FROM:
                return _kind(worst[1], about), 1.0 - worst[1].score(CALM)
        return None, 1.0 - found.score(CALM)

    def _follows(self, talk: Ranking, topics: Ranking, named: NamedPlaces, length: int) -> bool:
        """Whether the text hangs on the question before it."""
        if length > LONGEST_FOLLOW_UP:
            return False
        follows = talk.scores[0] if talk.labels[0] == FOLLOW_UP else 0.0
        if follows >= CLEAR_FOLLOW_UP_FROM:
            return True
        if topics.confidence >= ANSWER_FROM:
            return False
        return follows >= FOLLOW_UP_FROM or (
            bool(named.covered or named.uncovered) and length <= FEW_WORDS + 1
        )

    @staticmethod
    def _place(named: NamedPlaces, before: Context) -> str | None:
        """The place the question is about: named, else remembered; None when two are named."""
        if named.covered:
            return named.covered[0] if len(named.covered) == 1 else None
        if named.uncovered:
            return named.region
        return before.place

    def _decided(
        self,
        topic: str,
        confidence: float,
        choices: tuple[str, ...],
        named: NamedPlaces,
        before: Context,
        language: str,
    ) -> Match:
        """The outcome for a topic and how sure it is: answer it, ask back, or give up."""
        place = self._place(named, before)
        found = Match(
            Outcome.UNKNOWN,
            None,
            place,
            language,
            choices,
            confidence,
            named.uncovered,
            named.covered,
        )
        if confidence < OFFER_FROM:
            return found
        if confidence < ANSWER_FROM:
            return replace(found, outcome=Outcome.CHOICE)
        known = topic == PLACELESS or place is not None
        outcome = Outcome.ANSWER if known else Outcome.ASK_CITY
        return replace(found, outcome=outcome, topic=topic, choices=(topic,))


def _danger_from(topics: Ranking) -> float:
    """From which probability on danger is believed in a text with these topics."""
    if topics.labels[0] not in DANGER_IN_TOPIC_FROM:
        clear = topics.confidence >= CLEAR_TOPIC_FROM
        return DANGER_IN_OTHER_TOPIC_FROM if clear else DANGER_WITHOUT_TOPIC_FROM
    if topics.confidence >= CLEAR_TOPIC_FROM:
        return DANGER_IN_TOPIC_FROM[topics.labels[0]]
    return (
        DANGER_IN_DOUBT_FROM if topics.confidence >= ANY_TOPIC_FROM else DANGER_WITHOUT_TOPIC_FROM
    )


def _kind(danger: Ranking, topics: Ranking) -> str:
    """The likeliest kind of danger: the topic where it is clear, else what both make likely."""
    kinds = [label for label in danger.labels if label != CALM]
    if topics.labels[0] in kinds and topics.confidence >= CLEAR_KIND_FROM:
        return topics.labels[0]
    return max(kinds, key=lambda kind: danger.score(kind) * (topics.score(kind) + 0.05))
