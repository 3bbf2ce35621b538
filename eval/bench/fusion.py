"""How well dense search, lexical search and their fusions find the passage with the answer.

    python eval/bench/fusion.py ../shared/data/squad/squadshifts_new_wiki.json

The share of the cosine in `ragqa.search.DENSE_SHARE` was chosen by this table; XQuAD, which is for
reporting, was not looked at.
"""

import argparse
import json
import random
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ragqa.engine import Engine, index
from ragqa.errors import QuestionError
from ragqa.types import Passage
from tables import heading, table

DEFAULT = Path(__file__).parents[3] / "shared" / "data" / "squad" / "squadshifts_new_wiki.json"
DEPTHS = (1, 5, 10)
_FOUND = 50
# Cormack, Clarke and Büttcher 2009.
_RRF = 60

Score = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]
"""Fuses cosines and BM25 scores, of shape (passages)."""


def main() -> None:
    """Ask, fuse in every way, and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("squad", type=Path, nargs="?", default=DEFAULT)
    parser.add_argument("--questions", type=int, default=1000)
    parser.add_argument("--quick", action="store_true", help="a small sample")
    given = parser.parse_args()
    if not given.squad.exists():
        print(f"there is no {given.squad}: the fusion is not measured")
        return
    with tempfile.TemporaryDirectory() as scratch:
        found = _ask(given.squad, 40 if given.quick else given.questions, Path(scratch))
    ways: dict[str, Score] = {
        "dense alone": lambda cosine, bm25: cosine,
        "lexical alone": lambda cosine, bm25: bm25,
        f"ranks, RRF k={_RRF}": _by_rank,
    }
    for share in range(1, 10):
        ways[f"scores, dense share 0.{share}"] = _by_score(share / 10)
    heading(f"Passages that hold the answer, {given.squad.name}, {len(found)} questions")
    rows = []
    for name, score in ways.items():
        ranks = np.asarray([_rank(passages, right, score) for passages, right in found])
        reached = [f"{(ranks < depth).mean():.3f}" for depth in DEPTHS]
        reciprocal = np.where(ranks < 10, 1 / (1 + ranks), 0).mean()
        rows.append((name, *reached, f"{reciprocal:.3f}"))
    table(("", *(f"recall@{depth}" for depth in DEPTHS), "MRR@10"), rows)


def _ask(squad: Path, most: int, folder: Path) -> list[tuple[list[Passage], list[bool]]]:
    """Return the passages found for each question, and which of them hold the answer."""
    asked = []
    with (folder / "articles.jsonl").open("w", encoding="utf-8") as file:
        for number, entry in enumerate(json.loads(squad.read_text(encoding="utf-8"))["data"]):
            text = ""
            for paragraph in entry["paragraphs"]:
                for each in paragraph["qas"]:
                    spans = [
                        (len(text) + it["answer_start"], len(it["text"])) for it in each["answers"]
                    ]
                    asked.append((each["question"], f"article-{number}", spans))
                text += paragraph["context"] + "\n\n"
            title = entry["title"].replace("_", " ")
            record = {"id": f"article-{number}", "title": title, "text": text}
            file.write(json.dumps(record) + "\n")
    index([folder / "articles.jsonl"], folder / "index")
    found = []
    with Engine.open(folder / "index") as engine:
        for question, article, spans in random.Random(0).sample(asked, min(most, len(asked))):
            try:
                passages = engine.search(question, _FOUND)
            except QuestionError:
                continue
            right = [
                each.place.article == article
                and any(
                    each.place.start <= start and start + length <= each.place.end
                    for start, length in spans
                )
                for each in passages
            ]
            found.append((passages, right))
    return found


def _by_score(share: float) -> Score:
    return lambda cosine, bm25: share * cosine + (1 - share) * bm25 / (bm25.max() or 1.0)


def _by_rank(cosine: NDArray[np.float64], bm25: NDArray[np.float64]) -> NDArray[np.float64]:
    ranks = [np.argsort(np.argsort(-each, kind="stable")) for each in (cosine, bm25)]
    return 1 / (_RRF + ranks[0]) + np.where(bm25 > 0, 1 / (_RRF + ranks[1]), 0.0)


def _rank(passages: Sequence[Passage], right: Sequence[bool], score: Score) -> int:
    """Return the rank, from 0, of the best passage that holds the answer."""
    if not passages:
        return _FOUND
    cosine = np.asarray([each.dense or 0.0 for each in passages])
    bm25 = np.asarray([each.lexical or 0.0 for each in passages])
    order = np.argsort(-score(cosine, bm25), kind="stable")
    return next((rank for rank, each in enumerate(order) if right[each]), _FOUND)


if __name__ == "__main__":
    main()
