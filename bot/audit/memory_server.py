"""A server for shared memories, and a wire to it that keeps all that goes over it.

    with MemoryServer(folder) as server:
        server.url          what BOT_MEMORY_URL has to be
        server.heard        every byte that the bot sent, and that it got
        server.dump()       what the server would write to its disk

A Redis or Valkey where one is installed; else the one in Python that the tests bring.
"""

from __future__ import annotations

import contextlib
import importlib
import shutil
import socket
import socketserver
import subprocess
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.audit.loopback import CannotRunError

PROGRAMS = ("valkey-server", "redis-server")
IMITATION = "fakeredis"
START_SECONDS = 10.0


class MemoryServer:
    """Runs inside `with`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._imitation: socketserver.TCPServer | None = None
        self._wire = _Wire()
        self.heard = self._wire.heard
        program = next(filter(None, map(shutil.which, PROGRAMS)), None)
        self._program = program
        self.name = Path(program).name if program else IMITATION

    @property
    def address(self) -> str:
        """Whom the bot talks to."""
        return "{}:{}".format(*self._wire.socket.getsockname())

    @property
    def url(self) -> str:
        """What BOT_MEMORY_URL has to be."""
        return f"redis://{self.address}/0"

    def __enter__(self) -> Self:
        port = self._run(self._program) if self._program else self._imitate()
        self._wire.leads_to = ("127.0.0.1", port)
        threading.Thread(target=self._wire.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._wire.shutdown()
        self._wire.server_close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        if self._imitation is not None:
            self._imitation.shutdown()
            self._imitation.server_close()

    def dump(self) -> bytes | None:
        """The file that the server writes of all it holds; None where it writes none."""
        if self._process is None:
            return None
        with socket.create_connection(self._wire.leads_to, START_SECONDS) as line:
            line.sendall(b"SAVE\r\n")
            line.recv(100)
        return (self._folder / "dump.rdb").read_bytes()

    def _run(self, program: str) -> int:
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            port = int(one.getsockname()[1])
        self._folder.mkdir(parents=True, exist_ok=True)
        self._process = subprocess.Popen(  # noqa: S603  found on this machine
            [program, "--bind", "127.0.0.1", "--port", str(port), "--dir", str(self._folder),
             "--save", "", "--appendonly", "no"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                return port
            time.sleep(0.02)
        raise CannotRunError(f"{self.name} does not start; see that it works, or remove it.")

    def _imitate(self) -> int:
        try:
            module = importlib.import_module(IMITATION)
        except ImportError:
            raise CannotRunError(
                f"The audit needs redis-server or {IMITATION}; `make setup` installs the latter."
            ) from None
        server: socketserver.TCPServer = module.TcpFakeServer(("127.0.0.1", 0))
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        self._imitation = server
        return int(server.socket.getsockname()[1])


class _Wire(socketserver.ThreadingTCPServer):
    """Hands everything on, both ways, and keeps it."""

    daemon_threads = True
    leads_to = ("", 0)

    def __init__(self) -> None:
        self.heard = bytearray()
        super().__init__(("127.0.0.1", 0), _End)

    def handle_error(self, *_: object) -> None:
        """Nothing: a bot that hangs up is no fault."""


class _End(socketserver.BaseRequestHandler):
    server: _Wire

    def handle(self) -> None:
        with socket.create_connection(self.server.leads_to) as further:
            threading.Thread(target=self._hand_on, args=(further, self.request)).start()
            self._hand_on(self.request, further)

    def _hand_on(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                self.server.heard += data
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
