"""Candidates to an answer: what says the same becomes one, with a citation for each that says it.

Copies of one text count as one witness. Whether the articles answer at all is a fitted
probability, never a constant.
"""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from itertools import combinations
from typing import NamedTuple

import numpy as np

from ragqa.duplicates import copies, groups, near_duplicates
from ragqa.questions import Question
from ragqa.terms import Terms, stems_of
from ragqa.types import (
    Agreement,
    AnswerItem,
    Candidate,
    Citation,
    Frozen,
    Passage,
    SamePlace,
    Span,
)
from ragqa.values import agree

_FILE = "abstention.json"


class Abstention(Frozen):
    """A fitted logistic model of whether the passages answer, and what it was fitted on.

    A question is refused below `threshold`, which follows from `cost`: how many questions refused
    though answerable are as bad as one answered though the articles don't.
    """

    features: tuple[str, ...]
    weights: tuple[float, ...]
    intercept: float
    cost: float
    threshold: float
    fitted_on: Mapping[str, str]
    quality: Mapping[str, float]

    def probability(self, signals: Sequence[float]) -> float:
        """Return the probability that the passages hold an answer: 0 to 1."""
        logit = self.intercept + float(np.dot(self.weights, signals))
        return 1 / (1 + math.exp(-logit))


SIGNALS = (
    "best_score",
    "lead",
    "best_cosine",
    "coverage_sentence",
    "coverage_passage",
    "heaviest_missing",
    "names_missing",
    "value_missing",
)


class Draft(NamedTuple):
    """An answer without its index and times."""

    answered: bool
    confidence: float
    agreement: Agreement
    answers: tuple[AnswerItem, ...]
    citations: tuple[Citation, ...]


@dataclass
class _Group:
    """Candidates that say the same, best first."""

    members: list[Candidate] = field(default_factory=list)

    @property
    def best(self) -> Candidate:
        return self.members[0]


Sizes = Callable[[Sequence[str]], Mapping[str, Mapping[int, int]]]
"""Gives for each of some articles the characters of its chunks by duplicate group."""


def answer(
    question: Question,
    terms: Terms,
    passages: Sequence[Passage],
    candidates: Sequence[Candidate],
    sizes: Sizes,
    abstention: Abstention,
    most: int,
) -> Draft:
    """Group the candidates into answers, count their witnesses and decide whether to answer.

    Args:
        question: The question asked.
        terms: Its words and what they are worth.
        passages: What was read, best first.
        candidates: What the reader found in them, best first.
        sizes: Tells copies of one text from independent articles.
        abstention: Says how probable it is that the passages answer.
        most: The number of different answers wanted.
    """
    if not candidates:
        return _refusal(passages, most, 0.0)
    grouped = _grouped(passages, candidates)
    signals = signals_of(question, terms, passages, candidates)
    probability = abstention.probability(signals)
    if probability < abstention.threshold:
        return _refusal(passages, most, probability)
    shown = grouped[:most]
    shares = _shares([group.best.score for group in grouped])
    answers: list[AnswerItem] = []
    citations: list[Citation] = []
    for group, share in zip(shown, shares, strict=False):
        cited = _one_for_each_chunk(group.members, passages)
        numbers = tuple(range(len(citations) + 1, len(citations) + 1 + len(cited)))
        citations += [
            _cite(number, passages[each.passage], each, each.score)
            for number, each in zip(numbers, cited, strict=True)
        ]
        passage = passages[group.best.passage]
        answers.append(
            AnswerItem(
                text=passage.slice(group.best),
                sentence=passage.slice(group.best.sentence),
                confidence=probability * share,
                witnesses=_witnesses([passages[each.passage] for each in cited], sizes),
                value=group.best.value,
                citations=numbers,
            )
        )
    return Draft(
        answered=True,
        confidence=probability,
        agreement=_agreement(shown, answers, passages, terms),
        answers=tuple(answers),
        citations=tuple(citations),
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
        max((each.dense or 0.0) for each in passages),
        terms.coverage(sentence),
        terms.coverage(nearby),
        terms.heaviest_missing(nearby),
        len(names - nearby) / len(names) if names else 0.0,
        float(bool(question.expects) and best.value is None),
    )


def shipped_abstention() -> Abstention:
    """Return the model that comes with ragqa."""
    data = resources.files("ragqa").joinpath("models", _FILE).read_bytes()
    return Abstention.model_validate(json.loads(data))


def _grouped(passages: Sequence[Passage], candidates: Sequence[Candidate]) -> list[_Group]:
    found: list[_Group] = []
    for candidate in candidates:
        for group in found:
            if _same(passages, group.best, candidate):
                group.members.append(candidate)
                break
        else:
            found.append(_Group([candidate]))
    return found


def _same(passages: Sequence[Passage], one: Candidate, other: Candidate) -> bool:
    if one.value is not None and other.value is not None:
        return agree(one.value, other.value)
    if one.value is not None or other.value is not None:
        return False
    return near_duplicates(
        passages[one.passage].slice(one.sentence), passages[other.passage].slice(other.sentence)
    )


def _one_for_each_chunk(
    members: Sequence[Candidate], passages: Sequence[Passage]
) -> list[Candidate]:
    best: dict[int, Candidate] = {}
    for each in members:
        best.setdefault(each.passage, each)
    return list(best.values())


def _witnesses(passages: Sequence[Passage], sizes: Sizes) -> int:
    """Count the articles that say it, copies of one text as one."""
    articles = sorted({passage.place.article for passage in passages})
    by_article = sizes(articles)
    edges = [(at, at) for at in range(len(articles))]
    edges += [
        (one, other)
        for one, other in combinations(range(len(articles)), 2)
        if copies(by_article[articles[one]], by_article[articles[other]])
    ]
    return len(groups(edges))


def _agreement(
    shown: Sequence[_Group],
    answers: Sequence[AnswerItem],
    passages: Sequence[Passage],
    terms: Terms,
) -> Agreement:
    first = shown[0]
    if any(_conflict(first, other, passages, terms) for other in shown[1:]):
        return "conflicting"
    return "corroborated" if answers[0].witnesses > 1 else "single"


def _conflict(one: _Group, other: _Group, passages: Sequence[Passage], terms: Terms) -> bool:
    """Whether another article gives another value, in a sentence as much on the question."""
    if one.best.value is None or other.best.value is None:
        return False
    if one.best.value.kind != other.best.value.kind or one.best.value.kind == "name":
        return False
    articles = {passages[each.passage].place.article for each in one.members}
    if passages[other.best.passage].place.article in articles:
        return False
    covered = [
        terms.coverage(stems_of(passages[each.best.passage].slice(each.best.sentence)))
        for each in (one, other)
    ]
    return covered[1] > 0 and covered[1] >= covered[0]


def _shares(scores: Sequence[float]) -> list[float]:
    """Return the softmax of scores."""
    weights = np.exp(np.asarray(scores) - max(scores))
    return [float(weight) for weight in weights / weights.sum()]


def _refusal(passages: Sequence[Passage], most: int, probability: float) -> Draft:
    nearest = tuple(
        _cite(
            number, passage, Span(start=passage.place.start, end=passage.place.end), passage.score
        )
        for number, passage in enumerate(passages[:most], start=1)
    )
    return Draft(
        answered=False, confidence=probability, agreement="none", answers=(), citations=nearest
    )


def _cite(number: int, passage: Passage, span: Span, score: float) -> Citation:
    return Citation(
        number=number,
        **passage.place.model_dump(),
        quote=passage.text,
        answer_start=span.start,
        answer_end=span.end,
        score=score,
        also_in=tuple(
            SamePlace(article=place.article, path=place.path, start=place.start, end=place.end)
            for place in passage.also_in
        ),
    )
