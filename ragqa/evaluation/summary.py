"""The terminal's summary, in the report's order."""

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from ragqa.evaluation.causes import CAUSES, EXPLANATIONS
from ragqa.evaluation.comparison import Requirement
from ragqa.evaluation.figures import (
    ABLATION,
    BY_TYPE,
    change,
    change_interval,
    direction,
    figure,
    interval,
    short_interval,
)
from ragqa.evaluation.metrics import METRICS
from ragqa.evaluation.results import Ablation, Comparison, Results, Row

_WRONG_SHOWN = 10
_STYLES = {1: "green", -1: "red", 0: ""}


def summarise(results: Results, requirements: Sequence[Requirement], console: Console) -> None:
    """Print what the results say, most important first."""
    rows = results.questions
    right = sum(row.right for row in rows)
    console.print(Text(f"{right} of {len(rows)} questions right", style="bold"))
    console.print(_context(results), highlight=False)
    if results.comparison:
        _comparison(results.comparison, console)
    _causes(results, console)
    console.print(_metrics(results))
    if len(results.by_type) > 1:
        console.print(_types(results))
    if results.ablations:
        console.print(ablation_table(results.ablations))
    _wrong(rows, console)
    for requirement in requirements:
        holds = requirement.holds(results.metrics)
        value = figure(requirement.metric, results.metrics.get(requirement.metric))
        verdict = "holds" if holds else "does not hold"
        console.print(
            Text(f"required {requirement}: {verdict} ({value})", style="green" if holds else "red")
        )


def ablation_table(ablations: Sequence[Ablation]) -> Table:
    """The variants: each figure, and below it the paired difference from the first, or interval."""
    table = _table("variant", *ABLATION)
    for ablation in ablations:
        cells = []
        for metric in ABLATION:
            difference = ablation.differences.get(metric)
            cell = Text(figure(metric, ablation.metrics.get(metric)))
            if difference is None:
                below = short_interval(metric, ablation.intervals.get(metric))
                cell.append(f"\n{below}", style="dim")
            else:
                style = _STYLES[direction(metric, difference)] or "dim"
                cell.append(f"\n{change(metric, difference.difference)}", style=style)
            cells.append(cell)
        table.add_row(escape(ablation.name), *cells)
    return table


def _context(results: Results) -> Text:
    data, timing = results.data, results.timing
    share = timing.engine / timing.total if timing.total else 0.0
    words = (
        f"{data.gold}: {data.articles} articles, {data.chunks} chunks; {timing.total:.1f} s, "
        f"{share:.0%} of it in retrieval and reading"
    )
    if data.reader_only:
        words += "; the reader alone, given the gold paragraph"
    if not results.complete:
        words += f"; interrupted, {data.asked} of {data.questions} questions asked"
    return Text(words, style="dim")


def _comparison(comparison: Comparison, console: Console) -> None:
    table = _table("against the baseline", "before", "now", "change", "95% interval")
    for name, difference in comparison.differences.items():
        if difference.difference is None or difference.interval == (0.0, 0.0):
            continue
        table.add_row(
            name,
            figure(name, difference.before),
            figure(name, difference.now),
            Text(change(name, difference.difference), style=_STYLES[direction(name, difference)]),
            change_interval(name, difference.interval),
        )
    console.print(table)
    if comparison.left_out:
        console.print(Text(f"{comparison.left_out} questions are in only one of the two"))
    for setting, (now, before) in comparison.settings.items():
        console.print(Text(f"setting {setting}: {now} (was {before})"))
    for word, ids in (("gained", comparison.gained), ("lost", comparison.lost)):
        if ids:
            console.print(Text(f"{word} ({len(ids)}): {', '.join(ids)}"))
    if comparison.worse:
        console.print(Text(f"worse beyond chance: {', '.join(comparison.worse)}", style="red"))


def _causes(results: Results, console: Console) -> None:
    if not any(results.causes.values()):
        return
    table = _table("why wrong", "questions", "")
    table.columns[2].justify = "left"
    for cause in CAUSES:
        if results.causes.get(cause):
            table.add_row(cause, str(results.causes[cause]), EXPLANATIONS[cause])
    console.print(table)


def _metrics(results: Results) -> Table:
    table = _table("metric", "value", "95% interval")
    for name in METRICS:
        if results.metrics.get(name) is not None:
            table.add_row(
                name,
                figure(name, results.metrics[name]),
                interval(name, results.intervals.get(name)),
            )
    return table


def _types(results: Results) -> Table:
    table = _table("type", "questions", *BY_TYPE)
    for name, figures in sorted(results.by_type.items()):
        count = sum(row.type == name for row in results.questions)
        cells = (figure(metric, figures.get(metric)) for metric in BY_TYPE)
        table.add_row(escape(name), str(count), *cells)
    return table


def _wrong(rows: Sequence[Row], console: Console) -> None:
    wrong = [row for row in rows if not row.right]
    if not wrong:
        return
    table = Table(box=None, pad_edge=False, header_style="bold", title=" ")
    for head in ("wrong", "cause", "question", "expected", "answered"):
        table.add_column(head, overflow="fold")
    for row in wrong[:_WRONG_SHOWN]:
        expected = " / ".join(row.answers) or "nothing"
        answered = row.shown[0].text if row.shown else "refused"
        cells = (row.id, row.cause or "", row.question, expected, answered)
        table.add_row(*(Text(cell) for cell in cells))
    console.print(table)
    if len(wrong) > _WRONG_SHOWN:
        console.print(Text(f"and {len(wrong) - _WRONG_SHOWN} more: --report FILE.html shows all"))


def _table(first: str, *others: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", title=" ", title_justify="left")
    table.add_column(first)
    for head in others:
        table.add_column(head, justify="right")
    return table
