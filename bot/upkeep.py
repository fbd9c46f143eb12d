"""The commands of those who keep the answers true: start one, publish schemas, ask the links."""

from __future__ import annotations

import asyncio
import sys
from datetime import date

from bot.settings import Settings

DONE, MISTAKES, CALLED_WRONGLY = 0, 1, 2


def new(settings: Settings, place: str, topic: str) -> int:
    """Write the commented start of an answer; it stays a draft until somebody finishes it."""
    from bot.knowledge.starts import StartRefusedError, write_start

    try:
        written = write_start(settings.knowledge_dir, place, topic, date.today())
    except StartRefusedError as refused:
        return _fail(str(refused), CALLED_WRONGLY)
    except OSError as error:
        return _fail(f"{error.filename} cannot be written: {error.strerror}.", MISTAKES)
    for path in written:
        print(path)
    return DONE


def schema(settings: Settings) -> int:
    """Write docs/schema/ anew from the classes that `check` reads the files with."""
    from bot.publish.schemas import write_schemas

    docs = settings.knowledge_dir.parent / "docs"
    if not docs.is_dir():
        return _fail("There is no folder docs/ here; run this in the project's folder.", MISTAKES)
    for path in write_schemas(docs / "schema"):
        print(path)
    return DONE


def links(settings: Settings) -> int:
    """Ask every web address of sources and contacts; print those that do not open."""
    from bot.knowledge.folder import read_folder
    from bot.knowledge.mistakes import Mistakes
    from bot.publish.links import check_links, links_of

    found = list(links_of(read_folder(settings.knowledge_dir, Mistakes())))
    if not found:
        return _fail("There is no address to ask; run this in the project's folder.", MISTAKES)
    broken = asyncio.run(check_links(found, _tell))
    for link in broken:
        print(link)
    if broken:
        return _fail(f"{len(broken)} of {len(found)} links do not open.", MISTAKES)
    print("Every link opens.")
    return DONE


def _tell(step: str) -> None:
    print(f"{step} …", file=sys.stderr, flush=True)


def _fail(text: str, status: int) -> int:
    print(text, file=sys.stderr)
    return status
