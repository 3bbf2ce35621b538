"""Candidates to an answer: what says the same becomes one, with a citation for each that says it.

What contradicts the first answer stands next to it. Whether the articles answer at all, and whether
they contradict each other, are fitted probabilities.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ragqa.abstention import Abstention, signals_of
from ragqa.disagreement import Disagreement, rivals
from ragqa.grouping import Sentences, grouped, witnesses_of
from ragqa.questions import Question
from ragqa.terms import Terms
from ragqa.types import (
    Agreement,
    AnswerItem,
    Candidate,
    Citation,
    Passage,
    SamePlace,
    Span,
)

# From this probability of contradicting the first on, an answer is shown next to it, said to
# contradict it or not.
_LIKELY = 0.03
# Answers are shown until together they are so probable, and after that those of articles that don't
# say the first until together they are almost certain: where articles differ, the others' version
# is often thought unlikely. Of the conflicts to tune on 73% are shown whole, not 69% as with one
# limit of 0.997 for all; of all questions 94.5% have a right one among the first three, not 94.7%.
_ENOUGH = 0.98
_ENOUGH_OF_OTHERS = 0.999


class Draft(NamedTuple):
    """An answer without its index and times."""

    answered: bool
    confidence: float
    agreement: Agreement
    answers: tuple[AnswerItem, ...]
    citations: tuple[Citation, ...]


def answer(
    question: Question,
    terms: Terms,
    passages: Sequence[Passage],
    candidates: Sequence[Candidate],
    sentences: Sentences,
    abstention: Abstention,
    disagreement: Disagreement,
    most: int,
) -> Draft:
    """Group the candidates into answers, count their witnesses and decide whether to answer.

    Args:
        question: The question asked.
        terms: Its words and what they are worth.
        passages: What was read, best first.
        candidates: What the reader found in them, best first.
        sentences: Gives an article's sentences, to tell copies of one text.
        abstention: Says how probable it is that the passages answer.
        disagreement: Says how probable it is that two answers contradict.
        most: The number of different answers wanted.
    """
    if not candidates:
        return _refusal(passages, most, 0.0)
    probability = abstention.probability(signals_of(question, terms, passages, candidates))
    if probability < abstention.threshold:
        return _refusal(passages, most, probability)
    witnesses = witnesses_of(passages, sentences)
    groups = grouped(passages, candidates, witnesses)
    first = groups[0]
    doubts = sorted(
        (-disagreement.probability(each.features), place, each.group)
        for place, each in enumerate(rivals(question, terms, passages, groups))
    )
    likely = [group for doubt, _, group in doubts if -doubt >= _LIKELY]
    contradicting = [group for doubt, _, group in doubts if -doubt >= disagreement.threshold]
    shares = _shares([group.score for group in groups])
    shown = [first, *likely]
    enough = _enough(shares, _ENOUGH)
    for place, group in enumerate(groups[: _enough(shares, _ENOUGH_OF_OTHERS)]):
        elsewhere = group.witnesses.isdisjoint(first.witnesses)
        if group not in shown and (place < enough or elsewhere):
            shown.append(group)
    answers: list[AnswerItem] = []
    citations: list[Citation] = []
    for group in shown[:most]:
        cited = _one_for_each_chunk(group.members)
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
                confidence=probability * shares[groups.index(group)],
                witnesses=len(group.witnesses),
                value=group.best.value,
                citations=numbers,
                contradicts_first=group in contradicting,
            )
        )
    return Draft(
        answered=True,
        confidence=probability,
        agreement=_agreement(answers),
        answers=tuple(answers),
        citations=tuple(citations),
    )


def _one_for_each_chunk(members: Sequence[Candidate]) -> list[Candidate]:
    best: dict[int, Candidate] = {}
    for each in members:
        best.setdefault(each.passage, each)
    return list(best.values())


def _agreement(answers: Sequence[AnswerItem]) -> Agreement:
    if any(each.contradicts_first for each in answers):
        return "conflicting"
    return "corroborated" if answers[0].witnesses > 1 else "single"


def _shares(scores: Sequence[float]) -> list[float]:
    """Return the softmax of scores."""
    weights = np.exp(np.asarray(scores) - max(scores))
    return [float(weight) for weight in weights / weights.sum()]


def _enough(shares: Sequence[float], probable: float) -> int:
    """Return how many of the likeliest answers it takes until one of them is so probably right."""
    return int(np.searchsorted(np.cumsum(shares), probable)) + 1


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
