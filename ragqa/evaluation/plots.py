"""The report's plots, as SVG that takes its colours and its font from the page."""

import io
import re
import warnings
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ragqa.evaluation.markup import Markup, visible
from ragqa.evaluation.metrics import calibration, risk_coverage
from ragqa.evaluation.results import Results, Row

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_INK, _ACCENT, _SECOND, _FAINT = "#010203", "#010204", "#010205", "#010206"
_COLOURS = {
    _INK: "currentColor",
    _ACCENT: "var(--accent)",
    _SECOND: "var(--second)",
    _FAINT: "var(--line)",
}
_DEPTHS = range(1, 51)
_LABEL = 24


def risk_coverage_plot(rows: Sequence[Row]) -> Markup | None:
    """Risk against coverage as the threshold falls; None without any judged question."""
    coverage, risk = risk_coverage(rows)
    if not coverage.size:
        return None

    def draw(axes: "Axes") -> None:
        axes.plot(coverage, risk, color=_ACCENT, drawstyle="steps-post")
        shipped = sum(row.answered for row in rows if row.loss is not None)
        judged = sum(row.loss is not None for row in rows)
        wrong = sum(row.loss or 0.0 for row in rows if row.answered)
        if shipped:
            axes.plot([shipped / judged], [wrong / shipped], "o", color=_SECOND)
            axes.annotate(
                "shipped threshold",
                (shipped / judged, wrong / shipped),
                textcoords="offset points",
                xytext=(-6, 9),
                ha="right",
                color=_INK,
            )
        axes.set(xlim=(0, 1.02), ylim=(0, max(0.25, float(risk.max()) * 1.15)))
        axes.set(xlabel="coverage: share answered", ylabel="risk: share of those wrong")

    return _svg(draw, "risk-coverage")


def calibration_plot(rows: Sequence[Row]) -> Markup | None:
    """The share that the articles answer against the confidence; None without judged questions."""
    bins = calibration(rows)
    if not bins:
        return None

    def draw(axes: "Axes") -> None:
        axes.plot([0, 1], [0, 1], color=_FAINT, linestyle="--")
        most = max(b.size for b in bins)
        axes.scatter(
            [b.confidence for b in bins],
            [b.answerable for b in bins],
            s=[20 + 160 * b.size / most for b in bins],
            color=_ACCENT,
            zorder=3,
        )
        axes.plot([b.confidence for b in bins], [b.answerable for b in bins], color=_ACCENT)
        axes.set(xlim=(-0.02, 1.02), ylim=(-0.04, 1.06))
        axes.set(xlabel="confidence (area: how many)", ylabel="share that the articles answer")

    return _svg(draw, "calibration")


def types_plot(results: Results) -> Markup:
    """The share of right answers by question type, with intervals."""
    names = sorted(results.by_type, key=lambda name: results.by_type[name]["right"] or 0.0)
    values = [results.by_type[name]["right"] or 0.0 for name in names]
    between = [results.intervals_by_type[name]["right"] or (0.0, 0.0) for name in names]

    def draw(axes: "Axes") -> None:
        places = list(range(len(names)))
        axes.hlines(places, [b[0] for b in between], [b[1] for b in between], color=_FAINT, lw=4)
        axes.plot(values, places, "o", color=_ACCENT)
        labels = [n if len(n) <= _LABEL else f"{n[:_LABEL]}…" for n in map(visible, names)]
        axes.set_yticks(places, labels, parse_math=False)
        axes.set(xlim=(-0.02, 1.02), ylim=(-0.7, len(names) - 0.3), xlabel="share right")

    return _svg(draw, "types", height=max(2.6, 0.27 * len(names) + 0.8))


def depth_plot(rows: Sequence[Row]) -> Markup | None:
    """The share of answerable questions with a relevant passage by a depth."""
    ranks = [row.rank for row in rows if row.measures.get("recall@1") is not None]
    if not ranks:
        return None
    found = [sum(rank is not None and rank <= depth for rank in ranks) for depth in _DEPTHS]

    def draw(axes: "Axes") -> None:
        shares = [count / len(ranks) for count in found]
        axes.plot(_DEPTHS, shares, color=_ACCENT, drawstyle="steps-post")
        for depth in (1, 5, 20):
            axes.plot([depth], [shares[depth - 1]], "o", color=_SECOND)
        axes.set_xscale("log")
        axes.set_xticks([1, 2, 5, 10, 20, 50], ["1", "2", "5", "10", "20", "50"])
        axes.minorticks_off()
        axes.set(ylim=(min(0.5, min(shares) - 0.05), 1.02))
        axes.set(xlabel="passages looked at", ylabel="share with a relevant one")

    return _svg(draw, "depth")


def _svg(draw: "Callable[[Axes], None]", name: str, height: float = 3.2) -> Markup:
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    style: Any = {
        "svg.fonttype": "none",
        "svg.hashsalt": name,
        "svg.id": None,
        "font.family": "sans-serif",
        "font.size": 9.5,
        "text.color": _INK,
        "axes.labelcolor": _INK,
        "axes.edgecolor": _FAINT,
        "xtick.color": _INK,
        "ytick.color": _INK,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "grid.color": _FAINT,
        "grid.alpha": 0.5,
        "grid.linewidth": 0.6,
        "lines.linewidth": 1.8,
    }
    with matplotlib.rc_context(style):
        figure = Figure(figsize=(5.2, height), layout="constrained")
        FigureCanvasSVG(figure)
        draw(figure.add_subplot())
        out = io.StringIO()
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        with warnings.catch_warnings():
            # A glyph that matplotlib's font lacks is drawn by the page's font all the same.
            warnings.filterwarnings("ignore", "Glyph .* missing from font")
            figure.savefig(out, format="svg", transparent=True, metadata=nothing)
    svg = out.getvalue()
    svg = svg[svg.index("<svg") :]
    for placeholder, colour in _COLOURS.items():
        svg = svg.replace(placeholder, colour)
    svg = re.sub(r'font-family: [^;"]*', "font-family: inherit", svg)
    svg = re.sub(r'(<svg[^>]*?) width="[^"]*" height="[^"]*"', r"\1", svg, count=1)
    # One page holds several drawings: what one refers to must not be found in another.
    svg = re.sub(r'\b(id="|href="#|url\(#)', rf"\g<1>{name}-", svg)
    return Markup(svg)
