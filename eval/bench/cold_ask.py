"""One question to a ready index, whole process, against the least script that does the same.

The other is `minimal.py`, on sentence_transformers and faiss. Runs are interleaved; each pair gives
one ratio.
"""

import argparse
import json
import re
import tempfile
from collections import Counter
from pathlib import Path

from corpora import articles
from processes import Run, python
from tables import heading, megabytes, say, spread, table

MINIMAL = Path(__file__).with_name("minimal.py")
QUESTION = "How much did running Sora cost each day?"
# A question that is refused is answered too.
_ANSWERED = (0, 1)
_IMPORT = re.compile(r"import time:\s*(\d+) \|\s*\d+ \|\s*(\S+)")
_SHOWN_PACKAGES = 8


def compare(work: Path, rounds: int) -> None:
    """Print the time, processor time and memory of both, and their ratios."""
    folder, source = articles()
    ours, theirs = work / "ragqa", work / "minimal"
    python("-m", "ragqa", "index", folder, "--index", ours)
    python(MINIMAL, "index", folder, theirs)
    runs: dict[str, list[Run]] = {"ragqa ask": [], "minimal script": []}
    commands = {
        "ragqa ask": ("-m", "ragqa", "ask", QUESTION, "--index", str(ours)),
        "minimal script": (str(MINIMAL), "ask", QUESTION, str(theirs)),
    }
    for number in range(rounds + 1):
        for name, command in commands.items():
            run = python(*command, accepted=_ANSWERED)
            if number:  # the first of each brings the files into the system's cache
                runs[name].append(run)
    heading(f"Cold question, whole process, {source}, {rounds} runs each")
    rows = [
        (
            name,
            spread([run.seconds for run in each], "s"),
            spread([run.cpu_seconds for run in each], "s"),
            megabytes(max(run.peak_bytes for run in each)),
        )
        for name, each in runs.items()
    ]
    pairs = list(zip(*runs.values(), strict=True))
    ratio = (
        "ratio",
        spread([b.seconds / a.seconds for a, b in pairs], "x", 1),
        spread([b.cpu_seconds / a.cpu_seconds for a, b in pairs], "x", 1),
        "",
    )
    table(("", "time (least-most)", "processor time", "peak memory"), [*rows, ratio])
    _where_it_goes(ours)


def _where_it_goes(index: Path) -> None:
    """Print what one cold question spends its time on."""
    bare = python("-c", "pass").seconds
    run = python(
        "-X", "importtime", "-m", "ragqa", "ask", QUESTION, "--index", index, "--json",
        accepted=_ANSWERED,
    )  # fmt: skip
    spent: Counter[str] = Counter()
    for microseconds, module in _IMPORT.findall(run.errors):
        spent[module.partition(".")[0]] += int(microseconds)
    imports = sum(spent.values()) / 1000
    asked = json.loads(run.output)["milliseconds"]
    rest = 1000 * (run.seconds - bare) - imports - asked["total"]
    largest = ", ".join(
        f"{name} {spent[name] / 1000:.0f}" for name, _ in spent.most_common(_SHOWN_PACKAGES)
    )
    say("Where one cold question spends it (with -X importtime, which slows imports):")
    table(
        ("", "ms"),
        [
            ("Python itself", f"{1000 * bare:.0f}"),
            ("imports", f"{imports:.0f}"),
            ("search", f"{asked['search']:.0f}"),
            ("read and answer", f"{asked['read']:.0f}"),
            ("loading model and index, and the rest", f"{rest:.0f}"),
        ],
    )
    say(f"Imports in ms, by package: {largest}")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7, help="runs of each")
    parser.add_argument("--quick", action="store_true", help="a single run of each")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        compare(Path(work), 1 if given.quick else given.rounds)


if __name__ == "__main__":
    main()
