"""`schema`: what is published for editors is what the code holds today."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.knowledge.schema import Facts
from bot.publish.schemas import KINDS, schemas, write_schemas

ROOT = Path(__file__).parent.parent
PUBLISHED = ROOT / "docs" / "schema"
OTHER_NAMES = {"small-talk.yaml", "follow-up.yaml", "danger.yaml"}


def test_the_published_schemas_are_those_of_the_code() -> None:
    found = {path.stem: path.read_text(encoding="utf-8") for path in PUBLISHED.iterdir()}
    assert found == schemas(), "run `python -m bot schema`"


def test_writing_removes_a_kind_that_is_no_more(tmp_path: Path) -> None:
    (tmp_path / "gone.json").write_text("{}", encoding="utf-8")
    assert {path.stem for path in write_schemas(tmp_path)} == set(KINDS)
    assert {path.stem for path in tmp_path.iterdir()} == set(KINDS)


def test_every_file_of_the_folder_has_its_schema() -> None:
    knowledge = ROOT / "knowledge"
    described = {path for _, where in KINDS.values() for path in knowledge.glob(where)}
    assert set(knowledge.rglob("*.yaml")) <= described


@pytest.mark.parametrize("name", KINDS)
def test_no_schema_allows_what_no_file_may_hold(name: str) -> None:
    text = schemas()[name]
    for forbidden in ('"null"', "null", '"integer"', '"number"', '"boolean"'):
        assert f'"type": {forbidden}' not in text
    assert str(ROOT) not in text


def test_every_field_of_facts_is_described() -> None:
    described = json.loads(schemas()["facts"])
    assert set(described["properties"]) == set(Facts.model_fields)
    assert all(told["description"] for told in described["properties"].values())


@pytest.mark.parametrize("name", KINDS)
def test_the_keys_of_real_files_are_in_their_schema(name: str) -> None:
    described = json.loads(schemas()[name])
    where = KINDS[name][1]
    for path in sorted((ROOT / "knowledge").glob(where))[:20]:
        if path.suffix != ".yaml" or (name == "phrases" and path.name in OTHER_NAMES):
            continue
        data = yaml.load(path.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader"))  # noqa: B009  not everywhere
        assert _unknown(described, described, data or {}) == [], path


def _unknown(whole: dict[str, Any], part: dict[str, Any], data: object) -> list[str]:
    """The keys of the data that the schema does not have, as an editor would underline them."""
    if "$ref" in part:
        part = whole["$defs"][part["$ref"].rpartition("/")[2]]
    if not isinstance(data, dict):
        return []
    found = []
    for key, value in data.items():
        patterns = list(part.get("patternProperties", {}).values())
        more = part.get("additionalProperties")
        below = part.get("properties", {}).get(key) or (patterns[0] if patterns else more)
        if isinstance(below, dict):
            found += _unknown(whole, below, value)
        else:
            found.append(str(key))
    return found
