"""The report: 290 rows, each answered or named as not; counts beside the written policy."""

from __future__ import annotations

import json
from datetime import date, timedelta

from bot.knowledge.store import Store
from bot.privacy.counts_table import CountRow
from bot.publish.coverage import coverage, expiring, used_in
from bot.publish.report import as_json, as_page, as_text

TODAY = date(2026, 11, 22)
KEYS = {"place", "topic", "answered_by", "access", "checked_on", "check_again_by", "sources",
        "languages", "reviewed"}  # fmt: skip


def test_there_is_a_row_for_every_city_and_topic(store: Store) -> None:
    rows = json.loads(as_json(store, TODAY))
    assert len(rows) == 290
    assert all(set(row) == KEYS for row in rows)
    assert len({(row["place"], row["topic"]) for row in rows}) == 290


def test_every_question_of_toronto_is_answered_with_sources(store: Store) -> None:
    for cell in coverage(store, TODAY):
        if cell.place == "toronto":
            assert cell.answered_by in ("toronto", "ontario", "canada", "bot")
            assert cell.sources or cell.answered_by == "bot"


def test_an_answer_near_its_date_is_listed(store: Store) -> None:
    answer = store.answer("toronto", "library")
    assert answer is not None
    near = answer.facts.check_again_by - timedelta(days=30)
    assert answer in list(expiring(store, near))
    assert answer not in list(expiring(store, answer.facts.checked_on))
    states = {(cell.place, cell.topic): cell.state for cell in coverage(store, near)}
    assert states["toronto", "library"] == "expiring"


def test_a_report_of_papers_stands_beside_the_policy(store: Store) -> None:
    row = CountRow(week="2026-W47", place="toronto", topic="library", language="es",
                   outcome="asked-papers", times=5)  # fmt: skip
    text = "\n".join(as_text(store, [row], TODAY))
    answer = store.answer("toronto", "library")
    assert answer is not None
    policy = answer.facts.papers.status
    assert f"toronto/library es asked-papers: 5   written policy: {policy}" in text


def test_where_sources_and_contacts_are_used_is_listed(store: Store) -> None:
    sources, contacts = used_in(store)
    assert "toronto/library" in sources["toronto-library-card"]
    assert "toronto/library" in contacts["toronto-311"]
    text = "\n".join(as_text(store, [], TODAY))
    for name, places in sources.items():
        assert f"  {name}: {', '.join(places) or 'nowhere'}" in text


def test_the_page_loads_nothing_from_elsewhere(store: Store) -> None:
    page = as_page(store, TODAY)
    assert page.count("<rect") == 290
    assert "src=" not in page
    assert "<link" not in page
