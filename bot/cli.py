"""The commands. This file only translates between the command line and the rooms behind it.

Exit status: 0 when it did what was asked, 1 when it found mistakes, 2 when it was called wrongly.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from subprocess import TimeoutExpired

from bot.settings import Settings, SettingsError
from bot.upkeep import links, new, schema

DONE, MISTAKES, CALLED_WRONGLY = 0, 1, 2
PROGRAM = "withoutfear"
SECONDS_TO_END = 5.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    commands: dict[str, tuple[Callable[[Settings], int], str]] = {
        "chat": (chat, "talk in this terminal, without token or network"),
        "run": (run, "serve the Telegram bot"),
        "match": (match, "JSON questions, one a line, to JSON outcomes, one a line"),
        "check": (check, "name every mistake in knowledge/ and locales/"),
        "build": (build, "compile knowledge/ and locales/ into one file"),
        "report": (
            lambda settings: report(settings, options),
            "the map of answers, what expires, what was asked",
        ),
        "audit": (audit, "prove on this machine that the bot keeps nobody"),
        "messages": (messages, "write locales/ anew from the English texts"),
        "new": (
            lambda settings: new(settings, options.place, options.topic),
            "write the commented start of an answer, as a draft",
        ),
        "schema": (schema, "write docs/schema/ anew, for editors that complete"),
        "links": (links, "ask every web address of knowledge/ whether it still opens"),
    }
    parser = argparse.ArgumentParser(prog=PROGRAM, description=__doc__.splitlines()[0])
    listed = parser.add_subparsers(dest="command", metavar="command", required=True)
    parsers = {
        name: listed.add_parser(name, help=about, description=about)
        for name, (_, about) in commands.items()
    }
    form = parsers["report"].add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one object for each city and topic")
    form.add_argument("--html", action="store_true", help="one page with the map as a picture")
    parsers["new"].add_argument("place", help="an id of places.yaml, such as toronto")
    parsers["new"].add_argument("topic", help="an id of topics.yaml, such as library")
    options = parser.parse_args(arguments)
    try:
        settings = Settings.from_environment()
        return commands[options.command][0](settings)
    except SettingsError as error:
        return _fail(str(error), CALLED_WRONGLY)
    except KeyboardInterrupt:
        return DONE
    except BrokenPipeError:
        with contextlib.suppress(OSError):
            sys.stderr.close()
        return DONE


def chat(settings: Settings) -> int:
    """Talk over standard input and output."""
    if not make_ready(settings):
        return MISTAKES
    from bot.channels.console import talk
    from bot.conversation.assistant import Assistant
    from bot.knowledge.store import Store

    talk(Assistant(Store.load(settings.store_path)))
    return DONE


def run(settings: Settings) -> int:
    """Serve Telegram until told to stop."""
    from bot.privacy.log import set_level, silence

    set_level(settings.log_level)
    silence()
    if not make_ready(settings):
        return MISTAKES
    from bot.channels.telegram.serve import StartError
    from bot.serving import serve_telegram

    try:
        serve_telegram(settings)
    except StartError as error:
        return _fail(str(error), error.status)
    return DONE


def match(settings: Settings) -> int:
    """Answer every JSON line with one JSON line; lines that are no question are told apart."""
    if not make_ready(settings):
        return MISTAKES
    from bot.domain import Context, Match, Outcome, Question
    from bot.knowledge.store import Store
    from bot.matching.matcher import Matcher

    store = Store.load(settings.store_path)
    matcher = Matcher(store)
    cities = set(store.cities())
    status = DONE
    for number, line in enumerate(sys.stdin.buffer, start=1):
        if not line.strip():
            continue
        try:
            asked = json.loads(line)
            question = Question(
                _text(asked, "text") or "",
                Context(_text(asked, "language"), _text(asked, "city")),
            )
        except (ValueError, TypeError) as error:
            _fail(f'line {number}: not a question ({error}); write {{"text": "…"}}.', MISTAKES)
            status = MISTAKES
            found = Match(Outcome.UNKNOWN)
        else:
            found = matcher.match(question)
        print(json.dumps(_as_json(found, cities), ensure_ascii=False), flush=False)
    return status


def check(settings: Settings) -> int:
    """Print every mistake as file:line rule what to do."""
    from bot.build import Reading

    with _progress() as say:
        say("reading the folder")
        reading = Reading(settings.knowledge_dir, settings.locales_dir, date.today())
    found = reading.mistakes.sorted()
    for mistake in found:
        print(mistake)
    if not found:
        print("No mistakes.")
        return DONE
    print(f"{len(found)} mistakes.", file=sys.stderr)
    return MISTAKES


def build(settings: Settings) -> int:
    """Build the folder; refuse one with mistakes and leave the last good build in place."""
    from bot.build import BuildRefusedError
    from bot.build import build as build_store

    with _progress() as say:
        try:
            build_store(
                settings.knowledge_dir, settings.locales_dir, settings.store_path, date.today(), say
            )
        except BuildRefusedError as refused:
            for mistake in refused.mistakes.errors:
                print(mistake)
            return _fail(
                f"{refused} Mend them (`make check` lists all); the last good build keeps serving.",
                MISTAKES,
            )
        except OSError as error:
            return _fail(
                f"{settings.store_path} cannot be written: {error.strerror}. Free some "
                "space or set BOT_DATA_DIR.",
                MISTAKES,
            )
    return DONE


def report(settings: Settings, options: argparse.Namespace) -> int:
    """Print what is answered where, what expires and lags, and what was asked."""
    if not make_ready(settings):
        return MISTAKES
    from bot.knowledge.store import Store
    from bot.privacy.counts_table import CountsUnreadableError, read_counts
    from bot.publish.report import as_json, as_page, as_text

    store, today = Store.load(settings.store_path), date.today()
    if options.json:
        print(as_json(store, today))
    elif options.html:
        print(as_page(store, today))
    else:
        try:
            counts = read_counts(settings.database_url)
        except CountsUnreadableError as error:
            return _fail(
                f"The counts cannot be read ({error}): see that the database runs, and compare "
                "BOT_DATABASE_URL with it.",
                MISTAKES,
            )
        for line in as_text(store, counts, today):
            print(line)
    return DONE


def audit(settings: Settings) -> int:
    """Start the bot beside a server of our own, let everything happen, and search for people."""
    if not make_ready(settings):
        return MISTAKES
    from bot.audit.run import CannotRunError
    from bot.audit.run import audit as run_audit

    with _progress() as say:
        try:
            report = run_audit(settings.store_path, say)
        except CannotRunError as error:
            return _fail(str(error), CALLED_WRONGLY)
    print(report)
    return report.status


def messages(settings: Settings) -> int:
    """Write the translators' files anew."""
    from bot.build import write_messages

    for path in write_messages(settings.knowledge_dir, settings.locales_dir):
        print(path)
    return DONE


def make_ready(settings: Settings) -> bool:
    """Build when the folder is newer than the store; a good older store serves if that fails."""
    from bot.building import start_building
    from bot.knowledge.fingerprints import is_current
    from bot.knowledge.store import Store

    if not settings.knowledge_dir.is_dir():
        if settings.store_path.is_file():
            return True
        _fail(
            "There is neither a folder knowledge/ here nor a built one; run this in the "
            "project's folder.",
            MISTAKES,
        )
        return False
    if is_current(settings.store_path, settings.knowledge_dir, settings.locales_dir):
        return True
    # Not in this process: what learning needs would stay in the memory of a serving bot.
    with start_building(settings, told=sys.stderr) as building:
        try:
            building.wait()
        except KeyboardInterrupt:
            # The terminal tells both of us to end.
            with contextlib.suppress(TimeoutExpired):
                building.wait(SECONDS_TO_END)
            building.kill()
            raise
    return bool(Store.meta_of(settings.store_path))


def _text(asked: object, name: str) -> str | None:
    if not isinstance(asked, dict):
        raise ValueError("it is no JSON object")
    value = asked.get(name)
    if value is not None and not isinstance(value, str):
        raise ValueError(f'"{name}" is no text')
    if value is None and name == "text":
        raise ValueError('"text" is missing')
    return value


def _as_json(found: object, cities: set[str]) -> dict[str, object]:
    from bot.domain import Match

    assert isinstance(found, Match)  # noqa: S101  for the type checker
    return {
        "outcome": found.outcome.value,
        "topic": found.topic,
        "city": found.place if found.place in cities else None,
        "language": found.language,
        "choices": list(found.choices),
        "confidence": round(float(found.confidence), 4),
    }


@contextlib.contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """Tells on standard error what is going on, with the seconds gone by."""
    started = time.monotonic()

    def say(step: str) -> None:
        print(f"[{time.monotonic() - started:5.1f} s] {step} …", file=sys.stderr, flush=True)

    yield say


def _fail(text: str, status: int) -> int:
    print(text, file=sys.stderr)
    return status
