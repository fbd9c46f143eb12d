"""What Telegram shows of the bot before anybody writes: command lists, descriptions, the menu.

Each in every language that Telegram takes. Only what differs from what Telegram has is set: it
allows few changes, and asking costs nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    MenuButton,
    MenuButtonCommands,
)
from telegram.error import TelegramError

from bot.channels.telegram.patience import Patience
from bot.domain import Introduction
from bot.privacy.log import Event, say

T = TypeVar("T")
Introductions = Callable[[str], Introduction]

# Our tags, and the two-letter codes that Telegram knows them by. English, under no code, is what
# everybody else sees.
TELEGRAM_CODES = {
    "en": "", "fr": "fr", "es": "es", "pt": "pt", "zh-Hans": "zh", "ar": "ar", "fa": "fa",
    "hi": "hi", "pa": "pa", "tl": "tl", "ht": "ht", "ru": "ru",
}  # fmt: skip


async def introduce(bot: Bot, introductions: Introductions, patience: Patience) -> None:
    """Let Telegram show what `introductions` say, by language; the bot works without it.

    Commands first: Telegram lets a change of descriptions wait longest.
    """
    told = {code: introductions(language) for language, code in TELEGRAM_CODES.items()}
    for code, each in told.items():
        await _commands(bot, BotCommandScopeAllPrivateChats(), code, each.commands, patience)
        await _commands(bot, BotCommandScopeAllGroupChats(), code, each.group_commands, patience)
    menu: MenuButton = MenuButtonCommands()
    await _settle(
        patience,
        bot.get_chat_menu_button,
        menu,
        lambda: bot.set_chat_menu_button(menu_button=menu),
    )
    for code, each in told.items():
        await _descriptions(bot, code, each, patience)


async def _commands(
    bot: Bot,
    scope: BotCommandScopeAllPrivateChats | BotCommandScopeAllGroupChats,
    code: str,
    wanted: Mapping[str, str],
    patience: Patience,
) -> None:
    commands = tuple(BotCommand(name, text) for name, text in wanted.items())
    await _settle(
        patience,
        lambda: bot.get_my_commands(scope, code),
        commands,
        lambda: bot.set_my_commands(commands, scope, code),
    )


async def _descriptions(bot: Bot, code: str, wanted: Introduction, patience: Patience) -> None:
    async def description() -> str:
        return (await bot.get_my_description(code)).description

    async def short_description() -> str:
        return (await bot.get_my_short_description(code)).short_description

    await _settle(
        patience,
        description,
        wanted.description,
        lambda: bot.set_my_description(wanted.description, code),
    )
    await _settle(
        patience,
        short_description,
        wanted.short_description,
        lambda: bot.set_my_short_description(wanted.short_description, code),
    )


async def _settle(
    patience: Patience,
    read: Callable[[], Awaitable[T]],
    wanted: T,
    write: Callable[[], Awaitable[bool]],
) -> None:
    """Write what Telegram does not show yet; a refusal is said, and the rest goes on."""
    try:
        if await patience.through(read) != wanted:
            await patience.through(write)
    except TelegramError as error:
        say(Event.COMMANDS_UNSET, error=error)
