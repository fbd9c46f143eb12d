"""A Reply as Telegram takes it: pages of HTML no longer than a message, and a keyboard."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from html import escape

from bot.domain import Line, Reply

# Telegram counts the text without its markup, in UTF-16 units.
LONGEST_MESSAGE = 4096

RIGHT_TO_LEFT = frozenset({"ar", "fa"})
_RIGHT_TO_LEFT_MARK = "\u200f"


def pages(reply: Reply) -> list[str]:
    """The reply's lines as HTML, cut at line ends where one message cannot hold them."""
    marked = reply.language in RIGHT_TO_LEFT
    done: list[str] = []
    page: list[str] = []
    length = 0
    for line in reply.lines:
        for piece in _short_enough(line, LONGEST_MESSAGE - 1):
            text = _plain(piece)
            mark = _RIGHT_TO_LEFT_MARK if marked and _starts_otherwise(text) else ""
            size = _units(mark + text) + 1
            if page and length + size > LONGEST_MESSAGE + 1:
                done.append("\n".join(page))
                page, length = [], 0
            page.append(mark + _html(piece))
            length += size
    done.append("\n".join(page))
    return [each for each in done if each.strip("\n" + _RIGHT_TO_LEFT_MARK)]


def keyboard(reply: Reply) -> str | None:
    """The reply's buttons, then its links, as JSON; or None where it has neither."""
    rows = [
        [{"text": each.label, "callback_data": each.tap.encoded()} for each in row]
        for row in reply.buttons
    ]
    rows += [[{"text": each.label, "url": each.url}] for each in reply.links]
    return json.dumps({"inline_keyboard": rows}, ensure_ascii=False) if rows else None


def _html(line: Line) -> str:
    strong = f"<b>{escape(line.strong)}</b>" if line.strong else ""
    text = escape(line.text)
    if line.link:
        link = escape(line.link)
        if text:
            text = f'<a href="{link}">{text}</a>'
        else:
            strong = f'<a href="{link}">{strong or link}</a>'
    return f"{strong}{_gap(line)}{text}"


def _plain(line: Line) -> str:
    return f"{line.strong}{_gap(line)}{line.text}" or line.link


def _gap(line: Line) -> str:
    return " " if line.strong and line.text else ""


def _short_enough(line: Line, most: int) -> Iterator[Line]:
    """The line, in pieces where it is longer than a message; links and strength stay with each."""
    if _units(_plain(line)) <= most:
        yield line
        return
    if line.strong:
        yield from (Line(strong=piece, link=line.link) for piece in _cut(line.strong, most))
    yield from (Line(text=piece, link=line.link) for piece in _cut(line.text, most))


def _cut(text: str, most: int) -> Iterator[str]:
    while _units(text) > most:
        end = most
        while (excess := _units(text[:end]) - most) > 0:
            end -= (excess + 1) // 2  # A character takes two units at most.
        space = text.rfind(" ", 1, end)
        end = space if space > 0 else end
        yield text[:end]
        text = text[end:].lstrip(" ")
    if text:
        yield text


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _starts_otherwise(text: str) -> bool:
    """Whether a line would be laid out from the left: its first letter does not say "right"."""
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction in ("R", "AL"):
            return False
        if direction == "L":
            return True
    return bool(text.strip())
