"""The reader's training data can be trusted, and its training runs, and runs on."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from support import ROOT, environment
from test_fit import squad

NEWS = ROOT / "eval" / "training" / "news"
NAMES = sorted(path.name.removesuffix("-articles.jsonl") for path in NEWS.glob("*-articles.jsonl"))


def lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.mark.parametrize("name", NAMES)
def test_every_question_over_news_can_be_trusted(name: str) -> None:
    texts = {each["id"]: each["text"] for each in lines(NEWS / f"{name}-articles.jsonl")}
    questions = lines(NEWS / f"{name}-questions.jsonl")
    assert len({each["id"] for each in questions}) == len(questions)
    for each in questions:
        assert each["question"].strip(), each["id"]
        assert bool(each["spans"]) != (each["type"] == "near-miss"), each["id"]
        for said in (*each["spans"], *each.get("tempting", ())):
            assert said["sentence"] in texts[said["article"]], each["id"]
            assert said["answer"], each["id"]
            assert said["answer"] in said["sentence"], each["id"]


def test_there_is_news() -> None:
    assert len(NAMES) >= 4


@pytest.mark.slow
def test_training_and_going_on(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "squad").mkdir(parents=True)
    (data / "qamr").mkdir()
    for name in ("new_wiki", "reddit", "amazon_reviews"):
        (data / "squad" / f"squadshifts_{name}.json").write_text(json.dumps(squad()))
    sentence = "The mill -LRB- built in 1840 -RRB- stands by the river ."
    (data / "qamr" / "wiki-sentences.tsv").write_text(f"W:wiki:1:0\t{sentence}\n")
    asked = "W:wiki:1:0\t1 4\t7\t0\t1\tWhen was the mill built?\t5\t8:5\t9:4 5\n"
    for name in ("filtered-dev.tsv", "filtered-test.tsv"):
        (data / "qamr" / name).write_text(asked)
    command = [
        sys.executable, "eval/training/train_reader.py", "--data", str(data),
        "--out", str(tmp_path / "out"), "--every", "1", "--measure", "4",
    ]  # fmt: skip
    said = []
    for steps in ("2", "3"):
        done = subprocess.run(
            [*command, "--steps", steps],
            cwd=ROOT, env=environment(), check=True, timeout=900, capture_output=True, text=True,
        )  # fmt: skip
        said.append([json.loads(each) for each in done.stdout.splitlines() if each[0] == "{"])
    assert [each["step"] for each in said[0]] == [1, 2]
    assert [each["step"] for each in said[1]] == [3], "it goes on from the last checkpoint"
    curve = (tmp_path / "out" / "curve.jsonl").read_text().splitlines()
    assert [json.loads(each)["step"] for each in curve] == [1, 2, 3]
    shipped = tmp_path / "reader"
    subprocess.run(
        [
            sys.executable, "eval/training/ship_reader.py", str(tmp_path / "out"),
            "--data", str(data), "--to", str(shipped), "--measure", "3",
            "--weights", "reader.pt=0.7", "checkpoint.pt=0.3",
        ],
        cwd=ROOT, env=environment(), check=True, timeout=900, capture_output=True,
    )  # fmt: skip
    assert "3 steps of about" in (shipped / "README.md").read_text()
    from ragqa.settings import Settings
    from ragqa.span_model import load_span_model

    [[window]] = load_span_model(Settings(), str(shipped)).read("When?", ["Built in 1840."])
    assert len(window.spans) == 4
