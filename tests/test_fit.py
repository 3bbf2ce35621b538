"""The models that ragqa ships are what the training script makes, and say on what."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from ragqa.abstention import SIGNALS, Abstention, shipped_abstention
from ragqa.disagreement import FEATURES, Disagreement, shipped_disagreement
from ragqa.reader import SentenceReader, Weights, shipped_weights
from ragqa.span_reader import SpanReader
from support import ROOT, environment

NAMES = "Aldra Bessim Corvane Dunholt Eskeby Farrow Gillan Hestia Ivory Jarrow Kelso Lomond".split()


def squad() -> dict:
    """A SQuAD 1.1 file of made-up towns, a question on each fact."""
    entries = []
    for number, name in enumerate(NAMES):
        facts = [
            (f"{name} was founded in {1200 + 37 * number}", f"When was {name} founded?"),
            (f"The mill of {name} employs {140 + number} people", f"How many work at {name} mill?"),
            (f"Its mayor is Ida {name}son", f"Who is the mayor of {name}?"),
        ]
        paragraphs = []
        for fact, question in facts:
            context = f"{fact}. The river there is slow and brown in summer."
            answer = fact.split()[-1] if "employs" not in fact else str(140 + number)
            start = context.index(answer)
            qa = {"id": question, "question": question}
            qa["answers"] = [{"text": answer, "answer_start": start}]
            paragraphs.append({"context": context, "qas": [qa]})
        entries.append({"title": name, "paragraphs": paragraphs})
    return {"version": "1.1", "data": entries}


GOLD = ("tune.jsonl", "snippets-tune.jsonl", "snippets-fit.jsonl", "explainers-fit.jsonl")


@pytest.mark.parametrize(
    ("name", "features"), [("sentence", SentenceReader.FEATURES), ("span", SpanReader.FEATURES)]
)
def test_the_shipped_models_fit_the_code_and_say_what_they_were_fitted_on(
    name: str, features: tuple[str, ...]
) -> None:
    gold = hashlib.sha256(b"".join((ROOT / "eval" / each).read_bytes() for each in GOLD))
    reader = "sentence" if name == "sentence" else "spans"
    abstention, disagreement = shipped_abstention(reader), shipped_disagreement(reader)
    assert abstention.reader == disagreement.reader == reader
    for model, names in (
        (shipped_weights(name), features),
        (abstention, SIGNALS),
        (disagreement, FEATURES),
    ):
        assert model.features == names
        assert len(model.weights) == len(names)
        assert model.fitted_on["gold"] == gold.hexdigest(), f"{GOLD} have changed: fit again"
        assert model.quality
    assert abstention.threshold == pytest.approx(1 / (1 + abstention.cost), abs=1e-4)


@pytest.mark.slow
def test_fitting_again(tmp_path: Path) -> None:
    (tmp_path / "towns.json").write_text(json.dumps(squad()))
    command = [sys.executable, "eval/training/fit.py", str(tmp_path / "towns.json")]
    subprocess.run(
        [*command, "--gold", "30", "--written", "20", "--out", str(tmp_path)],
        cwd=ROOT,
        env=environment(),
        check=True,
        timeout=600,
    )
    for name in ("sentence", "span"):
        weights = Weights.model_validate_json((tmp_path / f"{name}_reader.json").read_bytes())
        assert weights.quality["held_out_hit@1"] > 0.8
        made = (tmp_path / f"{name}_abstention.json").read_bytes()
        assert Abstention.model_validate_json(made).quality["held_out_auroc"] > 0.8
        made = (tmp_path / f"{name}_disagreement.json").read_bytes()
        quality = Disagreement.model_validate_json(made).quality
        assert quality["cross_validated_claimed_falsely"] < 0.1
