"""Fit the readers' rankings and the abstention models that ragqa ships.

    python eval/training/fit.py ../shared/data/squad/squadshifts_new_wiki.json

The data are the articles of a SQuAD 1.1 file that the span model was not trained on, half of them
to fit on and half to measure on, each half indexed by itself, the paragraphs written for it that it
was not trained on (`paragraphs/held-out/`), and the gold questions to tune on.
For every question the engine searches the index; a reader's weights are fitted so that a sentence
that holds a gold answer stands first (a softmax over the sentences of all passages read), its
abstention model to tell such questions from unanswerable ones: those of the gold sets and the
paragraphs, questions of one set asked of another's articles, and the same questions with every
passage that holds the answer taken away.

On the gold questions a third model is fitted for each reader, which tells contradicting answers
from those that only differ; its threshold is where it claims few contradictions that are none.

The models are written into `ragqa/models/` with what they were fitted on and how well they did.
"""

import argparse
import hashlib
import json
import pickle
import random
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from tqdm import tqdm

from qa_examples import held_out_titles, load_paragraphs
from ragqa.abstention import Abstention, signals_of
from ragqa.completion import completed
from ragqa.disagreement import FEATURES as PAIR_FEATURES
from ragqa.disagreement import Disagreement, rivals
from ragqa.engine import Engine, index
from ragqa.evaluation.calibration import coefficients, quality
from ragqa.evaluation.calibration import fit as fit_abstention
from ragqa.evaluation.gold import evenly
from ragqa.evaluation.matching import stands_in
from ragqa.exports import cores
from ragqa.grouping import Group, grouped, witnesses_of
from ragqa.questions import Question
from ragqa.reader import Scored, SentenceReader, Weights, rank
from ragqa.settings import Settings
from ragqa.span_model import load_span_model
from ragqa.span_reader import SpanReader
from ragqa.terms import Terms
from ragqa.types import Frozen, Passage

ROOT = Path(__file__).parents[2]
MODELS = ROOT / "ragqa" / "models"
PARAGRAPHS = Path(__file__).parent / "paragraphs" / "held-out"
# Gold questions to tune on, and what they ask about.
GOLD = (
    ("tune.jsonl", ROOT / "corpus"),
    ("snippets-tune.jsonl", ROOT / "eval/snippets/tune"),
    ("snippets-fit.jsonl", ROOT / "eval/snippets/fit"),
    ("explainers-fit.jsonl", ROOT / "eval/explainers/fit"),
)
FOUND = 50
READ = Settings.model_fields["passages"].default
# Each reader's features, and the setting that names it.
SETTING = {"sentence": "sentence", "span": "spans"}
READERS = {"sentence": SentenceReader.FEATURES, "span": SpanReader.FEATURES}
L2 = 1e-3
# What a gold question counts, next to one of SQuAD or of the paragraphs, of which there are a tenth
# as many. With ten times the weight no more of the gold ones are answered right, and fewer of the
# others.
GOLD_WEIGHT = 0.3
# So many questions of each other set are asked of a gold set's articles, about other things.
STRANGERS = 20
# Refusing a question that the articles answer is as bad as answering this many that they don't.
COST = 2.0
# The share of the questions without a contradiction for which one may be claimed.
FALSE_CLAIMS = 0.04
FOLDS = 5
# The share of questions that the articles answer, in use; unanswerable ones are weighed to it.
ANSWERABLE = 0.8


class Asked(NamedTuple):
    """A question, the articles that answer it, and the accepted answers.

    `starts` says where in the article the answers stand; where it is not known they may stand
    anywhere in it. Without answers the question is unanswerable. `conflict` are values that
    contradict each other.
    """

    question: str
    articles: tuple[str, ...]
    answers: tuple[str, ...]
    starts: tuple[int, ...] | None
    conflict: tuple[str, ...] = ()


class Reading(NamedTuple):
    """A question with passages and what the reader makes of them, before any weight is known.

    `right` marks the sentences that hold an accepted answer; `witnesses` are those behind the
    passages.
    """

    question: Question
    terms: Terms
    passages: Sequence[Passage]
    scored: Sequence[Scored]
    features: NDArray[np.float64]
    right: NDArray[np.bool_]
    witnesses: Sequence[int]


class Example(NamedTuple):
    """A question with what was found for it and, if answerable, what is left without the answer."""

    asked: Asked
    found: Reading
    bereft: Reading | None
    weight: float
    lost: bool
    """The question has an answer, but no passage read holds it."""


def main() -> None:
    """Fit on a SQuAD file and write the models."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("squad", type=Path)
    parser.add_argument("--questions", type=int, default=300, help="of SQuAD, to fit on")
    parser.add_argument("--held-out", type=int, default=300, help="of SQuAD, to measure on")
    parser.add_argument("--written", type=int, default=250, help="of the paragraphs, each kind")
    parser.add_argument("--gold", type=int, default=1300, help="of each gold set, evenly spaced")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--readers", nargs="+", choices=READERS, default=list(READERS))
    parser.add_argument("--out", type=Path, default=MODELS, help="the folder to write into")
    parser.add_argument("--readings", type=Path, help="file to keep what was read in, or to fit on")
    given = parser.parse_args()
    gold = b"".join((ROOT / "eval" / name).read_bytes() for name, _ in GOLD)
    fitted_on = {
        "data": given.squad.name,
        "sha256": hashlib.sha256(given.squad.read_bytes()).hexdigest(),
        "questions": str(given.questions),
        "written": str(given.written),
        "gold": hashlib.sha256(gold).hexdigest(),
        "of_each_gold_set": str(given.gold),
        "seed": str(given.seed),
    }
    if given.readings is not None and given.readings.is_file():
        examples = pickle.loads(given.readings.read_bytes())
    else:
        examples = _read_all(given)
        if given.readings is not None:
            given.readings.write_bytes(pickle.dumps(examples))
    for name in given.readers:
        of_reader = {part: [each[name] for each in those] for part, those in examples.items()}
        held_out = of_reader.pop("held-out")
        fit = [each for those in of_reader.values() for each in those]
        weights = _fit_reader(fit, held_out, READERS[name], fitted_on)
        _write(given.out / f"{name}_reader.json", weights)
        abstention = _fit_abstention(fit, held_out, weights, SETTING[name], fitted_on)
        _write(given.out / f"{name}_abstention.json", abstention)
        gold_only = [each for part, _ in GOLD for each in of_reader[part]]
        disagreement = _fit_disagreement(gold_only, weights, SETTING[name], fitted_on)
        _write(given.out / f"{name}_disagreement.json", disagreement)


def _read_all(given: argparse.Namespace) -> dict[str, list[dict[str, Example]]]:
    """Return the questions of each part with what each reader makes of them."""
    with tempfile.TemporaryDirectory() as scratch:
        asked = {
            part: _squad(given.squad, part, most, given.seed, Path(scratch) / part)
            for part, most in (("fit", given.questions), ("held-out", given.held_out))
        }
        asked["written"] = _written(given.written, given.seed, Path(scratch) / "written")
        asked |= {
            name: evenly(_gold(name, corpus, Path(scratch) / name), given.gold)
            for name, corpus in GOLD
        }
        # A process a core, of one thread each: what comes before and after reading takes its time
        # too. Spawned, because ONNX Runtime's threads do not survive a fork.
        with ProcessPoolExecutor(cores(), get_context("spawn")) as pool:

            def examples_of(part: str, those: Sequence[Asked]) -> Future[list[dict[str, Example]]]:
                weight = GOLD_WEIGHT if part in dict(GOLD) else 1.0
                return pool.submit(_examples, Path(scratch) / part, those, weight, given.readers)

            known = {
                part: examples_of(part, those)
                for part, those in sorted(asked.items(), key=lambda each: -len(each[1]))
            }
            strangers = [examples_of(part, _strangers(asked, part)) for part, _ in GOLD]
            examples = {part: known[part].result() for part in asked}
            examples["strangers"] = [example for each in strangers for example in each.result()]
    return examples


def _write(path: Path, model: Frozen) -> None:
    text = model.model_dump_json(indent=1) + "\n"
    path.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{path.name}\n{text}")


def _squad(squad: Path, part: str, most: int, seed: int, folder: Path) -> list[Asked]:
    """Index one part of the articles held out of a SQuAD file and return questions on it."""
    folder.mkdir()
    titles = held_out_titles(squad)
    half = titles[::2] if part == "fit" else titles[1::2]
    asked: list[Asked] = []
    with (folder / "articles.jsonl").open("w", encoding="utf-8") as file:
        for number, entry in enumerate(json.loads(squad.read_text(encoding="utf-8"))["data"]):
            if entry["title"] not in half:
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
    return asked[:most]


def _written(most: int, seed: int, folder: Path) -> list[Asked]:
    """Index the paragraphs held out and return answered and unanswerable questions on them."""
    folder.mkdir()
    answered, unanswerable = load_paragraphs(PARAGRAPHS)
    keys = {each.context: f"paragraph-{at:05}" for at, each in enumerate(answered)}
    titles = {each.context: each.group.partition(": ")[2] for each in answered}
    with (folder / "articles.jsonl").open("w", encoding="utf-8") as file:
        for text, key in keys.items():
            file.write(json.dumps({"id": key, "title": titles[text], "text": text}) + "\n")
    index([folder / "articles.jsonl"], folder / "index")
    chance = random.Random(seed)
    return [
        Asked(
            each.question,
            (keys[each.context],),
            tuple(each.context[start:end] for start, end in each.spans),
            tuple(start for start, _ in each.spans),
        )
        for each in chance.sample(answered, min(most, len(answered)))
    ] + [
        Asked(each.question, (), (), None)
        for each in chance.sample(unanswerable, min(most, len(unanswerable)))
    ]


def _gold(name: str, corpus: Path, folder: Path) -> list[Asked]:
    """Index what a gold file asks about and return its questions."""
    index([corpus], folder / "index")
    lines = (ROOT / "eval" / name).read_text(encoding="utf-8").splitlines()
    return [
        Asked(
            each["question"],
            tuple(each["articles"]),
            tuple(each["answers"]),
            None,
            tuple(each.get("conflict", ())),
        )
        for each in map(json.loads, lines)
    ]


def _strangers(asked: Mapping[str, Sequence[Asked]], part: str) -> list[Asked]:
    """Return questions of the other parts, to be asked where nothing has to do with them."""
    return [
        Asked(each.question, (), (), None)
        for other, those in asked.items()
        if other not in (part, "held-out")
        for each in evenly(those, STRANGERS)
    ]


def _examples(
    folder: Path, asked: Sequence[Asked], weight: float, names: Sequence[str]
) -> list[dict[str, Example]]:
    """Ask questions of an index; return what the readers make of it, before they have weights."""
    settings = Settings(reader="sentence", threads=1)
    blank = Weights(
        features=SpanReader.FEATURES,
        weights=(0.0,) * len(SpanReader.FEATURES),
        fitted_on={},
        quality={},
    )
    with Engine.open(folder / "index", settings) as engine:
        assert isinstance(engine.reader, SentenceReader)
        known: dict[str, SentenceReader | SpanReader] = {
            "sentence": engine.reader,
            "span": SpanReader(load_span_model(settings), blank),
        }
        readers = {name: known[name] for name in names}
        return [_example(engine, readers, each, weight) for each in tqdm(asked, desc=folder.name)]


def _example(
    engine: Engine,
    readers: Mapping[str, SentenceReader | SpanReader],
    asked: Asked,
    weight: float,
) -> dict[str, Example]:
    passages = engine.search(asked.question, FOUND)
    bereft = [each for each in passages if not _holds(each.text, asked.answers)]
    found = _read(engine, readers, asked, passages[:READ])
    without = _read(engine, readers, asked, bereft[:READ]) if asked.answers else None
    return {
        name: Example(
            asked,
            found[name],
            without[name] if without else None,
            weight,
            bool(asked.answers) and not found[name].right.any(),
        )
        for name in readers
    }


def _read(
    engine: Engine,
    readers: Mapping[str, SentenceReader | SpanReader],
    asked: Asked,
    passages: Sequence[Passage],
) -> dict[str, Reading]:
    question = engine.parse(asked.question)
    terms = engine.terms(question)
    of_reader = {
        name: reader.features(question, terms, passages) for name, reader in readers.items()
    }
    witnesses = witnesses_of(passages, engine._store.chunks.sentences)
    return {
        name: Reading(
            question,
            terms,
            passages,
            scored,
            features,
            _rights(asked, passages, scored),
            witnesses,
        )
        for name, (scored, features) in of_reader.items()
    }


def _rights(
    asked: Asked, passages: Sequence[Passage], scored: Sequence[Scored]
) -> NDArray[np.bool_]:
    return np.asarray(
        [
            passages[each.passage].place.article.startswith(asked.articles or ("\0",))
            and _right(asked, each, passages[each.passage].slice(each.sentence))
            for each in scored
        ],
        dtype=np.bool_,
    )


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
    fit: Sequence[Example],
    held_out: Sequence[Example],
    names: tuple[str, ...],
    fitted_on: dict[str, str],
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

    start = np.zeros(len(names))
    weights = minimize(loss, start, jac=True, method="L-BFGS-B").x / scale
    return Weights(
        features=names,
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
                for found in (each.found for each in examples)
            ]
        )
    )


def _fit_abstention(
    fit: Sequence[Example],
    held_out: Sequence[Example],
    weights: Weights,
    reader: str,
    fitted_on: dict[str, str],
) -> Abstention:
    signals, answered, counts = _signals(fit, weights)
    odds = counts[answered].sum() / counts[~answered].sum()
    counts[~answered] *= odds * (1 - ANSWERABLE) / ANSWERABLE
    fitted = fit_abstention(signals, answered, counts, COST, reader, fitted_on)
    signals, answered, _ = _signals(held_out, weights)
    measured = quality(
        list(answered), [fitted.probability(row) for row in signals], fitted.threshold
    )
    return fitted.model_copy(
        update={"quality": {f"held_out_{name}": value for name, value in measured.items()}}
    )


def _signals(
    examples: Sequence[Example], weights: Weights
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.float64]]:
    """Return the signals of all readings, which of them hold an answer, and how much each counts.

    A question whose answer was not found at all says nothing of either.
    """
    rows, answered, counts = [], [], []
    for example in examples:
        for reading in filter(None, (example.found, example.bereft)):
            holds = bool(reading.right.any())
            if not reading.scored or (reading is example.found and example.lost):
                continue
            candidates = rank(reading.scored, reading.features, weights)
            rows.append(signals_of(reading.question, reading.terms, reading.passages, candidates))
            answered.append(holds)
            counts.append(example.weight)
    return np.asarray(rows), np.asarray(answered, dtype=np.bool_), np.asarray(counts)


class Pair(NamedTuple):
    """The features of two answers to a question, and whether they contradict each other."""

    question: int
    features: tuple[float, ...]
    contradict: bool


def _fit_disagreement(
    examples: Sequence[Example], weights: Weights, reader: str, fitted_on: dict[str, str]
) -> Disagreement:
    """Fit on pairs of answers; the threshold and the quality are of folds left out.

    Neighbours in a gold file are about the same event, so that a fold is a run of neighbours.
    """
    pairs = [
        pair for number, example in enumerate(examples) for pair in _pairs(number, example, weights)
    ]
    folds = np.asarray([pair.question * FOLDS // len(examples) for pair in pairs])
    rows = np.asarray([pair.features for pair in pairs])
    contradict = np.asarray([pair.contradict for pair in pairs])
    left_out = np.zeros(len(pairs))
    for fold in range(FOLDS):
        out = folds == fold
        known = _disagreement(rows[~out], contradict[~out], reader, fitted_on)
        left_out[out] = [known.probability(row) for row in rows[out]]
    claimed = np.zeros(len(examples))
    shown = np.zeros(len(examples))
    for pair, probability in zip(pairs, left_out, strict=True):
        claimed[pair.question] = max(claimed[pair.question], probability)
        if pair.contradict:
            shown[pair.question] = max(shown[pair.question], probability)
    has_conflict = np.asarray([bool(each.asked.conflict) for each in examples])
    threshold = float(np.quantile(claimed[~has_conflict], 1 - FALSE_CLAIMS, method="higher"))
    quality = {
        "shown": (shown[has_conflict] > threshold).mean(),
        "claimed_falsely": (claimed[~has_conflict] > threshold).mean(),
    }
    return _disagreement(rows, contradict, reader, fitted_on).model_copy(
        update={
            "threshold": round(threshold, 4),
            "quality": {
                f"cross_validated_{name}": round(float(value), 4) for name, value in quality.items()
            },
        }
    )


def _disagreement(
    rows: NDArray[np.float64],
    contradict: NDArray[np.bool_],
    reader: str,
    fitted_on: dict[str, str],
) -> Disagreement:
    weights, intercept = coefficients(rows, contradict, np.ones(len(rows)))
    return Disagreement(
        reader=reader,
        features=PAIR_FEATURES,
        weights=weights,
        intercept=intercept,
        threshold=0.5,
        fitted_on=fitted_on,
        quality={},
    )


def _pairs(number: int, example: Example, weights: Weights) -> Iterator[Pair]:
    found = example.found
    if not found.scored:
        return
    ranked = rank(found.scored, found.features, weights)
    candidates = completed(found.question, found.passages, ranked)
    groups = grouped(found.passages, candidates, found.witnesses)

    def versions(group: Group) -> set[str]:
        said = found.passages[group.best.passage].slice(group.best.sentence)
        return {value for value in example.asked.conflict if stands_in(value, said)}

    for rival in rivals(found.question, found.terms, found.passages, groups):
        one, other = versions(groups[0]), versions(rival.group)
        yield Pair(number, rival.features, bool(one and other) and one.isdisjoint(other))


if __name__ == "__main__":
    main()
