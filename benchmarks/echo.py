"""A bare echo bot as the library's own documentation writes it: what ours is compared with.

BOT_TOKEN=… BOT_API_URL=… python -m benchmarks.echo                fetches its updates
… BOT_WEBHOOK_URL=… BOT_WEBHOOK_SECRET=… BOT_LISTEN=… …             has them brought
"""

import os

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters


async def echo(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    """Say what was said."""
    await update.message.reply_text(update.message.text)


def main() -> None:
    """Serve until told to stop."""
    url = os.environ["BOT_API_URL"]
    application = (
        Application.builder()
        .token(os.environ["BOT_TOKEN"])
        .base_url(f"{url}/bot")
        .base_file_url(f"{url}/file/bot")
        .build()
    )
    application.add_handler(MessageHandler(filters.TEXT & ~filters.COMMAND, echo))
    brought_to = os.environ.get("BOT_WEBHOOK_URL")
    if brought_to is None:
        application.run_polling(allowed_updates=Update.ALL_TYPES)
        return
    host, _, port = os.environ["BOT_LISTEN"].rpartition(":")
    application.run_webhook(
        listen=host,
        port=int(port),
        url_path=brought_to.rpartition("/")[2],
        webhook_url=brought_to,
        secret_token=os.environ["BOT_WEBHOOK_SECRET"],
        allowed_updates=Update.ALL_TYPES,
    )


if __name__ == "__main__":
    main()
