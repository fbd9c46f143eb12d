"""Asks every web address of the folder whether it is still there.

A few sites at a time, one page after the other on each, and no more than the head of a page.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from bot.knowledge.folder import Filed, Folder

SITES_AT_ONCE = 6
TIMEOUT_SECONDS = 20.0
PAGE_SECONDS = 60.0  # a page with all its redirects
TELL_EVERY_SECONDS = 5.0
WHO = "withoutfear-links (a weekly check that our links still work)"
REFUSES_PROGRAMS = {401, 403, 405, 406, 429, 503}


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """A web address and where it stands."""

    file: str
    line: int
    name: str
    url: str


@dataclass(frozen=True, slots=True, order=True)
class Broken:
    """A link that did not open, and what to do."""

    link: Link
    reason: str

    def __str__(self) -> str:
        link = self.link
        return f"{link.file}:{link.line} {link.name} {link.url} {self.reason}"


def links_of(folder: Folder) -> Iterator[Link]:
    """The address of every source, and of every contact that has one."""
    for name, source in folder.sources.items():
        yield _link(source, name, "url", source.record.url)
    for name, contact in folder.contacts.items():
        if contact.record.web:
            yield _link(contact, name, "web", contact.record.web)


def _link(filed: Filed, name: str, key: str, url: str) -> Link:  # type: ignore[type-arg]  # of any file
    return Link(filed.file, filed.marks.line(name, key), name, url)


async def check_links(
    links: list[Link],
    progress: Callable[[str], None],
    timeout: float = TIMEOUT_SECONDS,
    page_seconds: float = PAGE_SECONDS,
) -> list[Broken]:
    """Every link that does not open, in the order of the files; an address is asked once."""
    by_site: dict[str, list[str]] = defaultdict(list)
    for url in dict.fromkeys(link.url for link in links):
        by_site[_site(url)].append(url)
    total = sum(map(len, by_site.values()))
    seats = asyncio.Semaphore(SITES_AT_ONCE)
    reasons: dict[str, str | None] = {}
    told = time.monotonic()
    progress(f"asking {total} addresses on {len(by_site)} sites")

    async def ask_site(client: httpx.AsyncClient, urls: list[str]) -> None:
        nonlocal told
        async with seats:
            for url in urls:
                reasons[url] = await _why_broken(client, url, page_seconds)
                if time.monotonic() - told >= TELL_EVERY_SECONDS or len(reasons) == total:
                    told = time.monotonic()
                    bad = sum(reason is not None for reason in reasons.values())
                    progress(f"{len(reasons)} of {total} asked, {bad} do not open")

    async with httpx.AsyncClient(
        timeout=timeout, follow_redirects=True, headers={"User-Agent": WHO}
    ) as client:
        # The sites with most pages first: they take longest, page after page.
        sites = sorted(by_site.values(), key=len, reverse=True)
        await asyncio.gather(*(ask_site(client, urls) for urls in sites))
    found = ((link, reasons[link.url]) for link in links)
    return sorted(Broken(link, reason) for link, reason in found if reason is not None)


async def _why_broken(client: httpx.AsyncClient, url: str, page_seconds: float) -> str | None:
    """What is wrong with an address, and what to do; None where the page is there."""
    if not _site(url):
        return "is no web address; correct it."
    try:
        async with asyncio.timeout(page_seconds), client.stream("GET", url) as answer:
            return _judged(url, answer)
    except (httpx.TimeoutException, TimeoutError):
        return "does not answer in time; open it by hand."
    except httpx.TooManyRedirects:
        return "leads in circles; open it by hand."
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        return f"cannot be reached ({type(error).__name__}); open it by hand."


def _site(url: str) -> str:
    """The site of an address; empty where it cannot be one."""
    try:
        parts = urlsplit(url)
        return parts.netloc if parts.port is None or parts.port else ""
    except ValueError:  # a port beyond the last, or a broken bracket
        return ""


def _judged(url: str, answer: httpx.Response) -> str | None:
    status = answer.status_code
    if status in REFUSES_PROGRAMS:
        return f"refuses programs ({status}); open it by hand."
    if not answer.is_success:
        return f"is not there ({status}); find where the page went, or what now says the same."
    asked, path = urlsplit(url), answer.url.path
    if path == "/" and (asked.path.strip("/") or asked.query):
        return "leads to a front page now; find where the page went, or what now says the same."
    return None
