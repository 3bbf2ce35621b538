"""The reader's training data can be trusted, and its training runs, and runs on."""

import json
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

from support import ROOT, environment
from test_fit import squad

sys.path.insert(0, str(ROOT / "eval" / "training"))
from qa_examples import load_paragraphs, load_squad, load_statements

NEWS = ROOT / "eval" / "training" / "news"
PARAGRAPHS = ROOT / "eval" / "training" / "paragraphs"
FOLDERS = (PARAGRAPHS, PARAGRAPHS / "held-out")
STATEMENTS = ROOT / "eval" / "training" / "statements"
STATED = (STATEMENTS, STATEMENTS / "held-out")
XQUAD = ROOT.parent / "shared" / "data" / "squad" / "xquad.en.half.json"
ARTICLES = ROOT.parent / "shared" / "articles"
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


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_question_over_paragraphs_can_be_trusted(folder: Path) -> None:
    answered, unanswerable = load_paragraphs(folder)
    assert len(answered) > 1000
    assert len(unanswerable) > 250
    asked = [(each.question, each.context) for each in answered]
    asked += [(each.question, each.against[0].text) for each in unanswerable]
    assert len(set(asked)) == len(asked)
    for each in answered:
        for start, end in each.spans:
            said = each.context[start:end]
            assert said and said == said.strip(), each.question
    for each in unanswerable:
        assert not each.answers
        assert each.against[0].text


def test_no_paragraph_is_both_trained_on_and_held_out() -> None:
    texts = [{each.context for each in load_paragraphs(folder)[0]} for folder in FOLDERS]
    assert texts[0].isdisjoint(texts[1])


@pytest.mark.skipif(not XQUAD.is_file(), reason="needs ../shared/data beside the repository")
def test_no_paragraph_holds_what_is_reported_on() -> None:
    known = " ".join(each.context for each in load_squad(XQUAD))
    known += " ".join(path.read_text("utf-8") for path in sorted(ARTICLES.glob("*.txt")))
    runs = runs_of(known)
    for folder in FOLDERS:
        for text in {each.context for each in load_paragraphs(folder)[0]}:
            assert not runs & runs_of(text), text
    for folder in STATED:
        for each in load_statements(folder):
            for said in (*each.agreeing, *each.contradicting, *each.alike):
                assert not runs & runs_of(said), said


def runs_of(text: str, length: int = 12) -> set[tuple[str, ...]]:
    words = text.casefold().split()
    return {tuple(words[at : at + length]) for at in range(len(words) - length + 1)}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("= A\nThe mill is old.\n? What?\n> The pond", "a.txt:4: not in its paragraph"),
        ("= A\nThe mill is old.\n? What?\n> old @ The mill", "a.txt:4: not in its paragraph"),
        ("= A\nThe mill is old.\nAnd dear.", "a.txt:3: no question, and no paragraph"),
    ],
)
def test_a_paragraph_with_a_mistake_is_told(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "a.txt").write_text(text)
    with pytest.raises(ValueError, match=problem):
        load_paragraphs(tmp_path)


def test_the_longer_piece_says_where_an_answer_stands(tmp_path: Path) -> None:
    text = "In 1912 it shut; in 1912 it burned."
    (tmp_path / "a.txt").write_text(f"= A\n{text}\n? When?\n> 1912 @ in 1912 it b\n? Who?\n! it")
    [answered], [unanswerable] = load_paragraphs(tmp_path)
    assert answered.spans == ((text.rindex("1912"), text.rindex("1912") + 4),)
    assert unanswerable.against[0].span == (text.index("it"), text.index("it") + 2)


def test_every_statement_can_be_trusted() -> None:
    asked = [[each.question for each in load_statements(folder)] for folder in STATED]
    assert len(asked[0]) > 1000
    assert len(asked[1]) > 100
    assert set(asked[0]).isdisjoint(asked[1])
    for folder in STATED:
        for each in load_statements(folder):
            said = (*each.agreeing, *each.contradicting, *each.alike)
            assert len(set(said)) == len(said) > 1, each.question


def test_which_statements_contradict(tmp_path: Path) -> None:
    text = "? Q?\n+ a\n= b\nx c\nx d\n~ e\n\n\n? R?\n+ f\n~ g\n"
    (tmp_path / "a.txt").write_text(text)
    first, second = load_statements(tmp_path)
    pairs = {one + other: relation for one, other, relation in first.pairs()}
    told = {
        relation: [pair for pair in sorted(pairs) if pairs[pair] == relation]
        for relation in ("agree", "contradict", "neutral")
    }
    assert told == {
        "agree": ["ab"],
        "contradict": ["ac", "ad", "bc", "bd"],
        "neutral": ["ae", "be", "ce", "de"],
    }
    assert list(second.pairs()) == [("f", "g", "neutral")]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("? Q?\n+ a\n- b", "no question and no sentence on one: - b"),
        ("? Q?\n+", "no question and no sentence on one: +"),
        ("? Q?\nx a", "not one question with an answer"),
        ("? Q?\n+ a\n? R?", "not one question with an answer"),
    ],
)
def test_a_statement_with_a_mistake_is_told(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "a.txt").write_text(text)
    with pytest.raises(ValueError, match=re.escape(f"a.txt: {problem}")):
        load_statements(tmp_path)


def test_a_hasty_question_keeps_its_names_and_numbers() -> None:
    from train_reader import hasty

    question = "Which lock near Velo was rebuilt by Ida Orr in 1912?"
    typed = {hasty(question, random.Random(seed)) for seed in range(200)}
    assert len(typed) > 100
    for each in typed:
        words = each.split()
        assert len(words) == 11
        assert [words[at] for at in (3, 7, 8, 10)] == ["Velo", "Ida", "Orr", "1912"]
        assert [word[0] for word in words] == list("wlnVwrbIOi1")


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
    written = tmp_path / "paragraphs"
    for folder, mills in ((written, "Orr Kell"), (written / "held-out", "Velo Skarn")):
        folder.mkdir()
        made = [
            f"= {name}\nThe mill of {name} burned in {1900 + len(name)}, a dry year.\n"
            f"? When did {name}'s mill burn?\n> {1900 + len(name)}\n"
            f"? When was the mill of {name} built?\n! {1900 + len(name)}\n"
            for name in mills.split()
        ]
        (folder / "mills.txt").write_text("\n".join(made))
    command = [
        sys.executable, "eval/training/train_reader.py", "--data", str(data),
        "--paragraphs", str(written), "--out", str(tmp_path / "out"),
        "--every", "1", "--measure", "4",
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
    card = (shipped / "README.md").read_text()
    assert "| the encoder's weights |" in card
    assert "| 3 | " in card, "the learning curve"
    from ragqa.settings import Settings
    from ragqa.span_model import load_span_model

    [[window]] = load_span_model(Settings(), str(shipped)).read("When?", ["Built in 1840."])
    assert len(window.spans) == 4
