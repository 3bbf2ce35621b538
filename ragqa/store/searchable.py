"""The chunks that can be searched: the one of each duplicate group that represents it."""

from collections.abc import Iterable

from ragqa.store.database import Database


class Searchable:
    """The chunks that have a vector and a row in the lexical index."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def among(self, chunks: Iterable[int]) -> set[int]:
        """Return those of these chunks that have a vector."""
        rows = self._database.many("SELECT chunk FROM vector WHERE chunk IN ({})", chunks)
        return {chunk for (chunk,) in rows}

    def texts(self, chunks: Iterable[int]) -> list[tuple[int, str, str]]:
        """Return chunks with their texts and what these stand under."""
        return self._database.many(
            "SELECT rowid, text, context FROM lexical WHERE rowid IN ({})", chunks
        )

    def put(self, chunk: int, embedded: bytes, data: bytes, text: str, context: str) -> None:
        """Make a chunk searchable, by its vector and by its words."""
        self._database.run(
            "INSERT INTO vector (chunk, embedded, data) VALUES (?, ?, ?)", chunk, embedded, data
        )
        self._database.run(
            "INSERT INTO lexical (rowid, text, context) VALUES (?, ?, ?)", chunk, text, context
        )

    def delete(self, chunks: Iterable[int]) -> None:
        """Make chunks no longer searchable."""
        self._database.each("DELETE FROM vector WHERE chunk = ?", ((chunk,) for chunk in chunks))
