"""The small words around the names of places, in the twelve languages.

All of them are in comparable form. They decide whether a word that is also the name of a city
means the city here.
"""

from __future__ import annotations

import re
from typing import Final

from bot.language.normalise import comparable, words


def _set(text: str) -> frozenset[str]:
    return frozenset(words(comparable(text)))


#: Before a name these say that something is or happens there.
IN: Final = _set(
    "in en em nas nos au aux dans sur chez près near around inside outside within live lives "
    "living vivo vive vivimos moro mora habite habitons nan lan sa nasa taga в во на "
    "در توی تو به داخل حوالی في ب 在 住"
)
#: Before a name these may join anything; they count for names that mean nothing else.
NEAR: Final = _set(
    "to at from for by via of between and or i à a de del du des da do di d no na u y et e ou o "
    "para por pour pa pou prè cerca perto vers city town ville ciudad cidade ke mula "
    "из от до к у под около возле для город города городе и или من الى از تا شهر مدينة لمدينة و "
    "到 去 从 自 和"
)
#: Between a word for "in" and a name.
ARTICLES: Final = _set("the la el le les los las o a os as l")
#: Directly before a name these may say that somebody left it.
FROM: Final = _set(
    "from of in at de desde en em do da du d des no na né nee born naci nació из с от в во من في "
    "از در mula sa soti sòti nan 从 自 在"
)
#: Among the words before a name these say that it is left behind: born there, come from there.
LEFT: Final = _set(
    "born came come coming arrived moved move moving crossed fled left deported native grew "
    "née née né nací nacido nacida nació llegué llegamos llegó vengo vine vinimos venimos mudamos "
    "mudé mudo crucé salí salimos huí huimos nasci nascido nascida cheguei chegamos vim viemos "
    "venho mudei saí fugi arrivé arrivée arrivés venu venue venus viens venons quitté fui née "
    "родился родилась приехал приехала приехали переехал переехала переехали сбежал сбежали "
    "ولدت وصلت جيت اجيت جينا هربت هاجرت مولود متولد آمدم آمدیم اومدم اومدیم رسیدم فرار "
    "आया आये आए आयी आई जन्म पैदा ਆਇਆ ਆਏ ਆਈ ਜਨਮ ਜੰਮਿਆ dumating galing ipinanganak lumipat "
    "rive sot soti kite fèt"
)
#: The same for cities far away, which hardly anybody asks about.
ORIGIN: Final = LEFT | _set(
    "from visa flight embassy consulate time weather news soy somos sou originaire originario "
    "familia famille família family родом из galing من از पैदा"
)
#: After a name these say that something is or happens there.
AFTER: Final = _set("में मे का के की से को ਵਿੱਚ ਵਿਚ ਚ ਦੇ ਦੀ ਦਾ ਤੋਂ ਨੂੰ ਵਿਖੇ 市 mein vich wich")
#: What Arabic glues to the front of a name, longest first.
ARABIC_PREFIXES: Final = (
    "وال",
    "بال",
    "فال",
    "کال",
    "ول",
    "لل",
    "وب",
    "ال",
    "ب",
    "ل",
    "و",
    "ف",
    "ک",
)
_ARABIC_IN: Final = ("ب", "ل", "وب", "ول")
#: What a Hindi or Punjabi phone keyboard leaves glued to the end of a name.
INDIC_SUFFIXES: Final = (
    "में",
    "मे",
    "का",
    "के",
    "की",
    "से",
    "को",
    "ਵਿੱਚ",
    "ਵਿਚ",
    "ਦੇ",
    "ਦੀ",
    "ਦਾ",
    "ਤੋਂ",
    "ਨੂੰ",
)
#: Endings of Russian nouns and adjectives, longest first.
RUSSIAN_ENDINGS: Final = (
    "ого", "ому", "ыми", "ими", "ами", "ой", "ом", "ем", "ая", "ую", "ое", "ие", "ые", "их", "ых",
    "им", "ым", "ий", "ый", "ах", "ам", "ью", "ей", "а", "я", "е", "у", "ю", "и", "ы", "ь", "й",
    "о",
)  # fmt: skip
#: Latin letters in a word of another alphabet: a name typed in English and what is glued to it.
_LATIN: Final = re.compile(r"[a-z]+")
#: Marks a name that stands for all its Russian cases: the stem and this.
STEM: Final = "*"
SHORTEST_STEM: Final = 4

#: Anywhere in a text these make a bare London the one in England.
ENGLAND: Final = _set(
    "england english uk britain british heathrow gatwick nhs thames angleterre inglaterra "
    "انگلیس انگلستان بریتانیا بريطانيا انجلترا इंग्लैंड ब्रिटेन यूके ਇੰਗਲੈਂਡ ਯੂਕੇ англия англии англию "
    "великобритания великобритании angletè"
)

#: What a word may be, each with a mark.
Readings = list[tuple[str, bool]]

HAN: Final = re.compile(r"[㐀-䶿一-鿿豈-﫿]")


def readings(word: str) -> Readings:
    """A word and what remains of it without glued particles and endings, best first.

    The mark says that a particle meaning "in" or "to" was taken off its front or its end.
    """
    found = [(word, False)]
    if word.isascii():
        if len(word) > 5 and word.endswith("s"):
            found.append((word[:-1], False))
        return found
    first = word[0]
    if "Ѐ" <= first <= "ӿ":
        found += [(stem, False) for stem in russian_stems(word)]
    elif "ء" <= first <= "ۿ":
        found += [
            (word[len(prefix) :], prefix in _ARABIC_IN)
            for prefix in ARABIC_PREFIXES
            if word.startswith(prefix) and len(word) >= len(prefix) + 4
        ]
    elif "ऀ" <= first <= "੿":
        found += [
            (word[: -len(end)], True)
            for end in INDIC_SUFFIXES
            if word.endswith(end) and len(word) >= len(end) + 4
        ]
    latin = _LATIN.search(word)
    if latin:
        glued = word[: latin.start()] + word[latin.end() :]
        if glued in INDIC_SUFFIXES or glued in ARABIC_PREFIXES:
            found.append((latin.group(), glued in INDIC_SUFFIXES or glued in _ARABIC_IN))
    return found


def russian_stems(word: str) -> list[str]:
    """Every stem, marked as such, that a Russian word could be a case of."""
    stems = [
        word[: -len(ending)] + STEM
        for ending in RUSSIAN_ENDINGS
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM
    ]
    return [word + STEM, *stems]


def stored_form(name: str) -> str:
    """A comparable name as the tables hold it: Russian names that are declined as their stem."""
    last = name[-1]
    if not "Ѐ" <= last <= "ӿ" or last in "оэуюиеы":
        return name
    for ending in ("ский", "ий", "ый", "ая", "а", "я", "ь", "й"):
        if name.endswith(ending) and len(name.rsplit(" ", 1)[-1]) - len(ending) >= SHORTEST_STEM:
            kept = ending.removesuffix("ий") if ending == "ский" else ""
            return name[: -len(ending)] + kept + STEM
    return name + STEM
