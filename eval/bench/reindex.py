"""Indexing all of Reuters, then once more after one article has changed.

Each run is a process of its own (`ragqa index`), so that its peak memory is its own.
"""

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any, Literal

from corpora import News, news, write_files, write_lines
from processes import Run, python
from tables import heading, megabytes, spread, table

Shape = Literal["files", "lines"]
INDEX = "index"
_QUICK = 60
_NEWS = (
    "A second reading of the harbour accounts put the cost of the new lock {} thousand guilders "
    "higher than was first reported."
)


def build(work: Path, shape: Shape, limit: int | None) -> tuple[News, Path, Run]:
    """Write the articles and index them into `work / INDEX`; return also what was indexed."""
    found = news(limit)
    if shape == "files":
        path = work / "articles"
        write_files(found.stories, path)
    else:
        path = work / "articles.jsonl"
        write_lines(found.stories, path)
    return found, path, _index(path, work / INDEX)


def compare(work: Path, shape: Shape, limit: int | None, rounds: int) -> None:
    """Print the times and memory of the full build and of the later runs, and their ratio."""
    found, path, full = build(work, shape, limit)
    same = [_index(path, work / INDEX) for _ in range(rounds)]
    changed = []
    for number in range(rounds):
        _change(path, len(found.stories) // 2, number)
        changed.append(_index(path, work / INDEX))
    shown = {"file": "files in folders", "line": "one file of JSON lines"}[shape.removesuffix("s")]
    heading(f"Indexing {found.source}, as {shown}")
    table(
        ("", "time (least-most)", "share of the build", "embedded", "peak memory"),
        [
            (
                name,
                spread([run.seconds for run in runs], "s"),
                spread([100 * run.seconds / full.seconds for run in runs], "%"),
                ", ".join(sorted({f"{_report(run)['embedded']:,}" for run in runs})),
                megabytes(max(run.peak_bytes for run in runs)),
            )
            for name, runs in (
                ("full build", [full]),
                ("nothing changed", same),
                ("one article changed", changed),
            )
        ],
    )


def _index(path: Path, index: Path) -> Run:
    return python("-m", "ragqa", "index", path, "--index", index, "--json")


def _report(run: Run) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(run.output)
    return report


def _change(path: Path, number: int, figure: int) -> None:
    """Add a paragraph to one article."""
    added = _NEWS.format(100 + figure)
    if path.is_dir():
        file = sorted(path.rglob("*.txt"))[number]
        file.write_text(f"{file.read_text('utf-8')}\n{added}\n", encoding="utf-8")
        return
    lines = path.read_text("utf-8").splitlines()
    record = json.loads(lines[number])
    record["text"] += f"\n\n{added}"
    lines[number] = json.dumps(record)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--as", dest="shape", choices=("files", "lines"), default="files")
    parser.add_argument("--work", type=Path, help="where to leave articles and index; else nowhere")
    parser.add_argument("--rounds", type=int, default=3, help="runs after the build")
    parser.add_argument("--quick", action="store_true", help="a small sample, once")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as nowhere:
        work = given.work or Path(nowhere)
        limit, rounds = (_QUICK, 1) if given.quick else (None, given.rounds)
        compare(work, given.shape, limit, rounds)


if __name__ == "__main__":
    main()
