"""Fitting abstention on one's own questions: used from then on, never refitted silently."""

import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ragqa.abstention import CALIBRATED, SIGNALS, Abstention, shipped_abstention
from ragqa.evaluation import calibration
from ragqa.evaluation.calibration import calibrate, fit
from ragqa.evaluation.gold import Gold, GoldQuestion
from support import ROOT, complaint, ragqa

GOLD = ROOT / "eval" / "tune.jsonl"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("calibrate")
    assert ragqa("index", ROOT / "corpus", "--index", folder / "index", cwd=folder).returncode == 0
    return folder


def sample(folder: Path) -> Path:
    lines = GOLD.read_text("utf-8").splitlines()
    kinds = {True: [], False: []}
    for line in lines:
        kinds[bool(json.loads(line)["answers"])].append(line)
    (folder / "gold.jsonl").write_text("\n".join([*kinds[True][::4], *kinds[False]]) + "\n")
    return folder / "gold.jsonl"


@pytest.mark.slow
def test_calibrating_and_asking(folder: Path) -> None:
    gold, index = sample(folder), folder / "index"
    ran = ragqa("calibrate", gold, "--index", index, "--cost", "0.25", "--json", cwd=folder)
    assert ran.returncode == 0, ran
    fitted = Abstention.model_validate_json((index / CALIBRATED).read_bytes())
    assert json.loads(ran.stdout) == json.loads(fitted.model_dump_json())
    assert fitted.threshold == 1 / (1 + 0.25)
    assert fitted.fitted_on["questions"] == str(len(gold.read_text().splitlines()))
    assert 0.5 < fitted.quality["cross_validated_auroc"] <= 1
    question = "How many beds does St Brannoc's Hospital have?"
    said = json.loads(ragqa("ask", question, "--index", index, "--json", cwd=folder).stdout)
    # As sure as a fit can be, but for what the questions asked of it cannot have told it.
    sure = fitted.model_copy(update={"weights": (0.0,) * len(SIGNALS), "intercept": -5.0})
    (index / CALIBRATED).write_text(sure.model_dump_json())
    refused = json.loads(ragqa("ask", question, "--index", index, "--json", cwd=folder).stdout)
    assert refused["confidence"] == pytest.approx(1 / (1 + np.exp(5)))
    assert refused["confidence"] != said["confidence"]
    assert not refused["answered"]
    line = complaint(ragqa("ask", question, "--index", index, "--reader", "sentence", cwd=folder))
    assert "was calibrated for the reader 'spans'" in line
    assert "ragqa calibrate GOLD, or remove" in line
    (index / CALIBRATED).write_text("{")
    assert "is damaged; calibrate again" in complaint(
        ragqa("ask", question, "--index", index, cwd=folder)
    )
    (index / CALIBRATED).unlink()
    assert ragqa("ask", question, "--index", index, cwd=folder).returncode in (0, 1)


@pytest.mark.slow
@pytest.mark.parametrize("left", ["damaged", "of another reader"])
def test_calibrating_mends_what_cannot_be_used(folder: Path, left: str, tmp_path: Path) -> None:
    index = shutil.copytree(folder / "index", tmp_path / "index")
    spans = shipped_abstention("spans").model_dump_json()
    (index / CALIBRATED).write_text("{" if left == "damaged" else spans)
    asked = ("ask", "How many beds does St Brannoc's Hospital have?", "--reader", "sentence")
    remedy = "calibrate again with: ragqa calibrate GOLD"
    assert remedy in complaint(ragqa(*asked, "--index", index, cwd=tmp_path))
    assert ragqa("search", "hospital beds", "--index", index, cwd=tmp_path).returncode == 0
    ran = ragqa("calibrate", sample(folder), "--reader", "sentence", "--index", index, cwd=tmp_path)
    assert ran.returncode == 0, ran
    assert ragqa(*asked, "--index", index, cwd=tmp_path).returncode in (0, 1)


@pytest.mark.slow
def test_too_few_questions(folder: Path, tmp_path: Path) -> None:
    lines = GOLD.read_text("utf-8").splitlines()[:12]
    (tmp_path / "few.jsonl").write_text("\n".join(lines) + "\n")
    line = complaint(
        ragqa("calibrate", tmp_path / "few.jsonl", "--index", folder / "index", cwd=tmp_path)
    )
    assert "at least 10 questions that the articles answer" in line
    assert not (folder / "index" / CALIBRATED).exists()


def test_a_question_of_which_only_the_conflicting_values_are_named_is_answerable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`answers` may be empty where `conflict` says what the articles answer."""
    monkeypatch.setattr(calibration, "signals_of", lambda *_: (0.0,) * len(SIGNALS))
    engine = SimpleNamespace(
        trace=lambda _: SimpleNamespace(candidates=("one",), passages=(), read=0),
        parse=lambda text: text,
        terms=lambda text: text,
        reader_name="spans",
    )
    questions = [
        GoldQuestion(id=str(at), question="How much?", conflict=("1", "2") if at % 2 else ())
        for at in range(2 * calibration.LEAST)
    ]
    gold = Gold(
        path="gold.jsonl", format="jsonl", sha256="", questions=tuple(questions), articles=()
    )
    assert calibrate(engine, gold, 1.0).fitted_on["questions"] == str(2 * calibration.LEAST)


def test_no_index(tmp_path: Path) -> None:
    assert "there is no index" in complaint(
        ragqa("calibrate", GOLD, "--index", tmp_path / "none", cwd=tmp_path)
    )


@settings(deadline=None)
@given(
    cost=st.floats(0.01, 100),
    rows=st.lists(
        st.lists(st.floats(-50, 50), min_size=len(SIGNALS), max_size=len(SIGNALS)),
        min_size=4,
        max_size=12,
    ),
)
def test_a_fit_gives_probabilities(cost: float, rows: list[list[float]]) -> None:
    answerable = [at % 2 == 0 for at in range(len(rows))]
    fitted = fit(rows, answerable, np.ones(len(rows)), cost, "spans", {})
    assert all(0 <= fitted.probability(row) <= 1 for row in rows)
    assert fitted.threshold == pytest.approx(1 / (1 + cost), abs=1e-4)
