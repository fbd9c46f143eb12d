import pytest

from bot.matching.spelling import LONGEST, MOST_LOOKED_AT, NEGATIONS, Spelling

KNOWN = {
    "hospital": 40, "school": 30, "without": 20, "papers": 25, "police": 25, "doctor": 20,
    "legal": 9, "illegal": 6, "shelter": 9, "sheltered": 1, "minute": 9, "card": 30, "care": 25,
    "डॉक्टर": 9, "больница": 9, "مستشفی": 9, "میخواهم": 9, "heaven": 1, "wont": 4, "want": 9,
    "не": 9,
}  # fmt: skip
SPELLING = Spelling.of(KNOWN)


def repaired(word: str) -> str:
    return SPELLING.repaired([word])[0]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("hospitl", "hospital"),
        ("hosptial", "hospital"),
        ("hospitral", "hospital"),
        ("ohspital", "hospital"),
        ("schoool", "school"),
        ("polixe", "police"),
        ("withuot", "without"),
        ("डाक्टर", "डॉक्टर"),
        ("болница", "больница"),
        ("مستفی", "مستشفی"),
    ],
)
def test_one_slip_is_put_right(typed: str, meant: str) -> None:
    assert repaired(typed) == meant


@pytest.mark.parametrize("word", sorted(KNOWN))
def test_known_words_stay(word: str) -> None:
    assert repaired(word) == word


@pytest.mark.parametrize("word", sorted(NEGATIONS))
def test_negations_are_known_words(word: str) -> None:
    assert repaired(word) == word


def test_a_negation_in_front_of_a_word_is_no_slip() -> None:
    assert repaired("ilegal") == "illegal"
    assert repaired("نمیخواهم") == "نمیخواهم"
    assert Spelling.of({"میخواهم": 9}).repaired(["نمیخواهم"]) == ["نمیخواهم"]
    assert Spelling.of({"legal": 9}).repaired(["ilegal"]) == ["ilegal"]


def test_a_short_word_near_a_negation_stays() -> None:
    assert Spelling.of({"haven": 0}).repaired(["havnt"]) == ["havnt"]
    assert Spelling.of({"want": 9}).repaired(["wont"]) == ["wont"]


def test_words_with_two_likely_meanings_stay() -> None:
    assert repaired("carx") == "carx"


def test_the_much_more_frequent_meaning_wins() -> None:
    assert Spelling.of({"card": 30, "cart": 3}).repaired(["carx"]) == ["card"]


def test_rare_words_attract_nothing() -> None:
    assert repaired("heavem") == "heavem"


@pytest.mark.parametrize("word", ["hos", "n0papers", "911a", "hospxxal", "医", ""])
def test_short_numbered_and_far_words_stay(word: str) -> None:
    assert repaired(word) == word


def test_scripts_never_cross() -> None:
    # The same look in Cyrillic letters: nothing in common with the Latin word.
    assert repaired("роlice") == "роlice"


def test_order_and_number_stay() -> None:
    assert SPELLING.repaired(["go", "hospitl", "no", "papres"]) == [
        "go",
        "hospital",
        "no",
        "papers",
    ]


def test_only_so_many_words_are_looked_at() -> None:
    many = ["hospitl"] * (MOST_LOOKED_AT + 3)
    assert SPELLING.repaired(many) == ["hospital"] * MOST_LOOKED_AT + ["hospitl"] * 3


@pytest.mark.parametrize(("length", "put_right"), [(LONGEST, True), (LONGEST + 1, False)])
def test_too_long_to_be_a_word_stays(length: int, put_right: bool) -> None:
    word = "a" + "b" * (length - 1)
    typed = word[:-1] + "c"
    assert Spelling.of({word: 9}).repaired([typed]) == [word if put_right else typed]


def test_knowing_nothing_changes_nothing() -> None:
    assert Spelling.of({}).repaired(["hospitl"]) == ["hospitl"]
