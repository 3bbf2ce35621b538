"""What an evaluation leaves behind: frozen rows and figures, saved as one JSON object."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ragqa.errors import InputError
from ragqa.evaluation.causes import Cause
from ragqa.types import Agreement, Frozen

Figures = Mapping[str, float | None]
Intervals = Mapping[str, tuple[float, float] | None]


class Excerpt(Frozen):
    """A piece of an article with a span of it marked; offsets are into `text`."""

    article: str
    title: str
    text: str
    mark_start: int
    mark_end: int


class ShownAnswer(Frozen):
    """One of the answers given, and the articles that its citations name."""

    text: str
    sentence: str
    confidence: float
    witnesses: int
    articles: tuple[str, ...]


class Row(Frozen):
    """One question: what was expected, what came, and how that measures.

    `rank` is that of the first relevant passage, from 1. `cause` is None when the answer is right.
    `loss` is 1 when the first answer is wrong or, of a refusal, would have been. `cited` marks the
    first answer in its first citation, `expected` a gold answer in its article.
    """

    id: str
    type: str
    question: str
    answerable: bool
    answers: tuple[str, ...]
    articles: tuple[str, ...]
    conflict: tuple[str, ...]
    must_cite: int | None
    answered: bool
    confidence: float
    agreement: Agreement
    shown: tuple[ShownAnswer, ...]
    cited: Excerpt | None
    expected: Excerpt | None
    rank: int | None
    cause: Cause | None
    loss: float | None
    measures: Figures
    milliseconds: float

    @property
    def right(self) -> bool:
        """Whether nothing is wrong with the answer."""
        return self.cause is None

    @property
    def asks(self) -> tuple[object, ...]:
        """What makes two rows the same question with the same gold answer."""
        return (self.id, self.question, self.answers, self.conflict, self.must_cite)


class Data(Frozen):
    """What was measured on, by SHA-256.

    `corpus_sha256` is over the ids and texts of the indexed articles, in the order of the ids.
    """

    gold: str
    gold_sha256: str
    corpus_sha256: str
    articles: int
    chunks: int
    questions: int
    asked: int
    reader_only: bool


class Timing(Frozen):
    """Seconds in all, and inside the engine (retrieval and reading)."""

    total: float
    engine: float


class Difference(Frozen):
    """A metric against the baseline's: the paired difference and its 95% interval."""

    now: float | None
    before: float | None
    difference: float | None
    interval: tuple[float, float] | None
    worse: bool


class Comparison(Frozen):
    """Against a saved baseline, over the questions that both hold with the same gold answer.

    `left_out` counts the questions that only one of them holds. `settings` are those that differ,
    as (now, before).
    """

    baseline: str
    questions: int
    left_out: int
    differences: Mapping[str, Difference]
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    settings: Mapping[str, tuple[Any, Any]]

    @property
    def worse(self) -> tuple[str, ...]:
        """The metrics that are worse beyond chance."""
        return tuple(name for name, difference in self.differences.items() if difference.worse)


class Ablation(Frozen):
    """One variant of the settings: its figures, and the difference from the first variant's."""

    name: str
    settings: Mapping[str, Any]
    metrics: Figures
    intervals: Intervals
    differences: Mapping[str, Difference]


class Results(Frozen):
    """One evaluation, which is also what `--json` prints.

    `complete` is False when it was interrupted, and then it covers the questions asked so far.
    """

    metrics: Figures
    intervals: Intervals
    by_type: Mapping[str, Figures]
    intervals_by_type: Mapping[str, Intervals]
    causes: Mapping[Cause, int]
    questions: tuple[Row, ...]
    settings: Mapping[str, Any]
    versions: Mapping[str, str]
    data: Data
    timing: Timing
    complete: bool = True
    comparison: Comparison | None = None
    ablations: tuple[Ablation, ...] = ()

    def save(self, file: Path) -> None:
        """Write the results, one question a line, to be loaded again and compared with.

        The excerpts, which only the report shows, and the comparison, which is with another file,
        are left out.

        Raises:
            InputError: The file cannot be written.
        """
        rows = [row.model_copy(update={"cited": None, "expected": None}) for row in self.questions]
        whole = self.model_copy(update={"questions": (), "comparison": None})
        before, after = whole.model_dump_json().split('"questions":[]', 1)
        lines = ",\n".join(row.model_dump_json() for row in rows)
        write(file, f'{before}\n"questions":[\n{lines}\n]{after}\n')


def load(file: Path) -> Results:
    """Read saved results.

    Raises:
        InputError: The file cannot be read or holds no results.
    """
    try:
        return Results.model_validate_json(file.read_bytes())
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror})") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "the whole"
        raise InputError(
            f"{file}, field {field}: not saved results ({first['msg']}); "
            "write them with `ragqa eval GOLD --save FILE`"
        ) from error


def write(file: Path, text: str) -> None:
    """Write a file.

    Raises:
        InputError: It cannot be written.
    """
    try:
        file.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise InputError(f"{file}: cannot be written ({error.strerror})") from error
