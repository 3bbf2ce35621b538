"""Tokens that the span reader reads a second, against those that the encoder embeds.

Both get the same passages, ten at a time as a question's are, interleaved in the same run; a
passage's tokens are counted once, the question's that are read with it not at all.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from corpora import news, write_files
from ragqa.encoder import load_encoder
from ragqa.engine import Engine, index
from ragqa.settings import DEFAULT_MODEL, Settings
from ragqa.span_model import load_span_model
from tables import heading, spread, table

QUESTION = "How much did the company earn in the first quarter?"
TOGETHER = 10


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--passages", type=int, default=500, help="how many to read")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each")
    parser.add_argument("--quick", action="store_true", help="a small sample, once")
    given = parser.parse_args()
    count, rounds = (30, 1) if given.quick else (given.passages, given.rounds)
    settings = Settings(device="cpu")
    with tempfile.TemporaryDirectory() as work:
        texts, source = _passages(Path(work), count, settings)
    encoder = load_encoder(settings, DEFAULT_MODEL)
    reader = load_span_model(settings)
    tokens = sum(min(each, encoder.window) for each in encoder.count_tokens(texts))
    groups = [texts[at : at + TOGETHER] for at in range(0, len(texts), TOGETHER)]

    def embed() -> None:
        for group in groups:
            encoder.encode(group)

    def read() -> None:
        for group in groups:
            reader.read(QUESTION, group)

    ways: dict[str, Callable[[], None]] = {"span reader": read, "encoder": embed}
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():
        way()
    for _ in range(rounds):
        for name, way in ways.items():
            begun = time.perf_counter()
            way()
            seconds[name].append(time.perf_counter() - begun)
    heading(f"Reading: {len(texts):,} passages ({tokens:,} tokens) of {source}")
    table(
        ("", "tokens/s", "ratio (least-most)"),
        [
            (
                name,
                f"{tokens / sorted(each)[len(each) // 2]:,.0f}",
                spread([b / a for a, b in zip(each, seconds["encoder"], strict=True)], "x"),
            )
            for name, each in seconds.items()
        ],
    )


def _passages(work: Path, count: int, settings: Settings) -> tuple[list[str], str]:
    """Index articles and return the texts of their chunks."""
    found = news(max(20, count // 2))
    write_files(found.stories, work / "news")
    index([work / "news"], work / "index", settings)
    with Engine.open(work / "index", settings) as engine:
        views = [engine.article(each.id) for each in engine.articles()]
    return [view.article.text[chunk.start : chunk.end] for view in views for chunk in view.chunks][
        :count
    ], found.source


if __name__ == "__main__":
    main()
