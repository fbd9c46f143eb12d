"""An answer for somebody else: complete in one message, with the link that opens it anew.

Nothing in it comes from the person who shares it but topic, place and language.
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote, urlencode

from bot.conversation import answers
from bot.conversation import wording as w
from bot.conversation.danger import danger_lines
from bot.conversation.links import url_of
from bot.conversation.voice import Voice
from bot.domain import Context, Line, Link, Reply
from bot.knowledge.store import Answer, State

# Telegram's apps open this address themselves and let the person choose a chat.
SHARE = "https://t.me/share/url"


def shared_answer(voice: Voice, answer: Answer, place: str, address: str) -> Reply:
    """The answer as a message to forward, and a button that sends its link."""
    url = url_of(address, Context(voice.language, place, answer.topic))
    named = answers.title(voice, answer.topic, place).strong
    send = f"{SHARE}?{urlencode({'url': url, 'text': named}, quote_via=quote)}"
    return Reply(
        (*answer_for_others(voice, answer, place), *link_lines(voice, url)),
        language=voice.language,
        links=(Link(voice.text(w.BUTTON_SEND_LINK), send),) if address else (),
        apart=True,
    )


def answer_for_others(voice: Voice, answer: Answer, place: str) -> list[Line]:
    """The whole answer; in danger the number stands first and the day of checking last."""
    if voice.store.topics[answer.topic].urgent != "yes":
        return answers.answer_lines(voice, answer, place)
    lines = danger_lines(voice, answer.topic, place)
    if answer.state(voice.today) is State.CURRENT:
        words, _ = answers.words_for(voice, answer)
        lines.append(answers.checked_line(voice, words, answer.facts))
    return lines


def link_lines(voice: Voice, url: str) -> list[Line]:
    """How to open the bot, the address to be seen: it must survive copying and printing."""
    if not url:
        return []
    return [Line(strong=voice.text(w.SHARED_LINK), text=voice.formats.isolated(url), link=url)]


def private_link(voice: Voice, address: str, context: Context) -> Link:
    """The button that opens the private chat with what is known."""
    return Link(voice.text(w.BUTTON_PRIVATE), url_of(address, context))


def without_person(reply: Reply) -> Reply:
    """The reply without what hangs on a private chat: buttons, memory, protection."""
    return replace(reply, buttons=(), context=Context(), points=False, protected=False)
