"""Telegram's HTML: the text and its entities, or the refusal with Telegram's words."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

_KINDS = {
    "a": "text_link", "b": "bold", "strong": "bold", "i": "italic", "em": "italic",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "u": "underline",
    "ins": "underline", "tg-spoiler": "spoiler", "span": "spoiler", "tg-emoji": "custom_emoji",
    "pre": "pre", "code": "code", "blockquote": "blockquote",
}  # fmt: skip
# Only these names and numbers are decoded; every other "&" stays as it is written.
_REFERENCE = re.compile(r"&(?:(?:lt|gt|amp|quot)(?![A-Za-z])|#\d{1,7}|#x[0-9a-fA-F]{1,6});?")
_PLAIN = re.compile("[^<&]+")
_START = re.compile(r"<(?P<name>[^\s>]*)(?P<rest>[^>]*)")
_END = re.compile(r"</(?P<name>[^\s>]*)\s*(?P<close>>?)")
_ATTRIBUTE = re.compile(r"""\s*([^\s=]+)\s*(=)?\s*("[^"]*"|'[^']*'|[A-Za-z0-9.-]*)""")
_LINK = re.compile(r"(?:https?|tg|ton|tonsite)://\S+|[^\s:/]+\.[^\s:]+", re.IGNORECASE)


class EntityError(ValueError):
    """The text is refused; the message is Telegram's, without "can't parse entities"."""


def units(text: str) -> int:
    """The length as Telegram counts it, in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse_html(markup: str) -> tuple[str, list[dict[str, Any]]]:
    """The text without its markup, and the entities."""
    text: list[str] = []
    length = 0
    entities: list[dict[str, Any]] = []
    opened: list[tuple[str, str, int, int]] = []
    position = 0
    while position < len(markup):
        plain = _PLAIN.match(markup, position)
        if plain:
            position = plain.end()
            text.append(plain[0])
            length += units(plain[0])
            continue
        if markup[position] == "<":
            if markup.startswith("</", position):
                position = _close(markup, position, length, text, opened, entities)
            else:
                position = _open(markup, position, length, len(text), opened)
            continue
        reference = _REFERENCE.match(markup, position)
        piece = _decoded(reference[0]) if reference else "&"
        position += len(reference[0]) if reference else 1
        text.append(piece)
        length += units(piece)
    if opened:
        raise EntityError(f'Can\'t find end tag corresponding to start tag "{opened[-1][0]}"')
    return "".join(text), sorted(entities, key=lambda each: (each["offset"], -each["length"]))


def _bytes(markup: str, position: int) -> int:
    """Where something stands, as Telegram's refusals count it."""
    return len(markup[:position].encode())


def _open(
    markup: str, position: int, length: int, pieces: int, opened: list[tuple[str, str, int, int]]
) -> int:
    end = _tag_end(markup, position)
    if end < 0:
        raise EntityError(f"Unclosed start tag at byte offset {_bytes(markup, position)}")
    tag = _START.match(markup[position:end])
    assert tag
    name = tag["name"].lower()
    if name not in _KINDS:
        raise EntityError(
            f'Unsupported start tag "{name}" at byte offset {_bytes(markup, position)}'
        )
    attributes = _attributes(markup, position, name, end)
    if name == "span" and attributes.get("class") != "tg-spoiler":
        raise EntityError(
            f'Tag "span" must have class "tg-spoiler" at byte offset {_bytes(markup, position)}'
        )
    opened.append((name, attributes.get("href", ""), length, pieces))
    return end + 1


def _tag_end(markup: str, position: int) -> int:
    """Where the tag that begins here ends; a ">" in a quoted value does not end it."""
    end = markup.find(">", position)
    while end >= 0:
        inside = markup[position:end]
        if not _in_quotes(inside):
            return end
        end = markup.find(">", end + 1)
    return -1


def _in_quotes(inside: str) -> bool:
    quote = ""
    for index, character in enumerate(inside):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'" and inside[:index].rstrip().endswith("="):
            quote = character
    return bool(quote)


def _attributes(markup: str, position: int, name: str, end: int) -> dict[str, str]:
    rest = markup[position + 1 + len(name) : end]
    found: dict[str, str] = {}
    while rest.strip():
        attribute = _ATTRIBUTE.match(rest)
        if attribute is None:
            raise EntityError(
                f'Empty attribute name in the tag "{name}" '
                f"at byte offset {_bytes(markup, position)}"
            )
        if not attribute[2]:
            raise EntityError(
                "Expected equal sign in declaration of an attribute of the tag "
                f'"{name}" at byte offset {_bytes(markup, position)}'
            )
        value = attribute[3]
        found[attribute[1]] = unescape(value[1:-1]) if value[:1] in "\"'" else value.lower()
        rest = rest[attribute.end() :]
    return found


def _close(
    markup: str,
    position: int,
    length: int,
    text: list[str],
    opened: list[tuple[str, str, int, int]],
    entities: list[dict[str, Any]],
) -> int:
    if not opened:
        raise EntityError(f"Unexpected end tag at byte offset {_bytes(markup, position)}")
    tag = _END.match(markup, position)
    if tag is None or not tag["close"]:
        raise EntityError(f"Unclosed end tag at byte offset {_bytes(markup, position)}")
    found = tag["name"].lower()
    name, href, offset, pieces = opened.pop()
    if found and found != name:
        raise EntityError(
            f"Unmatched end tag at byte offset {_bytes(markup, position)}, "
            f'expected "</{name}>", found "</{found}>"'
        )
    if length > offset:
        entity: dict[str, Any] = {
            "type": _KINDS[name],
            "offset": offset,
            "length": length - offset,
        }
        if name == "a":
            entity["url"] = href or "".join(text[pieces:])
        # A link that Telegram does not follow, like tel:, loses its entity and stays as text.
        if name != "a" or _LINK.fullmatch(entity["url"]):
            entities.append(entity)
    return tag.end()


def _decoded(reference: str) -> str:
    character = unescape(reference if reference.endswith(";") else reference + ";")
    return character or reference
