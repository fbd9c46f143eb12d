"""What a message may hold, and how Telegram refuses what it may not."""

from __future__ import annotations

import json
from typing import Any

from tests.telegram_server.entities import EntityError, parse_html, units
from tests.telegram_server.world import Fields

LONGEST_TEXT = 4096
LONGEST_DATA = 64
MOST_BUTTONS = 100


class ApiError(Exception):
    """A refusal: status, description, and what else Telegram says with it."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


def bad(description: str) -> ApiError:
    """What Telegram says to a request that it does not understand or allow."""
    return ApiError(400, f"Bad Request: {description}")


def message_content(params: Fields) -> Fields:
    """Text, entities and buttons of a message, all within Telegram's rules."""
    given = str(params.get("text", ""))
    mode = str(params.get("parse_mode", "")).lower()
    if mode not in ("", "html"):
        raise bad("unsupported parse_mode")
    try:
        text, entities = parse_html(given) if mode else (given, [])
    except EntityError as error:
        raise bad(f"can't parse entities: {error}") from None
    trimmed = text.lstrip()
    cut = units(text) - units(trimmed)
    trimmed = trimmed.rstrip()
    if not trimmed:
        raise bad("message text is empty" if not given else "text must be non-empty")
    if units(trimmed) > LONGEST_TEXT:
        raise bad("message is too long")
    content: Fields = {"text": trimmed}
    moved = [{**each, "offset": max(0, each["offset"] - cut)} for each in entities]
    if moved:
        content["entities"] = moved
    if params.get("link_preview_options"):
        content["link_preview_options"] = json_param(params, "link_preview_options", dict)
    if params.get("reply_markup"):
        content["reply_markup"] = _keyboard(json_param(params, "reply_markup", dict))
    return content


def _keyboard(markup: Fields) -> Fields:
    rows = markup.get("inline_keyboard")
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad("object expected as reply markup")
    buttons = [button for row in rows for button in row]
    if len(buttons) > MOST_BUTTONS:
        raise bad("REPLY_MARKUP_TOO_LONG")
    for button in buttons:
        if not str(button.get("text", "")).strip():
            raise bad('can\'t parse inline keyboard button: Field "text" must be non-empty')
        data, url = button.get("callback_data"), button.get("url")
        if data is None and url is None:
            raise bad("can't parse inline keyboard button: "
                      "Text buttons are unallowed in the inline keyboard")  # fmt: skip
        if data is not None and not 1 <= len(str(data).encode()) <= LONGEST_DATA:
            raise bad("BUTTON_DATA_INVALID")
    return markup


def json_param(params: Fields, name: str, kind: type) -> Any:
    """A parameter that is JSON of this kind; empty where it is missing."""
    given = params.get(name, kind())
    try:
        value = json.loads(given) if isinstance(given, str) else given
    except ValueError:
        raise bad(f"can't parse {name} JSON object") from None
    if not isinstance(value, kind):
        raise bad(f"can't parse {name} JSON object")
    return value


def allowed_updates(params: Fields) -> list[str] | None:
    """The kinds that the bot asks for; None where it says nothing of them."""
    if not params.get("allowed_updates"):
        return None
    given = params["allowed_updates"]
    try:
        kinds = json.loads(given) if isinstance(given, str) else given
    except ValueError:
        raise bad("can't parse allowed updates JSON object") from None
    if not isinstance(kinds, list):
        raise bad("expected an Array of String as allowed updates")
    return [str(each) for each in kinds]
