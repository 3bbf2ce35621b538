"""Whether the articles answer at all: a fitted probability, never a constant."""

from collections.abc import Sequence
from pathlib import Path

from ragqa.errors import IndexFolderError
from ragqa.logistic import Logistic, shipped
from ragqa.questions import Question
from ragqa.terms import Terms, stems_of
from ragqa.types import Candidate, Passage


class Abstention(Logistic):
    """How probable it is that the passages answer, and what it was fitted on.

    A question is refused below `threshold`, which follows from `cost`: how many questions answered
    though the articles don't are as bad as one refused though they do. `reader` is the one whose
    candidates it judges.
    """

    reader: str
    cost: float


CALIBRATED = "abstention.json"
"""The model that `ragqa calibrate` puts into an index folder."""

SIGNALS = (
    "best_score",
    "lead",
    "margin",
    "best_margin",
    "relevance",
    "best_cosine",
    "coverage_sentence",
    "coverage_passage",
    "heaviest_missing",
    "names_missing",
    "name_asked_missing",
    "value_asked_missing",
)


def signals_of(
    question: Question, terms: Terms, passages: Sequence[Passage], candidates: Sequence[Candidate]
) -> tuple[float, ...]:
    """Return what abstention is decided on, in the order of SIGNALS."""
    best = candidates[0]
    others = [each for each in candidates if each.sentence != best.sentence]
    passage = passages[best.passage]
    sentence = stems_of(passage.slice(best.sentence))
    nearby = sentence | stems_of(f"{passage.place.title} {passage.heading or ''} {passage.text}")
    names = stems_of(" ".join(name.text for name in question.names))
    return (
        best.score,
        best.score - others[0].score if others else 0.0,
        best.margin,
        max(each.margin for each in candidates),
        max(each.relevance for each in candidates),
        max((each.dense or 0.0) for each in passages),
        terms.coverage(sentence),
        terms.coverage(nearby),
        terms.heaviest_missing(nearby),
        len(names - nearby) / len(names) if names else 0.0,
        float(best.value is None and "name" in question.expects),
        float(best.value is None and bool(question.expects) and "name" not in question.expects),
    )


def load_abstention(folder: Path, reader: str) -> Abstention:
    """Return the model calibrated for an index, or that which comes with ragqa.

    Raises:
        IndexFolderError: the calibrated one is damaged, or is for another reader or version.
    """
    path = folder / CALIBRATED
    if not path.is_file():
        return shipped_abstention(reader)
    remedy = f"calibrate again with: ragqa calibrate GOLD, or remove {path}"
    try:
        found = Abstention.model_validate_json(path.read_bytes())
    except (OSError, ValueError) as error:
        raise IndexFolderError(f"{path} is damaged; {remedy}") from error
    if found.features != SIGNALS or found.reader != reader:
        raise IndexFolderError(
            f"{path} was calibrated for the reader {found.reader!r} of another setting or "
            f"version, not for {reader!r} as it is; {remedy}"
        )
    return found


def shipped_abstention(reader: str) -> Abstention:
    """Return the model that comes with ragqa for a reader; one not known finds spans."""
    return Abstention.model_validate_json(shipped("abstention", reader))
