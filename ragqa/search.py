"""A question to passages: dense and lexical search, fused, duplicates collapsed."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ragqa.encoder import Encoder
from ragqa.settings import Settings
from ragqa.store import Store, quoted
from ragqa.types import Filters, Passage
from ragqa.vectors import VectorIndex

# The share of the cosine in the fused score; BM25, divided by the best passage's, has the rest.
# Chosen on SQuADShifts questions with `eval/bench/fusion.py`, which prints the curve.
DENSE_SHARE = 0.7
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
        self, question: str, terms: Sequence[str], limit: int, filters: Filters
    ) -> list[Passage]:
        """Return the `limit` best passages, best first, one for each duplicate group.

        Args:
            question: The question as it was asked, for the dense search.
            terms: Its words, for the lexical search; FTS5 operators among them mean nothing.
            limit: Passages wanted.
            filters: Only articles that pass are searched and shown.
        """
        vector = self._encoder.encode([question], "question")[0]
        depth = max(self._settings.depth, limit)
        dense = self._dense(vector, depth, filters) if self._settings.search != "lexical" else {}
        lexical = self._lexical(terms, depth, filters) if self._settings.search != "dense" else {}
        if self._settings.search == "fused":
            dense |= self._cosines(vector, lexical.keys() - dense.keys())
        best = max(lexical.values(), default=0.0) or 1.0
        scores = {
            chunk: self._fuse(dense.get(chunk), lexical.get(chunk, 0.0) / best)
            for chunk in dense.keys() | lexical.keys()
        }
        return self._passages(scores, dense, lexical, filters, limit)

    def _fuse(self, cosine: float | None, lexical: float) -> float:
        if self._settings.search == "dense":
            return cosine or 0.0
        if self._settings.search == "lexical":
            return lexical
        return DENSE_SHARE * (cosine or 0.0) + (1 - DENSE_SHARE) * lexical

    def _dense(self, vector: NDArray[np.float32], depth: int, filters: Filters) -> dict[int, float]:
        allowed = self._store.allowed_vectors(filters)
        found = dict(self._vectors.search(vector, depth, allowed))
        chunks = self._store.chunks_of_vectors(found)
        return {chunks[number]: cosine for number, cosine in found.items() if number in chunks}

    def _cosines(self, vector: NDArray[np.float32], chunks: Iterable[int]) -> dict[int, float]:
        return {
            chunk: float(np.frombuffer(data, dtype="<f4") @ vector)
            for chunk, data in self._store.vectors_by_chunk(chunks).items()
        }

    def _lexical(self, terms: Sequence[str], depth: int, filters: Filters) -> dict[int, float]:
        strings = [quoted(term) for term in dict.fromkeys(terms)][:_MOST_TERMS]
        if not strings:
            return {}
        return dict(self._store.match(" OR ".join(strings), depth, filters))

    def _passages(
        self,
        scores: Mapping[int, float],
        dense: Mapping[int, float],
        lexical: Mapping[int, float],
        filters: Filters,
        limit: int,
    ) -> list[Passage]:
        groups = self._store.groups_of(scores)
        members = self._store.places(set(groups.values()), filters)
        places = {chunk: members[group] for chunk, group in groups.items()}

        def rank(chunk: int) -> tuple[float, str, int]:
            _, place = places[chunk][0]
            return -scores[chunk], place.article, place.chunk

        best = sorted(scores, key=rank)[:limit]
        stored = self._store.chunks(places[chunk][0][0] for chunk in best)
        texts = self._store.texts({each.article for each in stored.values()})
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
