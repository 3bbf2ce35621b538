"""Whether another answer contradicts the first: a fitted probability, and no list of topics.

Only what can contradict is compared at all: values of one kind, unit and rate, and what is said to
a question of yes or no.
"""

import math
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple

from ragqa.grouping import Group, denies
from ragqa.logistic import Logistic, shipped
from ragqa.questions import Question
from ragqa.terms import WORD, Terms, stems_of
from ragqa.types import Candidate, Passage
from ragqa.values import compare

FEATURES: Final = (
    "gap",
    "first_margin",
    "margin",
    "first_relevance",
    "relevance",
    "first_dense",
    "dense",
    "first_coverage",
    "coverage",
    "holds_the_same",
    "words_shared",
    "best_of_witness",
    "place",
    "yes_no",
    "first_says_both",
    "says_both",
    "counted",
    "one_denies",
)
# What a figure counts is named in it or in so many words after it: 2 million [downloads so far].
_COUNTED_WITHIN: Final = 2
# Groups after the first that are looked at.
_LOOKED_AT: Final = 12


class Disagreement(Logistic):
    """How probable it is that two answers contradict, and what it was fitted on.

    `reader` is the one whose candidates it judges.
    """

    reader: str


class Rival(NamedTuple):
    """A group that may contradict the first, and the features of the two."""

    group: Group
    features: tuple[float, ...]


def rivals(
    question: Question, terms: Terms, passages: Sequence[Passage], groups: Sequence[Group]
) -> Iterator[Rival]:
    """Yield the groups that may contradict the first, with what tells whether they do.

    Args:
        question: The question asked.
        terms: Its words and what they are worth.
        passages: What was read.
        groups: The answers, likeliest first.
    """
    if not groups:
        return
    first, *others = groups
    spoken = set(first.witnesses)
    for place, other in enumerate(others[:_LOOKED_AT], start=1):
        fresh = other.witnesses.isdisjoint(spoken)
        if _opposed(first, other) and _comparable(question, first.best, other.best):
            yield Rival(other, _features(question, terms, passages, first, other, place, fresh))
        spoken |= other.witnesses


def _opposed(one: Group, other: Group) -> bool:
    """Whether a witness says the one rather than the other, and another witness the other."""
    return _prefers(one, other) and _prefers(other, one)


def _prefers(one: Group, other: Group) -> bool:
    return any(score > other.scores.get(who, -math.inf) for who, score in one.scores.items())


def _comparable(question: Question, one: Candidate, other: Candidate) -> bool:
    if question.form == "yes-no":
        return True
    mine, yours = one.value, other.value
    if mine is None or yours is None or mine.kind == "name":
        return False
    return compare(mine, yours) == "different"


def _features(
    question: Question,
    terms: Terms,
    passages: Sequence[Passage],
    one: Group,
    two: Group,
    place: int,
    fresh: bool,
) -> tuple[float, ...]:
    first, other = one.best, two.best
    mine, yours = (passages[each.passage] for each in (first, other))
    texts = mine.slice(first.sentence), yours.slice(other.sentence)
    said, says = map(stems_of, texts)
    told, tells = _under_headings(mine, said), _under_headings(yours, says)
    asked = set(terms.stems)
    yes_no = question.form == "yes-no"
    words, others = _words(said), _words(says)
    return (
        one.score - two.score,
        first.margin,
        other.margin,
        first.relevance,
        other.relevance,
        mine.dense or 0.0,
        yours.dense or 0.0,
        terms.coverage(told),
        terms.coverage(tells),
        float(asked & said <= tells),
        len(words & others) / max(1, len(words | others)),
        float(fresh),
        float(place),
        float(yes_no),
        _shared(one, two),
        _shared(two, one),
        float(not _counted(mine, first).isdisjoint(_counted(yours, other))),
        float(yes_no and denies(texts[0]) != denies(texts[1])),
    )


def _shared(group: Group, other: Group) -> float:
    """Return the share of a group's witnesses that say the other too."""
    return len(group.witnesses & other.witnesses) / len(group.witnesses)


def _counted(passage: Passage, answer: Candidate) -> set[str]:
    """Return the stems of what an answer counts or measures, if it is a figure."""
    after = passage.text[answer.end - passage.place.start :]
    following = islice((match.group() for match in WORD.finditer(after)), _COUNTED_WITHIN)
    return _words(stems_of(" ".join((passage.slice(answer), *following))))


def _under_headings(passage: Passage, stems: set[str]) -> set[str]:
    """Return a sentence's stems with those of the headings it stands under."""
    return stems | stems_of(f"{passage.place.title}\n{passage.heading or ''}")


def _words(stems: set[str]) -> set[str]:
    return {stem for stem in stems if not any(map(str.isdigit, stem))}


def shipped_disagreement(reader: str) -> Disagreement:
    """Return the model that comes with ragqa for a reader; one not known finds spans."""
    return Disagreement.model_validate_json(shipped("disagreement", reader))
