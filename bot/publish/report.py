"""The report for maintainers, as text, as JSON and as a page with the map as a picture."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from html import escape

from bot.knowledge.store import Store
from bot.privacy.counts_table import CountRow
from bot.publish.coverage import Cell, coverage, expiring, used_in

LETTERS = {"open": "o", "partly": "p", "closed": "c", "unknown": "?", None: "·"}
COLOURS = {"open": "#3d8b57", "partly": "#c9a227", "closed": "#b5483a", "unknown": "#8a8f98",
           None: "#ffffff"}  # fmt: skip
ASKED_PAPERS = "asked-papers"


def as_json(store: Store, today: date) -> str:
    """One object for each city and topic, in a list."""
    return json.dumps([cell.as_json() for cell in coverage(store, today)], ensure_ascii=False,
                      indent=1)  # fmt: skip


def as_text(store: Store, counts: Sequence[CountRow], today: date) -> Iterator[str]:
    """The report line by line: the map, what expires, what lags, what was asked."""
    cells = coverage(store, today)
    yield from _map(store, cells)
    yield ""
    yield "To be checked again within 60 days, or past their date:"
    for answer in expiring(store, today):
        yield f"  {answer.facts.check_again_by}  {answer.place}/{answer.topic}"
    yield ""
    yield "Translations older than the English:"
    for (place, topic), answer in store.answers.items():
        lagging = [name for name, words in answer.words.items() if words.stale]
        if lagging:
            yield f"  {place}/{topic}: {', '.join(lagging)}"
    yield ""
    yield from _used(store)
    yield ""
    yield from _asked(store, counts)


def _map(store: Store, cells: Sequence[Cell]) -> Iterator[str]:
    cities = store.cities()
    by_key = {(cell.place, cell.topic): cell for cell in cells}
    yield "o open, p partly, c closed, ? not known, · no answer; capital: from the city itself"
    yield " " * 26 + " ".join(f"{city[:9]:9}" for city in cities)
    for topic in store.topics:
        marks = []
        for city in cities:
            cell = by_key[city, topic]
            letter = LETTERS[cell.access]
            marks.append(letter.upper() if cell.answered_by == city else letter)
        yield f"{topic:26}" + " ".join(f"{mark:9}" for mark in marks)
    levels = Counter(_level(store, cell) for cell in cells)
    yield "answered by: " + ", ".join(f"{level} {times}" for level, times in levels.most_common())
    reviewed = sum(cell.reviewed for cell in cells)
    yield f"reviewed by a person from outside: {reviewed} of {len(cells)}"


def _level(store: Store, cell: Cell) -> str:
    if cell.answered_by in store.places:
        return store.places[cell.answered_by].level
    return cell.answered_by or "nobody"


def _used(store: Store) -> Iterator[str]:
    for kind, used in zip(("sources", "contacts"), used_in(store), strict=True):
        yield f"Where {kind} are used:"
        for name, places in used.items():
            yield f"  {name}: {', '.join(places) or 'nowhere'}"


def _asked(store: Store, counts: Sequence[CountRow]) -> Iterator[str]:
    """What was counted, "they asked for papers" beside what the written policy says."""
    yield "What was asked and reported (weeks, multiples of five):"
    for row in counts:
        line = f"  {row.week}  {row.place or '-'}/{row.topic or '-'} {row.language} {row.outcome}"
        line += f": {row.times}"
        if row.outcome == ASKED_PAPERS and row.place in store.places:
            answer = store.answer(row.place, row.topic)
            if answer is not None:
                line += f"   written policy: {answer.facts.papers.status}"
        yield line
    if not counts:
        yield "  nothing yet"


def as_page(store: Store, today: date) -> str:
    """One page of HTML with the map as a picture; it loads nothing from elsewhere."""
    cells = coverage(store, today)
    return (
        "<!doctype html><html lang='en'><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width'><title>Without Fear: the map</title>"
        "<style>body{font:14px sans-serif;margin:2em}td,th{padding:2px 8px;text-align:left}"
        "svg text{font:11px sans-serif}</style>"
        f"<h1>What is answered, as of {today}</h1>{_picture(store, cells)}"
        "<p>Green: open. Yellow: partly. Red: closed. Grey: not known. White: no answer. "
        "A dot: the city's own answer. A dashed border: to be checked again within 60 days.</p>"
        f"<table><tr><th>city</th><th>topic</th><th>answered by</th><th>access</th><th>checked"
        f"</th><th>again by</th><th>languages</th></tr>{''.join(map(_row, cells))}</table></html>"
    )


def _picture(store: Store, cells: Sequence[Cell]) -> str:
    cities, topics = store.cities(), list(store.topics)
    wide, high, left, top = 78, 20, 190, 30
    parts = [
        f"<text x='{left + wide * x + 4}' y='{top - 8}'>{escape(store.places[city].name[:12])}"
        "</text>"
        for x, city in enumerate(cities)
    ]
    parts += [
        f"<text x='0' y='{top + high * y + 14}'>{escape(topic)}</text>"
        for y, topic in enumerate(topics)
    ]
    for cell in cells:
        x = left + wide * cities.index(cell.place)
        y = top + high * topics.index(cell.topic)
        dash = " stroke-dasharray='3'" if cell.state in ("expiring", "expired") else ""
        parts.append(f"<rect x='{x}' y='{y}' width='{wide - 4}' height='{high - 4}' "
                     f"fill='{COLOURS[cell.access]}' stroke='#222'{dash}/>")  # fmt: skip
        if cell.answered_by == cell.place:
            parts.append(f"<circle cx='{x + 8}' cy='{y + 8}' r='3' fill='#fff'/>")
    width, height = left + wide * len(cities), top + high * len(topics)
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}' role='img' "
        f"aria-label='map of answers'>{''.join(parts)}</svg>"
    )


def _row(cell: Cell) -> str:
    values = (cell.place, cell.topic, cell.answered_by, cell.access, cell.checked_on,
              cell.check_again_by, " ".join(cell.languages))  # fmt: skip
    return "<tr>" + "".join(f"<td>{escape(str(value or '–'))}</td>" for value in values) + "</tr>"
