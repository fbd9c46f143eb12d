"""The bot's pages about itself: greeting, help, privacy, about, erasing."""

from __future__ import annotations

import re

from bot import __version__
from bot.conversation import wording as w
from bot.conversation.voice import Voice
from bot.domain import Line

COMMAND = re.compile(r"/[a-z]+")


def hello(voice: Voice) -> list[Line]:
    """The greeting, with the honest limits."""
    return [Line(text=voice.text(w.HELLO)), Line(text=voice.text(w.LIMITS))]


def help_page(voice: Voice) -> list[Line]:
    """How to use the bot."""
    commands = [
        Line(text=COMMAND.sub(lambda found: voice.formats.isolated(found[0]), line))
        for line in voice.text(w.HELP_COMMANDS).split("\n")
    ]
    return [
        Line(strong=voice.text(w.HELP_TITLE)),
        Line(text=voice.text(w.HELP_ASK)),
        *commands,
        Line(text=voice.text(w.HELP_LIMITS)),
    ]


def privacy_page(voice: Voice) -> list[Line]:
    """What is kept and counted, what Telegram knows, what a phone shows, what was tested."""
    return [
        Line(strong=voice.text(w.PRIVACY_TITLE)),
        *[
            Line(text=voice.text(text, version=__version__))
            for text in (
                w.PRIVACY_KEPT,
                w.PRIVACY_COUNTS,
                w.PRIVACY_TELEGRAM,
                w.PRIVACY_PHONE,
                w.PRIVACY_NEVER,
                w.PRIVACY_CLONE,
                w.PRIVACY_TESTED,
            )
        ],
    ]


def about_page(voice: Voice) -> list[Line]:
    """Who runs the bot and what it can get wrong, then what is kept and what Telegram knows."""
    return [
        Line(strong=voice.text(w.ABOUT_TITLE)),
        Line(text=voice.text(w.ABOUT_WHAT)),
        Line(text=voice.text(w.ABOUT_LIMITS)),
        *privacy_page(voice)[:4],
    ]
