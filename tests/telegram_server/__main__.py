"""By hand: `python -m tests.telegram_server --port 8081`, then write to the bot line by line.

A line is sent as a message; a line `[label]` presses that button. Start the bot beside it with
the BOT_TOKEN and BOT_API_URL that are shown.
"""

from __future__ import annotations

import argparse
import sys

from tests.telegram_server import TelegramServer


def main() -> None:
    """Serve until the input ends."""
    arguments = argparse.ArgumentParser(prog="python -m tests.telegram_server", description=__doc__)
    arguments.add_argument("--port", type=int, default=8081)
    arguments.add_argument("--language", default="en", help="the person's language code")
    given = arguments.parse_args()
    with TelegramServer(port=given.port) as server:
        print(f"BOT_API_URL={server.url} BOT_TOKEN={server.token}", flush=True)
        person = server.person(1, language_code=given.language)
        for line in map(str.strip, sys.stdin):
            try:
                if line.startswith("[") and line.endswith("]"):
                    person.presses(line[1:-1])
                elif line:
                    person.writes(line)
                else:
                    continue
                answer = person.answer(seconds=60)
            except (LookupError, TimeoutError) as error:
                print(error, flush=True)
                continue
            print(answer.text)
            for row in answer.buttons:
                print("  " + "  ".join(f"[{label}]" for label in row))
            print(flush=True)


if __name__ == "__main__":
    main()
