"""Inline mode: answers as cards that a person may post in any chat.

Everything follows from the text typed and a language; nothing is remembered or counted, for
Telegram asks anew at every letter.
"""

from __future__ import annotations

from bot.conversation import answers, replies
from bot.conversation import wording as w
from bot.conversation.groups import example
from bot.conversation.links import payload_of, url_of
from bot.conversation.sharing import answer_for_others, link_lines
from bot.conversation.voice import Voice
from bot.domain import Card, Context, Line, Match, Offer, Outcome, Reply
from bot.knowledge.store import State

# The card about the bot itself has a name that no payload of ours has.
HELP = "about"


def offered(voice: Voice, match: Match | None, address: str) -> Offer:
    """The cards for what was understood (None: nothing was asked), and the private chat."""
    known = Context(voice.language, match.place, match.topic) if match else Context(voice.language)
    cards = _cards(voice, match, address) if match else []
    return Offer(
        voice.text(w.BUTTON_PRIVATE),
        payload_of(known),
        tuple(cards) or (_help_card(voice, address),),
    )


def _cards(voice: Voice, match: Match, address: str) -> list[Card]:
    places = match.places if len(match.places) > 1 else (match.place,)
    if match.outcome is Outcome.URGENT and match.topic:
        return [_danger_card(voice, match.topic, place, address) for place in places]
    if match.outcome not in (Outcome.ANSWER, Outcome.ASK_CITY, Outcome.CHOICE):
        return []
    found = [
        _answer_card(voice, topic, place, address, match.uncovered)
        for place in places
        for topic in match.choices
        if place
    ]
    return [card for card in found if card]


def _danger_card(voice: Voice, topic: str, place: str | None, address: str) -> Card:
    """The card for danger, the number on its first line also while the place is not known."""
    known = Context(voice.language, place, topic)
    answer = voice.store.answer(place, topic) if place else None
    if answer and place:
        lines = answer_for_others(voice, answer, place)
    else:
        lines = list(replies.urgent(voice, topic, place, known).lines)
    first = f"{lines[0].strong} {lines[0].text}".strip()
    return _card(voice, known, answers.title(voice, topic, place), first, lines, address)


def _answer_card(voice: Voice, topic: str, place: str, address: str, uncovered: str) -> Card | None:
    """The card for an answer that may be shown; None for every other one."""
    if voice.store.topics[topic].urgent == "yes":
        return _danger_card(voice, topic, place, address)
    answer = voice.store.answer(place, topic)
    if answer is None or answer.state(voice.today) is not State.CURRENT:
        return None
    lines = answers.answer_lines(voice, answer, place, uncovered)
    about = next((line.strong for line in lines[1:] if line.strong), "")
    known = Context(voice.language, place, topic)
    return _card(voice, known, lines[0], about, lines, address)


def _card(
    voice: Voice, known: Context, title: Line, about: str, lines: list[Line], address: str
) -> Card:
    shown = (*lines, *link_lines(voice, url_of(address, known)))
    return Card(payload_of(known), title.strong, about, Reply(shown, language=voice.language))


def _help_card(voice: Voice, address: str) -> Card:
    how = voice.text(w.INLINE_HOW, example=example(voice, "@", address))
    lines = (
        Line(text=voice.text(w.HELLO)),
        Line(text=how),
        *link_lines(voice, url_of(address, Context(voice.language))),
    )
    title = voice.text(w.INLINE_TITLE)
    return Card(HELP, title, how, Reply(lines, language=voice.language))
