"""Text as people type it, turned into text that can be compared.

    comparable("Où est l'HÔPITAL?!")      -> "ou est l hopital"
    words(comparable("没有醫生 help"))      -> ["没", "有", "医", "生", "help"]

Only letters, marks that carry meaning, digits and single spaces come out. Negations, vowel signs
and numbers survive; case, accents of Latin letters, decoration and look-alike encodings do not.
"""

import re
import unicodedata
from functools import cache
from importlib.resources import files

# Letters that Unicode does not take apart but people type with the plain letter.
_PLAIN = {
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "ŧ": "t", "ħ": "h", "æ": "ae", "œ": "oe",
    "þ": "th", "ə": "e", "ё": "е",
}  # fmt: skip

# Arabic-script letters that keyboards and habits write in several ways. Hamza by itself stays:
# without it "ماء" (water) would turn into the negation "ما".
_ARABIC = {
    "ي": "ی", "ى": "ی", "ې": "ی", "ے": "ی", "ئ": "ی", "ك": "ک", "ڪ": "ک", "ة": "ه", "ۀ": "ه",
    "ۂ": "ه", "ہ": "ه", "ھ": "ه", "ە": "ه", "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ؤ": "و",
}  # fmt: skip

_APOSTROPHES = "'’‘‛ʼʻ＇`´′"

# Marks that only decorate Latin, Greek and Cyrillic letters, and variation selectors.
_DECORATION = (
    (0x0300, 0x036F), (0x0483, 0x0489), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF),
    (0xFE00, 0xFE0F), (0xFE20, 0xFE2F), (0xE0100, 0xE01EF),
)  # fmt: skip
# Short vowels, Koran marks and the joining line: hardly ever typed, never needed.
_HARAKAT = ((0x0610, 0x061A), (0x0640, 0x0640), (0x064B, 0x065F), (0x0670, 0x0670),
            (0x06D6, 0x06DC), (0x06DF, 0x06E8), (0x06EA, 0x06ED))  # fmt: skip

_HAN = r"㐀-䶿一-鿿豈-﫿\U00020000-\U0003FFFF"

_DOTTED_LETTERS = re.compile(r"(?<![a-z0-9])(?:[a-z]\.){2,}(?:[a-z](?![a-z]))?")
_CONTRACTION = re.compile(r"(?<=[a-z])'(?=(?:t|s|m|re|ve)(?![a-z]))")
_DIVIDERS = re.compile(r"[\s.']+")
_REPEATED = re.compile(r"([^\d\s])\1{2,}")
# The verb prefix and the plural of Persian stand joined, apart, or with a joiner between.
_PERSIAN_PREFIX = re.compile(r"(?<!\S)(ن?می) (?=\S)")
_PERSIAN_PLURAL = re.compile(r"(?<=[ء-ی]) (ها|های|هایی|هام|هاش|هامون)(?!\S)")
# At this point whatever is neither a letter, a digit nor a space is a mark that carries meaning,
# and no letter needs more than three.
_STACKED_MARKS = re.compile(r"([^\w\s]{3})[^\w\s]+")
_TOKEN = re.compile(rf"[{_HAN}]|[^\s{_HAN}]+")

#: Longer texts are read up to here; the rest would cost time and add nothing.
LONGEST_TEXT = 2_000

# The table of single characters fills as they come; beyond this many it only answers.
_REMEMBERED_CHARACTERS = 20_000


@cache
def _simplified() -> dict[str, str]:
    """Traditional Chinese characters and the Simplified ones that they meet."""
    table: dict[str, str] = {}
    text = files(__package__).joinpath("simplified.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line.startswith("#"):
            traditional, simplified = line.split(" ")
            table.update(zip(traditional, simplified, strict=True))
    return table


def _within(code: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(low <= code <= high for low, high in ranges)


def _character(code: int) -> str:
    """One case-folded character as it is compared: itself, another, several, a space or nothing."""
    char = chr(code)
    if char in _APOSTROPHES:
        return "'"
    if char == ".":
        return "."
    if _within(code, _DECORATION) or _within(code, _HARAKAT):
        return ""
    if char in _PLAIN:
        return _PLAIN[char]
    if char in _ARABIC:
        return _ARABIC[char]
    category = unicodedata.category(char)
    if category == "Cf":
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if category[0] == "L":
        if 0x3400 <= code <= 0x9FFF:
            return _simplified().get(char, char)
        base = unicodedata.normalize("NFD", char)[0]
        return base if base.isascii() or "α" <= base <= "ω" else char
    if category[0] in "MN":
        return char
    return " "


class _Characters(dict[int, str]):
    """The table that `str.translate` asks; every character is worked out once."""

    def __missing__(self, code: int) -> str:
        out = _character(code)
        if len(self) < _REMEMBERED_CHARACTERS:
            self[code] = out
        return out


_CHARACTERS = _Characters()


def _pass(text: str) -> str:
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    text = text.translate(_CHARACTERS)
    if "." in text:
        text = _DOTTED_LETTERS.sub(lambda found: found.group().replace(".", ""), text)
    if "'" in text:
        text = _CONTRACTION.sub("", text)
    text = _DIVIDERS.sub(" ", text).strip()
    text = _REPEATED.sub(r"\1\1", text)
    if not text.isascii():
        text = _STACKED_MARKS.sub(r"\1", text)
        text = _PERSIAN_PLURAL.sub(r"\1", _PERSIAN_PREFIX.sub(r"\1", text))
    return text


def comparable(text: str) -> str:
    """The text in its one comparable form: folded letters, digits and single spaces.

    Never raises, whatever the text; the comparable form of a comparable form is itself.
    """
    done = _pass(text)
    # What was dropped can leave neighbours that now compose or join; settling takes another pass
    # or two, and each further one shortens the text, so this ends.
    while not done.isascii():
        again = _pass(done)
        if again == done:
            break
        done = again
    return done


def comparable_beginning(text: str) -> str:
    """The comparable form of a text's first LONGEST_TEXT characters, taken apart.

    Taken apart before they are counted, for a single one can stand for eighteen.
    """
    return comparable(unicodedata.normalize("NFKC", text[:LONGEST_TEXT])[:LONGEST_TEXT])


def words(comparable_text: str) -> list[str]:
    """The words of a comparable text in order; Chinese characters come one by one."""
    if comparable_text.isascii():
        return comparable_text.split()
    return _TOKEN.findall(comparable_text)
