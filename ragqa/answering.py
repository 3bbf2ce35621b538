"""Candidates to an answer: what says the same becomes one, with a citation for each that says it.

Copies of one text count as one witness. Whether the articles answer at all is a fitted
probability, never a constant.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np

from ragqa.abstention import Abstention, signals_of
from ragqa.duplicates import copies, groups, near_duplicates
from ragqa.questions import Question
from ragqa.terms import Terms, stems_of
from ragqa.types import (
    Agreement,
    AnswerItem,
    Candidate,
    Citation,
    Passage,
    SamePlace,
    Span,
)
from ragqa.values import agree, compare

# How much less than the first a contradicting sentence may score. Of the tuning questions' 84
# conflicts (names and reasons, which are not compared, among them) 5 shows 16 and claims 68 false
# ones in 787, 3 shows 15 and claims 46, 2 shows 11 and claims 34.
_RIVAL_SCORE = 3.0


class Draft(NamedTuple):
    """An answer without its index and times."""

    answered: bool
    confidence: float
    agreement: Agreement
    answers: tuple[AnswerItem, ...]
    citations: tuple[Citation, ...]


class _Group(NamedTuple):
    """Candidates that say the same, best first, and what they score together."""

    members: list[Candidate]
    score: float

    @property
    def best(self) -> Candidate:
        return self.members[0]


Sentences = Callable[[Sequence[str]], Mapping[str, Sequence[str]]]
"""Gives the sentences of articles by their ids."""


def answer(
    question: Question,
    terms: Terms,
    passages: Sequence[Passage],
    candidates: Sequence[Candidate],
    sentences: Sentences,
    abstention: Abstention,
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
        most: The number of different answers wanted.
    """
    if not candidates:
        return _refusal(passages, most, 0.0)
    probability = abstention.probability(signals_of(question, terms, passages, candidates))
    if probability < abstention.threshold:
        return _refusal(passages, most, probability)
    witnesses = _witnesses(passages, sentences)
    grouped = _grouped(passages, candidates, witnesses)
    shares = _shares([group.score for group in grouped])
    answers: list[AnswerItem] = []
    citations: list[Citation] = []
    for group, share in zip(grouped[:most], shares, strict=False):
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
                confidence=probability * share,
                witnesses=len({witnesses[each.passage] for each in cited}),
                value=group.best.value,
                citations=numbers,
                contradicts_first=_conflict(grouped[0], group, passages, terms, witnesses),
            )
        )
    return Draft(
        answered=True,
        confidence=probability,
        agreement=_agreement(answers),
        answers=tuple(answers),
        citations=tuple(citations),
    )


def _grouped(
    passages: Sequence[Passage], candidates: Sequence[Candidate], witnesses: Sequence[int]
) -> list[_Group]:
    """Put candidates that say the same together, the likeliest group first.

    Every independent witness adds to a group what its best candidate scores, as the probability of
    an answer is the sum over the places that give it; a second place of one witness adds nothing.
    """
    found: list[list[Candidate]] = []
    for candidate in candidates:
        for members in found:
            if _same(passages, members[0], candidate):
                members.append(candidate)
                break
        else:
            found.append([candidate])
    grouped = []
    for members in found:
        best: dict[int, float] = {}
        for each in members:
            best.setdefault(witnesses[each.passage], each.score)
        grouped.append(_Group(members, float(np.logaddexp.reduce(list(best.values())))))
    grouped.sort(key=lambda group: -group.score)
    return grouped


def _same(passages: Sequence[Passage], one: Candidate, other: Candidate) -> bool:
    if one.value is not None and other.value is not None:
        return agree(one.value, other.value)
    if one.value is not None or other.value is not None:
        return False
    return near_duplicates(
        passages[one.passage].slice(one.sentence), passages[other.passage].slice(other.sentence)
    )


def _one_for_each_chunk(members: Sequence[Candidate]) -> list[Candidate]:
    best: dict[int, Candidate] = {}
    for each in members:
        best.setdefault(each.passage, each)
    return list(best.values())


def _witnesses(passages: Sequence[Passage], sentences: Sentences) -> list[int]:
    """Return the number of the witness behind each passage: copies of one text have the same."""
    articles = sorted({passage.place.article for passage in passages})
    by_article = sentences(articles)
    pairs = [(at, at) for at in range(len(articles))]
    pairs += [
        (one, other)
        for one, other in combinations(range(len(articles)), 2)
        if copies(by_article[articles[one]], by_article[articles[other]])
    ]
    witness = {articles[at]: number for number, those in enumerate(groups(pairs)) for at in those}
    return [witness[passage.place.article] for passage in passages]


def _agreement(answers: Sequence[AnswerItem]) -> Agreement:
    if any(each.contradicts_first for each in answers):
        return "conflicting"
    return "corroborated" if answers[0].witnesses > 1 else "single"


def _conflict(
    one: _Group,
    other: _Group,
    passages: Sequence[Passage],
    terms: Terms,
    witnesses: Sequence[int],
) -> bool:
    """Whether another witness gives another value of the same, in a sentence as much to the point.

    The same means: comparable, in a sentence that holds (or stands under a heading that
    holds) every word of the question that the first one's holds, and that the reader finds nearly
    as good.
    """
    mine, yours = one.best.value, other.best.value
    if mine is None or yours is None or mine.kind == "name":
        return False
    if compare(mine, yours) != "different":
        return False
    if witnesses[other.best.passage] in {witnesses[each.passage] for each in one.members}:
        return False
    asked = set(terms.stems)
    first = asked & stems_of(passages[one.best.passage].slice(one.best.sentence))
    second = asked & _under_headings(passages, other.best)
    near = one.best.score - other.best.score < _RIVAL_SCORE
    return near and bool(first) and first <= second


def _under_headings(passages: Sequence[Passage], candidate: Candidate) -> set[str]:
    """Return the stems of a candidate's sentence and of the headings it stands under."""
    passage = passages[candidate.passage]
    sentence = passage.slice(candidate.sentence)
    return stems_of(f"{passage.place.title}\n{passage.heading or ''}\n{sentence}")


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
