"""The real program, `python -m bot run`, beside the loopback server: from end to end."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.program import Program
from tests.telegram_server import TelegramServer
from tests.telegram_server.person import Person, Seen

QUESTIONS = {
    "en": ("English", "do I need papers for a library card?"),
    "fr": ("Français", "est-ce qu'il faut des papiers pour la bibliothèque ?"),
    "es": ("Español", "¿me van a pedir papeles en la biblioteca?"),
}
LIBRARY = {"en": "library", "fr": "bibliothèque", "es": "biblioteca"}


class Runner:
    """Starts programs against one server, and ends them all with the test."""

    def __init__(self, server: TelegramServer, data: Path) -> None:
        self._server = server
        self._data = data
        self._programs: list[Program] = []

    def __call__(self, **settings: str) -> Program:
        known = {"BOT_TOKEN": self._server.token, "BOT_API_URL": self._server.url}
        program = Program(self._data, **{**known, **settings})
        self._programs.append(program)
        return program

    def close(self) -> None:
        for program in self._programs:
            program.close()


@pytest.fixture
def run(server: TelegramServer, data: Path) -> Iterator[Runner]:
    runner = Runner(server, data)
    yield runner
    runner.close()


def answered(person: Person) -> Seen:
    """What the bot says next; the first answer may have to wait for the program to start."""
    return person.answer(seconds=30)


@pytest.mark.parametrize("language", QUESTIONS)
def test_from_start_to_sources(server: TelegramServer, run: Runner, language: str) -> None:
    name, question = QUESTIONS[language]
    program = run(BOT_LOG_LEVEL="DEBUG")
    ana = server.person(987654321012, first_name="Zanaria", username="zanaria_u")
    ana.writes("/start")
    assert name in answered(ana).labels
    ana.presses(name)
    assert "Toronto" in answered(ana).labels
    ana.presses("Toronto")
    assert answered(ana).buttons
    ana.writes(question)
    answer = answered(ana)
    assert LIBRARY[language] in answer.text.lower()
    assert "Toronto" in answer.text
    sources = answer.data_of("sources:library:toronto")
    ana.presses(sources)
    seen = answered(ana)
    assert seen.id == answer.id
    assert any(link.startswith("https://") for link in seen.links)
    server.waits_until(lambda: server.waiting == 0)
    status, said = program.stop()
    assert status == 0
    for secret in ("Zanaria", "zanaria", "987654321012", question, server.token):
        assert secret not in said
    # The last fetch, which confirms, sends away the one that was cut off.
    assert all(each.status in (0, 200) for each in server.calls if each.method != "getUpdates")


def test_an_old_button_works_after_a_power_cut(server: TelegramServer, run: Runner) -> None:
    first = run()
    ana = server.person(7)
    ana.writes("do I need papers for a library card in Toronto?")
    answer = answered(ana)
    sources = answer.data_of("sources:library:toronto")
    server.waits_until(lambda: server.waiting == 0)
    first.kill()
    ana.presses(sources)
    run()
    seen = answered(ana)
    assert seen.id == answer.id
    assert seen.links


def test_what_waited_while_it_was_down_is_all_answered(server: TelegramServer, run: Runner) -> None:
    people = [server.person(100 + number) for number in range(25)]
    for person in people:
        person.writes("/help")
        person.writes("is toronto really a sanctuary city")
    program = run()
    server.waits_until(lambda: server.waiting == 0, seconds=60)
    for person in people:
        said = [each for each in person.chat() if each.from_bot]
        assert len(said) == 2
        assert "Toronto" in said[1].text
    assert program.stop()[0] == 0


def test_a_power_cut_amid_answers_loses_none(server: TelegramServer, run: Runner) -> None:
    people = [server.person(100 + number) for number in range(60)]
    for person in people:
        person.writes("/help")
    first = run()
    server.waits_until(lambda: len(server.called("sendMessage")) >= 20, seconds=60)
    first.kill()
    run()
    server.waits_until(lambda: server.waiting == 0, seconds=60)
    assert all(any(each.from_bot for each in person.chat()) for person in people)


def test_an_unreadable_update_costs_its_neighbours_nothing(
    server: TelegramServer, run: Runner
) -> None:
    ana, ben = server.person(7), server.person(8)
    ana.writes("/help")
    server.injects({"message": {"message_id": 5, "text": "zanaria", "chat": {"id": "x"}}})
    ben.writes("/privacy")
    program = run(BOT_LOG_LEVEL="DEBUG")
    assert answered(ana).text
    assert answered(ben).text
    server.waits_until(lambda: server.waiting == 0)
    _, said = program.stop()
    assert "zanaria" not in said
    assert "Traceback" not in said


@pytest.mark.parametrize(("settings", "status"), [
    ({"BOT_TOKEN": ""}, 2),
    ({"BOT_TOKEN": "123456:a-token-that-nobody-knows"}, 2),
    ({"BOT_TOKEN": "zanaria"}, 2),
    ({"BOT_TOKEN_FILE": "no/such/file"}, 2),
    ({"BOT_API_URL": "nonsense"}, 2),
])  # fmt: skip
def test_wrong_settings_are_one_clear_line(
    run: Runner, settings: dict[str, str], status: int
) -> None:
    ended, said = run(**settings).ended()
    assert ended == status
    lines = [line for line in said.splitlines() if not line.startswith("withoutfear: stopped")]
    assert len(lines) == 1
    assert "BOT_" in lines[0]
    secret = settings.get("BOT_TOKEN")
    assert not secret or secret not in said


def test_something_else_than_the_bot_api(server: TelegramServer, run: Runner) -> None:
    server.fails_next(5, kind="garbage")
    ended, said = run().ended()
    assert ended == 1
    assert "BOT_API_URL" in said
    assert "Traceback" not in said
    assert server.token not in said


def test_no_network_is_one_line_and_no_reason_to_end(server: TelegramServer, run: Runner) -> None:
    server.fails_next(1_000, kind="drop")
    program = run()
    server.waits_until(lambda: len(server.calls) >= 4, seconds=60)
    status, said = program.stop()
    assert status == 0
    assert said.splitlines()[0].startswith("withoutfear: cannot reach Telegram; still trying")
    assert said.count("cannot reach Telegram") == 1
    assert len(said.splitlines()) <= 2
    assert server.token not in said


def test_nobody_at_the_address_is_no_reason_to_end_either(
    server: TelegramServer, run: Runner
) -> None:
    program = run(BOT_API_URL="http://127.0.0.1:9")
    program.waits_until_said("withoutfear: cannot reach Telegram; still trying")
    status, said = program.stop()
    assert status == 0
    assert server.token not in said
