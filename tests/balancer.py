"""A balancer as it stands before replicas: each request to the next of them, in turn.

A replica that refuses the connection is passed over. What breaks while it is asked is not asked
anew, since the balancer cannot know whether it was done: it says 502, and Telegram comes again.
"""

from __future__ import annotations

import asyncio
import threading
from typing import Self

import h11

from tests.telegram_server.line import Line


class Balancer:
    """Listens inside `with`, in a thread of its own; `url` is where.

    While `holds_back` is set, each answer is passed on so many seconds late.
    """

    def __init__(self, *replicas: str, adds: dict[str, str] | None = None) -> None:
        """`adds` are headers that every request gets on its way."""
        self.replicas = list(replicas)
        self._adds = adds or {}
        self.served = dict.fromkeys(replicas, 0)
        self.broken = self.refused = 0
        self.holds_back = 0.0
        self._turn = self._port = 0
        self._ready = threading.Event()

    @property
    def url(self) -> str:
        """The address of the balancer, without a path."""
        return f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Listen, where it listened before if it did."""
        self._ready.clear()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._thread.start()
        assert self._ready.wait(10)

    def stop(self) -> None:
        """Be gone: nothing listens, and what is open breaks."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        listening = await asyncio.start_server(self._connected, "127.0.0.1", self._port)
        self._port = listening.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        listening.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = h11.Connection(h11.SERVER)
        try:
            while True:
                head: h11.Request | None = None
                body = b""
                while not isinstance(event := connection.next_event(), h11.EndOfMessage):
                    if event is h11.NEED_DATA:
                        connection.receive_data(await reader.read(65_536))
                    elif isinstance(event, h11.Request):
                        head = event
                    elif isinstance(event, h11.Data):
                        body += event.data
                    else:
                        return
                assert head
                status, told = await self._forward(head, body)
                told = {name: told[name] for name in ("retry-after",) if name in told}
                headers = [("Content-Length", "0"), *told.items()]
                answer = (h11.Response(status_code=status, headers=headers), h11.EndOfMessage())
                writer.write(b"".join(connection.send(each) or b"" for each in answer))
                connection.start_next_cycle()
        except (OSError, h11.ProtocolError, asyncio.CancelledError):
            return
        finally:
            writer.close()

    async def _forward(self, head: h11.Request, body: bytes) -> tuple[int, dict[str, str]]:
        headers = [(name.decode(), value.decode()) for name, value in head.headers
                   if name != b"host"]  # fmt: skip
        headers += self._adds.items()
        turn = self._turn % len(self.replicas)
        self._turn += 1
        for replica in (*self.replicas[turn:], *self.replicas[:turn]):
            try:
                line = await Line.to(replica)
            except OSError:
                self.refused += 1
                continue
            try:
                answer = await line.post(replica + head.target.decode(), headers, body)
            except (OSError, h11.ProtocolError):
                self.broken += 1
                return 502, {}
            finally:
                line.close()
            self.served[replica] += 1
            await asyncio.sleep(self.holds_back)
            return answer
        return 503, {}
