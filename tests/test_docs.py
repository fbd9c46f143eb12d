"""What people can use is written down: commands, settings, rules, topics, make targets."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from bot.knowledge.mistakes import RULES
from bot.knowledge.schema import Facts
from bot.knowledge.wording import SECTIONS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
KNOWLEDGE_README = (ROOT / "knowledge" / "README.md").read_text(encoding="utf-8")


def test_commands_are_documented() -> None:
    asked = [sys.executable, "-m", "bot", "--help"]
    text = subprocess.run(asked, capture_output=True, text=True, cwd=ROOT, check=True).stdout
    commands = re.findall(r"^ {4}([a-z]+) ", text, flags=re.MULTILINE)
    assert len(commands) >= 6
    for command in commands:
        assert f"| `{command}` |" in README


def test_settings_are_documented() -> None:
    names = set(re.findall(r'"(BOT_[A-Z_]+)"', (ROOT / "bot" / "settings.py").read_text()))
    assert names >= {"BOT_TOKEN", "BOT_DATA_DIR"}
    for name in names:
        assert f"`{name}`" in README


def test_rules_are_documented_word_for_word() -> None:
    for rule, text in RULES.items():
        assert f"| {rule} | {text} |" in KNOWLEDGE_README


def test_fields_and_sections_are_documented() -> None:
    for name in Facts.model_fields:
        assert f"`{name}`" in KNOWLEDGE_README
    for section in SECTIONS:
        assert f"`## {section}`" in KNOWLEDGE_README


def test_no_file_names_an_index_or_a_path_of_one_machine() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], capture_output=True, text=True, cwd=ROOT, check=True
    ).stdout.split("\n")
    forbidden = re.compile(r"(^|[^\w.-])/(work|farm|root)/|--index-url|--find-links")
    for name in listed:
        path = ROOT / name
        if path.suffix in {".py", ".md", ".toml", ".lock", ".yaml", ".txt"} and path.is_file():
            for line in path.read_text(encoding="utf-8").splitlines():
                assert not forbidden.search(line) or name == "tests/test_docs.py", (name, line)
