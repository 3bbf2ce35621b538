"""The reader that finds the words: a span model's scores and what is known of each sentence."""

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ragqa.encoder import Encoder
from ragqa.questions import Question
from ragqa.reader import Scored, SentenceReader, Weights, rank, shipped_weights
from ragqa.settings import Settings
from ragqa.span_model import SpanModel, TokenScores, load_span_model
from ragqa.terms import Terms
from ragqa.types import Candidate, Passage, Sentence, Span, ValueSpan
from ragqa.values import find_values, value_of

# Longest answer, in tokens of the model.
_LONGEST = 48
# What belongs to the word beside it and is never cut from it.
_SIGNS = "$€£¥₹%‰°#@&"
_INSIDE = re.compile(r"[\w'’.,:/–-]")
_COUNTED = re.compile(r"\d-[^\W\d_]")
_EDGES = " \t\r\n.,;:!?…"
_PAIRS = {'"': '"', "“": "”", "‘": "’", "(": ")", "[": "]", "«": "»"}
# Values of which no part is an answer.
_WHOLE = frozenset({"money", "number", "percent", "duration", "name"})


class Found(NamedTuple):
    """The best span of one sentence, in the article, with the model's scores of it.

    `span_score` is the sum of its logits to start and to end, `margin` that less the null's in the
    same window, `relevance` the window's logit of answering at all.
    """

    answer: Span
    span_score: float
    margin: float
    relevance: float


class SpanReader:
    """Scores the best span of every sentence by a fitted linear model.

    Its features are those of the sentence reader and, of the span model, the span's score, its
    margin over the null, the window's relevance, and whether the span is what is asked for.
    """

    FEATURES = (*SentenceReader.FEATURES, "span_score", "margin", "relevance", "span_value")

    def __init__(self, sentences: SentenceReader, model: SpanModel, weights: Weights) -> None:
        self._sentences = sentences
        self._model = model
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
        """Return the sentences with their best spans, and their features.

        These are of shape (sentences, len(FEATURES)).
        """
        return self.widened(
            question, passages, *self._sentences.features(question, terms, passages)
        )

    def widened(
        self,
        question: Question,
        passages: Sequence[Passage],
        scored: Sequence[Scored],
        known: NDArray[np.float64],
    ) -> tuple[list[Scored], NDArray[np.float64]]:
        """Return what the sentence reader makes of passages with the best spans in its place."""
        windows = self._model.read(question.text, [passage.text for passage in passages])
        values = [values_of(passage) for passage in passages]
        found: list[Scored] = []
        rows = []
        for each, features in zip(scored, known, strict=True):
            passage, own = passages[each.passage], values[each.passage]
            span = best_span(windows[each.passage], passage, each.sentence, own)
            if span is None:
                continue
            value = value_of(
                passage.slice(each.sentence),
                span.answer.start - each.sentence.start,
                span.answer.end - each.sentence.start,
                question.expects,
            )
            found.append(
                Scored(
                    each.passage,
                    each.sentence,
                    span.answer,
                    value,
                    span.margin,
                    span.relevance,
                )
            )
            asked = value is not None and value.kind in question.expects
            rows.append((*features, span.span_score, span.margin, span.relevance, asked))
        return found, np.asarray(rows, dtype=np.float64).reshape(len(found), len(self.FEATURES))


def best_span(
    windows: Sequence[TokenScores],
    passage: Passage,
    sentence: Sentence,
    values: Sequence[ValueSpan],
) -> Found | None:
    """Return the best span of a sentence of a passage, snapped to whole words and values.

    None for a sentence of which the model sees no token.

    Args:
        windows: The model's scores of the passage.
        passage: The passage.
        sentence: One of its sentences.
        values: The values of the passage, with their spans in the article.
    """
    offset = passage.place.start
    best: Found | None = None
    for window in windows:
        spans = window.spans + offset
        inside = np.flatnonzero((spans[:, 0] >= sentence.start) & (spans[:, 1] <= sentence.end))
        if not len(inside):
            continue
        first, last = int(inside[0]), int(inside[-1]) + 1
        scores = window.start[first:last, None] + window.end[None, first:last]
        allowed = np.tril(np.triu(np.ones(scores.shape, dtype=bool)), _LONGEST - 1)
        at, to = divmod(int(np.where(allowed, scores, -np.inf).argmax()), last - first)
        score = float(scores[at, to])
        if best is not None and best.span_score >= score:
            continue
        answer = Span(start=int(spans[first + at, 0]), end=int(spans[first + to, 1]))
        best = Found(
            snap(passage, sentence, answer, values), score, score - window.null, window.relevance
        )
    return best


def load_reader(settings: Settings, encoder: Encoder) -> SentenceReader | SpanReader:
    """Load the reader that the settings name.

    Raises:
        ModelError: its model is missing or damaged, or is no question-answering model.
    """
    sentences = SentenceReader(encoder, shipped_weights("sentence"))
    if settings.reader == "sentence":
        return sentences
    model = load_span_model(settings, None if settings.reader == "spans" else settings.reader)
    return SpanReader(sentences, model, shipped_weights("span"))


def snap(passage: Passage, sentence: Span, answer: Span, values: Sequence[ValueSpan]) -> Span:
    """Widen an answer inside its sentence to whole words, numbers and names.

    Punctuation at its ends, and a quotation mark or bracket without its fellow, is left out.
    """
    text = passage.slice(sentence)
    start, end = answer.start - sentence.start, answer.end - sentence.start
    start, end = _words(text, start, end)
    for value in values:
        first, last = value.start - sentence.start, value.end - sentence.start
        overlap = first < end and start < last
        if overlap and value.value.kind in _WHOLE and first >= 0 and last <= len(text):
            start, end = min(start, first), max(end, last)
    start, end = _trimmed(text, start, end)
    return Span(start=sentence.start + start, end=sentence.start + end)


def _words(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a span to the words, with their signs, that it cuts."""
    while start > 0 and _joined(text, start):
        start -= 1
    while end < len(text) and _joined(text, end):
        end += 1
    return start, end


def _joined(text: str, at: int) -> bool:
    """Whether the characters on both sides of a place belong to one word."""
    before, after = text[at - 1], text[at]
    if before in _SIGNS or after in "%‰°":
        return not (before.isspace() or after.isspace())
    if before.isalnum() and after.isalnum():
        return True
    # Eight hundred are the members of an 800-member club, but a $20-million deal is a value.
    if _COUNTED.match(text, at - 1) or (at > 1 and _COUNTED.match(text, at - 2)):
        return False
    around = text[max(0, at - 2) : at + 2]
    # A mark inside a word or number: both its neighbours are letters or figures.
    if before.isalnum() and _INSIDE.match(after):
        return at + 1 < len(text) and text[at + 1].isalnum()
    if after.isalnum() and _INSIDE.match(before):
        return at > 1 and text[at - 2].isalnum() and " " not in around[:2]
    return False


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Leave out marks at the ends that say nothing; at least one character stays."""
    while True:
        was = start, end
        while start < end - 1 and text[start] in _EDGES:
            start += 1
        while end - 1 > start and text[end - 1] in _EDGES and not _abbreviated(text, start, end):
            end -= 1
        inner = text[start:end]
        for opening, closing in _PAIRS.items():
            if inner.startswith(opening) and closing not in inner[1:] and len(inner) > 1:
                start += 1
                break
            if inner.endswith(closing) and opening not in inner[:-1] and len(inner) > 1:
                end -= 1
                break
        if (start, end) == was:
            return start, end


def _abbreviated(text: str, start: int, end: int) -> bool:
    """Whether the full stop that a span ends with belongs to an abbreviation: U.S., Jr."""
    word = text[start:end].rsplit(None, 1)[-1]
    return text[end - 1] == "." and (word.count(".") > 1 or text[end : end + 1] not in ("", " "))


def values_of(passage: Passage) -> list[ValueSpan]:
    """Return the values in a passage, with their spans in the article."""
    offset = passage.place.start
    return [
        ValueSpan(start=each.start + offset, end=each.end + offset, value=each.value)
        for each in find_values(passage.text)
    ]
