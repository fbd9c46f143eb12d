"""Building: mistakes refuse it and the last good build stays; translations; what is learned."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from bot.build import (
    MODELS,
    BuildRefusedError,
    Reading,
    build,
    write_messages,
)
from bot.knowledge.fingerprints import fingerprint, is_current
from bot.knowledge.store import Store, StoreError
from bot.language.po_files import po_path, read_messages

TODAY = date(2026, 12, 1)
LEARNED = {name: f"learned {name}".encode() for name in MODELS}
GOOD = Path(__file__).parent / "failing" / "good"


@pytest.fixture
def knowledge(tmp_path: Path) -> Path:
    shutil.copytree(GOOD, tmp_path / "knowledge")
    return tmp_path / "knowledge"


@pytest.fixture
def locales(tmp_path: Path, knowledge: Path) -> Path:
    write_messages(knowledge, tmp_path / "locales")
    return tmp_path / "locales"


def built(knowledge: Path, locales: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store of the small folder; its matcher is a stand-in, too few lines to learn from."""
    monkeypatch.setattr("bot.build._learned", lambda reading, menu, progress: LEARNED)
    store = knowledge.parent / "data" / "built.sqlite"
    build(knowledge, locales, store, TODAY, lambda step: None)
    return store


def test_a_build_holds_the_folder(
    knowledge: Path, locales: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store.load(built(knowledge, locales, monkeypatch))
    answer = store.answer("toronto", "library")
    assert answer is not None
    assert answer.words["fr"].stale is False
    assert store.model("topics") == b"learned topics"
    assert store.contacts["toronto-311"].phone == "311"


def test_mistakes_refuse_the_build_and_the_last_good_one_stays(
    knowledge: Path, locales: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = built(knowledge, locales, monkeypatch)
    before = path.read_bytes()
    shutil.copytree(GOOD.parent / "K06", knowledge, dirs_exist_ok=True)
    (knowledge / "expected.txt").unlink()
    with pytest.raises(BuildRefusedError) as raised:
        build(knowledge, locales, path, TODAY, lambda step: None)
    assert [mistake.rule for mistake in raised.value.mistakes.errors] == ["K06"]
    assert path.read_bytes() == before
    assert sorted(each.name for each in path.parent.iterdir()) == ["built.sqlite"]


@pytest.mark.parametrize("rule", ["K11", "K13"])
def test_a_lagging_translation_or_date_does_not_stop_a_build(
    knowledge: Path, locales: Path, monkeypatch: pytest.MonkeyPatch, rule: str
) -> None:
    shutil.copytree(GOOD.parent / rule, knowledge, dirs_exist_ok=True)
    (knowledge / "expected.txt").unlink()
    store = Store.load(built(knowledge, locales, monkeypatch))
    answer = store.answer("toronto", "library")
    assert answer is not None
    assert answer.words["fr"].stale == (rule == "K11")


def test_a_store_is_current_until_the_folder_changes(
    knowledge: Path, locales: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = built(knowledge, locales, monkeypatch)
    assert is_current(path, knowledge, locales)
    (knowledge / "names" / "toronto.yaml").write_text('city: ["Toronto", "the 6"]\n')
    assert not is_current(path, knowledge, locales)


def test_what_was_learned_is_kept_when_only_answers_change(
    knowledge: Path, locales: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = built(knowledge, locales, monkeypatch)

    def learned_again(reading: Reading, menu: object, progress: object) -> dict[str, bytes]:
        raise AssertionError("learned again though no phrase changed")

    monkeypatch.setattr("bot.build._learned", learned_again)
    shutil.copytree(GOOD.parent / "K11", knowledge, dirs_exist_ok=True)
    (knowledge / "expected.txt").unlink()
    build(knowledge, locales, path, TODAY, lambda step: None)
    assert Store.load(path).model("places") == b"learned places"


@pytest.mark.parametrize(("english", "learned"), [("Yes.", False), ("Library", True)])
def test_titles_are_learned_anew_and_other_wording_is_not(
    knowledge: Path, locales: Path, monkeypatch: pytest.MonkeyPatch, english: str, learned: bool
) -> None:
    path = built(knowledge, locales, monkeypatch)
    again = dict.fromkeys(MODELS, b"again")
    monkeypatch.setattr("bot.build._learned", lambda reading, menu, progress: again)
    french = po_path(locales, "fr")
    text = french.read_text(encoding="utf-8")
    empty = f'msgid "{english}"\nmsgstr ""'
    assert empty in text
    french.write_text(text.replace(empty, empty[:-1] + 'Autre"'), encoding="utf-8")
    build(knowledge, locales, path, TODAY, lambda step: None)
    assert (Store.load(path).model("topics") == b"again") == learned


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\x00" + b"x" * 200])
def test_a_damaged_store_is_named_with_what_to_do(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "built.sqlite"
    path.write_bytes(content)
    with pytest.raises(StoreError, match="run `build` again"):
        Store.load(path)
    with pytest.raises(StoreError, match="run the command `build` first"):
        Store.load(tmp_path / "nowhere.sqlite")


def test_a_translation_that_loses_a_brace_is_a_mistake(knowledge: Path, locales: Path) -> None:
    path = po_path(locales, "fr")
    text = path.read_text(encoding="utf-8")
    line = 'msgid "Last checked: {date}."\nmsgstr ""'
    assert line in text
    path.write_text(text.replace(line, line[:-2] + '"Vérifié : {jour}."'), encoding="utf-8")
    found = Reading(knowledge, locales, TODAY).mistakes.errors
    assert [(mistake.rule, "words in braces" in mistake.text) for mistake in found] == [
        ("K20", True)
    ]


def test_missing_words_are_told_in_one_line(knowledge: Path, locales: Path) -> None:
    (found,) = Reading(knowledge, locales, TODAY).mistakes.sorted()
    assert found.rule == "K20"
    assert found.warning
    assert "texts are not translated" in found.text


def test_writing_messages_keeps_translations(knowledge: Path, locales: Path) -> None:
    path = po_path(locales, "fr")
    text = path.read_text(encoding="utf-8").replace(
        'msgid "Yes."\nmsgstr ""', 'msgid "Yes."\nmsgstr "Oui."'
    )
    path.write_text(text, encoding="utf-8")
    write_messages(knowledge, locales)
    assert read_messages(path)[0]["", "Yes."] == "Oui."


def test_a_broken_catalog_is_named_at_its_line(knowledge: Path, locales: Path) -> None:
    path = po_path(locales, "fr")
    path.write_text('msgid "Yes."\nwhat is this\n', encoding="utf-8")
    assert [mistake.rule for mistake in Reading(knowledge, locales, TODAY).mistakes.errors] == [
        "K20"
    ]


def test_the_fingerprint_follows_names_and_contents(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x").write_text("1")
    first = fingerprint([tmp_path / "a"])
    (tmp_path / "a" / "x").write_text("2")
    second = fingerprint([tmp_path / "a"])
    (tmp_path / "a" / "x").rename(tmp_path / "a" / "y")
    assert len({first, second, fingerprint([tmp_path / "a"])}) == 3


def test_the_fingerprint_is_the_same_wherever_the_folders_stand(tmp_path: Path) -> None:
    found = []
    for first, second in (("a", "b"), ("b", "a")):
        folders = [tmp_path / first / "knowledge", tmp_path / second / "locales"]
        for folder in folders:
            folder.mkdir(parents=True)
            (folder / "x").write_text(folder.name)
        found.append(fingerprint(folders))
    assert found[0] == found[1]
