"""How well dense search, lexical search and their fusions find the passage with the answer.

    python eval/bench/fusion.py ../shared/data/squad/squadshifts_new_wiki.json

Asked are the questions to fit on over the explainers and, where it is there, those of a SQuAD file.
The share of the cosine in `ragqa.search.DENSE_SHARE` was chosen by this table; what is for
reporting was not looked at.
"""

import argparse
import json
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ragqa.engine import Engine, index
from ragqa.errors import QuestionError
from ragqa.evaluation.matching import stands_in
from ragqa.settings import Settings
from ragqa.terms import stems_of
from ragqa.types import Passage
from tables import heading, table

EVAL = Path(__file__).parents[1]
DEFAULT = Path(__file__).parents[3] / "shared" / "data" / "squad" / "squadshifts_new_wiki.json"
DEPTHS = (1, 5, Settings.model_fields["passages"].default)
_FOUND = 100
# Cormack, Clarke and Büttcher 2009.
_RRF = 60


class Asked(NamedTuple):
    """A question, the article that answers it, and where in it, or with what words."""

    question: str
    articles: Sequence[str]
    spans: Sequence[tuple[int, int]]
    answers: Sequence[str]

    def answered_by(self, passage: Passage) -> bool:
        """Whether a passage holds an answer."""
        place = passage.place
        return place.article in self.articles and (
            any(place.start <= start and end <= place.end for start, end in self.spans)
            or any(stands_in(answer, passage.text) for answer in self.answers)
        )


class Found(NamedTuple):
    """What a search gives for a question, all of shape (passages)."""

    cosine: NDArray[np.float64]
    bm25: NDArray[np.float64]
    coverage: NDArray[np.float64]
    right: NDArray[np.bool_]


Score = Callable[[Found], NDArray[np.float64]]
"""Gives what was found a score, of shape (passages)."""


def main() -> None:
    """Ask, fuse in every way, and print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("squad", type=Path, nargs="?", default=DEFAULT)
    parser.add_argument("--questions", type=int, default=1000)
    parser.add_argument("--quick", action="store_true", help="a small sample")
    given = parser.parse_args()
    most = 40 if given.quick else given.questions
    _print("explainers-fit.jsonl", _explainers, most)
    if given.squad.exists():
        _print(given.squad.name, lambda folder: _squad(given.squad, folder), most)
    else:
        print(f"there is no {given.squad}: it is not asked")


def _print(name: str, prepare: Callable[[Path], list[Asked]], most: int) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        asked = prepare(Path(scratch))
        sample = random.Random(0).sample(asked, min(most, len(asked)))
        found = list(_found(Path(scratch) / "index", sample))
    ways: dict[str, Score] = {
        "dense alone": lambda each: each.cosine,
        "lexical alone": lambda each: each.bm25,
        f"ranks, RRF k={_RRF}": _by_rank,
    }
    for share in (0.6, 0.7, 0.8, 0.9):
        ways[f"cosine {share}, BM25 of the best's {1 - share:.1f}"] = _with_bm25(share)
    for share in (0.55, 0.6, 0.65, 0.7, 0.75, 0.8):
        ways[f"cosine {share}, terms held {1 - share:.2f}"] = _with_coverage(share)
    heading(f"Passages that hold the answer, {name}, {len(found)} questions")
    rows = []
    for way, score in ways.items():
        ranks = np.asarray([_rank(each.right, score(each)) for each in found])
        reached = [f"{(ranks < depth).mean():.3f}" for depth in DEPTHS]
        reciprocal = np.where(ranks < 10, 1 / (1 + ranks), 0).mean()
        rows.append((way, *reached, f"{reciprocal:.3f}"))
    table(("", *(f"recall@{depth}" for depth in DEPTHS), "MRR@10"), rows)


def _explainers(folder: Path) -> list[Asked]:
    """Index the explainers and return the questions that they answer."""
    index([EVAL / "explainers" / "fit"], folder / "index")
    lines = (EVAL / "explainers-fit.jsonl").read_text(encoding="utf-8").splitlines()
    return [
        Asked(each["question"], each["articles"], (), each["answers"])
        for each in map(json.loads, lines)
        if each["answers"]
    ]


def _squad(squad: Path, folder: Path) -> list[Asked]:
    """Index a SQuAD file and return its questions."""
    asked = []
    with (folder / "articles.jsonl").open("w", encoding="utf-8") as file:
        for number, entry in enumerate(json.loads(squad.read_text(encoding="utf-8"))["data"]):
            key, text = f"article-{number}", ""
            for paragraph in entry["paragraphs"]:
                for each in paragraph["qas"]:
                    starts = [(len(text) + it["answer_start"], it) for it in each["answers"]]
                    spans = [(start, start + len(it["text"])) for start, it in starts]
                    asked.append(Asked(each["question"], (key,), spans, ()))
                text += paragraph["context"] + "\n\n"
            record = {"id": key, "title": entry["title"].replace("_", " "), "text": text}
            file.write(json.dumps(record) + "\n")
    index([folder / "articles.jsonl"], folder / "index")
    return asked


def _found(folder: Path, asked: Sequence[Asked]) -> Iterator[Found]:
    with Engine.open(folder) as engine:
        for each in asked:
            try:
                passages = engine.search(each.question, _FOUND)
            except QuestionError:
                continue
            terms = engine.terms(engine.parse(each.question))
            stems = [stems_of(f"{p.place.title} {p.heading or ''} {p.text}") for p in passages]
            yield Found(
                np.asarray([passage.dense or 0.0 for passage in passages]),
                np.asarray([passage.lexical or 0.0 for passage in passages]),
                np.asarray([terms.coverage(those) for those in stems]),
                np.asarray([each.answered_by(passage) for passage in passages], dtype=np.bool_),
            )


def _with_bm25(share: float) -> Score:
    return lambda each: share * each.cosine + (1 - share) * each.bm25 / (each.bm25.max() or 1.0)


def _with_coverage(share: float) -> Score:
    return lambda each: share * each.cosine + (1 - share) * each.coverage


def _by_rank(each: Found) -> NDArray[np.float64]:
    ranks = [np.argsort(np.argsort(-those, kind="stable")) for those in (each.cosine, each.bm25)]
    return 1 / (_RRF + ranks[0]) + np.where(each.bm25 > 0, 1 / (_RRF + ranks[1]), 0.0)


def _rank(right: NDArray[np.bool_], scores: NDArray[np.float64]) -> int:
    """Return the rank, from 0, of the best passage that holds the answer."""
    reached = np.flatnonzero(right[np.argsort(-scores, kind="stable")])
    return int(reached[0]) if len(reached) else _FOUND


if __name__ == "__main__":
    main()
