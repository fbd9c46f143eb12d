"""Replies as Telegram takes them: escaped, within its limits, in reading order."""

import json

import pytest

from bot.channels.telegram.markup import keyboard, pages
from bot.domain import Button, Line, Reply, Tap, Verb
from tests.telegram_server.entities import parse_html, units


def page(*lines: Line, language: str = "en") -> str:
    """The one page of a short reply."""
    [only] = pages(Reply(lines, language=language))
    return only


@pytest.mark.parametrize(("line", "markup"), [
    (Line("plain"), "plain"),
    (Line("text", strong="Papers:"), "<b>Papers:</b> text"),
    (Line(strong="Title"), "<b>Title</b>"),
    (Line("page", link="https://a.example/?a=1&b=2"),
     '<a href="https://a.example/?a=1&amp;b=2">page</a>'),
    (Line("page", strong="Call:", link="https://a.example"),
     '<b>Call:</b> <a href="https://a.example">page</a>'),
    (Line(strong="Call 911", link="tel:911"), '<a href="tel:911"><b>Call 911</b></a>'),
    (Line(link="https://a.example"), '<a href="https://a.example">https://a.example</a>'),
    (Line("<b>&\"'", strong="a<b"), "<b>a&lt;b</b> &lt;b&gt;&amp;&quot;&#x27;"),
])  # fmt: skip
def test_a_line(line: Line, markup: str) -> None:
    assert page(line) == markup


def test_lines_stand_below_each_other_with_gaps_kept() -> None:
    assert page(Line("a"), Line(), Line("b")) == "a\n\nb"


def test_nothing_to_say_is_no_page() -> None:
    assert pages(Reply(())) == []
    assert pages(Reply((Line(), Line()))) == []


def test_lines_that_begin_otherwise_are_laid_out_from_the_right() -> None:
    mark = "\u200f"
    said = page(Line("مرحبا"), Line("211 Toronto"), Line("نعم", strong="(1)"), language="ar")
    assert said == f"مرحبا\n{mark}211 Toronto\n<b>(1)</b> نعم"
    assert page(Line("211 Toronto"), language="en") == "211 Toronto"


@pytest.mark.parametrize("text", ["word " * 3_000, "x" * 10_000, "🙂" * 5_000, "<&>" * 4_000])
def test_a_line_longer_than_a_message_is_cut(text: str) -> None:
    found = pages(Reply((Line("before"), Line(text, strong="Long:"), Line("after"))))
    read = [parse_html(each)[0] for each in found]
    assert all(0 < units(each) <= 4096 for each in read)
    assert "".join("".join(read).split()).count(text[0]) >= text.count(text[0])


def test_cuts_are_at_line_ends_where_there_are_any() -> None:
    lines = tuple(Line(f"{number} " + "x" * 1_000) for number in range(10))
    found = pages(Reply(lines))
    assert [each.count("\n") + 1 for each in found] == [4, 4, 2]
    assert "\n".join(found).split("\n") == [line.text for line in lines]


def test_a_page_may_be_exactly_full() -> None:
    assert len(pages(Reply((Line("a" * 2_047), Line("b" * 2_048))))) == 1
    assert len(pages(Reply((Line("a" * 2_048), Line("b" * 2_048))))) == 2


def test_the_keyboard_has_the_taps_of_the_buttons() -> None:
    tap = Tap(Verb.MORE, "library", "toronto", "zh-Hans")
    reply = Reply((Line("x"),), ((Button("A", tap), Button("B", tap)), (Button("C", tap),)))
    data = tap.encoded()
    assert data == "more:library:toronto:zh-Hans"
    assert json.loads(keyboard(reply) or "") == {
        "inline_keyboard": [
            [{"text": "A", "callback_data": data}, {"text": "B", "callback_data": data}],
            [{"text": "C", "callback_data": data}],
        ]
    }
    assert keyboard(Reply((Line("x"),))) is None
