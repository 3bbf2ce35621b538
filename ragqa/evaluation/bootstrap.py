"""Percentile bootstrap intervals, for one system and for the difference of two.

Source: Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13; over questions,
as Sakai, "Statistical reform in information retrieval?", SIGIR Forum 2014, advises. A resample is a
row of weights: how often each question was drawn.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2000
SEED = 20
_BLOCK = 4_000_000

Weights = NDArray[np.float64]


def resamples(questions: int, count: int = RESAMPLES, seed: int = SEED) -> Iterator[Weights]:
    """`count` resamples in blocks of shape (some, questions); every row sums to `questions`."""
    random = np.random.default_rng(seed)
    rows = max(1, _BLOCK // questions)
    for start in range(0, count, rows):
        size = min(rows, count - start)
        yield random.multinomial(questions, np.full(questions, 1 / questions), size=size).astype(
            np.float64
        )


def interval(estimates: NDArray[np.float64], level: float = 0.95) -> tuple[float, float] | None:
    """The central interval of the resampled estimates; None when none of them is defined."""
    defined = estimates[np.isfinite(estimates)]
    if not defined.size:
        return None
    low, high = np.quantile(defined, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
