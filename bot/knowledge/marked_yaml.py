"""YAML with line numbers: plain data, and the line on which each value stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bot.knowledge.mistakes import Mistakes

# The C reader is ten times faster and gives the same nodes; not every machine has it.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Path_ = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class MarkedYaml:
    """The data of one file, and `lines`: path of keys and indexes to line number, from 1."""

    file: str
    data: Any
    lines: dict[Path_, int] = field(default_factory=dict)

    def line(self, *path: str | int) -> int:
        """The line of the value at `path`, or of the nearest value around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_yaml(path: Path, file: str, mistakes: Mistakes) -> MarkedYaml | None:
    """One YAML file, every value of it quoted text; None where it cannot be read (K01).

    Unquoted values are mistakes (K02): YAML turns 17:00 into 1020, no into false and
    a phone number into a number.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        mistakes.add(file, 1, "K01", "is not UTF-8 text; save it again with the encoding UTF-8.")
        return None
    return parse_yaml(text, file, mistakes)


def parse_yaml(text: str, file: str, mistakes: Mistakes, first_line: int = 1) -> MarkedYaml | None:
    """The same for text in hand; `first_line` is the line of the file where it starts."""
    try:
        root = yaml.compose(text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = first_line + (mark.line if mark else 0)
        problem = error.problem or "cannot be read"
        mistakes.add(
            file,
            line,
            "K01",
            f"cannot be read here: {problem}. Look for a missing "
            "quote, colon or bracket on this line or the one above.",
        )
        return None
    except yaml.YAMLError:
        mistakes.add(file, first_line, "K01", "holds a character that YAML does not allow.")
        return None
    lines: dict[Path_, int] = {}
    data = None if root is None else _plain(root, (), file, lines, mistakes, first_line, set())
    return MarkedYaml(file, data, lines)


def _plain(
    node: yaml.Node,
    path: Path_,
    file: str,
    lines: dict[Path_, int],
    mistakes: Mistakes,
    first_line: int,
    seen: set[int],
) -> Any:
    """Plain text, lists and dicts of a node; fills `lines` on the way."""
    line = node.start_mark.line + first_line
    lines[path] = line
    if id(node) in seen:
        mistakes.add(file, line, "K01", "uses an alias (*name); write the value out instead.")
        return None
    seen.add(id(node))
    if isinstance(node, yaml.ScalarNode):
        if not node.style:
            shown = node.value if len(node.value) <= 40 else node.value[:40] + "…"
            mistakes.add(file, line, "K02", f'{shown} has no quotes; write "{shown}".')
        return node.value
    if isinstance(node, yaml.SequenceNode):
        return [
            _plain(item, (*path, index), file, lines, mistakes, first_line, seen)
            for index, item in enumerate(node.value)
        ]
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        if key in result:
            mistakes.add(
                file,
                key_node.start_mark.line + first_line,
                "K01",
                f"{key} stands twice; keep one of them.",
            )
        result[key] = _plain(value_node, (*path, key), file, lines, mistakes, first_line, seen)
        lines[(*path, key)] = key_node.start_mark.line + first_line
    return result
