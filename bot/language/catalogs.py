"""The interface wording of one language, with English below it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Key = tuple[str, str]  # (context, English text); the context is "" for plain sentences


@dataclass(frozen=True, slots=True)
class Catalog:
    """Wording by context and English text; what is not translated is said in English."""

    language: str
    messages: Mapping[Key, str] = field(default_factory=dict)

    def text(self, english: str, context: str = "", **values: str) -> str:
        """The sentence in this language, its {placeholders} filled."""
        sentence = self.messages.get((context, english)) or english
        for name, value in values.items():
            sentence = sentence.replace("{" + name + "}", value)
        return sentence
