"""The log says fixed words only, and `silence` closes every other way to write."""

import io
import subprocess
import sys
from collections.abc import Iterator

import pytest

from bot.privacy.log import Event, say, set_level

SECRET = "zanaria-987654321012"

# Each of these writes the secret to standard error in a Python that is not silenced.
LEAKS = {
    "logging without configuration": "logging.getLogger('x').critical(SECRET)",
    "root logger": "logging.critical(SECRET)",
    "a library's logger": "logging.getLogger('telegram.ext.ExtBot').critical(SECRET)",
    "token in an address": (
        "l = logging.getLogger('httpx'); l.setLevel(10); l.addHandler(logging.StreamHandler()); "
        "l.info(SECRET)"
    ),
    "logging set up later": "logging.basicConfig(level=0, force=True); logging.error(SECRET)",
    "a broken log call": "logging.getLogger('x').error('%d', SECRET)",
    "a warning": "import warnings; warnings.warn(SECRET)",
    "a warning made loud again": (
        "import warnings; warnings.simplefilter('always'); warnings.warn(SECRET)"
    ),
    "an uncaught exception": "raise KeyError(SECRET)",
    "a chain of exceptions": (
        "try:\n    raise KeyError(SECRET)\nexcept KeyError as e:\n    raise ValueError from e"
    ),
    "an exception in a thread": (
        "import threading\ndef f(): raise KeyError(SECRET)\n"
        "t = threading.Thread(target=f); t.start(); t.join()"
    ),
    "an exception in __del__": (
        "class A:\n    def __del__(self): raise KeyError(SECRET)\nA(); import gc; gc.collect()"
    ),
    "an exception at exit": ("import atexit\ndef f(): raise KeyError(SECRET)\natexit.register(f)"),
    "a task that nobody awaits": (
        "import asyncio\nasync def f(): raise KeyError(SECRET)\n"
        "async def main():\n"
        "    silence_loop(asyncio.get_running_loop())\n"
        "    asyncio.ensure_future(f()); await asyncio.sleep(0.01); import gc; gc.collect()\n"
        "asyncio.run(main())"
    ),
    "a callback of a loop": (
        "import asyncio\ndef f(): raise KeyError(SECRET)\n"
        "async def main():\n"
        "    silence_loop(asyncio.get_running_loop())\n"
        "    asyncio.get_running_loop().call_soon(f); await asyncio.sleep(0.01)\n"
        "asyncio.run(main(), debug=True)"
    ),
    "a crash of the interpreter": (
        f"import faulthandler, os\ndef {'f' + SECRET.replace('-', '_')}(): os.abort()\n"
        f"{'f' + SECRET.replace('-', '_')}()"
    ),
}
SEARCHED = ("zanaria", "987654321012")


def python(code: str, *flags: str) -> subprocess.CompletedProcess[str]:
    """Run code in a Python of its own."""
    return subprocess.run(
        [sys.executable, *flags, "-c", code], capture_output=True, text=True, timeout=60
    )


@pytest.fixture
def level() -> Iterator[None]:
    yield
    set_level("INFO")


def test_all_ways_are_closed() -> None:
    code = (
        "import logging, sys\n"
        "from bot.privacy.log import silence, silence_loop\n"
        f"silence()\nSECRET = {SECRET!r}\nexec(sys.argv[1] if len(sys.argv) > 1 else LEAK)"
    )
    for name, leak in LEAKS.items():
        flags = ("-X", "faulthandler", "-X", "dev") if "crash" in name else ()
        ran = python(code.replace("LEAK)", f"{leak!r})"), *flags)
        said = ran.stdout + ran.stderr
        assert not any(part in said for part in SEARCHED), f"{name}: {said}"
        assert "Traceback" not in said, f"{name}: {said}"


@pytest.mark.parametrize("name", [
    "logging without configuration", "an uncaught exception", "an exception in a thread",
    "an exception in __del__",
])  # fmt: skip
def test_the_same_leaks_without_silence_are_found(name: str) -> None:
    ran = python(f"import logging\nSECRET = {SECRET!r}\n{LEAKS[name]}")
    assert "zanaria" in ran.stderr


def test_an_uncaught_exception_is_named_by_its_type_and_ends_with_status_1() -> None:
    ran = python(f"from bot.privacy.log import silence\nsilence()\nraise KeyError({SECRET!r})")
    assert ran.stderr == "withoutfear: a fault; the program ends (KeyError)\n"
    assert ran.returncode == 1


def test_there_are_no_core_dumps() -> None:
    ran = python(
        "import resource\nfrom bot.privacy.log import silence\nsilence()\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE))"
    )
    assert ran.stdout == "(0, 0)\n"


def test_a_line_is_words_a_duration_and_a_type(capsys: pytest.CaptureFixture[str]) -> None:
    say(Event.READY, seconds=0.3149)
    say(Event.HANDLER_FAILED, error=KeyError(SECRET))
    say(Event.ANSWER_UNSENT, seconds=2, error=TimeoutError)
    say(Event.STOPPED)
    assert capsys.readouterr().err.splitlines() == [
        "withoutfear: ready (0.31 s)",
        "withoutfear: an answer failed (KeyError)",
        "withoutfear: an answer could not be sent and was given up (2.00 s, TimeoutError)",
        "withoutfear: stopped",
    ]


@pytest.mark.usefixtures("level")
def test_the_level_is_a_threshold(capsys: pytest.CaptureFixture[str]) -> None:
    set_level("ERROR")
    say(Event.READY)
    say(Event.NO_NETWORK)
    assert capsys.readouterr().err == ""
    say(Event.TWO_POLLERS)
    assert capsys.readouterr().err.count("\n") == 1
    set_level("OFF")
    say(Event.TWO_POLLERS)
    assert capsys.readouterr().err == ""
    set_level("DEBUG")
    say(Event.UPDATE_HANDLED)
    assert "a message was handled" in capsys.readouterr().err


def test_a_closed_stream_does_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    stream.close()
    monkeypatch.setattr(sys, "stderr", stream)
    say(Event.READY)


@pytest.mark.parametrize("event", Event)
def test_every_event_has_a_level_and_words_of_one_line(event: Event) -> None:
    assert event.level in (10, 20, 30, 40)
    assert event.words
    assert "\n" not in event.words
    assert "{" not in event.words
