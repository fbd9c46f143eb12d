"""telemelya, the Bot API that others have written, as a program: `python -m tests.telemelya.peer`.

It wants a Redis, which fakeredis imitates, and a MinIO for media, of which the bot sends none.
Its port and its key come from its own settings, MOCK_SERVER_PORT and AUTH_KEYS.
"""

from __future__ import annotations

import os
import threading

from fakeredis import TcpFakeServer


async def _nothing(*_: object) -> None:
    """There are no media."""


def main() -> None:
    """Serve until ended."""
    redis = TcpFakeServer(("127.0.0.1", 0))
    threading.Thread(target=redis.serve_forever, daemon=True).start()
    os.environ["REDIS_URL"] = f"redis://127.0.0.1:{redis.server_address[1]}/0"
    os.environ["MOCK_SERVER_HOST"] = "127.0.0.1"

    from telemelya.server import app
    from telemelya.server.media import MediaManager

    MediaManager.connect = MediaManager.close = _nothing  # type: ignore[method-assign]  # cut off
    app.main()


if __name__ == "__main__":
    main()
