"""Chunks, and the sentences in them."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from ragqa.store.articles import Articles
from ragqa.store.database import Database
from ragqa.store.translation import decoding
from ragqa.types import Chunk, Sentence

_STORED = (
    'SELECT chunk.id, key, position, start, "end", heading, sentences '
    "FROM chunk JOIN article ON article.id = chunk.article"
)


class StoredChunk(NamedTuple):
    """A chunk with its id and its article's."""

    id: int
    article: str
    chunk: Chunk


class Embeddable(NamedTuple):
    """A chunk's text, and the headline and section it stands under."""

    chunk: int
    title: str | None
    heading: str | None
    text: str


class Chunks:
    """The chunks of all articles, by their ids."""

    def __init__(self, database: Database, articles: Articles) -> None:
        self._database = database
        self._articles = articles

    def put(self, number: int, chunk: Chunk, body: int, wording: int) -> None:
        """Add a chunk of an article, with the number of its wording and where that begins."""
        self._database.run(
            'INSERT INTO chunk (article, position, start, "end", body, heading, sentences, '
            "wording) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            number,
            chunk.position,
            chunk.start,
            chunk.end,
            body,
            chunk.heading,
            _pack(chunk.sentences),
            wording,
        )

    def of_article(self, number: int) -> list[StoredChunk]:
        """Return an article's chunks in order."""
        return self._read(
            self._database.rows(f"{_STORED} WHERE article.id = ? ORDER BY position", number)
        )

    def get(self, ids: Iterable[int]) -> dict[int, StoredChunk]:
        """Return chunks by their ids."""
        rows = self._database.many(f"{_STORED} WHERE chunk.id IN ({{}})", ids)
        return {each.id: each for each in self._read(rows)}

    def sentences(self, keys: Iterable[str]) -> dict[str, list[str]]:
        """Return, by article id, the texts of the sentences of its chunks, in order."""
        found: dict[str, list[str]] = {}
        texts = self._articles.texts(keys)
        for key, packed in self._database.many(
            "SELECT key, sentences FROM article JOIN chunk ON chunk.article = article.id "
            "WHERE key IN ({}) ORDER BY key, position",
            texts,
        ):
            text = texts[key]
            with decoding(self._database.folder):
                sentences = _unpack(packed)
            found.setdefault(key, []).extend(text[each.start : each.end] for each in sentences)
        return found

    def embeddable(self, ids: Iterable[int]) -> list[Embeddable]:
        """Return what is embedded of chunks, in the order of their ids."""
        rows = self._database.many(
            'SELECT chunk.id, title, heading, start, "end", text FROM chunk '
            "JOIN article ON article.id = chunk.article WHERE chunk.id IN ({}) ORDER BY chunk.id",
            ids,
        )
        return [
            Embeddable(chunk, title, heading, text[start:end])
            for chunk, title, heading, start, end, text in rows
        ]

    def _read(self, rows: Iterable[Any]) -> list[StoredChunk]:
        with decoding(self._database.folder):
            return [
                StoredChunk(
                    number,
                    key,
                    Chunk(
                        position=position,
                        start=start,
                        end=end,
                        heading=heading,
                        sentences=_unpack(sentences),
                    ),
                )
                for number, key, position, start, end, heading, sentences in rows
            ]


def _pack(sentences: Sequence[Sentence]) -> str:
    return json.dumps([[each.start, each.end, each.kind] for each in sentences])


def _unpack(packed: str) -> tuple[Sentence, ...]:
    return tuple(
        Sentence(start=start, end=end, kind=kind) for start, end, kind in json.loads(packed)
    )
