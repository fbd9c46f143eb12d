"""`links`: asks each address once, says which do not open; a server on loopback plays the web."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.knowledge.folder import read_folder
from bot.knowledge.mistakes import Mistakes
from bot.publish.links import SITES_AT_ONCE, WHO, Link, check_links, links_of

ROOT = Path(__file__).parent.parent
GOOD = ROOT / "tests" / "failing" / "good"


class Web:
    """A server whose paths say what it does: /200, /404, /moved, /home, /circle, /silent …"""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.agents: set[str] = set()
        self.busy = self.most_busy = 0
        self.port = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.busy += 1
        self.most_busy = max(self.most_busy, self.busy)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            path = head.split()[1]
            self.asked[path] += 1
            self.agents |= {line for line in head.splitlines() if line.startswith("User-Agent")}
            await self._say(path, writer)
            await writer.drain()
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
        self.busy -= 1

    async def _say(self, path: str, writer: asyncio.StreamWriter) -> None:
        turns = {"/moved": "/200", "/home": "/", "/circle": "/circle"}
        if path == "/silent":
            await asyncio.sleep(0.8)
        elif path == "/slow":
            await asyncio.sleep(0.1)
        elif path == "/nonsense":
            writer.write(b"what?\r\n\r\n")
            return
        status = path[1:4] if path[1:4].isdigit() else "302" if path in turns else "200"
        # The body of a page is promised and never sent: only its head is wanted.
        rest = f"Location: {turns[path]}\r\nContent-Length: 0" if path in turns else ""
        rest = rest or "Content-Length: 9999"
        writer.write(f"HTTP/1.1 {status} X\r\nConnection: close\r\n{rest}\r\n\r\n".encode())


@pytest.fixture
async def web(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Web]:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    played = Web()
    server = await asyncio.start_server(played.answer, "127.0.0.1", 0)
    played.port = server.sockets[0].getsockname()[1]
    yield played
    server.close()
    while played.busy:
        await asyncio.sleep(0.01)


def link(url: str, line: int = 1) -> Link:
    return Link("knowledge/sources/toronto.yaml", line, "page", url)


async def reason(url: str) -> str | None:
    """Why one address does not open, or None."""
    broken = await check_links([link(url)], lambda step: None, timeout=0.4)
    return broken[0].reason if broken else None


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("200", None),
        ("moved", None),
        ("", None),
        ("404", "is not there (404)"),
        ("410", "is not there (410)"),
        ("500", "is not there (500)"),
        ("403", "refuses programs (403)"),
        ("429", "refuses programs (429)"),
        ("home", "leads to a front page now"),
        ("circle", "leads in circles"),
        ("silent", "does not answer in time"),
        ("nonsense", "cannot be reached (RemoteProtocolError)"),
    ],
)
async def test_an_address_is_judged(web: Web, path: str, said: str | None) -> None:
    found = await reason(f"http://127.0.0.1:{web.port}/{path}")
    assert (found is None) if said is None else (found or "").startswith(said)


async def test_a_closed_door_and_a_bad_address_are_told(web: Web) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        closed = taken.getsockname()[1]
    assert "cannot be reached (ConnectError)" in str(await reason(f"http://127.0.0.1:{closed}/a"))
    assert await reason("http://127.0.0.1:99999/a") == "is no web address; correct it."
    assert await reason("http://[oops.example/a") == "is no web address; correct it."


async def test_an_address_is_asked_once_and_told_everywhere(web: Web) -> None:
    url = f"http://127.0.0.1:{web.port}/404"
    broken = await check_links([link(url, 9), link(url, 3)], lambda step: None)
    assert web.asked == {"/404": 1}
    assert [item.link.line for item in broken] == [3, 9]
    assert str(broken[0]).startswith(f"knowledge/sources/toronto.yaml:3 page {url} is not there")
    assert web.agents == {f"User-Agent: {WHO}"}


async def test_a_site_gets_one_question_at_a_time_and_progress_is_told(web: Web) -> None:
    told: list[str] = []
    urls = [f"http://127.0.0.1:{web.port}/slow?{number}" for number in range(4)]
    assert await check_links([link(url) for url in urls], told.append) == []
    assert web.most_busy == 1
    assert told == ["asking 4 addresses on 1 sites", "4 of 4 asked, 0 do not open"]


async def test_only_a_few_sites_are_asked_at_once(web: Web) -> None:
    urls = [f"http://user{number}@127.0.0.1:{web.port}/slow" for number in range(20)]
    assert await check_links([link(url) for url in urls], lambda step: None) == []
    assert 1 < web.most_busy <= SITES_AT_ONCE


def test_every_source_and_every_contact_with_an_address_is_asked() -> None:
    folder = read_folder(ROOT / "knowledge", Mistakes())
    urls = [item.url for item in links_of(folder)]
    with_web = [item for item in folder.contacts.values() if item.record.web]
    assert len(urls) == len(folder.sources) + len(with_web)
    assert {item.record.url for item in folder.sources.values()} <= set(urls)


@pytest.mark.parametrize(("path", "status"), [("404", 1), ("200", 0)])
async def test_the_command(web: Web, tmp_path: Path, path: str, status: int) -> None:
    shutil.copytree(GOOD, tmp_path / "knowledge")
    sources = tmp_path / "knowledge" / "sources" / "toronto.yaml"
    lines = sources.read_text(encoding="utf-8").splitlines()
    url = f"http://127.0.0.1:{web.port}/{path}"
    lines = [f'  url: "{url}"' if line.startswith("  url:") else line for line in lines]
    sources.write_text("\n".join(lines) + "\n", encoding="utf-8")
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "bot", "links"],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == status, done.stderr
    assert "asked" in done.stderr
    assert (f"{url} is not there (404)" in done.stdout) == bool(status)


def test_no_edit_waits_for_the_links() -> None:
    """Neither the gate nor a make target that it runs may ask the network about pages."""
    for file in (ROOT / ".ci" / "run", ROOT / "Makefile"):
        for line in file.read_text(encoding="utf-8").splitlines():
            assert "bot links" not in line or "links:" in line
