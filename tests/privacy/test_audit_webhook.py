"""The audit's stage by webhook with a shared memory finds what it looks for."""

import shutil
import sys
import textwrap
from pathlib import Path

import pytest

from bot.audit import memory_server
from bot.audit.canaries import Canaries
from bot.audit.loopback import Loopback
from bot.audit.people import People
from bot.audit.report import Stage, Verdict
from bot.audit.stage import Ground
from bot.audit.webhook import webhook
from tests.telegram_server import BOT_ID

# The bot with one guard taken out, or with something added that somebody might add one day.
GUARDED = "from bot.cli import main"
OPEN_MEMORY = """
    import bot.conversation.shared_memory as shared_memory
    entries = shared_memory.SharedMemory._entries
    def open_entries(self, chat_id):
        return [entry._replace(name=b"chat:%d" % chat_id) for entry in entries(self, chat_id)]
    shared_memory.SharedMemory._entries = open_entries
"""
TALKATIVE_METRICS = """
    import bot.channels.telegram.lanes as lanes
    lanes._kind = lambda update: update.effective_user.first_name
"""
ECHOED_BODY = """
    import bot.channels.telegram.web_app as web_app
    parsed = web_app._parsed
    def echoing(body):
        print(body, flush=True)
        return parsed(body)
    web_app._parsed = echoing
"""


@pytest.fixture
def ground(store_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ground:
    monkeypatch.setattr(People, "everything", lambda self, tried: tried("burst", self.burst))
    store = shutil.copy2(store_path, tmp_path / store_path.name)
    return Ground(tmp_path, Path(store), Canaries.new(BOT_ID))


def found_in(result: Stage) -> dict[str, str]:
    return {row.what: row.outcome for row in result.looked if row.verdict is not Verdict.FINE}


@pytest.mark.parametrize("programs", [memory_server.PROGRAMS, ()], ids=["installed", "imitated"])
def test_the_bot_as_it_is_keeps_nobody(
    ground: Ground, monkeypatch: pytest.MonkeyPatch, programs: tuple[str, ...]
) -> None:
    monkeypatch.setattr(memory_server, "PROGRAMS", programs)
    result = webhook(Loopback(), ground)
    assert found_in(result) == {}
    assert not [row for row in result.tried if row.verdict is not Verdict.FINE]


@pytest.mark.parametrize(("without", "place", "what"), [
    (OPEN_MEMORY, "the wire to the shared memory", "chat id (decimal)"),
    (TALKATIVE_METRICS, "its pages", "first name"),
    (ECHOED_BODY, "standard output", "message text"),
], ids=["memory", "metrics", "body"])  # fmt: skip
def test_a_guard_taken_out_is_found(ground: Ground, without: str, place: str, what: str) -> None:
    script = f"{textwrap.dedent(without)}\n{GUARDED}\nraise SystemExit(main(['run']))"
    ground.command = [sys.executable, "-c", script]
    found = found_in(webhook(Loopback(), ground))
    assert any(where.startswith(place) and what in outcome for where, outcome in found.items())
