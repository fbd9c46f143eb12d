"""Canaries: made-up names, numbers and words, and every form in which they might be kept.

    canaries = Canaries.new()
    canaries.found_in(data)         -> Counter({Find("chat id", "decimal"): 2, …})

They are made anew for each audit and at random, so that a hit is no accident.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import struct
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from string import ascii_lowercase
from typing import Self
from urllib.parse import quote

CYRILLIC = "бвгджзклмнпрстфхцчшщ"
# Fewer bytes than this turn up by accident in a whole memory, or in other people's files.
SAFE_BYTES = 5


@dataclass(frozen=True, slots=True, order=True)
class Find:
    """What was found: the kind of canary, and in which form it was written."""

    kind: str
    form: str

    def __str__(self) -> str:
        return f"{self.kind} ({self.form})"


@dataclass(frozen=True, slots=True)
class Needle:
    """The bytes of one form. With `any_case` they are lower case and match capitals, too."""

    find: Find
    bytes: bytes
    any_case: bool = False


@dataclass(frozen=True)
class Canaries:
    """What the made-up people of one audit are and say."""

    token: str
    chat_id: int
    small_id: int
    first_name: str
    last_name: str
    username: str
    word: str
    foreign_word: str
    phone: str
    card_phone: str
    file_name: str
    file_id: str
    latitude: float

    @classmethod
    def new(cls, bot_id: int) -> Self:
        """Canaries that nobody has seen before."""
        return cls(
            token=f"{bot_id}:{_letters(12)}-{_letters(10)}_{_letters(11)}",
            chat_id=2**51 + secrets.randbelow(2**51),
            small_id=2**30 + secrets.randbelow(2**30),
            first_name=_letters(11).capitalize(),
            last_name=_letters(12).capitalize(),
            username=f"{_letters(10)}_{_letters(4)}",
            word=_letters(13),
            foreign_word=_letters(9, CYRILLIC),
            phone=_phone(),
            card_phone=_phone(),
            file_name=f"{_letters(12)}.pdf",
            file_id=_letters(24),
            latitude=40 + (100_000_001 + secrets.randbelow(800_000_000)) / 1e9,
        )

    def needles(self) -> Iterator[Needle]:
        """Every form of every canary."""
        yield from _text("token", self.token.partition(":")[2])
        for kind, number in (("chat id", self.chat_id), ("32-bit chat id", self.small_id)):
            yield from _number(kind, number)
            yield from _hashes(kind, number)
        yield from _text("first name", self.first_name)
        yield from _text("last name", self.last_name)
        yield from _text("username", self.username)
        yield from _text("message text", self.word)
        yield from _text("message text, Cyrillic", self.foreign_word)
        for kind, phone in (("phone in a text", self.phone), ("contact card", self.card_phone)):
            yield from _text(kind, phone)
            yield from _number(kind, int("".join(filter(str.isdigit, phone))))
        yield from _text("file name", self.file_name)
        yield from _text("file id", self.file_id)
        yield from _text("coordinates", repr(self.latitude))
        for order in "<>":
            yield Needle(Find("coordinates", "double"), struct.pack(order + "d", self.latitude))

    def found_in(
        self, data: bytes, *, short: bool = True, without: Collection[str] = ()
    ) -> Counter[Find]:
        """How often each canary stands in these bytes, by its form.

        Leave out the forms of very few bytes with `short`, whole kinds with `without`.
        """
        lower = data.lower()
        found: Counter[Find] = Counter()
        for needle in self._prepared():
            if needle.find.kind in without or (not short and len(needle.bytes) < SAFE_BYTES):
                continue
            times = (lower if needle.any_case else data).count(needle.bytes)
            if times:
                found[needle.find] += times
        return found

    def _prepared(self) -> tuple[Needle, ...]:
        known: tuple[Needle, ...] | None = self.__dict__.get("_known")
        if known is None:
            unique = {(each.find.kind, each.bytes): each for each in self.needles()}
            known = self.__dict__["_known"] = tuple(unique.values())
        return known


def said(found: Counter[Find]) -> str:
    """The finds in one line, the kinds with the most first."""
    return ", ".join(f"{find} {times}×" for find, times in found.most_common())


def _letters(count: int, alphabet: str = ascii_lowercase) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(count))


def _phone() -> str:
    """No country has the code 999: this is nobody's number."""
    digits = str(secrets.randbelow(900_000_000) + 100_000_000)
    return f"+999 {digits[:3]} {digits[3:6]} {digits[6:]}"


def _text(kind: str, text: str, form: str = "") -> Iterator[Needle]:
    prefix = f"{form}, " if form else ""
    plain = text.encode()
    given = text.lower()
    yield Needle(Find(kind, form or "UTF-8"), given.encode(), any_case=True)
    if text.isascii():
        # Without their last zeros these stand in both byte orders.
        yield Needle(Find(kind, f"{prefix}UTF-16"), given.encode("utf-16-le")[:-1], any_case=True)
        yield Needle(Find(kind, f"{prefix}UTF-32"), given.encode("utf-32-le")[:-3], any_case=True)
    else:
        for codec in ("utf-16-le", "utf-16-be", "utf-32-le"):
            yield Needle(Find(kind, f"{prefix}{codec[:6].upper()}"), given.encode(codec))
        escaped = json.dumps(text).strip('"').lower().encode()
        yield Needle(Find(kind, f"{prefix}JSON escapes"), escaped, any_case=True)
    if quote(text) != text:
        yield Needle(Find(kind, f"{prefix}percent-encoded"), quote(text).lower().encode(), True)
    for piece in _base64(plain):
        yield Needle(Find(kind, f"{prefix}base64"), piece)
    yield Needle(Find(kind, f"{prefix}hexadecimal"), plain.hex().encode(), any_case=True)


def _base64(plain: bytes) -> Iterator[bytes]:
    """What of a base64 text does not depend on its neighbours, at each of the three offsets."""
    for before in range(3):
        padded = b"\0" * before + plain
        whole = padded[: len(padded) // 3 * 3]
        cut = (0, 2, 3)[before]
        yield base64.b64encode(whole)[cut:]
        yield base64.urlsafe_b64encode(whole)[cut:]


def _number(kind: str, number: int) -> Iterator[Needle]:
    yield from _text(kind, str(number), "decimal")
    size = (number.bit_length() + 7) // 8
    little, big = number.to_bytes(size, "little"), number.to_bytes(size, "big")
    # The shortest bytes are a part of int32, int64, pickle, msgpack, BSON and SQLite integers.
    yield Needle(Find(kind, "little-endian"), little)
    yield Needle(Find(kind, "big-endian"), big)
    if size < SAFE_BYTES:
        yield Needle(Find(kind, "int64 little-endian"), number.to_bytes(8, "little"))
        yield Needle(Find(kind, "int64 big-endian"), number.to_bytes(8, "big"))
    yield Needle(Find(kind, "varint"), _varint(number))
    # Python keeps whole numbers in digits of 30 bits.
    digits = struct.pack("<II", number & (2**30 - 1), number >> 30)
    yield Needle(Find(kind, "Python int"), digits)
    if size >= SAFE_BYTES:
        yield Needle(Find(kind, "hexadecimal number"), f"{number:x}".encode(), any_case=True)


def _hashes(kind: str, number: int) -> Iterator[Needle]:
    """Hashes without a key are undone by trying all numbers."""
    for name in ("md5", "sha1", "sha256", "blake2b"):
        digest = hashlib.new(name, str(number).encode(), usedforsecurity=False).digest()[:8]
        yield Needle(Find(kind, f"{name} hash"), digest)
        yield Needle(Find(kind, f"{name} hash"), digest.hex().encode(), any_case=True)


def _varint(number: int) -> bytes:
    pieces = bytearray()
    while number > 127:
        pieces.append(number & 127 | 128)
        number >>= 7
    return bytes([*pieces, number])
