"""Where Telegram is to bring updates: what a bot may say of that, and what it is told."""

from __future__ import annotations

import re
import time
from typing import Any

from tests.telegram_server.content import ApiError, allowed_updates, bad
from tests.telegram_server.pushing import DEFAULT_CONNECTIONS
from tests.telegram_server.world import Fields, World

MOST_CONNECTIONS = 100


def set_webhook(world: World, params: Fields) -> Any:
    url = str(params.get("url", ""))
    if not url:
        return delete_webhook(world, params)
    if not url.startswith(("https://", "http://127.0.0.1:")):
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    secret = str(params.get("secret_token", ""))
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret):
        raise bad("secret token contains unallowed characters")
    connections = int(params.get("max_connections", 0))
    if not 0 <= connections <= MOST_CONNECTIONS:
        raise bad("max_connections must be between 1 and 100")
    if time.monotonic() - world.webhook_set_at < 1:
        raise ApiError(429, "Too Many Requests: retry after 1", retry_after=1)
    world.webhook, world.webhook_secret = url, secret
    world.webhook_connections, world.webhook_error = connections, ""
    world.webhook_set_at = time.monotonic()
    world.allowed = allowed_updates(params) or world.allowed
    return True


def delete_webhook(world: World, params: Fields) -> Any:
    world.webhook = world.webhook_secret = ""
    if str(params.get("drop_pending_updates", "")).lower() == "true":
        world.updates.clear()
    return True


def get_webhook_info(world: World, params: Fields) -> Any:
    more: Fields = {}
    if world.webhook:
        more["max_connections"] = world.webhook_connections or DEFAULT_CONNECTIONS
    if world.webhook_error:
        more |= {"last_error_date": int(world.now()), "last_error_message": world.webhook_error}
    if world.allowed:
        more["allowed_updates"] = world.allowed
    return {
        "url": world.webhook,
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates),
        **more,
    }
