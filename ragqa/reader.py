"""Passages in, candidate spans with scores out: the `Reader` seam, and the reader of sentences."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from ragqa.encoder import Encoder
from ragqa.questions import Question
from ragqa.terms import WORD, Terms, stem, stems_of
from ragqa.types import Candidate, Frozen, Passage, Sentence, Span, ValueSpan
from ragqa.values import find_values

_WEIGHTS = "sentence_reader.json"
# A clause rarely reaches over these: a value beyond one belongs to something else.
_CLAUSE = re.compile(r"[;:—–]|,\s|\b(?:and|but|while|whereas|or)\b")
_CLAUSE_COST = 4.0


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
    """A sentence as the reader sees it."""

    passage: int
    sentence: Sentence
    value: ValueSpan | None


class SentenceReader:
    """Scores every sentence of the passages by a fitted linear model over plain features.

    The features say how near the sentence is to the question in meaning and in words, how well
    its passage was retrieved, and whether it holds the kind of value that the question asks for.
    """

    FEATURES = (
        "cosine",
        "cosine_with_context",
        "passage_cosine",
        "passage_lexical",
        "passage_score",
        "coverage",
        "coverage_nearby",
        "coverage_passage",
        "value_found",
        "value_missing",
        "heading",
        "item",
        "question",
        "short",
        "log_words",
        "first",
    )

    def __init__(self, encoder: Encoder, weights: Weights) -> None:
        self._encoder = encoder
        if weights.features != self.FEATURES:
            raise ValueError(f"the weights are for other features: {weights.features}")
        self._weights = np.asarray(weights.weights)

    def read(
        self, question: Question, terms: Terms, passages: Sequence[Passage]
    ) -> list[Candidate]:
        """Return a candidate for each sentence, best first."""
        scored, features = self.features(question, terms, passages)
        if not scored:
            return []
        scores = features @ self._weights
        candidates = []
        for each, score in zip(scored, scores, strict=True):
            place = passages[each.passage].place
            sentence = Span(start=each.sentence.start, end=each.sentence.end)
            found = each.value
            start, end = (
                (sentence.start + found.start, sentence.start + found.end)
                if found is not None
                else (sentence.start, sentence.end)
            )
            assert place.start <= start < end <= place.end
            candidates.append(
                Candidate(
                    passage=each.passage,
                    start=start,
                    end=end,
                    sentence=sentence,
                    score=float(score),
                    value=found.value if found is not None else None,
                )
            )
        candidates.sort(key=lambda each: (-each.score, each.passage, each.start))
        return candidates

    def features(
        self, question: Question, terms: Terms, passages: Sequence[Passage]
    ) -> tuple[list[Scored], NDArray[np.float64]]:
        """Return the sentences and their features, of shape (sentences, len(FEATURES))."""
        sentences = [
            (number, position, sentence)
            for number, passage in enumerate(passages)
            for position, sentence in enumerate(passage.sentences)
        ]
        if not sentences:
            return [], np.empty((0, len(self.FEATURES)))
        texts = [passages[number].slice(sentence) for number, _, sentence in sentences]
        in_context = [
            _context(passages[number], position) + text
            for (number, position, _), text in zip(sentences, texts, strict=True)
        ]
        asked = self._encoder.encode([question.text], "question")[0]
        embedded = self._encoder.encode([*texts, *in_context])
        cosines = embedded @ asked
        plain, contextual = cosines[: len(texts)], cosines[len(texts) :]
        best_lexical = max((passage.lexical or 0.0) for passage in passages) or 1.0
        stems = [stems_of(text) for text in texts]
        rows = []
        scored = []
        for row, (number, position, sentence) in enumerate(sentences):
            passage = passages[number]
            value = _value(question, texts[row], terms)
            scored.append(Scored(number, sentence, value))
            nearby = set(stems[row])
            if position:
                nearby |= stems[row - 1]
            context = nearby | stems_of(
                f"{passage.place.title} {passage.heading or ''} {passage.text}"
            )
            words = len(WORD.findall(texts[row]))
            rows.append(
                (
                    plain[row],
                    contextual[row],
                    passage.dense or 0.0,
                    (passage.lexical or 0.0) / best_lexical,
                    passage.score,
                    terms.coverage(stems[row]),
                    terms.coverage(nearby),
                    terms.coverage(context),
                    bool(question.expects) and value is not None,
                    bool(question.expects) and value is None,
                    sentence.kind == "heading",
                    sentence.kind == "item",
                    texts[row].rstrip("\"'”’)] ").endswith("?"),
                    words < 4,
                    math.log(1 + words),
                    position == 0,
                )
            )
        return scored, np.asarray(rows, dtype=np.float64)


def shipped_weights() -> Weights:
    """Return the weights that come with ragqa."""
    data = resources.files("ragqa").joinpath("models", _WEIGHTS).read_bytes()
    return Weights.model_validate(json.loads(data))


def _context(passage: Passage, position: int) -> str:
    """Return what a reader of the sentence has in mind: headline, section, sentence before."""
    parts = [passage.place.title, passage.heading or ""]
    if position:
        parts.append(passage.slice(passage.sentences[position - 1]))
    return "".join(f"{part}\n" for part in parts if part)


def _value(question: Question, text: str, terms: Terms) -> ValueSpan | None:
    """Return the value in a sentence that the question asks for, or None."""
    asked = {word.casefold() for word in WORD.findall(question.text)}
    values = [
        each
        for each in find_values(text)
        if each.value.kind in question.expects
        and not asked.issuperset(
            word.casefold() for word in WORD.findall(text[each.start : each.end])
        )
    ]
    if not values:
        return None
    for kind in question.expects:
        of_kind = [each for each in values if each.value.kind == kind]
        if of_kind:
            values = of_kind
            break
    matched = [
        (match.start(), match.end(), worth)
        for match in WORD.finditer(text)
        for known, worth in zip(terms.stems, terms.worth, strict=True)
        if stem(match.group()) == known
    ]

    def nearness(value: ValueSpan) -> float:
        total = 0.0
        for start, end, worth in matched:
            between = text[end : value.start] if end <= value.start else text[value.end : start]
            words = len(WORD.findall(between)) + _CLAUSE_COST * len(_CLAUSE.findall(between))
            total += worth / (1.0 + words)
        return total

    return max(values, key=lambda value: (nearness(value), -value.start))
