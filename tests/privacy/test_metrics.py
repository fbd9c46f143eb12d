"""Metrics: numbers that show how a bot does, and never that one person wrote."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.privacy import log
from bot.privacy.metrics import BOUNDS, Metrics
from bot.privacy.metrics_page import MetricsPage


@pytest.fixture(autouse=True)
def no_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "_times", Counter())


@pytest.fixture
def outcomes() -> Counter[str]:
    return Counter()


@pytest.fixture
def in_hand() -> list[int]:
    return []


@pytest.fixture
def metrics(outcomes: Counter[str], in_hand: list[int]) -> Metrics:
    return Metrics(lambda: outcomes, lambda: len(in_hand))


def one_person(metrics: Metrics, outcomes: Counter[str], in_hand: list[int]) -> None:
    """Everything that an update does to the numbers."""
    metrics.arrived("message")
    outcomes["answer"] += 1
    metrics.handled(0.3)
    in_hand.append(1)


def numbers(metrics: Metrics) -> dict[str, float]:
    """The page as Prometheus reads it."""
    return {
        sample.name + "".join(sample.labels.values()): sample.value
        for family in text_string_to_metric_families(MetricsPage(metrics).text().decode())
        for sample in family.samples
    }


def test_four_people_change_nothing_and_five_do(
    metrics: Metrics, outcomes: Counter[str], in_hand: list[int]
) -> None:
    before = MetricsPage(metrics).text()
    for _ in range(4):
        one_person(metrics, outcomes, in_hand)
        assert MetricsPage(metrics).text() == before
    one_person(metrics, outcomes, in_hand)
    after = numbers(metrics)
    assert after["withoutfear_updates_totalmessage"] == 5
    assert after["withoutfear_outcomes_totalanswer"] == 5
    assert after["withoutfear_updates_in_hand"] == 5
    assert after["withoutfear_update_seconds_count"] == 5
    assert after["withoutfear_update_seconds_sum"] == pytest.approx(1.5)


def test_no_number_of_people_is_shown_but_in_fives(
    metrics: Metrics, outcomes: Counter[str], in_hand: list[int]
) -> None:
    for number in range(1, 38):
        one_person(metrics, outcomes, in_hand)
        for name, value in numbers(metrics).items():
            if not name.startswith("withoutfear_update_seconds_sum"):
                assert value % 5 == 0, name
        assert numbers(metrics)["withoutfear_update_seconds_count"] == number // 5 * 5


def test_times_stand_in_their_buckets(metrics: Metrics) -> None:
    for seconds in (0.001, 0.3, 0.3, 7.0, 60.0):
        metrics.handled(seconds)
    shown = numbers(metrics)
    assert shown["withoutfear_update_seconds_bucket0.005"] == 1
    assert shown["withoutfear_update_seconds_bucket0.5"] == 3
    assert shown["withoutfear_update_seconds_bucket10.0"] == 4
    assert shown["withoutfear_update_seconds_bucket+Inf"] == 5
    assert len([name for name in shown if "bucket" in name]) == len(BOUNDS) + 1


def test_faults_and_refusals_are_shown_each(metrics: Metrics) -> None:
    metrics.refused("secret")
    log.say(log.Event.HANDLER_FAILED, error=KeyError(987654321012))
    log.say(log.Event.CHAT_WAITS)
    shown = numbers(metrics)
    assert shown["withoutfear_refusals_totalsecret"] == 1
    assert shown["withoutfear_faults_totalhandler_failed"] == 1
    assert "withoutfear_faults_totalchat_waits" not in shown


def test_there_is_no_place_for_anybody(
    metrics: Metrics, outcomes: Counter[str], in_hand: list[int]
) -> None:
    for _ in range(5):
        one_person(metrics, outcomes, in_hand)
    text = MetricsPage(metrics).text().decode()
    # Labels are kinds, outcomes, reasons, names of events and bounds; no process, no time of birth.
    assert set(re.findall(r"[{,](\w+)=", text)) <= {"kind", "outcome", "reason", "event", "le"}
    assert set(re.findall(r"^(\w+?)_", text, re.M)) == {"withoutfear"}
    assert "_created" not in text
