"""The benchmarks run and print their tables; how fast they find ragqa is theirs to say."""

import subprocess
import sys

import pytest

from support import ROOT, environment

BENCH = ROOT / "eval" / "bench"


def bench(*arguments: str) -> str:
    run = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


@pytest.mark.slow
def test_all_benchmarks_print_their_tables() -> None:
    printed = bench(str(BENCH), "--quick")
    for expected in (
        "Cold question, whole process",
        "minimal script",
        "Where one cold question spends it",
        "one article changed",
        "Warm question",
        "99th percentile",
        "Peak memory of the asking process",
        "HNSW",
        "Embedding while indexing",
        "SentenceTransformer.encode",
        "near-duplicates",
    ):
        assert expected in printed


@pytest.mark.slow
def test_a_benchmark_runs_by_itself() -> None:
    printed = bench(str(BENCH / "reindex.py"), "--quick", "--as", "lines")
    # A long title is wrapped where the data are not there and it says so.
    assert "one file of JSON lines" in " ".join(printed.split())
