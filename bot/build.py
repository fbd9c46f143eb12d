"""Builds the folder: reads, checks, learns, and writes the one file that everything loads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from bot.conversation import wording as w
from bot.knowledge.check import check_folder
from bot.knowledge.compiling import compile_store
from bot.knowledge.fingerprints import folder_fingerprint, taught_fingerprint
from bot.knowledge.folder import Folder, read_folder
from bot.knowledge.mistakes import Mistakes
from bot.knowledge.names import Names, read_names
from bot.knowledge.phrases import Phrases, read_phrases
from bot.knowledge.store import Store, StoreError
from bot.language.catalogs import Key
from bot.language.po_files import braces_differ, po_path, read_messages, write_template
from bot.matching.menu import Menu

Progress = Callable[[str], None]
MODELS = ("topics", "danger", "talk", "languages", "places")


class BuildRefusedError(Exception):
    """The folder has mistakes; `mistakes` holds them, the last good build stays as it is."""

    def __init__(self, mistakes: Mistakes) -> None:
        super().__init__(f"The folder has {len(mistakes.errors)} mistakes.")
        self.mistakes = mistakes


class Reading:
    """Everything read from `knowledge/` and `locales/`, with the mistakes found on the way."""

    def __init__(self, knowledge: Path, locales: Path, today: date) -> None:
        self.mistakes = Mistakes()
        self.folder: Folder = read_folder(knowledge, self.mistakes)
        check_folder(self.folder, self.mistakes, today)
        self.phrases: Phrases = read_phrases(
            knowledge, set(self.folder.topics), set(self.folder.languages), self.mistakes
        )
        self.names: dict[str, Names] = read_names(knowledge, self.folder.places, self.mistakes)
        self.messages: dict[str, dict[Key, str]] = {}
        for language in self.folder.languages:
            self.messages[language] = self._messages(locales, language)

    def _messages(self, locales: Path, language: str) -> dict[Key, str]:
        path = po_path(locales, language)
        file = path.as_posix()
        if language == "en":
            return {}
        if not path.is_file():
            self.mistakes.add(file, 1, "K20", "is missing; make it with `messages`.")
            return {}
        try:
            messages, lines = read_messages(path)
        except ValueError as error:
            line, _, reason = str(error).partition(": ")
            self.mistakes.add(file, int(line), "K20", f"cannot be read: {reason}.")
            return {}
        for key, text in messages.items():
            if braces_differ(key[1], text):
                self.mistakes.add(
                    file,
                    lines[key],
                    "K20",
                    f'the translation of "{key[1][:50]}" '
                    "must keep the words in braces as they are.",
                )
        missing = [key[1] for key, _ in interface_texts(self.folder) if key not in messages]
        if missing:
            shown = '"; "'.join(" ".join(text.split())[:60] for text in missing[:3])
            self.mistakes.add(
                file,
                1,
                "K20",
                f"{len(missing)} texts are not translated, such as "
                f'"{shown}"; run `messages`, then translate them.',
                warning=True,
            )
        return messages


def interface_texts(folder: Folder) -> Iterator[tuple[Key, str]]:
    """Every English text of the interface with its note for translators, each once."""
    yield from ((("", text), w.NOTES.get(text, "")) for text in dict.fromkeys(w.all_sentences()))
    for topic in folder.topics.values():
        yield ("topic", topic.title), "A topic in the menu."
    for place in folder.places.values():
        yield ("place", place.name), "A place."
    if folder.terms:
        for field, terms in folder.terms:
            for text in dict.fromkeys(terms.values()):
                yield (field, text), f"terms.yaml: {field}"


def write_messages(knowledge: Path, locales: Path) -> list[Path]:
    """Write every .po file anew from the English texts, keeping the translations there are."""
    folder = read_folder(knowledge, Mistakes())
    keys = list(interface_texts(folder))
    written = []
    for language in folder.languages:
        if language == "en":
            continue
        path = po_path(locales, language)
        known = read_messages(path)[0] if path.is_file() else {}
        write_template(path, keys, known)
        written.append(path)
    return written


def build(
    knowledge: Path, locales: Path, store_path: Path, today: date, progress: Progress
) -> Mistakes:
    """Build the store and return the warnings; BuildRefusedError where the folder has mistakes.

    What the matcher learns is taken from the last build where phrases and code are the same.
    """
    progress("reading the folder")
    reading = Reading(knowledge, locales, today)
    if reading.mistakes.errors:
        raise BuildRefusedError(reading.mistakes)
    folder = reading.folder
    menu = Menu.of(folder.topics, folder.places, reading.names, reading.messages)
    taught = taught_fingerprint(knowledge, menu.texts())
    models = _models_before(store_path, taught)
    if models is None:
        models = _learned(reading, menu, progress)
    progress("writing the store")
    compile_store(
        store_path,
        folder,
        reading.messages,
        models,
        {"fingerprint": folder_fingerprint(knowledge, locales), "taught": taught},
    )
    return reading.mistakes


def _models_before(store_path: Path, taught: str) -> dict[str, bytes] | None:
    if Store.meta_of(store_path).get("taught") != taught:
        return None
    try:
        store = Store.load(store_path)
        return {name: store.model(name) for name in MODELS}
    except StoreError:
        return None


def _learned(reading: Reading, menu: Menu, progress: Progress) -> dict[str, bytes]:
    # Learning needs scikit-learn, which a machine that only runs a built folder does not have.
    from bot.matching.learning import known_words, learn_models
    from bot.matching.place_learning import learn_places

    phrases = reading.phrases
    models = learn_models(phrases, menu, progress)
    progress("learning the places")
    common = known_words(
        (*phrases.natural, *phrases.short, *phrases.calm, *phrases.expanded_frames())
    )
    finder = learn_places(reading.names, reading.folder.places, common, menu.places)
    return {**models, "places": finder.to_bytes()}
