"""Why a wrong answer is wrong: the first stage at which the gold evidence was lost."""

from typing import Literal, get_args

from ragqa.types import Frozen

Cause = Literal[
    "not read",
    "left out",
    "split across chunks",
    "merged away",
    "not retrieved",
    "ranked too low",
    "wrong sentence",
    "wrong span",
    "not grouped",
    "wrongly refused",
    "wrongly answered",
]
CAUSES: tuple[Cause, ...] = get_args(Cause)

EXPLANATIONS: dict[Cause, str] = {
    "not read": "No accepted answer stands in the text of a gold article as it was read.",
    "left out": "It stands there, but in no chunk: it was left out as non-content.",
    "split across chunks": "It stands in the content, but no chunk covers it whole.",
    "merged away": "The passage that stands for its duplicate group does not say it.",
    "not retrieved": "No passage that covers it was found at all.",
    "ranked too low": "One was found, below the passages that the reader reads.",
    "wrong sentence": "The reader was given it and preferred a sentence that does not say it.",
    "wrong span": "The first answer's sentence says it, the part marked in it does not.",
    "not grouped": "Found and read, but not shown as a second witness or a disagreement.",
    "wrongly refused": "It would have been answered right, but the question was refused.",
    "wrongly answered": "The articles do not say, but the question was answered.",
}


class Trail(Frozen):
    """How far the evidence for one question came, from the stages' own outputs.

    For an answer that is right but lacks a witness or a conflicting value, the evidence is that of
    what is missing.

    Attributes:
        answerable: The articles say.
        answered: The question was not refused.
        read: An accepted answer stands in a gold article's text.
        content: A chunk overlaps it.
        whole: A chunk covers it.
        merged: The passage that stands for its duplicate group lacks it.
        rank: The rank of the first passage that covers it, from 1.
        limit: How many passages the reader was given.
        proposed: What would have been answered is right; only looked at when refused.
        sentence: The first answer's sentence says it.
        span: The first answer's text does, at least in part.
        complete: All that had to be shown together is.
    """

    answerable: bool = True
    answered: bool = True
    read: bool = True
    content: bool = True
    whole: bool = True
    merged: bool = False
    rank: int | None = 1
    limit: int = 1
    proposed: bool = True
    sentence: bool = True
    span: bool = True
    complete: bool = True


def cause(trail: Trail) -> Cause | None:
    """The first stage at which the evidence was lost, or None when the answer is right."""
    if not trail.answerable:
        return "wrongly answered" if trail.answered else None
    if trail.answered and trail.sentence and trail.span and trail.complete:
        return None
    if trail.answered and trail.sentence and not trail.span:
        return "wrong span"
    stages: tuple[tuple[bool, Cause], ...] = (
        (trail.read, "not read"),
        (trail.content, "left out"),
        (trail.whole, "split across chunks"),
        (trail.rank is not None or not trail.merged, "merged away"),
        (trail.rank is not None, "not retrieved"),
        ((trail.rank or 0) <= trail.limit, "ranked too low"),
        (trail.sentence if trail.answered else trail.proposed, "wrong sentence"),
        (trail.answered, "wrongly refused"),
    )
    return next((lost for survived, lost in stages if not survived), "not grouped")
