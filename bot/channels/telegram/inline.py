"""Inline mode: what somebody types after the bot's name in any chat is answered with cards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from telegram import (
    Bot,
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError

from bot.channels.telegram.markup import pages
from bot.channels.telegram.receive import language_of
from bot.domain import Card, Context, Question
from bot.privacy.log import Event, say

if TYPE_CHECKING:
    from bot.conversation.assistant import Assistant


async def offer(bot: Bot, query: InlineQuery, assistant: Assistant, address: str) -> None:
    """Answer one inline query, or leave it.

    It is tried once: with the next letter the person types, this one is of no use any more.
    """
    language = language_of(query.from_user.language_code)
    try:
        offered = assistant.offered(Question(query.query, Context(language)), address)
        cards = [card for each in offered.cards if (card := _article(each))]
        button = InlineQueryResultsButton(offered.private, start_parameter=offered.payload)
    except Exception as error:
        say(Event.HANDLER_FAILED, error=error)
        return
    try:
        # Personal, and not kept: else Telegram shows to others what it stored of one person's
        # query, and withdrawn answers for as long as it stores them.
        await bot.answer_inline_query(
            query.id, cards, cache_time=0, is_personal=True, button=button
        )
    except BadRequest:
        return  # Too late: the person has typed on.
    except TelegramError as error:
        say(Event.ANSWER_UNSENT, error=error)


def _article(card: Card) -> InlineQueryResultArticle | None:
    """The card as Telegram takes it; None where it would not fit into one message."""
    text, *more = pages(card.reply)
    if more:
        return None
    content = InputTextMessageContent(
        text,
        parse_mode=ParseMode.HTML,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )
    return InlineQueryResultArticle(card.payload, card.title, content, description=card.about)
