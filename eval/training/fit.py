"""Fit the sentence reader and the abstention model that ragqa ships.

    python eval/training/fit.py ../shared/data/squad/squadshifts_new_wiki.json

The data are a SQuAD 1.1 file and the gold questions in `eval/tune.jsonl`. The SQuAD articles are
split by a hash of their titles into two thirds to fit on and one third to measure on, each indexed
by itself. For every question the engine searches the index; the reader's weights are fitted so
that a sentence that holds a gold answer stands first (a softmax over the sentences of all passages
read), the abstention model to tell such questions from unanswerable ones: those of the gold set,
and the same questions with every passage that holds the answer taken away.

The models are written into `ragqa/models/` with what they were fitted on and how well they did.
"""

import argparse
import hashlib
import json
import random
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from tqdm import tqdm

from ragqa.answering import SIGNALS, Abstention, signals_of
from ragqa.engine import Engine, index
from ragqa.questions import Question
from ragqa.reader import Scored, SentenceReader, Weights, rank
from ragqa.terms import Terms
from ragqa.types import Frozen, Passage

ROOT = Path(__file__).parents[2]
MODELS = ROOT / "ragqa" / "models"
FOUND = 50
READ = 10
L2 = 1e-3
# A gold question counts as many SQuAD ones: it is of the kind that the tool is for, but there are
# few. From 2 to 10 the fit hardly differs.
GOLD_WEIGHT = 5.0
# Refusing a question that the articles answer is as bad as answering this many that they don't.
COST = 9.0
# The share of questions that the articles answer, in use; unanswerable ones are weighed to it.
ANSWERABLE = 0.8


class Asked(NamedTuple):
    """A question, the articles that answer it, and the accepted answers.

    `starts` says where in the article the answers stand; where it is not known they may stand
    anywhere in it. Without answers the question is unanswerable.
    """

    question: str
    articles: tuple[str, ...]
    answers: tuple[str, ...]
    starts: tuple[int, ...] | None


class Reading(NamedTuple):
    """A question with passages and what the reader makes of them, before any weight is known.

    `right` marks the sentences that hold an accepted answer.
    """

    question: Question
    terms: Terms
    passages: Sequence[Passage]
    scored: Sequence[Scored]
    features: NDArray[np.float64]
    right: NDArray[np.bool_]


class Example(NamedTuple):
    """A question with what was found for it, and with what is left without the answer."""

    found: Reading
    bereft: Reading
    weight: float
    lost: bool
    """The question has an answer, but no passage read holds it."""


def main() -> None:
    """Fit on a SQuAD file and write the models."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("squad", type=Path)
    parser.add_argument("--questions", type=int, default=1000, help="to fit on")
    parser.add_argument("--held-out", type=int, default=400, help="to measure on")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=MODELS, help="the folder to write into")
    given = parser.parse_args()
    fitted_on = {
        "data": given.squad.name,
        "sha256": hashlib.sha256(given.squad.read_bytes()).hexdigest(),
        "questions": str(given.questions),
        "gold": hashlib.sha256((ROOT / "eval" / "tune.jsonl").read_bytes()).hexdigest(),
        "seed": str(given.seed),
    }
    with tempfile.TemporaryDirectory() as scratch:
        fit = _squad(given.squad, "fit", given.questions, given.seed, Path(scratch))
        held_out = _squad(given.squad, "held-out", given.held_out, given.seed, Path(scratch))
        gold = _gold(ROOT / "eval" / "tune.jsonl", Path(scratch))
    weights = _fit_reader([*fit, *gold], held_out, fitted_on)
    _write(given.out / "sentence_reader.json", weights)
    abstention = _fit_abstention([*fit, *gold], held_out, weights, fitted_on)
    _write(given.out / "abstention.json", abstention)


def _write(path: Path, model: Frozen) -> None:
    text = model.model_dump_json(indent=1) + "\n"
    path.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{path.name}\n{text}")


def _squad(squad: Path, part: str, most: int, seed: int, scratch: Path) -> list[Example]:
    """Index one part of a SQuAD file's articles and ask questions on it."""
    folder = scratch / part
    folder.mkdir()
    asked: list[Asked] = []
    with (folder / "articles.jsonl").open("w", encoding="utf-8") as file:
        for number, entry in enumerate(json.loads(squad.read_text(encoding="utf-8"))["data"]):
            hashed = int(hashlib.sha256(entry["title"].encode()).hexdigest(), 16)
            if ("held-out" if hashed % 3 == 0 else "fit") != part:
                continue
            key, text = f"article-{number}", ""
            for paragraph in entry["paragraphs"]:
                for each in paragraph["qas"]:
                    starts = tuple(len(text) + it["answer_start"] for it in each["answers"])
                    answers = tuple(it["text"] for it in each["answers"])
                    asked.append(Asked(each["question"], (key,), answers, starts))
                text += paragraph["context"] + "\n\n"
            record = {"id": key, "title": entry["title"].replace("_", " "), "text": text}
            file.write(json.dumps(record) + "\n")
    random.Random(seed).shuffle(asked)
    index([folder / "articles.jsonl"], folder / "index")
    with Engine.open(folder / "index") as engine:
        return [_example(engine, each, 1.0) for each in tqdm(asked[:most], desc=f"{part}")]


def _gold(path: Path, scratch: Path) -> list[Example]:
    """Index the shipped corpus and ask its tuning questions."""
    index([ROOT / "corpus"], scratch / "corpus")
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    asked = [
        Asked(each["question"], tuple(each["articles"]), tuple(each["answers"]), None)
        for each in records
    ]
    with Engine.open(scratch / "corpus") as engine:
        return [_example(engine, each, GOLD_WEIGHT) for each in tqdm(asked, desc="gold")]


def _example(engine: Engine, asked: Asked, weight: float) -> Example:
    passages = engine.search(asked.question, FOUND)
    bereft = [each for each in passages if not _holds(each.text, asked.answers)]
    found = _read(engine, asked, passages[:READ])
    lost = bool(asked.answers) and not found.right.any()
    return Example(found, _read(engine, asked, bereft[:READ]), weight, lost)


def _read(engine: Engine, asked: Asked, passages: Sequence[Passage]) -> Reading:
    question = engine.parse(asked.question)
    terms = engine.terms(question)
    scored, features = engine.reader.features(question, terms, passages)
    right = [
        passages[each.passage].place.article.startswith(asked.articles or ("\0",))
        and _right(asked, each, passages[each.passage].slice(each.sentence))
        for each in scored
    ]
    return Reading(question, terms, passages, scored, features, np.asarray(right, dtype=np.bool_))


def _right(asked: Asked, scored: Scored, text: str) -> bool:
    if asked.starts is None:
        return _holds(text, asked.answers)
    return any(
        scored.sentence.start < start + len(answer) and start < scored.sentence.end
        for start, answer in zip(asked.starts, asked.answers, strict=True)
    )


def _holds(text: str, answers: Sequence[str]) -> bool:
    folded = " ".join(text.casefold().split())
    return any(" ".join(answer.casefold().split()) in folded for answer in answers)


def _fit_reader(
    fit: Sequence[Example], held_out: Sequence[Example], fitted_on: dict[str, str]
) -> Weights:
    usable = [(each.found, each.weight) for each in fit if each.found.right.any()]
    scale = np.concatenate([each.features for each, _ in usable]).std(axis=0)
    scale[scale == 0] = 1.0

    count = sum(weight for _, weight in usable)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total, gradient = 0.0, np.zeros_like(weights)
        for each, weight in usable:
            features = each.features / scale
            scores = features @ weights
            shares = np.exp(scores - scores.max())
            shares /= shares.sum()
            right = shares * each.right
            total -= weight * np.log(right.sum())
            gradient += weight * features.T @ (shares - right / right.sum())
        return total / count + L2 * weights @ weights, gradient / count + 2 * L2 * weights

    start = np.zeros(len(SentenceReader.FEATURES))
    weights = minimize(loss, start, jac=True, method="L-BFGS-B").x / scale
    return Weights(
        features=SentenceReader.FEATURES,
        weights=tuple(round(float(weight), 4) for weight in weights),
        fitted_on=fitted_on,
        quality={f"held_out_hit@{k}": round(_hits(held_out, weights, k), 4) for k in (1, 3)},
    )


def _hits(examples: Sequence[Example], weights: NDArray[np.float64], k: int) -> float:
    """Return the share of questions with a right sentence among the k best."""
    return float(
        np.mean(
            [
                found.right[np.argsort(-(found.features @ weights), kind="stable")[:k]].any()
                for found, *_ in examples
            ]
        )
    )


def _fit_abstention(
    fit: Sequence[Example], held_out: Sequence[Example], weights: Weights, fitted_on: dict[str, str]
) -> Abstention:
    signals, answered, counts = _signals(fit, weights)
    odds = counts[answered].sum() / counts[~answered].sum()
    counts[~answered] *= odds * (1 - ANSWERABLE) / ANSWERABLE
    scale = signals.std(axis=0)
    scale[scale == 0] = 1.0
    model = LogisticRegression(C=1.0, max_iter=1000).fit(signals / scale, answered, counts)
    fitted = Abstention(
        features=SIGNALS,
        weights=tuple(round(float(weight), 4) for weight in model.coef_[0] / scale),
        intercept=round(float(model.intercept_[0]), 4),
        cost=COST,
        threshold=round(1 / (1 + COST), 4),
        fitted_on=fitted_on,
        quality={},
    )
    signals, answered, _ = _signals(held_out, weights)
    probabilities = np.asarray([fitted.probability(row) for row in signals])
    refused = probabilities < fitted.threshold
    return fitted.model_copy(
        update={
            "quality": {
                "held_out_auroc": round(float(roc_auc_score(answered, probabilities)), 4),
                "held_out_refused_answerable": round(float(refused[answered].mean()), 4),
                "held_out_refused_unanswerable": round(float(refused[~answered].mean()), 4),
            }
        }
    )


def _signals(
    examples: Sequence[Example], weights: Weights
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.float64]]:
    """Return the signals of all readings, which of them hold an answer, and how much each counts.

    A question whose answer was not found at all says nothing of either.
    """
    rows, answered, counts = [], [], []
    for example in examples:
        for reading in (example.found, example.bereft):
            holds = bool(reading.right.any())
            if not reading.scored or (reading is example.found and example.lost):
                continue
            candidates = rank(reading.scored, reading.features, weights)
            rows.append(signals_of(reading.question, reading.terms, reading.passages, candidates))
            answered.append(holds)
            counts.append(example.weight)
    return np.asarray(rows), np.asarray(answered, dtype=np.bool_), np.asarray(counts)


if __name__ == "__main__":
    main()
