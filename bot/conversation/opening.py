"""The first screen after a deep link: what it names is settled, what it leaves out is asked."""

from __future__ import annotations

from dataclasses import replace

from bot.conversation import menus, pages, replies
from bot.conversation import wording as w
from bot.conversation.voice import Voice
from bot.domain import Button, Context, Line, Reply, Tap, Verb


def opened(voice: Voice, link: Context) -> Reply:
    """The answer where topic and place are named, else the greeting and the next question.

    The honest limits stand in every one of them: it may be somebody's first message.
    """
    context = Context(voice.language, link.place, link.topic)
    if link.topic is None:
        return _greeted(voice, link, context)
    if link.topic == menus.PLACELESS:
        return replies.about(voice, context)
    if voice.store.topics[link.topic].urgent == "yes":
        told = replies.urgent(voice, link.topic, link.place, context)
    elif link.place is None:
        told = replies.ask_city(voice, link.topic, context)
    else:
        told = replies.answered(voice, link.topic, link.place, context)
    return replace(told, lines=(*told.lines, Line(text=voice.text(w.LIMITS))))


def _greeted(voice: Voice, link: Context, context: Context) -> Reply:
    lines = pages.hello(voice)
    if link.place:
        lines.append(Line(strong=voice.place(link.place)))
    if not link.language:
        lines.append(Line(text=voice.text(w.CHOOSE_LANGUAGE)))
        buttons = menus.language_buttons(voice, None, link.place)
    elif not link.place:
        lines.append(Line(text=voice.text(w.CHOOSE_CITY)))
        buttons = menus.city_buttons(voice, None)
    else:
        lines.append(Line(text=voice.text(w.ASK_FREELY)))
        change = Button(voice.text(w.BUTTON_LANGUAGE), Tap(Verb.LANGUAGES, None, link.place))
        buttons = (*menus.group_buttons(voice, link.place), (change,))
    return replies.reply(voice, lines, buttons, context)
