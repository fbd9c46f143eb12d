"""Inline queries: what a bot may offer, and how Telegram refuses what it may not."""

from __future__ import annotations

import re
from typing import Any

from tests.telegram_server.content import bad, json_param, message_content
from tests.telegram_server.world import Fields, World

MOST_RESULTS = 50
LONGEST_ID = 64

_OLD_QUERY = "query is too old and response timeout expired or query ID is invalid"
_PARAMETER = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


def answer_inline_query(world: World, params: Fields) -> Any:
    results = [_article(each) for each in json_param(params, "results", list)]
    if len(results) > MOST_RESULTS:
        raise bad("RESULTS_TOO_MUCH")
    ids = [each["id"] for each in results]
    if len(set(ids)) < len(ids):
        raise bad("RESULT_ID_DUPLICATE")
    button = json_param(params, "button", dict)
    if button and not str(button.get("text", "")).strip():
        raise bad("can't parse inline query results button: Text must be non-empty")
    if button and not _PARAMETER.fullmatch(str(button.get("start_parameter", ""))):
        raise bad("START_PARAM_INVALID")
    query = str(params.get("inline_query_id", ""))
    if query not in world.inline_queries:
        raise bad(_OLD_QUERY)
    world.inline_queries.remove(query)
    world.offers[query] = {
        "results": results,
        "button": button,
        "cache_time": int(params.get("cache_time", 300)),
        "is_personal": str(params.get("is_personal", "")).lower() == "true",
    }
    return True


def _article(result: Any) -> Fields:
    """An article with the message that it posts, as `content`."""
    if not isinstance(result, dict) or result.get("type") != "article":
        raise bad("can't parse inline query result: Unallowed type")
    if not 1 <= len(str(result.get("id", "")).encode()) <= LONGEST_ID:
        raise bad("RESULT_ID_INVALID")
    if not str(result.get("title", "")).strip():
        raise bad("ARTICLE_TITLE_EMPTY")
    given = result.get("input_message_content")
    if not isinstance(given, dict):
        raise bad("can't parse inline query result: message content must be specified")
    content = message_content({**given, "text": given.get("message_text", "")})
    return {**result, "content": content}
