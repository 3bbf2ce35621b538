"""Questions to an index of all of Reuters, in a process that is already running.

End to end and by stage, then the vector search alone against other ways to search the same vectors:
numpy, FAISS flat, and two approximate indexes, with what these miss.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from corpora import news, questions
from processes import Conversation
from reindex import INDEX, build
from tables import heading, megabytes, percentile, say, table

if TYPE_CHECKING:
    import faiss
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]
    Ids = NDArray[np.int64]

DEPTH = 50
_QUICK = 60


class Timing(NamedTuple):
    """Milliseconds of one question: as the asker saw it, and of the stages."""

    total: float
    search: float
    read: float


def ask(index: Path, asked: Mapping[str, Sequence[str]]) -> None:
    """Ask `ragqa ask -` all questions; print time by stage and by kind, and its peak memory."""
    process = Conversation("-m", "ragqa", "ask", "-", "--json", "--index", index)
    timings: dict[str, list[Timing]] = {}
    process.say("A question before the clock starts?")
    for kind, each in asked.items():
        for question in each:
            line, seconds = process.say(" ".join(question.split()))
            stages = json.loads(line)["milliseconds"]
            timing = Timing(1000 * seconds, stages["search"], stages["read"])
            timings.setdefault(kind, []).append(timing)
    peak = process.end()
    everything = [timing for each in timings.values() for timing in each]
    heading(f"Warm question: {len(everything)} questions to {_size(index)}")
    table(
        ("ms", "median", "95th percentile", "99th percentile", "most"),
        [
            ("end to end", *_figures([timing.total for timing in everything])),
            ("  search", *_figures([timing.search for timing in everything])),
            ("  read and answer", *_figures([timing.read for timing in everything])),
            *(
                (f"end to end, {kind}", *_figures([timing.total for timing in each]))
                for kind, each in timings.items()
            ),
        ],
    )
    say(f"Peak memory of the asking process: {megabytes(peak)}")


def search(index: Path, asked: Sequence[str]) -> None:
    """Print the time and recall of ways to search the index's vectors, and what each costs."""
    import faiss
    import numpy as np

    from ragqa.encoder import load_encoder
    from ragqa.settings import DEFAULT_MODEL, Settings
    from ragqa.store import Store
    from ragqa.vectors import VectorIndex

    encoder = load_encoder(Settings(device="cpu"), DEFAULT_MODEL)
    vectors = encoder.encode(asked, "question")
    with Store.read(index) as store:
        ours = VectorIndex(store, encoder.dimension)
        _, rows = store.vectors.load(encoder.dimension)
        own, _ = _timed(
            vectors, lambda v: np.array([n for n, _ in ours.search(v[0], DEPTH)], np.int64)
        )
    flat = faiss.IndexFlatIP(encoder.dimension)
    flat.add(rows)
    exact_times, exact = _timed(vectors, _faiss(flat))
    ways = {
        "ragqa (FAISS flat, snapshot and delta)": (own, 1.0, 0.0),
        "FAISS flat": (exact_times, 1.0, 0.0),
    }
    times, found = _timed(vectors, lambda v: _numpy(rows, v))
    ways["numpy, exact"] = (times, _recall(found, exact), 0.0)
    for name, approximate in _approximate(rows):
        begun = time.perf_counter()
        approximate.train(rows)
        approximate.add(rows)
        made = time.perf_counter() - begun
        times, found = _timed(vectors, _faiss(approximate))
        ways[name] = (times, _recall(found, exact), made)
    base = median(exact_times)
    heading(f"Nearest {DEPTH} of {len(rows):,} vectors, one question at a time")
    table(
        ("", "median ms", "99th ms", "flat / this", f"recall@{DEPTH}", "s to make"),
        [
            (
                name,
                f"{median(each):.2f}",
                f"{percentile(each, 0.99):.2f}",
                f"{base / median(each):.2f} x",
                f"{100 * recall:.1f} %",
                f"{made:.1f}" if made else "",
            )
            for name, (each, recall, made) in ways.items()
        ],
    )


def _approximate(rows: "Vectors") -> list[tuple[str, "faiss.Index"]]:
    """The usual two: inverted lists, about four times the root of the count, and a graph."""
    import faiss

    count, dimension = rows.shape
    lists = max(1, min(int(4 * count**0.5), count // 39))  # FAISS wants 39 vectors a list
    inverted = faiss.IndexIVFFlat(
        faiss.IndexFlatIP(dimension), dimension, lists, faiss.METRIC_INNER_PRODUCT
    )
    inverted.nprobe = max(1, lists // 16)
    graph = faiss.IndexHNSWFlat(dimension, 32, faiss.METRIC_INNER_PRODUCT)
    graph.hnsw.efSearch = 2 * DEPTH
    return [
        (f"IVF, {lists} lists, {inverted.nprobe} probed", inverted),
        (f"HNSW, 32 links, depth {graph.hnsw.efSearch}", graph),
    ]


def _faiss(index: "faiss.Index") -> Callable[["Vectors"], "Ids"]:
    count = min(DEPTH, index.ntotal) if index.ntotal else DEPTH

    def nearest(vector: "Vectors") -> "Ids":
        ids: Ids = index.search(vector, count)[1][0]
        return ids

    return nearest


def _numpy(rows: "Vectors", vector: "Vectors") -> "Ids":
    import numpy as np

    scores = rows @ vector[0]
    best = np.argpartition(-scores, min(DEPTH, len(scores) - 1))[:DEPTH]
    ids: Ids = best[np.argsort(-scores[best])].astype(np.int64)
    return ids


def _timed(
    vectors: "Vectors", nearest: Callable[["Vectors"], "Ids"]
) -> tuple[list[float], list["Ids"]]:
    """Milliseconds and result of each question."""
    nearest(vectors[:1])
    times, found = [], []
    for row in range(len(vectors)):
        begun = time.perf_counter()
        found.append(nearest(vectors[row : row + 1]))
        times.append(1000 * (time.perf_counter() - begun))
    return times, found


def _recall(found: Sequence["Ids"], exact: Sequence["Ids"]) -> float:
    """The share of the exact nearest that were found."""
    kept = sum(len(set(a.tolist()) & set(b.tolist())) for a, b in zip(found, exact, strict=True))
    return kept / sum(map(len, exact))


def _figures(values: Sequence[float]) -> list[str]:
    shares = [f"{percentile(values, share):.0f}" for share in (0.95, 0.99, 1.0)]
    return [f"{median(values):.0f}", *shares]


def _size(index: Path) -> str:
    from ragqa.library import Library

    with Library.open(index) as library:
        info = library.info()
    return f"{info.articles:,} articles, {info.chunks:,} chunks"


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--index", type=Path, help="a ready index of Reuters; else one is built")
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--quick", action="store_true", help="a small sample")
    given = parser.parse_args()
    limit, count = (_QUICK, 12) if given.quick else (None, given.questions)
    with tempfile.TemporaryDirectory() as nowhere:
        index = given.index
        if index is None:
            build(Path(nowhere), "files", limit)
            index = Path(nowhere) / INDEX
        asked = questions(news(limit).stories, count)
        ask(index, asked)
        search(index, [question for each in asked.values() for question in each])


if __name__ == "__main__":
    main()
