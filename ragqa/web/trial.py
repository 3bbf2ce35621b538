"""Gold questions asked of the index from the page, in a process of its own.

The server goes on answering meanwhile, and its memory stays as it was. The process writes a JSON
object a line: how far it is, and at last the report, or why there is none. Interrupted, it reports
on the questions asked so far.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from pathlib import Path

from ragqa.engine import Engine
from ragqa.errors import RagqaError
from ragqa.evaluation.command import results_of
from ragqa.evaluation.evidence import Library
from ragqa.evaluation.gold import Gold, read_gold
from ragqa.evaluation.harness import Asked, ask_all
from ragqa.evaluation.results import Row
from ragqa.settings import Settings
from ragqa.types import Frozen

_GIVEN_UP = "the evaluation ended before its report; run it again"


class Step(Frozen):
    """How far a run is; `report`, an HTML page, comes with the last step, or `error`."""

    asked: int = 0
    right: int = 0
    questions: int = 0
    complete: bool = False
    report: str | None = None
    error: str | None = None


class Trial:
    """One run: start it by iterating over its steps."""

    def __init__(self, gold: Path, index: Path, settings: Settings) -> None:
        command = [sys.executable, "-m", "ragqa.web.trial", str(gold), str(index)]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONUTF8": "1"},
            text=True,
            encoding="utf-8",
        )
        self._settings = settings
        self._lock = threading.Lock()

    def steps(self) -> Iterator[Step]:
        """Yield how far it is, and at last the report; closing the iterator ends the run."""
        process = self._process
        last = Step()
        try:
            if process.stdin is None or process.stdout is None:
                raise ValueError("the process was started without pipes")
            process.stdin.write(self._settings.model_dump_json())
            process.stdin.close()
            for line in process.stdout:
                last = Step.model_validate_json(line)
                yield last
        except BrokenPipeError:
            pass
        finally:
            with self._lock:
                process.kill()
                process.wait()
        if last.report is None and last.error is None:
            yield last.model_copy(update={"error": _GIVEN_UP})

    def stop(self) -> None:
        """Ask no more questions; the report on those asked still comes."""
        with self._lock:
            if self._process.poll() is None:
                self._process.send_signal(signal.SIGINT)


def fitting_sets(folder: Path, articles: Sequence[str]) -> dict[str, Path]:
    """The gold sets of a folder that ask about these articles, by name."""
    return {
        path.stem: path for path in sorted(folder.glob("*.jsonl")) if _fits(path, sorted(articles))
    }


def _fits(path: Path, articles: Sequence[str]) -> bool:
    """Whether every article that a set names, by id or its beginning, is there."""
    try:
        named = {each for question in read_gold(path).questions for each in question.articles}
    except RagqaError:
        return False
    return all(
        (place := bisect_left(articles, each)) < len(articles) and articles[place].startswith(each)
        for each in named
    )


def main() -> None:
    """Ask the questions of `sys.argv[1]` of the index `sys.argv[2]`; settings on standard input."""
    # A server in the background of a shell ignores interrupts, and its children would too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    gold, index = (Path(argument) for argument in sys.argv[1:3])
    try:
        settings = Settings.model_validate_json(sys.stdin.read())
        _say(_run(read_gold(gold), index, settings))
    except RagqaError as error:
        # The page's readers are told the file's name, not where it lies.
        _say(Step(error=str(error).replace(sys.argv[1], gold.name)))
    except KeyboardInterrupt:
        _say(Step(error="stopped before the first answer"))


def _run(gold: Gold, index: Path, settings: Settings) -> Step:
    if gold.articles:
        return Step(
            error="these questions bring articles of their own; run them with: ragqa eval FILE"
        )
    begun = time.perf_counter()
    rows: list[Row] = []
    engine_seconds = 0.0
    total = len(gold.questions)
    with Engine.open(index, settings) as engine:
        library = Library(engine)
        library.check(gold)
        try:
            for question in gold.questions:
                asked = ask_all(engine, library, gold.model_copy(update={"questions": (question,)}))
                rows += asked.rows
                engine_seconds += asked.engine_seconds
                if not asked.complete:
                    break
                _say(Step(asked=len(rows), right=sum(row.right for row in rows), questions=total))
        except KeyboardInterrupt:
            pass
        # From here on, an impatient second stop must not lose the report.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if not rows:
            return Step(questions=total, error="stopped before the first answer")
        asked = Asked(tuple(rows), engine_seconds, len(rows) == total)
        results = results_of(gold, engine, library, asked, settings, begun)
    from ragqa.evaluation.report import report

    return Step(
        asked=len(rows),
        right=sum(row.right for row in rows),
        questions=total,
        complete=results.complete,
        report=report(results),
    )


def _say(step: Step) -> None:
    sys.stdout.write(json.dumps(step.model_dump()) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
