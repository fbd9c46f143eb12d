"""The bot's pages about itself: greeting, help, privacy, about, erasing."""

from __future__ import annotations

from bot import __version__
from bot.conversation import wording as w
from bot.conversation.voice import Voice
from bot.domain import Introduction, Line


def hello(voice: Voice) -> list[Line]:
    """The greeting, with the honest limits."""
    return [Line(text=voice.text(w.HELLO)), Line(text=voice.text(w.LIMITS))]


def help_page(voice: Voice) -> list[Line]:
    """How to use the bot."""
    return [
        Line(strong=voice.text(w.HELP_TITLE)),
        Line(text=voice.text(w.HELP_ASK)),
        *[Line(text=line) for line in voice.text(w.HELP_COMMANDS).split("\n")],
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
                w.PRIVACY_INLINE,
                w.PRIVACY_PHONE,
                w.PRIVACY_NEVER,
                w.PRIVACY_CLONE,
                w.PRIVACY_TESTED,
            )
        ],
    ]


def about_bot(voice: Voice) -> list[Line]:
    """Who runs the bot and what it can get wrong."""
    return [
        Line(strong=voice.text(w.ABOUT_TITLE)),
        Line(text=voice.text(w.ABOUT_WHAT)),
        Line(text=voice.text(w.ABOUT_LIMITS)),
    ]


def about_page(voice: Voice) -> list[Line]:
    """The same, then what is kept and what Telegram knows."""
    return [*about_bot(voice), *privacy_page(voice)[:4]]


def introduction(voice: Voice) -> Introduction:
    """The command lists and descriptions that Telegram shows."""
    commands = {
        "start": voice.text(w.COMMAND_START),
        "language": voice.text(w.COMMAND_LANGUAGE),
        "city": voice.text(w.COMMAND_CITY),
        "help": voice.text(w.COMMAND_HELP),
        "privacy": voice.text(w.COMMAND_PRIVACY),
        "erase": voice.text(w.COMMAND_ERASE),
    }
    return Introduction(
        commands,
        # The others have nothing to do where nothing is remembered and nothing chosen.
        {
            "ask": voice.text(w.COMMAND_ASK),
            "help": commands["help"],
            "privacy": commands["privacy"],
        },
        voice.text(w.DESCRIPTION),
        voice.text(w.SHORT_DESCRIPTION),
    )
