"""Articles, and what was left out of them."""

import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ragqa.store.database import Database
from ragqa.store.translation import decoding
from ragqa.types import Article, ArticleSummary, Omission


class StoredArticle(NamedTuple):
    """An article as the tables know it."""

    id: int
    key: str
    digest: bytes


class Articles:
    """The articles indexed: to users by id, to the other tables by number."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all_keys(self) -> list[str]:
        """Return all articles' ids, sorted."""
        return [key for (key,) in self._database.rows("SELECT key FROM article ORDER BY key")]

    def of_file(self, path: str) -> list[StoredArticle]:
        """Return the articles read from a file."""
        rows = self._database.rows(
            "SELECT article.id, key, digest FROM article JOIN file ON file.id = article.file "
            "WHERE path = ? ORDER BY key",
            path,
        )
        return [StoredArticle(*row) for row in rows]

    def owner(self, key: str) -> str | None:
        """Return the path of the file that an article was read from, None for an unknown one."""
        path: str | None = self._database.one(
            "SELECT path FROM article JOIN file ON file.id = article.file WHERE key = ?", key
        )
        return path

    def get(self, key: str) -> tuple[int, Article] | None:
        """Return an article and its number, by its id."""
        for number, record, text, path in self._database.rows(
            "SELECT article.id, record, text, path FROM article "
            "JOIN file ON file.id = article.file WHERE key = ?",
            key,
        ):
            with decoding(self._database.folder):
                fields = {**json.loads(record), "text": text, "path": path}
                return number, Article.model_validate(fields)
        return None

    def numbered(self, number: int) -> Article:
        """Return an article by its number."""
        key = self._database.one("SELECT key FROM article WHERE id = ?", number)
        found = self.get(key)
        assert found is not None
        return found[1]

    def texts(self, keys: Iterable[str]) -> dict[str, str]:
        """Return articles' texts by id."""
        return dict(self._database.many("SELECT key, text FROM article WHERE key IN ({})", keys))

    def summaries(self) -> list[ArticleSummary]:
        """Return a summary of every article, by id."""
        rows = self._database.rows(
            "SELECT key, title, source, published, count(chunk.id) FROM article "
            "LEFT JOIN chunk ON chunk.article = article.id GROUP BY article.id ORDER BY key"
        )
        return [
            ArticleSummary(id=key, title=title, source=source, published=published, chunks=chunks)
            for key, title, source, published, chunks in rows
        ]

    def put(self, article: Article, file: int, digest: bytes) -> int:
        """Add an article; return its number. One of the same id must have been deleted."""
        record = article.model_dump_json(exclude={"text", "path"})
        return self._database.insert(
            "INSERT INTO article (key, file, digest, record, text, title, source, url, published) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            article.id,
            file,
            digest,
            record,
            article.text,
            article.title,
            article.source,
            article.url,
            article.published,
        )

    def delete(self, numbers: Iterable[int]) -> None:
        """Delete articles and all that hangs on them."""
        self._database.each("DELETE FROM article WHERE id = ?", ((number,) for number in numbers))

    def delete_content(self, numbers: Sequence[int]) -> None:
        """Delete articles' chunks and omissions."""
        self._database.each("DELETE FROM chunk WHERE article = ?", ((each,) for each in numbers))
        self._database.each("DELETE FROM omission WHERE article = ?", ((each,) for each in numbers))

    def omissions(self, number: int) -> tuple[Omission, ...]:
        """Return what was left out of an article, in order."""
        rows = self._database.rows(
            'SELECT start, "end", reason FROM omission WHERE article = ? ORDER BY start', number
        )
        with decoding(self._database.folder):
            return tuple(
                Omission(start=start, end=end, reason=reason) for start, end, reason in rows
            )

    def put_omissions(self, number: int, omissions: Iterable[Omission]) -> None:
        """Add what was left out of an article."""
        self._database.each(
            "INSERT INTO omission VALUES (?, ?, ?, ?)",
            ((number, each.start, each.end, each.reason) for each in omissions),
        )
