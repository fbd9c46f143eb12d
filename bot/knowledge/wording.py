"""The wording files: sections of plain sentences with source markers and placeholders."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field

SECTIONS = ("answer", "papers", "records", "refused", "practice", "say", "more")
MARKER = re.compile(r"\s*\[([a-zA-Z0-9-]+)\]")
PLACEHOLDER = re.compile(r"\{([a-zA-Z0-9-]+)(?:\.(name|phone|text|web|address))?\}")


@dataclass(frozen=True, slots=True)
class Section:
    """One section as it stands in the file, and its line."""

    text: str
    line: int

    @property
    def plain(self) -> str:
        """The text without its source markers."""
        return MARKER.sub("", self.text)

    @property
    def markers(self) -> list[str]:
        """The ids of the sources named, in their order."""
        return MARKER.findall(self.text)

    @property
    def placeholders(self) -> list[str]:
        """The names between braces, in their order: `311.phone`, `fare`."""
        return [match.group(0)[1:-1] for match in PLACEHOLDER.finditer(self.text)]


@dataclass(frozen=True, slots=True)
class Wording:
    """A wording file taken apart. `problems` are lines that fit nowhere, with the reason."""

    front: str
    front_line: int
    sections: dict[str, Section]
    problems: list[tuple[int, str]] = field(default_factory=list)

    @property
    def fingerprint(self) -> str:
        """Eight letters that change when a sentence does; spaces and front matter do not count."""
        text = "\n".join(
            f"{name}:{' '.join(section.text.split())}" for name, section in self.sections.items()
        )
        return hashlib.sha256(text.encode()).hexdigest()[:8]


def parse_wording(text: str) -> Wording:
    """The parts of a wording file; it never raises, what fits nowhere is a problem."""
    lines = text.splitlines()
    problems: list[tuple[int, str]] = []
    front, body_at = "", 0
    if lines and lines[0].strip() == "---":
        end = next((n for n, line in enumerate(lines[1:], 1) if line.strip() == "---"), 0)
        if end:
            front, body_at = "\n".join(lines[1:end]), end + 1
        else:
            problems.append((1, "the front matter has no closing line ---"))
            body_at = 1
    sections: dict[str, Section] = {}
    name, start, held = "", 0, [""]
    for number, line in enumerate([*lines[body_at:], "## "], start=body_at + 1):
        if not line.startswith("## "):
            if not name and line.strip():
                problems.append((number, "text stands before the first heading ## answer"))
            held.append(line.strip())
            continue
        if name:
            sections[name] = Section("\n".join(part for part in held if part), start)
        name, start, held = line[3:].strip(), number, []
        if name and name not in SECTIONS:
            problems.append((number, f"## {name} is no section; use {', '.join(SECTIONS)}"))
        if name in sections:
            problems.append((number, f"## {name} stands twice; put the sentences under one"))
    return Wording(front, 2, sections, problems)
