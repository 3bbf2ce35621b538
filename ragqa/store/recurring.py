"""Lines at the edges of articles, and which of them recur."""

from collections.abc import Iterable, Sequence

from ragqa.store.database import Database


class RecurringLines:
    """The lines that may recur across articles, and those that do."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, number: int, digests: Iterable[bytes], story: bytes) -> None:
        """Add the digests of an article's lines that may recur, and that of its story."""
        self._database.each(
            "INSERT OR IGNORE INTO edge_line (digest, article, story) VALUES (?, ?, ?)",
            ((digest, number, story) for digest in digests),
        )

    def refresh(self, least: int, articles: Sequence[int] | None = None) -> None:
        """Find the lines that stand in `least` stories: all lines, or those of some articles."""
        within = "true"
        if articles is not None:
            numbers = ", ".join(str(int(number)) for number in articles)
            within = f"digest IN (SELECT digest FROM edge_line WHERE article IN ({numbers}))"
        self._database.run(f"DELETE FROM recurring WHERE {within}")
        self._database.run(
            f"INSERT INTO recurring SELECT digest FROM edge_line WHERE {within} "
            "GROUP BY digest HAVING count(DISTINCT story) >= ?",
            least,
        )

    def apply(self, number: int) -> frozenset[bytes]:
        """Return an article's lines that recur, and remember that these were taken to."""
        self._database.run(
            "UPDATE edge_line SET applied = digest IN (SELECT digest FROM recurring) "
            "WHERE article = ?",
            number,
        )
        rows = self._database.rows(
            "SELECT digest FROM edge_line WHERE article = ? AND applied", number
        )
        return frozenset(digest for (digest,) in rows)

    def unsettled(self) -> list[int]:
        """Return the articles of which other lines recur than were taken to."""
        rows = self._database.rows(
            "SELECT DISTINCT article FROM edge_line "
            "WHERE applied <> (digest IN (SELECT digest FROM recurring)) ORDER BY article"
        )
        return [number for (number,) in rows]
