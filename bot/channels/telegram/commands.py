"""The list of commands that Telegram shows beside the text field, in each language it takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from telegram import Bot, BotCommand, BotCommandScopeAllPrivateChats
from telegram.error import TelegramError

from bot.channels.telegram.patience import Patience
from bot.privacy.log import Event, say

Descriptions = Callable[[str], Mapping[str, str]]

# Our tags, and the two-letter codes that Telegram knows them by. English, under no code, is what
# everybody else sees.
TELEGRAM_CODES = {
    "en": "", "fr": "fr", "es": "es", "pt": "pt", "zh-Hans": "zh", "ar": "ar", "fa": "fa",
    "hi": "hi", "pa": "pa", "tl": "tl", "ht": "ht", "ru": "ru",
}  # fmt: skip


async def set_commands(bot: Bot, descriptions: Descriptions, patience: Patience) -> None:
    """Set the list in every language that `descriptions` has; the bot works without it."""
    scope = BotCommandScopeAllPrivateChats()
    for language, code in TELEGRAM_CODES.items():
        commands = [BotCommand(name, text) for name, text in descriptions(language).items()]
        if not commands:
            continue

        async def call(commands: list[BotCommand] = commands, code: str = code) -> bool:
            return await bot.set_my_commands(commands, scope=scope, language_code=code)

        try:
            await patience.through(call)
        except TelegramError as error:
            say(Event.COMMANDS_UNSET, error=error)
