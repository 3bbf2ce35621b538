"""The lexical index: the words of searchable chunks."""

from ragqa.store.conditions import passing, representing
from ragqa.store.database import Database
from ragqa.types import Filters


class Lexical:
    """SQLite's full-text index, in which words are stemmed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def match(self, query: str, limit: int, filters: Filters) -> list[tuple[int, float]]:
        """Search the lexical index; return chunk ids with BM25 scores, higher is better.

        `query` is an FTS5 expression. Text counts double what title and heading do.
        """
        condition, values = passing(filters)
        allowed = f"AND rowid IN ({representing(condition)})" if values else ""
        rows = self._database.rows(
            f"SELECT rowid, -bm25(lexical, 1.0, 0.5) AS score FROM lexical WHERE lexical MATCH ? "
            f"{allowed} ORDER BY score DESC, rowid LIMIT ?",
            query,
            *values,
            limit,
        )
        return [(chunk, score) for chunk, score in rows]

    def frequency(self, word: str) -> int:
        """Return the number of searchable chunks that hold a word, after stemming."""
        count: int = self._database.one(
            "SELECT count(*) FROM lexical WHERE lexical MATCH ?", quoted(word)
        )
        return count

    def vocabulary(self) -> list[str]:
        """Return the stems in the lexical index, the most frequent first."""
        self._database.run(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab(main, lexical, row)"
        )
        rows = self._database.rows("SELECT term FROM vocabulary ORDER BY doc DESC, term")
        return [term for (term,) in rows]

    def passage_with(self, stem: str) -> str | None:
        """Return the text of some searchable chunk that holds a stem, and what it stands under."""
        self._database.run(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.place USING fts5vocab(main, lexical, instance)"
        )
        text: str | None = self._database.one(
            "SELECT text || char(10) || context FROM lexical WHERE rowid = "
            "(SELECT doc FROM place WHERE term = ? LIMIT 1)",
            stem,
        )
        return text

    def chunks(self) -> set[int]:
        """Return the chunks in the lexical index."""
        return {row for (row,) in self._database.rows("SELECT rowid FROM lexical")}


def quoted(term: str) -> str:
    """Return a term as an FTS5 string, in which no character is an operator."""
    return '"' + term.replace('"', '""').replace("\0", " ") + '"'
