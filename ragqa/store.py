"""The one truth: a SQLite database in the index folder.

A transaction's commit is the only moment at which anything has happened. All else in the folder is
a cache that can be made again from this database.

    file 1─* article 1─* omission
                     1─* edge_line          lines that may recur across articles
                     1─* chunk *─1 wording  chunks of the same wording are exact repeats
    wording *─* wording (near)              near-duplicates; bands find them
    wording *─1 group                       a connected component of them
    chunk 1─0..1 vector, lexical            only for the one chunk that represents its group
"""

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import quote, unquote_to_bytes

import numpy as np
from numpy.typing import NDArray

from ragqa.errors import (
    IndexDamaged,
    IndexFolderError,
    IndexLocked,
    IndexMissing,
    IndexUnwritable,
    IndexVersionError,
    RagqaError,
)
from ragqa.types import Article, ArticleSummary, Chunk, Filters, Omission, Place, Sentence

SCHEMA_VERSION = 1
DATABASE = "ragqa.sqlite"

# "ragq", so that `file` and a person can tell whose database it is.
_APPLICATION_ID = 0x72616771
_BUSY_SECONDS = 5.0
_MOST_VARIABLES = 30_000
_URI = "file://"
_REMOVED = "removed"

_Value = str | int | float | bytes | None

_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE root (path TEXT PRIMARY KEY) STRICT;
CREATE TABLE file (
  id INTEGER PRIMARY KEY,
  path TEXT NOT NULL UNIQUE,
  root TEXT NOT NULL,
  sha256 TEXT
) STRICT;
CREATE TABLE article (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  file INTEGER NOT NULL REFERENCES file ON DELETE CASCADE,
  digest BLOB NOT NULL,
  record TEXT NOT NULL,
  text TEXT NOT NULL,
  title TEXT,
  source TEXT,
  url TEXT,
  published TEXT
) STRICT;
CREATE INDEX article_file ON article (file);
CREATE TABLE omission (
  article INTEGER NOT NULL REFERENCES article ON DELETE CASCADE,
  start INTEGER NOT NULL,
  "end" INTEGER NOT NULL,
  reason TEXT NOT NULL
) STRICT;
CREATE INDEX omission_article ON omission (article);
CREATE TABLE edge_line (
  digest BLOB NOT NULL,
  article INTEGER NOT NULL REFERENCES article ON DELETE CASCADE,
  story BLOB NOT NULL,
  applied INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (digest, article)
) STRICT, WITHOUT ROWID;
CREATE INDEX edge_line_article ON edge_line (article);
CREATE TABLE recurring (digest BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE wording (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  digest BLOB NOT NULL UNIQUE,
  "group" INTEGER NOT NULL
) STRICT;
CREATE INDEX wording_group ON wording ("group");
CREATE TABLE band (
  key INTEGER NOT NULL,
  wording INTEGER NOT NULL REFERENCES wording ON DELETE CASCADE,
  PRIMARY KEY (key, wording)
) STRICT, WITHOUT ROWID;
CREATE INDEX band_wording ON band (wording);
CREATE TABLE near (
  a INTEGER NOT NULL REFERENCES wording ON DELETE CASCADE,
  b INTEGER NOT NULL REFERENCES wording ON DELETE CASCADE,
  PRIMARY KEY (a, b)
) STRICT, WITHOUT ROWID;
CREATE INDEX near_b ON near (b);
CREATE TABLE chunk (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  article INTEGER NOT NULL REFERENCES article ON DELETE CASCADE,
  position INTEGER NOT NULL,
  start INTEGER NOT NULL,
  "end" INTEGER NOT NULL,
  body INTEGER NOT NULL,
  heading TEXT,
  sentences TEXT NOT NULL,
  wording INTEGER NOT NULL REFERENCES wording,
  UNIQUE (article, position)
) STRICT;
CREATE INDEX chunk_wording ON chunk (wording);
CREATE TABLE vector (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  chunk INTEGER NOT NULL UNIQUE REFERENCES chunk ON DELETE CASCADE,
  embedded BLOB NOT NULL,
  data BLOB NOT NULL
) STRICT;
CREATE VIRTUAL TABLE lexical USING fts5 (
  text, context, tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE TRIGGER vector_gone AFTER DELETE ON vector BEGIN
  DELETE FROM lexical WHERE rowid = old.chunk;
END;
"""


class StoredChunk(NamedTuple):
    """A chunk with the ids that the other tables know it by."""

    id: int
    article: str
    wording: int
    chunk: Chunk


class Embeddable(NamedTuple):
    """A chunk's text, and the headline and section it stands under."""

    chunk: int
    title: str | None
    heading: str | None
    text: str


class StoredArticle(NamedTuple):
    """An article as the tables know it."""

    id: int
    key: str
    digest: bytes


class Totals(NamedTuple):
    """How much is in the index."""

    articles: int
    chunks: int
    groups: int
    vectors: int


class Closing:
    """A context manager that closes at its end what it holds."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give back what is held."""
        raise NotImplementedError


class Store(Closing):
    """The database of one index folder, for one thread.

    Raises, from any method: IndexDamaged, IndexLocked or IndexUnwritable, as SQLite finds.
    """

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        self.folder = folder
        self._connection = connection

    @classmethod
    def read(cls, folder: Path, *, any_thread: bool = False) -> Self:
        """Open for asking.

        Raises:
            IndexMissing: there is no index in the folder.
            IndexVersionError: another version of ragqa wrote it.
            IndexDamaged: it is not a database, or a damaged one.
        """
        database = _database(folder)
        if not database.exists():
            raise _missing(folder)
        with _translated(folder):
            # A disk that cannot be written has no room for SQLite's shared-memory file; without a
            # log beside it the database itself is whole, and immutable says to ask for no more.
            for mode in ("mode=ro", "mode=ro&immutable=1"):
                connection = _connect(database, mode, any_thread=any_thread)
                try:
                    connection.execute("SELECT 1 FROM sqlite_schema").fetchone()
                    break
                except sqlite3.OperationalError:
                    connection.close()
                    log = database.with_name(database.name + "-wal")
                    if "immutable" in mode or (log.exists() and log.stat().st_size):
                        raise
            store = cls(folder, connection)
            try:
                if store.is_empty():
                    raise _missing(folder)
                store._check_version()
                # One state of the index while it is open, whatever another process writes.
                connection.execute("BEGIN")
            except BaseException:
                store.close()
                raise
            return store

    @classmethod
    def write(cls, folder: Path, name: str = DATABASE) -> Self:
        """Open for indexing, making the folder and the database when they are not there."""
        make_folder(folder)
        database = folder / name
        with _translated(folder):
            connection = _connect(database, "mode=rwc", any_thread=False)
            store = cls(folder, connection)
            if not store._tables():
                connection.execute("PRAGMA journal_mode = WAL")
                with store.transaction():
                    for statement in _statements(_SCHEMA):
                        connection.execute(statement)
                    connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
                    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
            store._check_version()
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA synchronous = NORMAL")
            return store

    def close(self) -> None:
        """Close the connection; the last one to close folds the log into the database."""
        self._connection.close()

    def is_empty(self) -> bool:
        """Whether no article is in it: none was ever indexed, or a first run was cut short."""
        return not self._tables() or (
            self._known() and self._one("SELECT 1 FROM article LIMIT 1") is None
        )

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it or nothing."""
        with _translated(self.folder):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    # What is indexed

    def get_meta(self, key: str) -> str | None:
        """Return the value that `set_meta` kept under a name."""
        value: str | None = self._one("SELECT value FROM meta WHERE key = ?", key)
        return value

    def set_meta(self, key: str, value: str) -> None:
        """Keep a value under a name."""
        self._run(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
            key,
            value,
        )

    def totals(self) -> Totals:
        """Count what is in the index."""
        counts = (
            self._one("SELECT count(*) FROM article"),
            self._one("SELECT count(*) FROM chunk"),
            self._one('SELECT count(DISTINCT "group") FROM wording'),
            self._one("SELECT count(*) FROM vector"),
        )
        return Totals(*counts)

    def roots(self) -> list[Path]:
        """Return the files and folders that were given to `index`, none inside another."""
        return [path_of(text) for (text,) in self._rows("SELECT path FROM root ORDER BY path")]

    def add_root(self, path: Path) -> None:
        """Remember a file or folder that was given to `index`."""
        roots = self.roots()
        if any(path.is_relative_to(root) for root in roots):
            return
        inside = [root for root in roots if root.is_relative_to(path)]
        self._each("DELETE FROM root WHERE path = ?", ((path_text(root),) for root in inside))
        self._run("INSERT INTO root VALUES (?)", path_text(path))

    def delete_root(self, path: Path) -> None:
        """Forget a file or folder that was given to `index`."""
        self._run("DELETE FROM root WHERE path = ?", path_text(path))

    def files(self, root: Path) -> dict[str, str | None]:
        """Return the files indexed from below a root: path to SHA-256, None while half indexed."""
        rows = self._rows("SELECT path, sha256 FROM file")
        below = os.path.join(root, "")  # noqa: PTH118 - its separator at the end is the point
        return {
            path: sha256
            for path, sha256 in rows
            if os.path.join(path_of(path), "").startswith(below)  # noqa: PTH118
        }

    def put_file(self, path: Path, root: Path, sha256: str | None) -> int:
        """Add or update a file; return its id."""
        self._run(
            "INSERT INTO file (path, root, sha256) VALUES (?, ?, ?) ON CONFLICT (path) "
            "DO UPDATE SET root = excluded.root, sha256 = excluded.sha256",
            path_text(path),
            path_text(root),
            sha256,
        )
        file: int = self._one("SELECT id FROM file WHERE path = ?", path_text(path))
        return file

    def delete_file(self, path: str) -> None:
        """Forget a file, and what was removed of it; its articles must have been deleted."""
        self.readmit(path)
        self._run("DELETE FROM file WHERE path = ?", path)

    def removed(self) -> dict[str, str]:
        """Return the articles that a user took out, and that stay out: id to path of the file."""
        with _decoding(self.folder):
            return dict(json.loads(self.get_meta(_REMOVED) or "{}"))

    def set_removed(self, removed: Mapping[str, str]) -> None:
        """Say which articles stay out."""
        self.set_meta(_REMOVED, json.dumps(dict(removed)))

    def readmit(self, path: str) -> None:
        """Let the articles of a file that were taken out come back when it is read again."""
        removed = self.removed()
        kept = {key: owner for key, owner in removed.items() if owner != path}
        if kept != removed:
            self.set_removed(kept)
            self._run("UPDATE file SET sha256 = NULL WHERE path = ?", path)

    # Articles

    def article_keys(self) -> list[str]:
        """Return all articles' ids, sorted."""
        return [key for (key,) in self._rows("SELECT key FROM article ORDER BY key")]

    def articles_of(self, path: str) -> list[StoredArticle]:
        """Return the articles read from a file."""
        rows = self._rows(
            "SELECT article.id, key, digest FROM article JOIN file ON file.id = article.file "
            "WHERE path = ? ORDER BY key",
            path,
        )
        return [StoredArticle(*row) for row in rows]

    def owner(self, key: str) -> str | None:
        """Return the path of the file that an article was read from, None for an unknown one."""
        path: str | None = self._one(
            "SELECT path FROM article JOIN file ON file.id = article.file WHERE key = ?", key
        )
        return path

    def article(self, key: str) -> tuple[int, Article] | None:
        """Return an article and its number, by its id."""
        for number, record, text, path in self._rows(
            "SELECT article.id, record, text, path FROM article "
            "JOIN file ON file.id = article.file WHERE key = ?",
            key,
        ):
            with _decoding(self.folder):
                fields = {**json.loads(record), "text": text, "path": path}
                return number, Article.model_validate(fields)
        return None

    def texts(self, keys: Iterable[str]) -> dict[str, str]:
        """Return articles' texts by id."""
        return dict(self._many("SELECT key, text FROM article WHERE key IN ({})", keys))

    def summaries(self) -> list[ArticleSummary]:
        """Return a summary of every article, by id."""
        rows = self._rows(
            "SELECT key, title, source, published, count(chunk.id) FROM article "
            "LEFT JOIN chunk ON chunk.article = article.id GROUP BY article.id ORDER BY key"
        )
        return [
            ArticleSummary(id=key, title=title, source=source, published=published, chunks=chunks)
            for key, title, source, published, chunks in rows
        ]

    def put_article(self, article: Article, file: int, digest: bytes) -> int:
        """Add an article; return its number. One of the same id must have been deleted."""
        record = article.model_dump_json(exclude={"text", "path"})
        cursor = self._run(
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
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def numbered(self, number: int) -> Article:
        """Return an article by its number."""
        key = self._one("SELECT key FROM article WHERE id = ?", number)
        found = self.article(key)
        assert found is not None
        return found[1]

    def delete_articles(self, numbers: Iterable[int]) -> None:
        """Delete articles and all that hangs on them."""
        self._each("DELETE FROM article WHERE id = ?", ((number,) for number in numbers))

    def delete_content(self, numbers: Sequence[int]) -> None:
        """Delete articles' chunks and omissions."""
        self._each("DELETE FROM chunk WHERE article = ?", ((number,) for number in numbers))
        self._each("DELETE FROM omission WHERE article = ?", ((number,) for number in numbers))

    def omissions(self, number: int) -> tuple[Omission, ...]:
        """Return what was left out of an article, in order."""
        rows = self._rows(
            'SELECT start, "end", reason FROM omission WHERE article = ? ORDER BY start', number
        )
        with _decoding(self.folder):
            return tuple(
                Omission(start=start, end=end, reason=reason) for start, end, reason in rows
            )

    def put_omissions(self, number: int, omissions: Iterable[Omission]) -> None:
        """Add what was left out of an article."""
        self._each(
            "INSERT INTO omission VALUES (?, ?, ?, ?)",
            ((number, each.start, each.end, each.reason) for each in omissions),
        )

    # Lines that recur

    def put_edge_lines(self, number: int, digests: Iterable[bytes], story: bytes) -> None:
        """Add the digests of an article's lines that may recur, and that of its story."""
        self._each(
            "INSERT OR IGNORE INTO edge_line (digest, article, story) VALUES (?, ?, ?)",
            ((digest, number, story) for digest in digests),
        )

    def refresh_recurring(self, least: int, articles: Sequence[int] | None = None) -> None:
        """Find the lines that stand in `least` stories: all lines, or those of some articles."""
        within = "true"
        if articles is not None:
            numbers = ", ".join(str(int(number)) for number in articles)
            within = f"digest IN (SELECT digest FROM edge_line WHERE article IN ({numbers}))"
        self._run(f"DELETE FROM recurring WHERE {within}")
        self._run(
            f"INSERT INTO recurring SELECT digest FROM edge_line WHERE {within} "
            "GROUP BY digest HAVING count(DISTINCT story) >= ?",
            least,
        )

    def apply_recurring(self, number: int) -> frozenset[bytes]:
        """Return an article's lines that recur, and remember that these were taken to."""
        self._run(
            "UPDATE edge_line SET applied = digest IN (SELECT digest FROM recurring) "
            "WHERE article = ?",
            number,
        )
        rows = self._rows("SELECT digest FROM edge_line WHERE article = ? AND applied", number)
        return frozenset(digest for (digest,) in rows)

    def unsettled(self) -> list[int]:
        """Return the articles of which other lines recur than were taken to."""
        rows = self._rows(
            "SELECT DISTINCT article FROM edge_line "
            "WHERE applied <> (digest IN (SELECT digest FROM recurring)) ORDER BY article"
        )
        return [number for (number,) in rows]

    # Chunks

    def put_chunk(self, number: int, chunk: Chunk, body: int, wording: int) -> None:
        """Add a chunk of an article, with the number of its wording and where that begins."""
        self._run(
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

    def chunks_of(self, number: int) -> list[StoredChunk]:
        """Return an article's chunks in order."""
        return self._stored("WHERE article.id = ? ORDER BY position", number)

    def chunks(self, ids: Iterable[int]) -> dict[int, StoredChunk]:
        """Return chunks by their ids."""
        found: dict[int, StoredChunk] = {}
        for some in _batches(ids):
            for each in self._stored(f"WHERE chunk.id IN ({_marks(some)})", *some):
                found[each.id] = each
        return found

    def places(self, groups: Iterable[int], filters: Filters) -> dict[int, list[tuple[int, Place]]]:
        """Return every allowed member of each group, as chunk id and place, by article id."""
        condition, values = _condition(filters)
        found: dict[int, list[tuple[int, Place]]] = {}
        for some in _batches(groups):
            rows = self._rows(
                "SELECT \"group\", chunk.id, key, coalesce(title, ''), file.path, source, url, "
                'published, position, start, "end" FROM wording '
                "JOIN chunk ON chunk.wording = wording.id JOIN article ON article.id = "
                "chunk.article JOIN file ON file.id = article.file "
                f'WHERE "group" IN ({_marks(some)}) AND {condition} ORDER BY key, position',
                *some,
                *values,
            )
            for group, chunk, *place in rows:
                fields = zip(Place.model_fields, place, strict=True)
                found.setdefault(group, []).append((chunk, Place(**dict(fields))))
        return found

    def groups_of(self, chunks: Iterable[int]) -> dict[int, int]:
        """Return chunk id to the number of its duplicate group."""
        rows = self._many(
            'SELECT chunk.id, "group" FROM chunk JOIN wording ON wording.id = chunk.wording '
            "WHERE chunk.id IN ({})",
            chunks,
        )
        return dict(rows)

    def sentences(self, keys: Iterable[str]) -> dict[str, list[str]]:
        """Return, by article id, the texts of the sentences of its chunks, in order."""
        found: dict[str, list[str]] = {}
        texts = self.texts(keys)
        for key, packed in self._many(
            "SELECT key, sentences FROM article JOIN chunk ON chunk.article = article.id "
            "WHERE key IN ({}) ORDER BY key, position",
            texts,
        ):
            text = texts[key]
            found.setdefault(key, []).extend(
                text[each.start : each.end] for each in _unpack(packed)
            )
        return found

    # Duplicates

    def wording(self, digest: bytes) -> int | None:
        """Return the number of a wording by its digest."""
        number: int | None = self._one("SELECT id FROM wording WHERE digest = ?", digest)
        return number

    def put_wording(self, digest: bytes, bands: Iterable[int]) -> int:
        """Add a wording, in a group of its own; return its number."""
        cursor = self._run('INSERT INTO wording (digest, "group") VALUES (?, 0)', digest)
        number = cursor.lastrowid
        assert number is not None
        self._run('UPDATE wording SET "group" = id WHERE id = ?', number)
        self._each("INSERT OR IGNORE INTO band VALUES (?, ?)", ((band, number) for band in bands))
        return number

    def sharing(self, bands: Iterable[int]) -> dict[int, str]:
        """Return the wordings that share a band with these, each with a text of that wording."""
        rows = self._many(
            'SELECT wording, body, "end", text FROM chunk '
            "JOIN article ON article.id = chunk.article WHERE chunk.id IN (SELECT min(chunk.id) "
            "FROM band JOIN chunk USING (wording) WHERE key IN ({}) GROUP BY wording)",
            bands,
        )
        return {wording: text[body:end] for wording, body, end, text in rows}

    def wordings_of(self, numbers: Sequence[int]) -> set[int]:
        """Return the wordings of articles' chunks."""
        rows = self._many("SELECT DISTINCT wording FROM chunk WHERE article IN ({})", numbers)
        return {number for (number,) in rows}

    def put_near(self, a: int, b: int) -> None:
        """Record two wordings as near-duplicates."""
        self._each("INSERT OR IGNORE INTO near VALUES (?, ?)", ((a, b), (b, a)))

    def near(self, wordings: Iterable[int]) -> list[tuple[int, int]]:
        """Return the near-duplicate pairs that these wordings are in."""
        return self._many("SELECT a, b FROM near WHERE a IN ({})", wordings)

    def members(self, groups: Iterable[int]) -> list[int]:
        """Return the wordings in these groups."""
        rows = self._many('SELECT id FROM wording WHERE "group" IN ({})', groups)
        return [number for (number,) in rows]

    def groups(self, wordings: Iterable[int]) -> set[int]:
        """Return the groups that these wordings are in."""
        rows = self._many('SELECT DISTINCT "group" FROM wording WHERE id IN ({})', wordings)
        return {group for (group,) in rows}

    def set_groups(self, groups: Mapping[int, int]) -> None:
        """Put wordings into groups."""
        self._each(
            'UPDATE wording SET "group" = ? WHERE id = ?',
            ((group, wording) for wording, group in groups.items()),
        )

    def delete_unused(self, wordings: Iterable[int]) -> set[int]:
        """Delete those of these wordings that no chunk has any more; return them."""
        rows = self._many(
            "SELECT id FROM wording WHERE id IN ({}) AND NOT EXISTS "
            "(SELECT 1 FROM chunk WHERE wording = wording.id)",
            wordings,
        )
        unused = {number for (number,) in rows}
        self._each("DELETE FROM wording WHERE id = ?", ((number,) for number in unused))
        return unused

    def group_chunks(self, groups: Iterable[int]) -> dict[int, list[int]]:
        """Return the chunks of each group, by article id and position."""
        found: dict[int, list[int]] = {}
        for some in _batches(groups):
            for group, chunk in self._rows(
                'SELECT "group", chunk.id FROM wording JOIN chunk ON chunk.wording = wording.id '
                f'JOIN article ON article.id = chunk.article WHERE "group" IN ({_marks(some)}) '
                "ORDER BY key, position",
                *some,
            ):
                found.setdefault(group, []).append(chunk)
        return found

    def repeated_groups(self, limit: int) -> list[int]:
        """Return the groups of two chunks or more, the largest first, `limit` at most."""
        rows = self._rows(
            'SELECT "group" FROM wording JOIN chunk ON chunk.wording = wording.id '
            'GROUP BY "group" HAVING count(*) > 1 ORDER BY count(*) DESC, "group" LIMIT ?',
            limit,
        )
        return [group for (group,) in rows]

    # Vectors and the lexical index

    def embeddable(self, ids: Iterable[int]) -> list[Embeddable]:
        """Return what is embedded of chunks, in the order of their ids."""
        rows = self._many(
            'SELECT chunk.id, title, heading, start, "end", text FROM chunk '
            "JOIN article ON article.id = chunk.article WHERE chunk.id IN ({}) ORDER BY chunk.id",
            ids,
        )
        return [
            Embeddable(chunk, title, heading, text[start:end])
            for chunk, title, heading, start, end, text in rows
        ]

    def vectors_of(self, numbers: Sequence[int]) -> dict[bytes, bytes]:
        """Return the vectors of articles' chunks, by the digest of what was embedded."""
        return dict(
            self._many(
                "SELECT embedded, data FROM vector JOIN chunk ON chunk.id = vector.chunk "
                "WHERE article IN ({})",
                numbers,
            )
        )

    def represented(self, chunks: Iterable[int]) -> set[int]:
        """Return those of these chunks that have a vector."""
        rows = self._many("SELECT chunk FROM vector WHERE chunk IN ({})", chunks)
        return {chunk for (chunk,) in rows}

    def put_vector(self, chunk: int, embedded: bytes, data: bytes, text: str, context: str) -> None:
        """Make a chunk searchable, by its vector and by its words."""
        self._run(
            "INSERT INTO vector (chunk, embedded, data) VALUES (?, ?, ?)", chunk, embedded, data
        )
        self._run(
            "INSERT INTO lexical (rowid, text, context) VALUES (?, ?, ?)", chunk, text, context
        )

    def delete_vectors(self, chunks: Iterable[int]) -> None:
        """Make chunks no longer searchable."""
        self._each("DELETE FROM vector WHERE chunk = ?", ((chunk,) for chunk in chunks))

    def vector_ids(self) -> NDArray[np.int64]:
        """Return the ids of all vectors, ascending."""
        rows = self._rows("SELECT id FROM vector ORDER BY id")
        return np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows))

    def vectors(
        self, dimension: int, after: int = 0
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return ids (n) and rows (n, dimension) of the vectors with an id above `after`."""
        count = self._one("SELECT count(*) FROM vector WHERE id > ?", after)
        ids = np.empty(count, dtype=np.int64)
        rows = np.empty((count, dimension), dtype=np.float32)
        with _translated(self.folder), _decoding(self.folder):
            cursor = self._connection.execute(
                "SELECT id, data FROM vector WHERE id > ? ORDER BY id", (after,)
            )
            for row, (number, data) in enumerate(cursor):
                ids[row] = number
                rows[row] = np.frombuffer(data, dtype="<f4")
        return ids, rows

    def chunks_of_vectors(self, ids: Iterable[int]) -> dict[int, int]:
        """Return vector id to chunk id."""
        rows = self._many("SELECT id, chunk FROM vector WHERE id IN ({})", ids)
        return dict(rows)

    def vectors_by_chunk(self, chunks: Iterable[int]) -> dict[int, bytes]:
        """Return chunk id to vector."""
        return dict(self._many("SELECT chunk, data FROM vector WHERE chunk IN ({})", chunks))

    def allowed_vectors(self, filters: Filters) -> NDArray[np.int64] | None:
        """Return the vectors of groups with a member that passes; None when all do."""
        condition, values = _condition(filters)
        if not values:
            return None
        rows = self._rows(
            f"SELECT vector.id FROM vector WHERE chunk IN ({_allowed(condition)})", *values
        )
        return np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows))

    def match(self, query: str, limit: int, filters: Filters) -> list[tuple[int, float]]:
        """Search the lexical index; return chunk ids with BM25 scores, higher is better.

        `query` is an FTS5 expression. Text counts double what title and heading do.
        """
        condition, values = _condition(filters)
        allowed = f"AND rowid IN ({_allowed(condition)})" if values else ""
        rows = self._rows(
            f"SELECT rowid, -bm25(lexical, 1.0, 0.5) AS score FROM lexical WHERE lexical MATCH ? "
            f"{allowed} ORDER BY score DESC, rowid LIMIT ?",
            query,
            *values,
            limit,
        )
        return [(chunk, score) for chunk, score in rows]

    def searchable(self, chunks: Iterable[int]) -> list[tuple[int, str, str]]:
        """Return chunks' ids, texts and contexts, as they are in the lexical index."""
        return self._many("SELECT rowid, text, context FROM lexical WHERE rowid IN ({})", chunks)

    def frequency(self, word: str) -> int:
        """Return the number of searchable chunks that hold a word, after stemming."""
        count: int = self._one("SELECT count(*) FROM lexical WHERE lexical MATCH ?", quoted(word))
        return count

    def vocabulary(self) -> list[str]:
        """Return the stems in the lexical index, the most frequent first."""
        self._run(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab(main, lexical, row)"
        )
        return [
            term for (term,) in self._rows("SELECT term FROM vocabulary ORDER BY doc DESC, term")
        ]

    def passage_with(self, word: str) -> str | None:
        """Return the text of some searchable chunk that holds a word, after stemming."""
        text: str | None = self._one(
            "SELECT text FROM lexical WHERE lexical MATCH ? LIMIT 1", quoted(word)
        )
        return text

    # Keeping it well

    def problems(self) -> list[str]:
        """Return what SQLite itself finds wrong, in the database and the lexical index."""
        found = [line for (line,) in self._rows("PRAGMA integrity_check") if line != "ok"]
        broken = self._rows("PRAGMA foreign_key_check")
        if broken:
            found.append(f"{len(broken)} rows refer to rows that are gone")
        return found

    def lexical_rows(self) -> set[int]:
        """Return the chunks in the lexical index."""
        return {row for (row,) in self._rows("SELECT rowid FROM lexical")}

    def vector_chunks(self) -> dict[int, bytes]:
        """Return chunk id to vector, for all."""
        return dict(self._rows("SELECT chunk, data FROM vector"))

    def all_groups(self) -> set[int]:
        """Return the numbers of all duplicate groups."""
        return {group for (group,) in self._rows('SELECT DISTINCT "group" FROM wording')}

    def checkpoint(self) -> None:
        """Fold the log into the database."""
        with _translated(self.folder):
            # Whoever is reading is not waited for: the next run folds what is left.
            self._connection.execute("PRAGMA busy_timeout = 0")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _tables(self) -> int:
        count: int = self._one("SELECT count(*) FROM sqlite_schema")
        return count

    def _known(self) -> bool:
        """Whether the tables are those that are expected here."""
        return (self._one("PRAGMA application_id"), self._one("PRAGMA user_version")) == (
            _APPLICATION_ID,
            SCHEMA_VERSION,
        )

    def _check_version(self) -> None:
        (application,) = self._connection.execute("PRAGMA application_id").fetchone()
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        if application != _APPLICATION_ID:
            raise IndexDamaged(
                f"{_database(self.folder)} is not a ragqa index; move it away, or name another "
                "folder with --index"
            )
        if version != SCHEMA_VERSION:
            raise IndexVersionError(
                f"the index in {self.folder} has version {version}, this ragqa writes "
                f"{SCHEMA_VERSION}; make it again with: ragqa index --rebuild PATH"
            )

    def _run(self, statement: str, *values: _Value) -> sqlite3.Cursor:
        with _translated(self.folder):
            return self._connection.execute(statement, values)

    def _each(self, statement: str, rows: Iterable[tuple[_Value, ...]]) -> None:
        with _translated(self.folder):
            self._connection.executemany(statement, rows)

    def _rows(self, statement: str, *values: _Value) -> list[Any]:
        with _translated(self.folder):
            return self._connection.execute(statement, values).fetchall()

    def _one(self, statement: str, *values: _Value) -> Any:  # noqa: ANN401
        rows = self._rows(statement, *values)
        return rows[0][0] if rows else None

    def _many(self, statement: str, values: Iterable[_Value]) -> list[Any]:
        """Run a statement with an `IN ({})` over any number of values."""
        return [
            row
            for some in _batches(values)
            for row in self._rows(statement.format(_marks(some)), *some)
        ]

    def _stored(self, where: str, *values: _Value) -> list[StoredChunk]:
        rows = self._rows(
            'SELECT chunk.id, key, wording, position, start, "end", heading, sentences '
            f"FROM chunk JOIN article ON article.id = chunk.article {where}",
            *values,
        )
        with _decoding(self.folder):
            return [
                StoredChunk(
                    number,
                    key,
                    wording,
                    Chunk(
                        position=position,
                        start=start,
                        end=end,
                        heading=heading,
                        sentences=_unpack(sentences),
                    ),
                )
                for number, key, wording, position, start, end, heading, sentences in rows
            ]


def make_folder(folder: Path) -> None:
    """Make the index folder when it is not there.

    Raises:
        IndexFolderError: there is a file in its place.
        IndexUnwritable: it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise IndexFolderError(
            f"the index folder {folder} is a file; name a folder with --index"
        ) from error
    except OSError as error:
        raise IndexUnwritable(
            f"cannot make the index folder {folder}: {error.strerror}; name another one with "
            "--index"
        ) from error


def replace_database(folder: Path, name: str) -> None:
    """Put a database that is whole and closed in the place of the index's own."""
    if (folder / DATABASE).exists():
        # What the old log still holds belongs to the old database, should we be killed below.
        with suppress(RagqaError), Store.write(folder) as old:
            old.checkpoint()
    remove_log(folder, DATABASE)
    (folder / name).replace(folder / DATABASE)


def remove_database(folder: Path, name: str) -> None:
    """Delete a database and its log."""
    (folder / name).unlink(missing_ok=True)
    remove_log(folder, name)


def remove_log(folder: Path, name: str) -> None:
    """Delete a database's log, which must not be needed any more."""
    for suffix in ("-wal", "-shm"):
        (folder / f"{name}{suffix}").unlink(missing_ok=True)


def path_text(path: Path) -> str:
    """Return a path as it is stored: as it is, or as a URI where it has bytes that are no text."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return path.as_uri()
    return str(path)


def path_of(text: str) -> Path:
    """Return the path that `path_text` gave as text."""
    if text.startswith(_URI):
        return Path(os.fsdecode(unquote_to_bytes(text.removeprefix(_URI))))
    return Path(text)


def quoted(term: str) -> str:
    """Return a term as an FTS5 string, in which no character is an operator."""
    return '"' + term.replace('"', '""').replace("\0", " ") + '"'


def _database(folder: Path) -> Path:
    if folder.exists() and not folder.is_dir():
        raise IndexFolderError(f"the index folder {folder} is a file; name a folder with --index")
    return folder / DATABASE


def _connect(database: Path, mode: str, *, any_thread: bool) -> sqlite3.Connection:
    return sqlite3.connect(
        f"file:{quote(os.fsencode(database.absolute()))}?{mode}",
        uri=True,
        timeout=_BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=not any_thread,
    )


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines():
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


@contextmanager
def _translated(folder: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise IndexLocked(
                f"the index in {folder} is being written by another process; try again when it "
                "is done"
            ) from error
        if code in (
            sqlite3.SQLITE_FULL,
            sqlite3.SQLITE_READONLY,
            sqlite3.SQLITE_IOERR,
            sqlite3.SQLITE_CANTOPEN,
            sqlite3.SQLITE_PERM,
        ):
            raise IndexUnwritable(
                f"the index in {folder} cannot be read or written ({error}); what was in it before "
                "is still there; check the disk's free space and your permissions"
            ) from error
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) or "Could not decode" in str(
            error
        ):
            raise _damaged(folder, error) from error
        raise


@contextmanager
def _decoding(folder: Path) -> Iterator[None]:
    """Turn what cannot be understood of a stored row into our error."""
    try:
        yield
    except (ValueError, TypeError) as error:
        raise _damaged(folder, "a row makes no sense") from error


def _damaged(folder: Path, why: object) -> IndexDamaged:
    return IndexDamaged(
        f"the index in {folder} is damaged ({why}); make it again with: ragqa index --rebuild PATH"
    )


def _missing(folder: Path) -> IndexMissing:
    return IndexMissing(f"there is no index in {folder}; make one with: ragqa index PATH")


def _pack(sentences: Sequence[Sentence]) -> str:
    return json.dumps([[each.start, each.end, each.kind] for each in sentences])


def _unpack(packed: str) -> tuple[Sentence, ...]:
    return tuple(
        Sentence(start=start, end=end, kind=kind) for start, end, kind in json.loads(packed)
    )


def _condition(filters: Filters) -> tuple[str, list[str]]:
    """Return an SQL condition on `article` and the values for its marks."""
    parts: list[str] = []
    values: list[str] = []
    if filters.sources:
        parts.append(f"lower(source) IN ({_marks(filters.sources)})")
        values += [source.lower() for source in filters.sources]
    if filters.since:
        parts.append("published >= ?")
        values.append(filters.since)
    if filters.until:
        parts.append("published <= ?")
        values.append(filters.until)
    return " AND ".join(parts) or "true", values


def _allowed(condition: str) -> str:
    """Return SQL for the chunks that represent a group with a member that passes."""
    return (
        "SELECT vector.chunk FROM wording JOIN chunk ON chunk.wording = wording.id JOIN vector "
        'ON vector.chunk = chunk.id WHERE "group" IN (SELECT "group" FROM article '
        "JOIN chunk ON chunk.article = article.id JOIN wording ON wording.id = chunk.wording "
        f"WHERE {condition})"
    )


def _marks(values: Sequence[Any]) -> str:
    return ", ".join("?" * len(values))


def _batches(values: Iterable[Any]) -> Iterator[list[Any]]:
    """Split into lists of no more values than SQLite takes in one statement."""
    listed = list(values)
    for start in range(0, len(listed), _MOST_VARIABLES):
        yield listed[start : start + _MOST_VARIABLES]
