"""Texts embedded a second while indexing, against `SentenceTransformer.encode` at its defaults.

Both get the same texts: what indexing news articles gives the encoder, headline and all. Then what
int8 does to retrieval: recall on SQuAD questions over one index for each way of embedding.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from corpora import news, write_files, xquad
from minimal import load_model
from ragqa import articles
from ragqa.encoder import Encoder, Kind, SentenceTransformersEncoder, Vectors, load_encoder
from ragqa.engine import Engine
from ragqa.evaluation.gold import Gold, GoldQuestion, read_gold
from ragqa.indexer import Found, Indexer
from ragqa.settings import DEFAULT_MODEL, Settings
from ragqa.store import Store
from ragqa.types import Passage
from tables import heading, say, spread, table

PRECISIONS = ("int8", "float32")
DEPTHS = (1, 5, 10)
REFERENCE = "sentence-transformers"


class Recorder:
    """An encoder that notes the batches it is given to embed."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.identity = encoder.identity
        self.dimension = encoder.dimension
        self.window = encoder.window
        self.batches: list[list[str]] = []

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Pass on."""
        return self._encoder.count_tokens(texts)

    def encode(self, texts: Sequence[str], kind: Kind = "passage") -> Vectors:
        """Note the texts and pass them on."""
        if texts:
            self.batches.append(list(texts))
        return self._encoder.encode(texts, kind)


class Recall(NamedTuple):
    """The share of questions with a passage that holds an accepted answer, by depth."""

    dense: Mapping[int, float]
    fused: Mapping[int, float]


def throughput(work: Path, count: int, rounds: int) -> None:
    """Print texts and tokens a second of both, and the ratios; the runs are interleaved."""
    batches, source = _indexing_batches(work, count)
    texts = [text for batch in batches for text in batch]
    encoders = {precision: _encoder(precision) for precision in PRECISIONS}
    counter = encoders["int8"]
    tokens = sum(min(number, counter.window) for number in counter.count_tokens(texts))
    model = load_model()
    ways: dict[str, Callable[[], object]] = {
        f"ragqa, {precision}": partial(_embed, encoder, batches)
        for precision, encoder in encoders.items()
    }
    ways["SentenceTransformer.encode"] = lambda: model.encode(texts, show_progress_bar=False)
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    cpu_seconds: dict[str, list[float]] = {name: [] for name in ways}
    encoders["int8"].encode(texts[:64])
    model.encode(texts[:64], show_progress_bar=False)
    for _ in range(rounds):
        for name, way in ways.items():
            begun, cpu_begun = time.perf_counter(), time.process_time()
            way()
            seconds[name].append(time.perf_counter() - begun)
            cpu_seconds[name].append(time.process_time() - cpu_begun)
    heading(f"Embedding while indexing: {len(texts):,} chunks ({tokens:,} tokens) of {source}")
    *_, theirs = seconds.values()
    *_, their_cpu = cpu_seconds.values()
    table(
        ("", "texts/s", "tokens/s", "ratio (least-most)", "ratio of processor time"),
        [
            (
                name,
                f"{len(texts) / _median(each):,.0f}",
                f"{tokens / _median(each):,.0f}",
                spread([b / a for a, b in zip(each, theirs, strict=True)], "x"),
                spread([b / a for a, b in zip(cpu_seconds[name], their_cpu, strict=True)], "x"),
            )
            for name, each in seconds.items()
        ],
    )


def quality(work: Path, limit: int | None) -> None:
    """Print recall of dense and fused search by each way of embedding, and the differences."""
    file, source = xquad()
    if file is None:
        say(source)
        return
    gold = read_gold(file).draw(limit)
    gold.write_articles(work / "articles.jsonl")
    encoders = {
        **{f"ragqa, {precision}": _encoder(precision) for precision in PRECISIONS},
        f"{REFERENCE}, float32": SentenceTransformersEncoder(DEFAULT_MODEL, "cpu"),
    }
    recalls = {
        name: _recall(gold, encoder, work / "articles.jsonl", work / name)
        for name, encoder in encoders.items()
    }
    count = len(gold.questions)
    heading(f"Recall by {count} questions of {source}; one of them is {100 / count:.2f} points")
    columns = ["", *(f"{way} @{depth}" for way in Recall._fields for depth in DEPTHS)]
    table(columns, [(name, *_percentages(recall)) for name, recall in recalls.items()])
    *_, reference = recalls.values()
    for name, recall in list(recalls.items())[:-1]:
        for way in Recall._fields:
            ours, theirs = getattr(recall, way), getattr(reference, way)
            points = [f"{100 * (ours[depth] - theirs[depth]):+.2f} @{depth}" for depth in DEPTHS]
            say(f"{name} against {REFERENCE}, {way}: {', '.join(points)} points")


def _embed(encoder: Encoder, batches: Sequence[Sequence[str]]) -> None:
    for batch in batches:
        encoder.encode(batch)


def _percentages(recall: Recall) -> list[str]:
    return [f"{100 * way[depth]:.1f}" for way in recall for depth in DEPTHS]


def _indexing_batches(work: Path, count: int) -> tuple[list[list[str]], str]:
    """Index articles; return the batches that the encoder was given, `count` texts or so."""
    found = news(max(20, count // 2))  # Reuters' items are two chunks long
    folder = work / "news"
    write_files(found.stories, folder)
    recorder = Recorder(_encoder("int8"))
    _index(recorder, folder, work / "news-index")
    return recorder.batches, found.source


def _index(encoder: Encoder, path: Path, into: Path) -> None:
    settings = _settings()
    files, problems = articles.discover(path, max_bytes=settings.max_file_megabytes * 1_000_000)
    with Store.write(into) as store:
        Indexer(store, encoder, settings, lambda _: None).run([Found(path, files, problems)])


def _recall(gold: Gold, encoder: Encoder, path: Path, into: Path) -> Recall:
    _index(encoder, path, into)
    return Recall(*(_measured(gold, encoder, into, way) for way in Recall._fields))


def _measured(gold: Gold, encoder: Encoder, index: Path, way: str) -> dict[int, float]:
    settings = Settings(**{**_settings().model_dump(), "search": way})
    with Store.read(index) as store:
        engine = Engine(store, encoder, settings)
        ranks = [
            _rank(question, engine.search(question.question, max(DEPTHS)))
            for question in gold.questions
        ]
    return {depth: sum(rank <= depth for rank in ranks) / len(ranks) for depth in DEPTHS}


def _rank(question: GoldQuestion, passages: Sequence[Passage]) -> float:
    """The rank of the first passage that holds a whole accepted answer where it was marked."""
    for rank, passage in enumerate(passages, start=1):
        for place in (passage.place, *passage.also_in):
            if any(
                place.article == gold.article and place.start <= gold.start <= gold.end <= place.end
                for gold in question.spans
            ):
                return rank
    return float("inf")


def _encoder(precision: str) -> Encoder:
    return load_encoder(
        Settings(**{**_settings().model_dump(), "precision": precision}), DEFAULT_MODEL
    )


def _settings() -> Settings:
    return Settings(device="cpu")


def _median(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--chunks", type=int, default=1_500, help="about how many to embed")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each")
    parser.add_argument("--quick", action="store_true", help="a small sample, once")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        throughput(
            Path(work), 60 if given.quick else given.chunks, 1 if given.quick else given.rounds
        )
        quality(Path(work), 20 if given.quick else None)


if __name__ == "__main__":
    main()
