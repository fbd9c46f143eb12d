import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language.normalise import LONGEST_TEXT, comparable, comparable_beginning, words

SCRIPTS = st.text(
    alphabet=st.one_of(
        st.sampled_from("aAéÉñøßİıœ.'’ \n\t-_0٣３۴…ﬁ²"),
        st.characters(min_codepoint=0x0300, max_codepoint=0x036F),
        st.characters(min_codepoint=0x0400, max_codepoint=0x04FF),
        st.characters(min_codepoint=0x0600, max_codepoint=0x06FF),
        st.characters(min_codepoint=0x0900, max_codepoint=0x0A7F),
        st.characters(min_codepoint=0x1100, max_codepoint=0x1200),
        st.characters(min_codepoint=0x200B, max_codepoint=0x206F),
        st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF),
        st.characters(min_codepoint=0x1F300, max_codepoint=0x1FAFF),
    )
)
ANYTHING = st.one_of(st.text(), SCRIPTS, st.text(alphabet=st.characters(codec=None)))


@given(ANYTHING)
@settings(max_examples=400, deadline=None)
def test_comparing_twice_changes_nothing(text: str) -> None:
    once = comparable(text)
    assert comparable(once) == once


@given(ANYTHING)
@settings(max_examples=300, deadline=None)
def test_only_letters_marks_digits_and_single_spaces_come_out(text: str) -> None:
    out = comparable(text)
    assert all(char == " " or unicodedata.category(char)[0] in "LMN" for char in out)
    assert "  " not in out
    assert out == out.strip()


@given(ANYTHING)
@settings(max_examples=200, deadline=None)
def test_words_hold_every_letter(text: str) -> None:
    assert "".join(words(comparable(text))) == comparable(text).replace(" ", "")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Où est l'HÔPITAL?!", "ou est l hopital"),
        ("  can’t\tpay,   RENT… ", "cant pay rent"),
        ("I'll lose my I.D.", "i ll lose my id"),
        ("C.L.S.C. / U.S. / n.y.c", "clsc us nyc"),
        ("Straße Øyvind Łódź cœur", "strasse oyvind lodz coeur"),
        ("ＣＡＬＬ ９１１ ٩١١ ९११ 911", "call 911 911 911 911"),
        ("𝐡𝐞𝐥𝐩 𝓶𝓮", "help me"),
        ("heeeeelp 1000", "heelp 1000"),
        ("İSTANBUL", "istanbul"),
        ("👩‍⚕️ doctor 🚑", "doctor"),
        ("z̷̡̛a̸l̵g̴o", "zalgo"),
        ("Ёлка, йод, Подъезд", "елка йод подъезд"),
        ("паспорт\u0301", "паспорт"),
        ("", ""),
        ("?!…", ""),
        ("\ud800abc", "abc"),
    ],
)
def test_typed_text_becomes_comparable(typed: str, expected: str) -> None:
    assert comparable(typed) == expected


def test_hindi_vowel_signs_and_nuktas_survive() -> None:
    assert comparable("डॉक्टर, बच्चे!") == "डॉक्टर बच्चे"
    assert words(comparable("डॉक्टर बच्चे")) == ["डॉक्टर", "बच्चे"]
    assert comparable("क़ानून") == comparable("क\u093cानून")
    assert comparable("क़ानून") != comparable("कानून")


def test_gurmukhi_signs_survive() -> None:
    assert words(comparable("ਡਾਕਟਰ ਬੱਚੇ ਨਹੀਂ।")) == ["ਡਾਕਟਰ", "ਬੱਚੇ", "ਨਹੀਂ"]


def test_arabic_with_and_without_its_marks_is_the_same() -> None:
    assert comparable("مُسْتَشْفَى") == comparable("مستشفي") == comparable("مستشـــفى")
    assert comparable("إقامة أولاد آباء") == comparable("اقامه اولاد اباء")
    assert comparable("ماء") != comparable("ما")


def test_arabic_and_persian_keyboards_meet() -> None:
    assert comparable("پزشكي") == comparable("پزشکی")


@pytest.mark.parametrize("typed", ["نمی‌خواهم", "نمی خواهم", "نمیخواهم", "نمي خواهم"])
def test_persian_joiner_space_and_nothing_are_the_same(typed: str) -> None:
    assert comparable(typed) == "نمیخواهم"


def test_persian_negation_stays() -> None:
    assert comparable("می‌خواهم") != comparable("نمی‌خواهم")


def test_traditional_and_simplified_chinese_meet() -> None:
    assert comparable("我沒有身份證，能看醫生嗎？") == comparable("我没有身份证,能看医生吗")


def test_chinese_comes_out_character_by_character() -> None:
    assert words(comparable("没有證件 ER")) == ["没", "有", "证", "件", "er"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("with papers", "without papers"),
        ("they will report me", "they will not report me"),
        ("con papeles", "sin papeles"),
        ("есть документы", "нет документов"),
        ("有证件", "没有证件"),
        ("मेरे पास कागज़ हैं", "मेरे पास कागज़ नहीं हैं"),
        ("i can go", "i can't go"),
    ],
)
def test_opposites_stay_apart(one: str, other: str) -> None:
    assert comparable(one) != comparable(other)


def test_bidi_and_zero_width_characters_vanish() -> None:
    assert comparable("sch\u200bool\u202e \u2066help\u2069") == "school help"


def test_stacked_marks_are_tamed() -> None:
    assert len(comparable("क" + "\u093e\u0940\u0941\u0942\u0947" * 50)) <= 4


@pytest.mark.parametrize("typed", ["a" * 10_000, "\ufdfa" * 4_096, "㍿ " * 2_048, "多" * 4_096])
def test_no_more_is_read_than_the_beginning(typed: str) -> None:
    assert len(comparable_beginning(typed)) <= LONGEST_TEXT
    assert len(comparable_beginning(typed + "b")) == len(comparable_beginning(typed))


def test_a_short_text_is_read_whole() -> None:
    assert comparable_beginning("Où est l'HÔPITAL?!") == comparable("Où est l'HÔPITAL?!")
