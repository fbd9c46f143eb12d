"""`new` and `schema` as processes: exit status, one clear line for a wrong call."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
GOOD = ROOT / "tests" / "failing" / "good"


def run(cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The finished process of one command in a folder of its own."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with the small good folder and one topic that nobody has answered."""
    shutil.copytree(GOOD, tmp_path / "knowledge")
    with (tmp_path / "knowledge" / "topics.yaml").open("a", encoding="utf-8") as topics:
        topics.write('"food": {title: "Food", group: "home", urgent: "no"}\n')
    return tmp_path


def test_new_writes_both_files_and_refuses_to_do_it_twice(project: Path) -> None:
    done = run(project, "new", "toronto", "food")
    assert done.returncode == 0, done.stderr
    assert [Path(line).name for line in done.stdout.splitlines()] == ["facts.yaml", "en.md"]
    again = run(project, "new", "toronto", "food")
    assert (again.returncode, again.stdout) == (2, "")
    assert "is there already" in again.stderr


@pytest.mark.parametrize(("place", "topic"), [("paris", "food"), ("toronto", "fod")])
def test_new_says_in_one_line_what_is_wrong(project: Path, place: str, topic: str) -> None:
    done = run(project, "new", place, topic)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert "; use one of " in done.stderr


def test_schema_writes_where_there_is_a_docs_folder(project: Path) -> None:
    assert run(project, "schema").returncode == 1
    (project / "docs").mkdir()
    done = run(project, "schema")
    assert done.returncode == 0
    assert (project / "docs" / "schema" / "facts.json").is_file()
