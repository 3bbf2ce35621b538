"""A question to passages: dense and lexical search, fused, duplicates collapsed."""

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from ragqa.encoder import Encoder
from ragqa.questions import Question
from ragqa.settings import Settings
from ragqa.store import Store, quoted
from ragqa.terms import Terms, stems_of
from ragqa.types import Filters, Passage
from ragqa.vectors import VectorIndex

# The share of the cosine in the fused score; the share of the question's terms that a passage has,
# by their IDF, has the rest: of a question in other words it says how little even the best has,
# which BM25 scores don't. Chosen with `eval/bench/fusion.py`, which prints the curve.
DENSE_SHARE = 0.65
_MOST_TERMS = 64


class Searcher:
    """Searches one open index."""

    def __init__(
        self, store: Store, encoder: Encoder, vectors: VectorIndex, settings: Settings
    ) -> None:
        self._store = store
        self._encoder = encoder
        self._vectors = vectors
        self._settings = settings

    def search(
        self, question: Question, terms: Terms, limit: int, filters: Filters
    ) -> list[Passage]:
        """Return the `limit` best passages, best first, one for each duplicate group.

        Args:
            question: The question; FTS5 operators among its words mean nothing.
            terms: Its words and what they are worth.
            limit: Passages wanted.
            filters: Only articles that pass are searched and shown.
        """
        vector = self._encoder.encode([question.text], "question")[0]
        depth = max(self._settings.depth, limit)
        way = self._settings.search
        dense = self._dense(vector, depth, filters) if way != "lexical" else {}
        lexical = self._lexical(question, depth, filters) if way != "dense" else {}
        scores = dense or lexical
        if way == "fused":
            dense |= self._cosines(vector, lexical.keys() - dense.keys())
            scores = {
                chunk: DENSE_SHARE * dense[chunk] + (1 - DENSE_SHARE) * share
                for chunk, share in self._coverage(terms, dense).items()
            }
        return self._passages(scores, dense, lexical, filters, limit)

    def _dense(self, vector: NDArray[np.float32], depth: int, filters: Filters) -> dict[int, float]:
        allowed = self._store.vectors.allowed(filters)
        found = dict(self._vectors.search(vector, depth, allowed))
        chunks = self._store.vectors.chunks(found)
        return {chunks[number]: cosine for number, cosine in found.items() if number in chunks}

    def _cosines(self, vector: NDArray[np.float32], chunks: Iterable[int]) -> dict[int, float]:
        return {
            chunk: float(np.frombuffer(data, dtype="<f4") @ vector)
            for chunk, data in self._store.vectors.by_chunk(chunks).items()
        }

    def _coverage(self, terms: Terms, chunks: Iterable[int]) -> dict[int, float]:
        """Return the share of the terms that each chunk has, with what it stands under."""
        return {
            chunk: terms.coverage(stems_of(f"{context}\n{text}"))
            for chunk, text, context in self._store.searchable.texts(chunks)
        }

    def _lexical(self, question: Question, depth: int, filters: Filters) -> dict[int, float]:
        words = dict.fromkeys(term.text for term in question.terms)
        strings = [quoted(word) for word in words][:_MOST_TERMS]
        if not strings:
            return {}
        return dict(self._store.lexical.match(" OR ".join(strings), depth, filters))

    def _passages(
        self,
        scores: Mapping[int, float],
        dense: Mapping[int, float],
        lexical: Mapping[int, float],
        filters: Filters,
        limit: int,
    ) -> list[Passage]:
        groups = self._store.groups.of_chunks(scores)
        members = self._store.groups.places(set(groups.values()), filters)
        places = {chunk: members[group] for chunk, group in groups.items()}

        def rank(chunk: int) -> tuple[float, str, int]:
            _, place = places[chunk][0]
            return -scores[chunk], place.article, place.chunk

        best = sorted(scores, key=rank)[:limit]
        stored = self._store.chunks.get(places[chunk][0][0] for chunk in best)
        texts = self._store.articles.texts({each.article for each in stored.values()})
        passages = []
        for chunk in best:
            (shown, place), *others = places[chunk]
            found = stored[shown].chunk
            passages.append(
                Passage(
                    place=place,
                    text=texts[place.article][place.start : place.end],
                    heading=found.heading,
                    sentences=found.sentences,
                    also_in=tuple(other for _, other in others),
                    dense=dense.get(chunk),
                    lexical=lexical.get(chunk),
                    score=scores[chunk],
                )
            )
        return passages
