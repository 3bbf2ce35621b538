"""Passages in, candidate spans with scores out: the `Reader` seam, and the reader of sentences."""

import json
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from ragqa.encoder import Encoder
from ragqa.questions import Question
from ragqa.terms import WORD, Terms, folded, stem, stems_of
from ragqa.types import Candidate, Frozen, Passage, Sentence, Span, Value, ValueSpan
from ragqa.values import find_values

# A clause rarely reaches over these: a value beyond one belongs to something else.
_CLAUSE = re.compile(r"[;:—–]|,\s|\b(?:and|but|while|whereas|or)\b")
_CLAUSE_COST = 4.0
# A name is common when it stands in more passages than this share of them, and than this number.
_COMMON_SHARE = 0.5
_COMMON_LEAST = 3
_CLOSING = "\"'”’)] "
PLAIN = (
    "coverage",
    "coverage_nearby",
    "coverage_passage",
    "passage_cosine",
    "name_found",
    "value_found",
    "heading",
    "question",
    "short",
    "log_words",
    "reason_said",
)
"""The features of a sentence that take no model."""

# What opens a reason, or names one.
_REASON = re.compile(
    r"\b(?:because|since|after|due to|owing to|thanks to|as a result|in order to|so that|led to"
    r"|reasons?|caus(?:e[sd]?|ing)|blam(?:e[sd]?|ing)|forced|fault|wanted|meant)\b",
    re.IGNORECASE,
)
# What only says that something is told next: "Here's what happened, and why it matters."
_ANNOUNCES = re.compile(
    r"\W*(?:(?:so|but|and|now),? )?here(?:['’]s| is| are) (?:exactly |just )?"
    r"(?:what|why|how|when|where|who|which|everything|all)\b[^:;—–\d]*\W*$",
    re.IGNORECASE,
)
# Words below which a sentence says too little to answer alone.
_SHORT = 4


class Reader(Protocol):
    """Finds the spans of passages that may answer a question."""

    def read(
        self, question: Question, terms: Terms, passages: Sequence[Passage]
    ) -> list[Candidate]:
        """Return candidates of all passages, best first; their scores compare across passages."""
        ...


class Weights(Frozen):
    """A fitted linear model over the features of a sentence, and what it was fitted on."""

    features: tuple[str, ...]
    weights: tuple[float, ...]
    fitted_on: Mapping[str, str]
    quality: Mapping[str, float]


class Scored(NamedTuple):
    """A sentence as a reader sees it, the answer in it, and the value that this states.

    `margin` and `relevance` are as in `Candidate`.
    """

    passage: int
    sentence: Sentence
    answer: Span
    value: Value | None
    margin: float = 0.0
    relevance: float = 0.0


class SentenceReader:
    """Scores every sentence of the passages by a fitted linear model over plain features.

    The features say how near the sentence is to the question in meaning and in words, how well
    its passage was retrieved, and whether it holds the kind of value that the question asks for.
    """

    FEATURES = ("cosine", *PLAIN)

    def __init__(self, encoder: Encoder, weights: Weights) -> None:
        self._encoder = encoder
        if weights.features != self.FEATURES:
            raise ValueError(f"the weights are for other features: {weights.features}")
        self._weights = weights

    def read(
        self, question: Question, terms: Terms, passages: Sequence[Passage]
    ) -> list[Candidate]:
        """Return a candidate for each sentence, best first."""
        return rank(*self.features(question, terms, passages), self._weights)

    def features(
        self, question: Question, terms: Terms, passages: Sequence[Passage]
    ) -> tuple[list[Scored], NDArray[np.float64]]:
        """Return the sentences and their features, of shape (sentences, len(FEATURES))."""
        scored, plain = plain_features(question, terms, passages)
        if not scored:
            return [], np.empty((0, len(self.FEATURES)))
        asked = self._encoder.encode([question.text], "question")[0]
        texts = [passages[each.passage].slice(each.sentence) for each in scored]
        return scored, np.column_stack((self._encoder.encode(texts) @ asked, plain))


def plain_features(
    question: Question, terms: Terms, passages: Sequence[Passage]
) -> tuple[list[Scored], NDArray[np.float64]]:
    """Return the sentences of passages and the features PLAIN, of shape (sentences, len(PLAIN)).

    What only announces that something is told is no sentence that answers.
    """
    sentences = [
        (number, position, sentence)
        for number, passage in enumerate(passages)
        for position, sentence in enumerate(passage.sentences)
    ]
    texts = [passages[number].slice(sentence) for number, _, sentence in sentences]
    stems = [stems_of(text) for text in texts]
    local = terms.among(stems)
    above = [stems_of(f"{passage.place.title}\n{passage.heading or ''}") for passage in passages]
    whole = [
        headings | stems_of(passage.text) for headings, passage in zip(above, passages, strict=True)
    ]
    values = _telling([_asked_for(question, passage) for passage in passages])
    rows = []
    scored = []
    for row, (number, position, sentence) in enumerate(sentences):
        if _ANNOUNCES.match(texts[row]):
            continue
        value = _nearest(values[number], passages[number], sentence, terms)
        scored.append(Scored(number, sentence, value or sentence, value.value if value else None))
        under = stems[row] | above[number]
        nearby = under | stems[row - 1] if position else under
        words = len(WORD.findall(texts[row]))
        is_name = value is not None and value.value.kind == "name"
        rows.append(
            (
                local.coverage(under),
                local.coverage(nearby),
                local.coverage(whole[number]),
                passages[number].dense or 0.0,
                is_name,
                value is not None and not is_name,
                sentence.kind == "heading",
                texts[row].rstrip(_CLOSING).endswith("?"),
                words < _SHORT,
                math.log(1 + words),
                question.form == "reason" and bool(_REASON.search(texts[row])),
            )
        )
    return scored, np.asarray(rows, dtype=np.float64).reshape(len(scored), len(PLAIN))


def rank(
    scored: Sequence[Scored], features: NDArray[np.float64], weights: Weights
) -> list[Candidate]:
    """Return a candidate for each sentence by its features, best first.

    A heading answers only with a value in it, or where there is nothing else.
    """
    scores = features @ np.asarray(weights.weights)
    candidates = []
    only_headings = all(each.sentence.kind == "heading" for each in scored)
    for each, score in zip(scored, scores, strict=True):
        if each.sentence.kind == "heading" and each.value is None and not only_headings:
            continue
        candidates.append(
            Candidate(
                passage=each.passage,
                start=each.answer.start,
                end=each.answer.end,
                sentence=Span(start=each.sentence.start, end=each.sentence.end),
                score=float(score),
                value=each.value,
                margin=each.margin,
                relevance=each.relevance,
            )
        )
    candidates.sort(key=lambda each: (-each.score, each.passage, each.start))
    return candidates


def shipped_weights(name: str) -> Weights:
    """Return the weights that come with ragqa, for the reader of a name."""
    data = resources.files("ragqa").joinpath("models", f"{name}_reader.json").read_bytes()
    return Weights.model_validate(json.loads(data))


def _asked_for(question: Question, passage: Passage) -> list[ValueSpan]:
    """Return the values of a passage of the kinds asked for, less those the question gives."""
    asked = set(WORD.findall(folded(question.text)))
    return [
        each
        for each in find_values(passage.text)
        if each.value.kind in question.expects
        and not asked.issuperset(WORD.findall(folded(passage.text[each.start : each.end])))
    ]


def _telling(values: Sequence[Sequence[ValueSpan]]) -> list[list[ValueSpan]]:
    """Leave out names that most of the passages have: they name the subject, not the answer."""
    counts = Counter(
        normal
        for those in values
        for normal in {each.value.normal for each in those if each.value.kind == "name"}
    )
    most = max(_COMMON_LEAST, _COMMON_SHARE * len(values))
    return [[each for each in those if counts[each.value.normal] <= most] for those in values]


def _nearest(
    values: Sequence[ValueSpan], passage: Passage, sentence: Span, terms: Terms
) -> ValueSpan | None:
    """Return the value in a sentence, with its span in the article, nearest to the terms."""
    offset = passage.place.start
    inside = [
        ValueSpan(start=each.start + offset, end=each.end + offset, value=each.value)
        for each in values
        if sentence.start <= each.start + offset and each.end + offset <= sentence.end
    ]
    if len(inside) < 2:
        return inside[0] if inside else None
    text = passage.slice(sentence)
    matched = [
        (sentence.start + match.start(), sentence.start + match.end(), worth)
        for match in WORD.finditer(text)
        for known, worth in zip(terms.stems, terms.worth, strict=True)
        if stem(match.group()) == known
    ]

    def nearness(value: ValueSpan) -> float:
        total = 0.0
        for start, end, worth in matched:
            first, last = (end, value.start) if start < value.start else (value.end, start)
            apart = passage.slice(Span(start=first, end=max(first, last)))
            total += worth / (
                1 + len(WORD.findall(apart)) + _CLAUSE_COST * len(_CLAUSE.findall(apart))
            )
        return total

    return max(inside, key=lambda value: (nearness(value), -value.start))
