"""The Bot API's methods, as strict as Telegram's."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from tests.telegram_server.content import (
    ApiError,
    bad,
    json_param,
    message_content,
)
from tests.telegram_server.inline import answer_inline_query
from tests.telegram_server.webhooks import delete_webhook, get_webhook_info, set_webhook
from tests.telegram_server.world import BOT_ID, DELETABLE_SECONDS, Account, Fields, World

MOST_DELETED = 100
SCOPES = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators")
# Texts about the bot, and how long each may be.
TEXTS = {
    "MyName": ("name", 64),
    "MyDescription": ("description", 512),
    "MyShortDescription": ("short_description", 120),
}

_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
_OLD_QUERY = "query is too old and response timeout expired or query ID is invalid"


def get_me(world: World, params: Fields) -> Any:
    return world.bot


def send_message(world: World, params: Fields) -> Any:
    account = _account(world, params)
    content = message_content(params)
    content.update(_pointed_at(world, account, params))
    if str(params.get("protect_content", "")).lower() == "true":
        content["has_protected_content"] = True
    if params.get("message_thread_id"):
        if not (account.group or {}).get("is_forum"):
            raise bad("message thread not found")
        content.update(message_thread_id=int(params["message_thread_id"]), is_topic_message=True)
    _check_allowed(world, account)
    message = world.new_message(account.user["id"], world.bot, content)
    world.heard(message)
    return message


def _pointed_at(world: World, account: Account, params: Fields) -> Fields:
    """The message that a new one is a reply to, as it was then and without its own reply."""
    wanted = json_param(params, "reply_parameters", dict)
    if not wanted:
        return {}
    found = world.messages.get(int(wanted["message_id"]))
    if found is None or found["chat"]["id"] != account.user["id"]:
        if wanted.get("allow_sending_without_reply"):
            return {}
        raise bad("message to be replied not found")
    told = {key: value for key, value in found.items() if key != "reply_to_message"}
    return {"reply_to_message": told}


def edit_message_text(world: World, params: Fields) -> Any:
    account = _account(world, params)
    message = world.messages.get(_number(params, "message_id"))
    if message is None or message["chat"]["id"] != account.user["id"]:
        raise bad("message to edit not found")
    if message["from"]["id"] != BOT_ID:
        raise bad("message can't be edited")
    content = message_content(params)
    _check_allowed(world, account)
    same = ("text", "entities", "reply_markup")
    if all(message.get(key) == content.get(key) for key in same):
        raise bad(_NOT_MODIFIED)
    for key in same:
        message.pop(key, None)
    message.update(content, edit_date=int(world.now()))
    world.heard(message)
    return message


def delete_message(world: World, params: Fields) -> Any:
    account = _account(world, params)
    _check_allowed(world, account)
    message = world.messages.get(_number(params, "message_id"))
    if message is None or message["chat"]["id"] != account.user["id"]:
        raise bad("message to delete not found")
    _check_deletable(world, message)
    del world.messages[message["message_id"]]
    return True


def delete_messages(world: World, params: Fields) -> Any:
    account = _account(world, params)
    ids = _message_ids(params)
    _check_allowed(world, account)
    found = [world.messages[each] for each in ids if each in world.messages]
    own = [each for each in found if each["chat"]["id"] == account.user["id"]]
    for message in own:
        _check_deletable(world, message)
    for message in own:
        world.messages.pop(message["message_id"], None)
    return True


def answer_callback_query(world: World, params: Fields) -> Any:
    if world.queries.pop(str(params.get("callback_query_id", "")), None) is None:
        raise bad(_OLD_QUERY)
    return True


def send_chat_action(world: World, params: Fields) -> Any:
    _check_allowed(world, _account(world, params))
    return True


def set_my_commands(world: World, params: Fields) -> Any:
    commands = json_param(params, "commands", list)
    if len(commands) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for each in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", str(each.get("command", ""))):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(str(each.get("description", ""))) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    world.texts["MyCommands", _scope(params), _language(params)] = commands
    return True


def get_my_commands(world: World, params: Fields) -> Any:
    return world.texts.get(("MyCommands", _scope(params), _language(params)), [])


def delete_my_commands(world: World, params: Fields) -> Any:
    world.texts.pop(("MyCommands", _scope(params), _language(params)), None)
    return True


def set_chat_menu_button(world: World, params: Fields) -> Any:
    button = json_param(params, "menu_button", dict)
    if button.get("type") not in ("default", "commands"):
        raise bad("can't parse menu button: Unsupported type specified")
    world.menu_button = {"type": button["type"]}
    return True


def get_chat_menu_button(world: World, params: Fields) -> Any:
    return world.menu_button


def _set_text(name: str) -> Callable[[World, Fields], Any]:
    key, longest = TEXTS[name]

    def setter(world: World, params: Fields) -> Any:
        text = str(params.get(key, ""))
        if len(text) > longest:
            raise bad(f"{key.replace('_', ' ')} is too long")
        world.texts[name, "", _language(params)] = text
        return True

    return setter


def _get_text(name: str) -> Callable[[World, Fields], Any]:
    def getter(world: World, params: Fields) -> Any:
        return {TEXTS[name][0]: world.texts.get((name, "", _language(params)), "")}

    return getter


METHODS: dict[str, Callable[[World, Fields], Any]] = {
    "getme": get_me,
    "sendmessage": send_message,
    "editmessagetext": edit_message_text,
    "deletemessage": delete_message,
    "deletemessages": delete_messages,
    "answercallbackquery": answer_callback_query,
    "sendchataction": send_chat_action,
    "setmycommands": set_my_commands,
    "getmycommands": get_my_commands,
    "deletemycommands": delete_my_commands,
    "setchatmenubutton": set_chat_menu_button,
    "getchatmenubutton": get_chat_menu_button,
    "answerinlinequery": answer_inline_query,
    "setwebhook": set_webhook,
    "deletewebhook": delete_webhook,
    "getwebhookinfo": get_webhook_info,
    **{f"set{name}".lower(): _set_text(name) for name in TEXTS},
    **{f"get{name}".lower(): _get_text(name) for name in TEXTS},
}


def _account(world: World, params: Fields) -> Account:
    given = str(params.get("chat_id", ""))
    if not given:
        raise bad("chat_id is empty")
    account = world.people.get(int(given)) if re.fullmatch(r"-?\d{1,20}", given) else None
    if account is None:
        raise bad("chat not found")
    return account


def _check_allowed(world: World, account: Account) -> None:
    """Blocked by the person, or told to wait and not waited: refused."""
    if account.moved_to:
        raise ApiError(
            400,
            "Bad Request: group chat was upgraded to a supergroup chat",
            migrate_to_chat_id=account.moved_to,
        )
    if account.blocked and account.group is not None:
        raise ApiError(403, "Forbidden: bot was kicked from the group chat")
    if account.blocked:
        raise ApiError(403, "Forbidden: bot was blocked by the user")
    left = math.ceil(account.wait_until - world.now())
    if left > 0:
        left = account.wait_told or left
        raise ApiError(429, f"Too Many Requests: retry after {left}", retry_after=left)


def _check_deletable(world: World, message: Fields) -> None:
    if world.now() - message["date"] > DELETABLE_SECONDS or message.get("undeletable"):
        raise bad("message can't be deleted for everyone")


def _message_ids(params: Fields) -> list[int]:
    if not params.get("message_ids"):
        raise bad("message identifiers are not specified")
    ids: list[int] = json_param(params, "message_ids", list)
    if len(ids) > MOST_DELETED:
        raise bad("too many message identifiers specified")
    for each in ids:
        if not isinstance(each, int):
            raise bad("message identifier must be a Number")
        if each <= 0:
            raise bad("invalid message identifier specified")
    return ids


def _number(params: Fields, name: str) -> int:
    given = str(params.get(name, ""))
    if not re.fullmatch(r"\d{1,20}", given):
        raise bad("message identifier is not specified")
    return int(given)


def _language(params: Fields) -> str:
    code = str(params.get("language_code", ""))
    if not re.fullmatch(r"([a-z]{2})?", code):
        raise bad("invalid language code specified")
    return code


def _scope(params: Fields) -> str:
    scope = json_param(params, "scope", dict).get("type", "default")
    if scope not in SCOPES:
        raise bad("can't parse BotCommandScope: Unsupported type specified")
    return str(scope)
