"""The bot's door as somebody sees it who knocks there."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Collection, Mapping

from bot.audit.report import Row, searched
from bot.audit.stage import Scene

ANSWER_SECONDS = 30.0
PAGES = ("/healthz", "/readyz", "/metrics")


def free_address() -> str:
    """An address where nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return "{}:{}".format(*one.getsockname())


def asked(
    address: str, method: str, path: str, headers: Mapping[str, str], body: bytes = b""
) -> tuple[int, bytes]:
    """The status of a page, and all that came with it; TimeoutError where nobody answers."""
    host, _, port = address.rpartition(":")
    line = http.client.HTTPConnection(host, int(port), timeout=ANSWER_SECONDS)
    try:
        try:
            line.request(method, path, body, dict(headers))
        except (BrokenPipeError, ConnectionResetError):  # Refused while it was still sent.
            if line.sock is None:
                return 413, b""
        answer = line.getresponse()
        head = "".join(f"{name}: {value}\n" for name, value in answer.getheaders()).encode()
        return answer.status, head + answer.read()
    except OSError:
        raise TimeoutError from None
    finally:
        line.close()


def shown(scene: Scene, address: str, pages: Collection[str] = PAGES) -> Row:
    """What these pages say to whomever asks."""
    said = b"".join(asked(address, "GET", page, {})[1] for page in pages)
    return searched(f"its pages: {', '.join(pages)}", scene.canaries.found_in(said))
