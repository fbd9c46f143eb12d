"""Deep links: language, place and topic in the address that opens the bot, and nothing else.

    payload_of(Context("es", "toronto", "shelter"))     -> "toronto-shelter-es"
    Payloads(store).read("NYC-ht-hospital")             -> Context("ht", "new-york", "hospital")

A payload is names joined by hyphens, in any order. Ids hold hyphens themselves, so the longest
name that is known is read first. A payload that says anything else, or two of a kind, is not one
of ours and says nothing: beside a word that we do not know, a known one may mean another thing
("north-vancouver" is not Vancouver), and whoever adds a mark for a person or a poster gets
a link that opens the bot like any other.
"""

from __future__ import annotations

import re

from bot.domain import Context
from bot.knowledge.store import Store

# What stands in links in place of a longer id. They are printed on paper: add, but never change.
SHORT_NAMES = {
    "new-york": "nyc", "san-francisco": "sf", "chicago": "chi", "montreal": "mtl",
    "vancouver": "yvr", "edmonton": "yeg", "london-on": "london", "british-columbia": "bc",
    "zh-Hans": "zh",
}  # fmt: skip
# The ones that everybody can read; we write the others' ids in full.
WRITTEN_SHORT = frozenset({"new-york", "san-francisco", "zh-Hans"})

LONGEST = 64
_ALPHABET = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


class Payloads:
    """Reads payloads with the names of one store."""

    def __init__(self, store: Store) -> None:
        self._names: dict[str, Context] = {}
        for kind, ids in (
            ("language", store.languages),
            ("place", store.places),
            ("topic", store.topics),
        ):
            for each in ids:
                meant = Context(**{kind: each})
                self._names[each.lower()] = meant
                if each in SHORT_NAMES:
                    self._names[SHORT_NAMES[each]] = meant
        self._longest = max(name.count("-") + 1 for name in self._names)

    def read(self, payload: str) -> Context | None:
        """What a payload says; None where it says nothing that we understand wholly."""
        if not _ALPHABET.fullmatch(payload):
            return None
        words = payload.lower().replace("_", "-").split("-")
        found = Context()
        while words:
            length = self._known_at_the_start(words)
            if not length:
                return None
            meant = self._names["-".join(words[:length])]
            if found.updated(meant) != meant.updated(found):
                return None
            found = found.updated(meant)
            del words[:length]
        return found

    def _known_at_the_start(self, words: list[str]) -> int:
        """Of how many words the longest name is that stands first; 0 where none does."""
        for length in range(min(len(words), self._longest), 0, -1):
            if "-".join(words[:length]) in self._names:
                return length
        return 0


def payload_of(context: Context) -> str:
    """The payload for what is known: place, topic, language, in this order."""
    parts = (context.place, context.topic, context.language)
    return "-".join(SHORT_NAMES[part] if part in WRITTEN_SHORT else part for part in parts if part)


def url_of(address: str, context: Context) -> str:
    """The link that opens the bot at `address` with what is known; the bare one where nothing is.

    `address` is "https://t.me/<name of the bot>".
    """
    payload = payload_of(context)
    return f"{address}?start={payload}" if payload else address
