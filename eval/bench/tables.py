"""The figures as plain tables, and how a figure is made of several runs."""

import os
import platform
import sys
from collections.abc import Iterable, Sequence
from statistics import median

from rich import box
from rich.console import Console
from rich.table import Table

_WIDTH = 100
_console = Console(width=None if sys.stdout.isatty() else _WIDTH, highlight=False)


def heading(text: str) -> None:
    """Say what is measured, and on what machine."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    _console.print(f"\n[bold]{text}[/bold]")
    where = f"{platform.system()} {platform.machine()}, {cores} cores, Python"
    _console.print(f"[dim]{where} {platform.python_version()}[/dim]")


def say(text: str) -> None:
    """Print a line of text."""
    _console.print(text, markup=False)


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table; all columns but the first are figures."""
    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for number, column in enumerate(columns):
        shown.add_column(column, justify="right" if number else "left")
    for row in rows:
        shown.add_row(*row)
    _console.print(shown)


def spread(values: Sequence[float], unit: str = "", digits: int = 2) -> str:
    """Return the median with the least and the greatest: `3.10 (2.95-3.30) s`.

    >>> spread([1, 2, 4], "s", 0)
    '2 (1-4) s'
    """
    middle, least, most = (f"{v:,.{digits}f}" for v in (median(values), min(values), max(values)))
    return f"{middle} ({least}-{most}) {unit}".rstrip()


def megabytes(count: float) -> str:
    """Return bytes as millions of them."""
    return f"{count / 1e6:,.0f} MB"


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least this share of them does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -int(-share * len(ordered) // 1) - 1))]
