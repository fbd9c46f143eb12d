"""YAML with line numbers: what is unquoted, doubled or broken is named at its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.marked_yaml import parse_yaml
from bot.knowledge.mistakes import Mistakes


def mistakes_of(text: str) -> list[str]:
    mistakes = Mistakes()
    parse_yaml(text, "f.yaml", mistakes)
    return [str(mistake) for mistake in mistakes.sorted()]


def test_values_keep_their_lines() -> None:
    marks = parse_yaml('"a":\n  b: "x"\n  c:\n    - "y"\n    - "z"\n', "f.yaml", Mistakes())
    assert marks is not None
    assert marks.data == {"a": {"b": "x", "c": ["y", "z"]}}
    assert (marks.line("a", "b"), marks.line("a", "c", 1), marks.line("a", "nothing")) == (2, 5, 1)


@pytest.mark.parametrize("value", ["17:00", "no", "2026-11-22", "416-392-2489", "null", "text"])
def test_every_unquoted_value_is_a_mistake(value: str) -> None:
    assert mistakes_of(f'ok: "x"\nhours: {value}\n') == [
        f'f.yaml:2 K02 {value} has no quotes; write "{value}".'
    ]


def test_a_doubled_key_is_a_mistake() -> None:
    assert mistakes_of('a: "1"\na: "2"\n') == ["f.yaml:2 K01 a stands twice; keep one of them."]


def test_broken_yaml_is_named_at_its_line() -> None:
    (mistake,) = mistakes_of('a: "1"\nb: [ "2"\nc: "3"\n')
    assert mistake.startswith("f.yaml:3 K01 ")


def test_an_alias_is_refused() -> None:
    assert "alias" in mistakes_of('a: &x ["1"]\nb: *x\n')[0]


@given(st.text())
def test_no_text_makes_it_raise(text: str) -> None:
    parse_yaml(text, "f.yaml", Mistakes())
