"""Whether a change made things better or worse: paired with a saved baseline, question by question.

A metric is worse when the paired 95% interval of its difference lies wholly on the bad side of
zero. For a rate, that takes four questions lost and none gained, so that one unlucky question
fails nothing. `citation_validity` must be 1, so any drop of it is worse. Times are not watched:
they depend on the machine.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from ragqa.errors import InputError
from ragqa.evaluation.bootstrap import interval, resamples
from ragqa.evaluation.metrics import METRICS, Sample, number
from ragqa.evaluation.results import Comparison, Difference, Figures, Results, Row

WATCHED = (
    "recall@5",
    "recall@20",
    "mrr@10",
    "ndcg@10",
    "hit@1",
    "hit@3",
    "citation_validity",
    "citation_precision",
    "auroc",
    "refused_answerable",
    "refused_unanswerable",
    "conflicts_shown",
    "conflicts_false",
    "corroborated",
)
"""What `--fail-if-worse` looks at."""

_REQUIREMENT = re.compile(r"\s*([\w@]+)\s*(>=|<=)\s*(\d*\.?\d+)\s*")


class Requirement(NamedTuple):
    """A bound that a metric must keep."""

    metric: str
    relation: str
    bound: float

    def holds(self, metrics: Figures) -> bool:
        """Whether the metric is defined and within the bound."""
        value = metrics.get(self.metric)
        if value is None:
            return False
        return value >= self.bound if self.relation == ">=" else value <= self.bound

    def __str__(self) -> str:
        return f"{self.metric}{self.relation}{self.bound:g}"


def parse_requirement(text: str) -> Requirement:
    """Read `METRIC>=X` or `METRIC<=X`.

    Raises:
        InputError: It is neither, or there is no such metric.
    """
    match = _REQUIREMENT.fullmatch(text)
    if not match:
        raise InputError(f"--require {text!r}: write METRIC>=X or METRIC<=X, as in 'hit@1>=0.75'")
    if match[1] not in METRICS:
        raise InputError(f"--require {text!r}: no such metric; there are {', '.join(METRICS)}")
    return Requirement(match[1], match[2], float(match[3]))


def compare(results: Results, baseline: Results, name: str) -> Comparison:
    """The paired difference from a baseline, over the questions that both hold.

    Args:
        results: What was measured now.
        baseline: What was measured before.
        name: Where the baseline was saved.

    Raises:
        InputError: The articles have changed since, the two were not measured alike, or no
            question is in both.
    """
    renew = f"measure it again with `--save {name}`"
    if results.data.corpus_sha256 != baseline.data.corpus_sha256:
        raise InputError(
            f"{name}, field data.corpus_sha256: the articles have changed since the baseline "
            f"({baseline.data.articles} articles then, {results.data.articles} now), so the two "
            f"cannot be compared; {renew}"
        )
    if results.data.reader_only != baseline.data.reader_only:
        raise InputError(
            f"{name}, field data.reader_only: only one of the two was measured with --reader-only; "
            f"{renew}"
        )
    before = {row.asks: row for row in baseline.questions}
    pairs = [(row, before[row.asks]) for row in results.questions if row.asks in before]
    if not pairs:
        raise InputError(
            f"{name}, field questions: it has no question in common with {results.data.gold}; "
            f"{renew}"
        )
    now, then = zip(*pairs, strict=True)
    return Comparison(
        baseline=name,
        questions=len(pairs),
        left_out=len(results.questions) + len(baseline.questions) - 2 * len(pairs),
        differences=differences(now, then),
        gained=tuple(a.id for a, b in pairs if a.right and not b.right),
        lost=tuple(a.id for a, b in pairs if b.right and not a.right),
        settings={
            key: (results.settings.get(key), baseline.settings.get(key))
            for key in sorted({*results.settings, *baseline.settings})
            if results.settings.get(key) != baseline.settings.get(key)
        },
    )


def differences(now: Sequence[Row], before: Sequence[Row]) -> Mapping[str, Difference]:
    """Each metric's difference on the same questions, resampled together.

    Args:
        now: The rows of one system.
        before: The other's rows of the same questions, in the same order.
    """
    ours, theirs = Sample(now), Sample(before)
    once = np.ones((1, ours.size))
    point, base = ours.estimate(once)[0], theirs.estimate(once)[0]
    drawn = np.vstack([ours.estimate(w) - theirs.estimate(w) for w in resamples(ours.size)])
    found = {}
    for column, (name, metric) in enumerate(METRICS.items()):
        difference = number(point[column] - base[column])
        between = interval(drawn[:, column]) if difference is not None else None
        found[name] = Difference(
            now=number(point[column]),
            before=number(base[column]),
            difference=difference,
            interval=between,
            worse=name in WATCHED and _worse(name, metric.better, difference, between),
        )
    return found


def _worse(
    name: str, better: int, difference: float | None, between: tuple[float, float] | None
) -> bool:
    if difference is None or between is None:
        return False
    if name == "citation_validity":
        return difference < 0
    return between[1] < 0 if better > 0 else between[0] > 0
