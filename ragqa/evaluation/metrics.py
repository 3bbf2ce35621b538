"""Every metric, defined once in `METRICS`, and estimated over a set of questions.

Most are means of the numbers that `measures` computes for each question; the rest are here.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ragqa.evaluation.bootstrap import interval, resamples
from ragqa.evaluation.causes import CAUSES
from ragqa.evaluation.results import Figures, Intervals, Row

Array = NDArray[np.float64]


class Metric(NamedTuple):
    """What a name stands for; `better` is 1 when more is better, -1 when less is, else 0."""

    better: int
    meaning: str


METRICS: dict[str, Metric] = {
    "right": Metric(1, "Nothing is wrong: found, marked, complete, or rightly refused."),
    "recall@1": Metric(1, "A relevant passage is first (ir_measures Success@1, any hit)."),
    "recall@5": Metric(1, "A relevant passage is among the first 5 (Success@5, any hit)."),
    "recall@20": Metric(1, "A relevant passage is among the first 20 (Success@20, any hit)."),
    "evidence@1": Metric(1, "Share of all relevant passages found first (ir_measures R@1)."),
    "evidence@5": Metric(1, "Share in the first 5 (R@5, all evidence)."),
    "evidence@20": Metric(1, "Share in the first 20 (R@20, all evidence)."),
    "mrr@10": Metric(1, "Reciprocal rank of the first relevant passage, to 10 (RR@10)."),
    "ndcg@10": Metric(1, "Normalised discounted cumulative gain, to 10 (nDCG@10)."),
    "hit@1": Metric(1, "The first answer's sentence says an accepted answer, cited from a gold "
                       "article."),
    "hit@3": Metric(1, "One of the first three answers' sentences does."),
    "em": Metric(1, "SQuAD exact match of the first answer's text; a refusal is the empty text."),
    "f1": Metric(1, "SQuAD token F1 of the first answer's text."),
    "citation_validity": Metric(1, "Share of citations that hold to the character."),
    "citation_precision": Metric(1, "Share of the answer's citations that cover a gold answer."),
    "citation_recall": Metric(1, "Share of the gold articles that say it which are cited."),
    "auroc": Metric(1, "Area under the ROC curve of the confidence: does it tell questions that "
                       "the articles answer from those they do not? (Hanley and McNeil, 1982)"),
    "aurc": Metric(-1, "Area under the risk-coverage curve (Geifman and El-Yaniv, NeurIPS 2017)."),
    "ece": Metric(-1, "Expected calibration error of the confidence that the articles answer, 10 "
                      "bins (Naeini et al., AAAI 2015; Guo et al., ICML 2017)."),
    "answered": Metric(0, "Share of all questions that were answered."),
    "refused_answerable": Metric(-1, "Share refused of the questions that the articles answer."),
    "refused_unanswerable": Metric(1, "Share refused of those that they do not."),
    "values_shown": Metric(1, "Share of the questions with conflicting values for which every "
                              "value is among the answers."),
    "conflicts_shown": Metric(1, "Share of the questions with conflicting values for which every "
                                 "value is shown, as a disagreement."),
    "conflicts_false": Metric(-1, "Share of the others for which a disagreement is shown."),
    "corroborated": Metric(
        1,
        "Share of the questions that must cite several witnesses (must_cite) whose right answer "
        "does.",
    ),
    "ms_median": Metric(-1, "Milliseconds a question, median (nearest rank)."),
    "ms_p95": Metric(-1, "Milliseconds a question, 95th percentile (nearest rank)."),
}  # fmt: skip
"""Name, direction and definition of every metric, in the order in which they are shown."""

BINS = 10
_POOLED = ("auroc", "aurc", "ece", "ms_median", "ms_p95")
MEANS = tuple(name for name in METRICS if name not in _POOLED)
"""The metrics that are a mean over questions."""


class Sample:
    """The questions of one set as columns, from which every metric is estimated at once."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.size = len(rows)
        self._means = _column([[row.measures.get(name) for name in MEANS] for row in rows])
        self._confidence = _column([row.confidence for row in rows])
        self._answerable = _column([float(row.answerable) for row in rows])
        self._loss = _column([row.loss for row in rows])
        self._milliseconds = _column([row.milliseconds for row in rows])

    def estimate(self, weights: Array) -> Array:
        """Every metric for each row of weights.

        Args:
            weights: How often each question counts, shape (resamples, questions).

        Returns:
            Shape (resamples, metrics), in the order of `METRICS`; NaN where undefined.
        """
        columns = dict(zip(MEANS, weighted_means(self._means, weights).T, strict=True))
        judged = np.isfinite(self._loss)
        w, confidence = weights[:, judged], self._confidence[judged]
        answerable = self._answerable[judged]
        columns["auroc"] = auroc(confidence, answerable, w)
        columns["aurc"] = aurc(confidence, self._loss[judged], w)
        columns["ece"] = ece(confidence, answerable, w)
        columns["ms_median"] = quantile(self._milliseconds, 0.5, weights)
        columns["ms_p95"] = quantile(self._milliseconds, 0.95, weights)
        return np.column_stack([columns[name] for name in METRICS])


def summarise(rows: Sequence[Row]) -> tuple[Figures, Intervals]:
    """Every metric of some questions, with its bootstrap 95% interval."""
    sample = Sample(rows)
    point = sample.estimate(np.ones((1, sample.size)))[0]
    drawn = np.vstack([sample.estimate(weights) for weights in resamples(sample.size)])
    figures = {name: number(value) for name, value in zip(METRICS, point, strict=True)}
    intervals = {
        name: interval(drawn[:, i]) if figures[name] is not None else None
        for i, name in enumerate(METRICS)
    }
    return figures, intervals


def tally(rows: Sequence[Row]) -> dict[str, Any]:
    """The fields of `Results` that follow from the rows: figures, intervals, causes."""
    metrics, intervals = summarise(rows)
    types = {kind: [r for r in rows if r.type == kind] for kind in sorted({r.type for r in rows})}
    by_type = {kind: summarise(members) for kind, members in types.items()}
    counted = Counter(row.cause for row in rows if row.cause)
    return {
        "metrics": metrics,
        "intervals": intervals,
        "by_type": {kind: figures for kind, (figures, _) in by_type.items()},
        "intervals_by_type": {kind: between for kind, (_, between) in by_type.items()},
        "causes": {cause: counted[cause] for cause in CAUSES},
    }


def number(value: float) -> float | None:
    """A float, or None for NaN, which JSON does not have."""
    return float(value) if np.isfinite(value) else None


def weighted_means(values: Array, weights: Array) -> Array:
    """Means down the columns of `values`, leaving NaN out; shape (resamples, columns)."""
    defined = np.isfinite(values)
    return _divide(weights @ np.where(defined, values, 0.0), weights @ defined.astype(float))


def auroc(confidence: Array, answerable: Array, weights: Array) -> Array:
    """Area under the ROC curve, as the Mann-Whitney statistic with ties counted half.

    Source: Hanley and McNeil, "The meaning and use of the area under a ROC curve", 1982.
    """
    starts, order = _ties(confidence)
    if not order.size:
        return np.full(len(weights), np.nan)
    positive = np.add.reduceat((weights * answerable)[:, order], starts, axis=1)
    negative = np.add.reduceat((weights * (1 - answerable))[:, order], starts, axis=1)
    below = np.cumsum(negative, axis=1) - negative
    wins = (positive * (below + negative / 2)).sum(axis=1)
    return _divide(wins, positive.sum(axis=1) * negative.sum(axis=1))


def aurc(confidence: Array, loss: Array, weights: Array) -> Array:
    """Area under the risk-coverage curve: the mean, over n, of the risk of the n most confident.

    Among equally confident questions the order is unknown, so the risk is its mean over all orders:
    with C questions and loss L before a tie of w questions and loss s, the j-th of them has risk
    (L + j s / w) / (C + j), and these sum to s + (L - C s / w) (H(C + w) - H(C)), where H(n) is the
    n-th harmonic number.

    Source: Geifman and El-Yaniv, "Selective Classification for Deep Neural Networks", NeurIPS 2017.
    """
    starts, order = _ties(-confidence)
    if not order.size:
        return np.full(len(weights), np.nan)
    size = np.add.reduceat(weights[:, order], starts, axis=1)
    lost = np.add.reduceat((weights * loss)[:, order], starts, axis=1)
    covered, losses = np.cumsum(size, axis=1), np.cumsum(lost, axis=1)
    before, lost_before = covered - size, losses - lost
    total = covered[:, -1]
    most = round(float(total.max(initial=0)))
    harmonic = np.concatenate([[0.0], np.cumsum(1 / np.arange(1, most + 1))])
    rise = harmonic[np.rint(covered).astype(int)] - harmonic[np.rint(before).astype(int)]
    rate = np.divide(lost, size, out=np.zeros_like(lost), where=size > 0)
    return _divide((lost + (lost_before - before * rate) * rise).sum(axis=1), total)


def ece(confidence: Array, happened: Array, weights: Array) -> Array:
    """Expected calibration error over `BINS` bins of equal width.

    Source: Naeini, Cooper and Hauskrecht, "Obtaining Well Calibrated Probabilities Using Bayesian
    Binning", AAAI 2015.
    """
    bins = (_bin(confidence)[:, None] == np.arange(BINS)).astype(float)
    gap = weights @ (bins * (happened - confidence)[:, None])
    return _divide(np.abs(gap).sum(axis=1), weights.sum(axis=1))


def quantile(values: Array, level: float, weights: Array) -> Array:
    """The nearest-rank quantile: the least value at which `level` of the weight is reached."""
    order = np.argsort(values)
    reached = np.cumsum(weights[:, order], axis=1)
    enough = reached >= level * reached[:, -1:] - 1e-9
    reached_at: Array = values[order][np.argmax(enough, axis=1)]
    return reached_at


class Bin(NamedTuple):
    """Questions of like confidence: how many, their mean confidence, the share answerable."""

    size: int
    confidence: float
    answerable: float


def calibration(rows: Sequence[Row]) -> list[Bin]:
    """The bins behind `ece` that hold any question."""
    judged = [row for row in rows if row.loss is not None]
    confidence = _column([row.confidence for row in judged])
    answerable = _column([float(row.answerable) for row in judged])
    bins = _bin(confidence)
    return [
        Bin(int(inside.sum()), float(confidence[inside].mean()), float(answerable[inside].mean()))
        for inside in (bins == i for i in range(BINS))
        if inside.any()
    ]


def risk_coverage(rows: Sequence[Row]) -> tuple[Array, Array]:
    """The risk-coverage curve: coverage and risk, one point for each distinct confidence."""
    judged = [row for row in rows if row.loss is not None]
    loss = _column([row.loss for row in judged])
    starts, order = _ties(-_column([row.confidence for row in judged]))
    if not order.size:
        return np.empty(0), np.empty(0)
    ends = np.append(starts[1:], len(order))
    return ends / len(order), np.cumsum(loss[order])[ends - 1] / ends


def _column(values: Sequence[object]) -> Array:
    """As floats, None as NaN."""
    return np.array(values, dtype=np.float64)


def _bin(confidence: Array) -> NDArray[np.int64]:
    return np.clip((confidence * BINS).astype(np.int64), 0, BINS - 1)


def _ties(values: Array) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The ascending order, and where each run of equal values begins in it."""
    order = np.argsort(values, kind="stable")
    if not order.size:
        return order, order
    ordered = values[order]
    starts = np.flatnonzero(np.append([True], ordered[1:] != ordered[:-1]))
    return starts, order


def _divide(above: Array, below: Array) -> Array:
    return np.divide(above, below, out=np.full_like(above, np.nan), where=below > 0)
