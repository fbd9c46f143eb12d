"""Replies in a group: what anybody may read, nothing of a person, nothing to remember.

There is one kind of button in a group: a link to the private chat. Whatever a person would
choose with other buttons, everyone there would see.
"""

from __future__ import annotations

from dataclasses import replace

from bot.conversation import answers, menus, pages, replies
from bot.conversation import wording as w
from bot.conversation.links import url_of
from bot.conversation.sharing import private_link, without_person
from bot.conversation.voice import Voice
from bot.domain import Context, Line, Link, Match, Outcome, Reply, Verb


def told_in_group(voice: Voice, match: Match, address: str) -> Reply:
    """The reply to a question that was asked before everybody's eyes."""
    # English may be nobody's language here (see Assistant.in_group); the private chat knows better.
    spoken = voice.language if voice.language != "en" else None
    about = Context(spoken, match.place, match.topic)
    reply = replies.told(voice, match, Context(voice.language))
    links = [private_link(voice, address, about)]
    if match.topic == menus.PLACELESS:
        reply = replace(reply, lines=tuple(_about(voice)))
    elif match.outcome is Outcome.ASK_CITY and match.topic:
        reply = replace(reply, lines=tuple(_ask_city(voice, match)))
    elif match.outcome in (Outcome.CHOICE, Outcome.UNKNOWN):
        chosen = [(topic, replace(about, topic=topic)) for topic in match.choices]
        links = [Link(voice.topic(topic), url_of(address, each)) for topic, each in chosen] + links
    return replace(without_person(reply), links=tuple(links))


def commanded(voice: Voice, verb: Verb, address: str) -> Reply:
    """The reply to a command in a group."""
    if verb is Verb.PRIVACY:
        lines = [Line(text=voice.text(w.GROUP_PRIVACY))]
    elif verb is Verb.ERASE:
        lines = [Line(text=voice.text(w.GROUP_ERASE))]
    else:
        return hello(voice, address)
    return _with_private(voice, lines, address)


def hello(voice: Voice, address: str) -> Reply:
    """How to address the bot in a group, and that everyone there sees it."""
    lines = [
        Line(text=voice.text(w.GROUP_HELLO, example=example(voice, "/ask@", address))),
        Line(text=voice.text(w.GROUP_SEEN)),
    ]
    return _with_private(voice, lines, address)


def example(voice: Voice, before: str, address: str) -> str:
    """What somebody writes to ask in another chat: the bot's name, a city and a topic.

    In a group "/ask@" stands before the name, since Telegram keeps a message that only mentions
    a bot from it; while somebody types, "@" does.
    """
    name = voice.formats.isolated(before + address.rpartition("/")[2])
    return f"{name} {voice.place(voice.store.cities()[0])} {voice.topic('library')}"


def _with_private(voice: Voice, lines: list[Line], address: str) -> Reply:
    link = private_link(voice, address, Context())
    return Reply(tuple(lines), language=voice.language, links=(link,))


def _ask_city(voice: Voice, match: Match) -> list[Line]:
    lines = [answers.title(voice, match.topic or "", None)]
    if match.uncovered:
        lines.append(Line(text=voice.text(w.UNCOVERED, city=match.uncovered)))
    asked = w.TWO_CITIES if len(match.places) > 1 else w.WHICH_CITY
    return [*lines, Line(text=voice.text(asked)), Line(text=voice.text(w.GROUP_NAME_CITY))]


def _about(voice: Voice) -> list[Line]:
    return [*pages.about_bot(voice), Line(text=voice.text(w.GROUP_PRIVACY))]
