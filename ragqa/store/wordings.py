"""The wordings of chunks, and which of them are near-duplicates."""

from collections.abc import Iterable, Sequence

from ragqa.store.database import Database


class Wordings:
    """The different wordings of all chunks, by number."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, digest: bytes) -> int | None:
        """Return the number of a wording by its digest."""
        number: int | None = self._database.one("SELECT id FROM wording WHERE digest = ?", digest)
        return number

    def put(self, digest: bytes, bands: Iterable[int]) -> int:
        """Add a wording, in a group of its own; return its number."""
        number = self._database.insert(
            'INSERT INTO wording (digest, "group") VALUES (?, 0)', digest
        )
        self._database.run('UPDATE wording SET "group" = id WHERE id = ?', number)
        self._database.each(
            "INSERT OR IGNORE INTO band VALUES (?, ?)", ((band, number) for band in bands)
        )
        return number

    def sharing(self, bands: Iterable[int]) -> dict[int, str]:
        """Return the wordings that share a band with these, each with a text of that wording."""
        rows = self._database.many(
            'SELECT wording, body, "end", text FROM chunk '
            "JOIN article ON article.id = chunk.article WHERE chunk.id IN (SELECT min(chunk.id) "
            "FROM band JOIN chunk USING (wording) WHERE key IN ({}) GROUP BY wording)",
            bands,
        )
        return {wording: text[body:end] for wording, body, end, text in rows}

    def of_articles(self, numbers: Sequence[int]) -> set[int]:
        """Return the wordings of articles' chunks."""
        rows = self._database.many(
            "SELECT DISTINCT wording FROM chunk WHERE article IN ({})", numbers
        )
        return {number for (number,) in rows}

    def put_near(self, a: int, b: int) -> None:
        """Record two wordings as near-duplicates."""
        self._database.each("INSERT OR IGNORE INTO near VALUES (?, ?)", ((a, b), (b, a)))

    def near(self, wordings: Iterable[int]) -> list[tuple[int, int]]:
        """Return the near-duplicate pairs that these wordings are in."""
        return self._database.many("SELECT a, b FROM near WHERE a IN ({})", wordings)

    def delete_unused(self, wordings: Iterable[int]) -> set[int]:
        """Delete those of these wordings that no chunk has any more; return them."""
        rows = self._database.many(
            "SELECT id FROM wording WHERE id IN ({}) AND NOT EXISTS "
            "(SELECT 1 FROM chunk WHERE wording = wording.id)",
            wordings,
        )
        unused = {number for (number,) in rows}
        self._database.each("DELETE FROM wording WHERE id = ?", ((number,) for number in unused))
        return unused
