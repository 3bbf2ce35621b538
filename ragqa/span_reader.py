"""The reader that finds the words: a span model's scores and what is known of each sentence."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ragqa.encoder import Encoder
from ragqa.questions import Question
from ragqa.reader import (
    PLAIN,
    Reader,
    Scored,
    SentenceReader,
    Weights,
    plain_features,
    rank,
    shipped_weights,
)
from ragqa.settings import Settings
from ragqa.snapping import snap
from ragqa.span_model import SpanModel, TokenScores, load_span_model
from ragqa.terms import Terms
from ragqa.types import Candidate, Passage, Sentence, Span, ValueSpan
from ragqa.values import find_values, value_of

# Longest answer, in tokens of the model.
_LONGEST = 48
# Sentences of a question's passages that are read again, alone and with the passages beside theirs.
# Where they were read with the sentences beside them instead, the exact words were found for 40.7%
# of `eval/real-tune.jsonl`, not 43.5%, and for 48.3% of `eval/explainers-fit.jsonl`, not 49.3%.
_READ_AGAIN = 5
# Characters of a passage that are read with the one next to it.
_BESIDE = 400
# Characters that a paragraph's end has at most; more are something left out.
_LONGEST_BREAK = 3


class Found(NamedTuple):
    """The best span of one sentence, in the article, with the model's scores of it.

    `span_score` is the sum of its logits to start and to end, `margin` that less the null's,
    `mass` the like sum for an answer that starts and ends anywhere in the sentence (of a clause
    the model often knows better where it stands than where it begins), `relevance` the logit of
    answering at all; each is a mean over the times that it was read.
    """

    answer: Span
    span_score: float
    margin: float
    mass: float
    relevance: float


class SpanReader:
    """Scores the best span of every sentence by a fitted linear model.

    Its features are the plain ones of the sentence and, of the span model, the span's margin over
    the null, the sentence's mass, the window's relevance, and whether the span is what is asked
    for.
    """

    FEATURES = (*PLAIN, "margin", "mass", "relevance", "span_value")

    def __init__(self, model: SpanModel, weights: Weights) -> None:
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
        scored, plain = plain_features(question, terms, passages)
        readings = self._readings(question, passages)
        values = [values_of(passage) for passage in passages]
        found: list[Scored] = []
        rows = []
        for each, features in zip(scored, plain, strict=True):
            passage, own = passages[each.passage], values[each.passage]
            seen = readings[each.passage, each.sentence.start]
            span = best_span(seen, passage, each.sentence, own)
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
            rows.append((*features, span.margin, span.mass, span.relevance, asked))
        return found, np.asarray(rows, dtype=np.float64).reshape(len(found), len(self.FEATURES))

    def _readings(
        self, question: Question, passages: Sequence[Passage]
    ) -> Mapping[tuple[int, int], Sequence[TokenScores]]:
        """Return the scores of each sentence's tokens, by its passage's index and its start.

        Every passage is read whole, and its likeliest sentences are read again: what a model of
        this size gets wrong in one text around an answer it often gets right in another.
        """
        readings: dict[tuple[int, int], list[TokenScores]] = defaultdict(list)
        # A passage with none beside it, or of one sentence, is itself what is read of it again.
        known: dict[str, list[TokenScores]] = {}

        def read(pieces: Sequence[Piece]) -> None:
            texts = list(dict.fromkeys(each.text for each in pieces if each.text not in known))
            known.update(zip(texts, self._model.read(question.text, texts), strict=True))
            for piece in pieces:
                for sentence in piece.sentences:
                    readings[piece.passage, sentence.start] += [
                        seen
                        for window in known[piece.text]
                        if len((seen := scores_of(sentence, window, piece.start)).spans)
                    ]

        read(
            [
                Piece(number, each.text, each.place.start, each.sentences)
                for number, each in enumerate(passages)
            ]
        )
        firsts = [
            (found.span_score, number, position)
            for number, passage in enumerate(passages)
            for position, sentence in enumerate(passage.sentences)
            if (found := best_span(readings[number, sentence.start], passage, sentence, ()))
        ]
        firsts.sort(key=lambda first: -first[0])
        by_place = {(each.place.article, each.place.chunk): each for each in passages}
        read(
            [
                piece
                for _, number, position in firsts[:_READ_AGAIN]
                for piece in (
                    _alone(number, passages[number], position),
                    widened(number, passages[number], position, by_place),
                )
            ]
        )
        return readings


class Piece(NamedTuple):
    """A text to read, where it begins in its article, and the sentences whose scores are wanted.

    The sentences are some of those of the passage.
    """

    passage: int
    text: str
    start: int
    sentences: Sequence[Sentence]


def _alone(number: int, passage: Passage, position: int) -> Piece:
    """Return a sentence of a passage."""
    sentence = passage.sentences[position]
    return Piece(number, passage.slice(sentence), sentence.start, (sentence,))


def widened(
    number: int, passage: Passage, position: int, by_place: Mapping[tuple[str, int], Passage]
) -> Piece:
    """Return a sentence of a passage in the whole of it and, if found too, those next to it."""
    article, chunk = passage.place.article, passage.place.chunk
    text, start = passage.text, passage.place.start
    before, after = by_place.get((article, chunk - 1)), by_place.get((article, chunk + 1))
    if before is not None and _adjoin(before, passage):
        added = before.text[-_BESIDE:] + "\n" * (start - before.place.end)
        text, start = added + text, start - len(added)
    if after is not None and _adjoin(passage, after):
        text += "\n" * (after.place.start - passage.place.end) + after.text[:_BESIDE]
    return Piece(number, text, start, passage.sentences[position : position + 1])


def _adjoin(one: Passage, other: Passage) -> bool:
    """Whether nothing but a paragraph's end stands between a passage and the one after it."""
    return 0 <= other.place.start - one.place.end <= _LONGEST_BREAK


def scores_of(sentence: Span, window: TokenScores, offset: int) -> TokenScores:
    """Return a window's scores of a sentence's tokens, their spans those in the article."""
    spans = window.spans + offset
    inside = (spans[:, 0] >= sentence.start) & (spans[:, 1] <= sentence.end)
    return window._replace(spans=spans[inside], start=window.start[inside], end=window.end[inside])


def best_span(
    readings: Sequence[TokenScores],
    passage: Passage,
    sentence: Sentence,
    values: Sequence[ValueSpan],
) -> Found | None:
    """Return the best span of a sentence of a passage, snapped to whole words and values.

    The scores of the same tokens, read several times, are averaged. None for a sentence of which
    the model sees no word.

    Args:
        readings: The model's scores of the sentence's tokens, with their spans in the article.
        passage: The passage.
        sentence: One of its sentences.
        values: The values of the passage, with their spans in the article.
    """
    same: dict[bytes, list[TokenScores]] = defaultdict(list)
    for each in readings:
        same[each.spans.tobytes()].append(each)
    found = [_best_of(_mean(those), passage, sentence, values) for those in same.values()]
    return max(filter(None, found), key=lambda each: each.span_score, default=None)


def _mean(readings: Sequence[TokenScores]) -> TokenScores:
    return TokenScores(
        readings[0].spans,
        np.mean([each.start for each in readings], axis=0),
        np.mean([each.end for each in readings], axis=0),
        float(np.mean([each.null for each in readings])),
        float(np.mean([each.relevance for each in readings])),
    )


def _best_of(
    seen: TokenScores, passage: Passage, sentence: Sentence, values: Sequence[ValueSpan]
) -> Found | None:
    tokens = [passage.text[start:end] for start, end in (seen.spans - passage.place.start).tolist()]
    words = np.cumsum([any(map(str.isalnum, token)) for token in tokens])
    scores = seen.start[:, None] + seen.end[None, :]
    allowed = np.tril(np.triu(np.ones(scores.shape, dtype=bool)), _LONGEST - 1)
    allowed &= words[None, :] > np.concatenate(([0], words[:-1]))[:, None]
    if not allowed.any():
        return None
    first, last = divmod(int(np.where(allowed, scores, -np.inf).argmax()), len(seen.spans))
    score = float(scores[first, last])
    mass = float(np.logaddexp.reduce(seen.start) + np.logaddexp.reduce(seen.end))
    answer = Span(start=int(seen.spans[first, 0]), end=int(seen.spans[last, 1]))
    return Found(
        snap(passage, sentence, answer, values), score, score - seen.null, mass, seen.relevance
    )


def load_reader(settings: Settings, encoder: Encoder) -> Reader:
    """Load the reader that the settings name.

    Raises:
        ModelError: its model is missing or damaged, or is no question-answering model.
    """
    if settings.reader == "sentence":
        return SentenceReader(encoder, shipped_weights("sentence"))
    model = load_span_model(settings, None if settings.reader == "spans" else settings.reader)
    return SpanReader(model, shipped_weights("span"))


def values_of(passage: Passage) -> list[ValueSpan]:
    """Return the values in a passage, with their spans in the article."""
    offset = passage.place.start
    return [
        ValueSpan(start=each.start + offset, end=each.end + offset, value=each.value)
        for each in find_values(passage.text)
    ]
