"""A strict Bot API server on the loopback, and the people who write to its bot.

    with TelegramServer() as server:
        ana = server.person(7, language_code="es")
        ana.writes("/start")
        ana.answer().text           what the bot said, once it has
        ana.presses("Español")
        server.fails_next(3, status=502)

It refuses whatever Telegram refuses, with Telegram's words, and keeps every request for tests to
look at. It runs in a thread of its own, beside a bot in the same process or in another.
"""

from tests.telegram_server.group import Group
from tests.telegram_server.person import Person, Seen
from tests.telegram_server.server import TelegramServer
from tests.telegram_server.world import BOT_ID, TOKEN

__all__ = ["BOT_ID", "TOKEN", "Group", "Person", "Seen", "TelegramServer"]
