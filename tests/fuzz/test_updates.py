"""A bounded run of the fuzzer, its judge, and what hostile texts are answered with."""

from __future__ import annotations

import copy
import json
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from telegram import Update

from bot.channels.telegram.markup import pages
from bot.conversation.assistant import Assistant
from bot.domain import Question
from bot.knowledge.store import Store
from tests.fuzz import trial as trials
from tests.fuzz.texts import CANARY, HOSTILE, LONGEST
from tests.fuzz.trial import Trial, made, waits_for_an_answer
from tests.fuzz.updates import KINDS, Updates
from tests.telegram_server.content import message_content


@pytest.fixture(scope="module")
def assistant(store: Store) -> Assistant:
    return Assistant(store)


@pytest.fixture
def trial(assistant: Assistant) -> Trial:
    return Trial(assistant)


def test_every_kind_of_update_right_and_wrong(trial: Trial) -> None:
    trial.run(made(Random(7), 1_500))
    tally = trial.tally
    assert set(KINDS) <= set(tally.tried)
    assert tally.asked > 300
    assert tally.is_clean, (tally.unanswered[:1], tally.refused, tally.faults, tally.leaks)
    assert trial.crashes == 0


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0), count=st.integers(1, 20))
def test_any_few_updates(assistant: Assistant, seed: int, count: int) -> None:
    trial = Trial(assistant)
    trial.run(made(Random(seed), count))
    assert trial.tally.is_clean
    assert trial.crashes == 0


def test_the_maker_knows_the_shapes() -> None:
    maker = Updates(Random(3))
    read = 0
    for kind in KINDS * 20:
        update = maker.right(kind)
        assert json.loads(json.dumps(update)) == update
        try:
            assert getattr(Update.de_json(copy.deepcopy(update), None), kind) is not None
            read += 1
        except (TypeError, KeyError, ValueError, OverflowError):
            continue  # The library asks for more than it says, of a few kinds.
    assert read > 0.8 * 20 * len(KINDS)


@pytest.mark.parametrize("fault", ["silent", "failing", "chatty", "quoting", "dying"])
def test_the_judge_sees_what_is_wrong(
    trial: Trial, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if fault == "silent":
        monkeypatch.setattr(trials.Answerer, "_answer", _nothing)
    elif fault == "failing":
        monkeypatch.setattr(trials.Answerer, "_answer", _failure)
    elif fault == "chatty":
        monkeypatch.setattr(trials.Answerer, "_answer", _log)
    elif fault == "quoting":
        monkeypatch.setattr(trials.Answerer, "_answer", _quote)
    else:
        monkeypatch.setattr(trials.UpdateLoop, "_fetch", _failure)
    trial.run(made(Random(5), 200))
    assert not trial.tally.is_clean or trial.crashes


async def _nothing(*_: Any) -> None:
    return


async def _failure(*_: Any) -> None:
    raise KeyError(CANARY)


async def _log(self: Any, arrival: Any, chat: Any) -> None:
    print(arrival.content)
    await chat.bot.send_message(chat.chat_id, "a")


async def _quote(self: Any, arrival: Any, chat: Any) -> None:
    await chat.bot.send_message(chat.chat_id, f"you say {arrival.content}", parse_mode="HTML")


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_text_is_answered_validly_and_not_quoted(assistant: Assistant, text: str) -> None:
    whole = f"{CANARY} {text} {CANARY}"
    for asked in (whole[:LONGEST], (whole * LONGEST)[:LONGEST]):
        reply = assistant.reply_to(Question(asked))
        sent = pages(reply)
        assert sent
        for page in sent:
            message_content({"text": page, "parse_mode": "HTML"})
            assert CANARY not in page


@pytest.mark.parametrize(("update", "chat"), [
    ({"message": {"message_id": 1, "chat": {"id": 7, "type": "private"}, "text": "a"}}, 7),
    ({"edited_message": {"message_id": 1, "chat": {"id": 7, "type": "private"}, "text": "a"}}, 7),
    ({"message": {"message_id": 1, "chat": {"id": 7, "type": "group"}, "text": "a"}}, None),
    ({"message": {"message_id": 1, "chat": {"id": "7", "type": "private"}, "text": "a"}}, None),
    ({"message": {"message_id": 1, "chat": {"id": 7, "type": "private"}}}, None),
    ({"message": "text"}, None), ({}, None),
])  # fmt: skip
def test_who_waits_for_an_answer(update: dict[str, Any], chat: int | None) -> None:
    assert waits_for_an_answer(update) == chat
