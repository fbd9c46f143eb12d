import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.matching import classifier as module
from bot.matching.classifier import Classifier
from bot.matching.training import train
from tests.matching.small_set import EXAMPLES, IN_SCOPE

TRAINED = train(EXAMPLES)
WITHOUT_CONTRAST = train(IN_SCOPE)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("where do i enrol my son in a school", "school"),
        ("the POLICE stopped my husband", "police"),
        ("huge hospital bill after surgery!!", "hospital"),
        ("groceries for free", "food"),
        ("albergue esta noche", "shelter"),
        ("पुस्तकालय का कार्ड", "library"),
        ("醫院 急診", "hospital"),
        ("libary card", "library"),
        ("hopsital bill", "hospital"),
    ],
)
def test_the_right_label_comes_first(text: str, label: str) -> None:
    assert TRAINED.rank(text).labels[0] == label
    assert WITHOUT_CONTRAST.rank(text).labels[0] == label


def test_scores_are_probabilities_best_first() -> None:
    ranking = TRAINED.rank("food bank")
    assert sorted(ranking.labels) == list(TRAINED.labels)
    assert list(ranking.scores) == sorted(ranking.scores, reverse=True)
    assert 0 <= sum(ranking.scores) <= 1.0001
    assert sum(WITHOUT_CONTRAST.rank("food bank").scores) == pytest.approx(1, abs=1e-4)


def test_questions_in_scope_are_surer_than_others() -> None:
    for trained in (TRAINED, WITHOUT_CONTRAST):
        inside = [trained.rank(text).confidence for text in ("food bank", "police stopped us")]
        outside = [trained.rank(text).confidence for text in ("qwerty zxcv", "translate this")]
        assert min(inside) > max(outside)


@given(st.text(max_size=300))
@settings(max_examples=100, deadline=None)
def test_any_text_is_ranked(text: str) -> None:
    ranking = TRAINED.rank(text)
    assert len(ranking.labels) == len(TRAINED.labels)
    assert 0 <= ranking.confidence <= 1
    assert np.isfinite(ranking.scores).all()


def test_a_very_long_text_is_ranked_by_its_beginning() -> None:
    assert TRAINED.rank("food bank " + "x " * 100_000).labels[0] == "food"


def test_bytes_hold_everything() -> None:
    again = Classifier.from_bytes(TRAINED.to_bytes())
    for text in ("food bank", "hopsital bill", "", "天气"):
        assert again.rank(text) == TRAINED.rank(text)


def test_another_format_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = TRAINED.to_bytes()
    monkeypatch.setattr(module, "_FORMAT", 999)
    with pytest.raises(ValueError, match="build the folder again"):
        Classifier.from_bytes(data)


def test_ranking_needs_neither_scipy_nor_scikit_learn(tmp_path: Path) -> None:
    held = tmp_path / "matcher.npz"
    held.write_bytes(TRAINED.to_bytes())
    code = (
        "import sys, pathlib; from bot.matching.classifier import Classifier;"
        "c = Classifier.from_bytes(pathlib.Path(sys.argv[1]).read_bytes());"
        "print(c.rank('food bank').labels[0], 'scipy' in sys.modules, 'sklearn' in sys.modules)"
    )
    said = subprocess.run(
        [sys.executable, "-c", code, str(held)], check=True, capture_output=True, text=True
    )
    assert said.stdout.split() == ["food", "False", "False"]
