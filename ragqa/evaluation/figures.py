"""Metrics as people read them, alike in the report and on the terminal."""

from ragqa.evaluation.metrics import METRICS
from ragqa.evaluation.results import Difference

HEADLINES = (
    "right",
    "hit@1",
    "hit@3",
    "f1",
    "recall@5",
    "citation_validity",
    "auroc",
    "ms_median",
)
"""The metrics to look at first."""

BY_TYPE = ("right", "hit@1", "hit@3", "f1", "recall@5", "answered")
"""The metrics of the table by question type."""

ABLATION = ("right", "hit@1", "hit@3", "recall@5", "mrr@10", "auroc", "ms_median")
"""The metrics of the ablation table."""

_PLAIN = frozenset({"mrr@10", "ndcg@10", "auroc", "aurc", "ece", "f1"})


def figure(name: str, value: float | None) -> str:
    """A metric: a percentage, a plain number, or milliseconds.

    >>> figure("hit@1", 0.755), figure("mrr@10", 0.8), figure("ms_p95", 41.62), figure("em", None)
    ('75.5%', '0.800', '42 ms', '-')
    """
    if value is None:
        return "-"
    if name.startswith("ms_"):
        return f"{value:.0f} ms" if value >= 10 else f"{value:.1f} ms"
    return f"{value:.3f}" if name in _PLAIN else f"{100 * value:.1f}%"


def change(name: str, value: float | None) -> str:
    """A difference, with its sign; of percentages, in points.

    >>> change("hit@1", -0.02), change("auroc", 0.01)
    ('-2.0', '+0.010')
    """
    if value is None:
        return "-"
    if name.startswith("ms_"):
        return f"{value:+.1f} ms"
    return f"{value:+.3f}" if name in _PLAIN else f"{100 * value:+.1f}"


def interval(name: str, ends: tuple[float, float] | None) -> str:
    """An interval of a metric."""
    return f"{figure(name, ends[0])} to {figure(name, ends[1])}" if ends else ""


def short_interval(name: str, ends: tuple[float, float] | None) -> str:
    """An interval of a metric without its unit, for a narrow column.

    >>> short_interval("hit@1", (0.734, 0.881))
    '73.4-88.1'
    """
    if ends is None:
        return ""
    return "-".join(figure(name, end).removesuffix("%").removesuffix(" ms") for end in ends)


def change_interval(name: str, ends: tuple[float, float] | None) -> str:
    """An interval of a difference."""
    return f"{change(name, ends[0])} to {change(name, ends[1])}" if ends else ""


def direction(name: str, difference: Difference) -> int:
    """1 for better beyond chance, -1 for worse beyond chance, else 0."""
    ends = difference.interval
    if ends is None or ends[0] <= 0 <= ends[1]:
        return 0
    return METRICS[name].better * (1 if ends[0] > 0 else -1)
