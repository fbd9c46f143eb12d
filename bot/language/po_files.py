"""The translators' files in `locales/`: read, compared with the English texts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from babel.messages.catalog import Catalog as BabelCatalog
from babel.messages.pofile import PoFileError, read_po, write_po

from bot.language.catalogs import Key

BRACES = re.compile(r"\{[a-z_]+\}")


def po_path(locales: Path, language: str) -> Path:
    """Where the wording of a language stands."""
    return locales / language / "LC_MESSAGES" / "messages.po"


def read_messages(path: Path) -> tuple[dict[Key, str], dict[Key, int]]:
    """Translations by key, and the line of each; fuzzy and empty ones are left out.

    Raises ValueError with line and reason where the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            catalog = read_po(file, abort_invalid=True)
    except PoFileError as error:
        raise ValueError(f"{error.lineno + 1}: {error}") from None
    except UnicodeDecodeError:
        raise ValueError("1: is not UTF-8 text") from None
    messages: dict[Key, str] = {}
    lines: dict[Key, int] = {}
    for message in catalog:
        if message.id and message.string and not message.fuzzy:
            key = (message.context or "", str(message.id))
            messages[key] = str(message.string)
            lines[key] = message.lineno or 1
    return messages, lines


def write_template(path: Path, keys: Iterable[tuple[Key, str]], known: dict[Key, str]) -> None:
    """Write a .po (or .pot) with these keys in order, keeping the translations known.

    Each key comes with a comment for the translator.
    """
    catalog = BabelCatalog(
        project="withoutfear",
        version="1",
        header_comment="# Wording of Without Fear. Licence: CC BY 4.0.",
        fuzzy=False,
    )
    for (context, english), comment in keys:
        catalog.add(
            english,
            known.get((context, english), ""),
            context=context or None,
            auto_comments=[comment] if comment else [],
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=100, omit_header=False)


def braces_differ(english: str, translation: str) -> bool:
    """Whether a translation lost or gained a {placeholder}."""
    return sorted(BRACES.findall(english)) != sorted(BRACES.findall(translation))
