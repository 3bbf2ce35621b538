"""The connection to a database: opening it, and running statements on it."""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

from ragqa.errors import IndexDamaged, IndexMissing, IndexVersionError, RagqaError
from ragqa.store.closing import Closing
from ragqa.store.folder import DATABASE, database_path, make_folder, remove_log
from ragqa.store.schema import APPLICATION_ID, SCHEMA, VERSION
from ragqa.store.translation import translated

_BUSY_SECONDS = 5.0
_MOST_VARIABLES = 30_000

_Value = str | int | float | bytes | None


class Database(Closing):
    """One open database, for one thread.

    Raises, from any method: IndexDamaged, IndexLocked or IndexUnwritable, as SQLite finds.
    """

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        self.folder = folder
        self._connection = connection

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Open for asking.

        Raises:
            IndexMissing: there is no index in the folder.
            IndexVersionError: another version of ragqa wrote it.
            IndexDamaged: it is not a database, or a damaged one.
        """
        path = database_path(folder)
        if not path.exists():
            raise _missing(folder)
        with translated(folder):
            # A disk that cannot be written has no room for SQLite's shared-memory file; without a
            # log beside it the database itself is whole, and immutable says to ask for no more.
            for mode in ("mode=ro", "mode=ro&immutable=1"):
                connection = _connect(path, mode)
                try:
                    connection.execute("SELECT 1 FROM sqlite_schema").fetchone()
                    break
                except sqlite3.OperationalError:
                    connection.close()
                    log = path.with_name(path.name + "-wal")
                    if "immutable" in mode or (log.exists() and log.stat().st_size):
                        raise
            database = cls(folder, connection)
            try:
                if database.is_empty():
                    raise _missing(folder)
                database._check_version()
                # One state of the index while it is open, whatever another process writes.
                connection.execute("BEGIN")
            except BaseException:
                database.close()
                raise
            return database

    @classmethod
    def write(cls, folder: Path, name: str = DATABASE) -> Self:
        """Open for indexing, making the folder and the database when they are not there."""
        make_folder(folder)
        with translated(folder):
            connection = _connect(folder / name, "mode=rwc")
            database = cls(folder, connection)
            if not database._tables():
                connection.execute("PRAGMA journal_mode = WAL")
                with database.transaction():
                    for statement in _statements(SCHEMA):
                        connection.execute(statement)
                    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                    connection.execute(f"PRAGMA user_version = {VERSION}")
            database._check_version()
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA synchronous = NORMAL")
            return database

    def close(self) -> None:
        """Close the connection; the last one to close folds the log into the database."""
        self._connection.close()

    def is_empty(self) -> bool:
        """Whether no article is in it: none was ever indexed, or a first run was cut short."""
        return not self._tables() or (
            self._known() and self.one("SELECT 1 FROM article LIMIT 1") is None
        )

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it or nothing."""
        with translated(self.folder):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def run(self, statement: str, *values: _Value) -> None:
        """Run a statement."""
        with translated(self.folder):
            self._connection.execute(statement, values)

    def insert(self, statement: str, *values: _Value) -> int:
        """Run a statement that adds a row; return its id."""
        with translated(self.folder):
            number = self._connection.execute(statement, values).lastrowid
        assert number is not None
        return number

    def each(self, statement: str, rows: Iterable[tuple[_Value, ...]]) -> None:
        """Run a statement once for each row of values."""
        with translated(self.folder):
            self._connection.executemany(statement, rows)

    def rows(self, statement: str, *values: _Value) -> list[Any]:
        """Return the rows that a statement finds."""
        with translated(self.folder):
            return self._connection.execute(statement, values).fetchall()

    @contextmanager
    def streamed(self, statement: str, *values: _Value) -> Iterator[Iterator[Any]]:
        """Give the rows that a statement finds one by one, never all at once."""
        with translated(self.folder):
            yield self._connection.execute(statement, values)

    def one(self, statement: str, *values: _Value) -> Any:  # noqa: ANN401
        """Return the first value of the first row that a statement finds, None without any."""
        rows = self.rows(statement, *values)
        return rows[0][0] if rows else None

    def many(self, statement: str, values: Iterable[_Value], *others: _Value) -> list[Any]:
        """Run a statement with an `IN ({})` over any number of values, then marks for `others`."""
        return [
            row
            for some in _batches(values)
            for row in self.rows(statement.format(marks(some)), *some, *others)
        ]

    def problems(self) -> list[str]:
        """Return what SQLite itself finds wrong, in the database and the lexical index."""
        found = [line for (line,) in self.rows("PRAGMA integrity_check") if line != "ok"]
        broken = self.rows("PRAGMA foreign_key_check")
        if broken:
            found.append(f"{len(broken)} rows refer to rows that are gone")
        return found

    def checkpoint(self) -> None:
        """Fold the log into the database."""
        with translated(self.folder):
            # Whoever is reading is not waited for: the next run folds what is left.
            self._connection.execute("PRAGMA busy_timeout = 0")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _tables(self) -> int:
        count: int = self.one("SELECT count(*) FROM sqlite_schema")
        return count

    def _known(self) -> bool:
        """Whether the tables are those that are expected here."""
        return (self.one("PRAGMA application_id"), self.one("PRAGMA user_version")) == (
            APPLICATION_ID,
            VERSION,
        )

    def _check_version(self) -> None:
        (application,) = self._connection.execute("PRAGMA application_id").fetchone()
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        if application != APPLICATION_ID:
            raise IndexDamaged(
                f"{database_path(self.folder)} is not a ragqa index; move it away, or name another "
                "folder with --index"
            )
        if version != VERSION:
            raise IndexVersionError(
                f"the index in {self.folder} has version {version}, this ragqa writes "
                f"{VERSION}; make it again with: ragqa index --rebuild PATH"
            )


def replace_database(folder: Path, name: str) -> None:
    """Put a database that is whole and closed in the place of the index's own."""
    if (folder / DATABASE).exists():
        # What the old log still holds belongs to the old database, should we be killed below.
        with suppress(RagqaError), Database.write(folder) as old:
            old.checkpoint()
    remove_log(folder, DATABASE)
    (folder / name).replace(folder / DATABASE)


def marks(values: Sequence[Any]) -> str:
    """Return a mark for each value, as SQL takes them in a list."""
    return ", ".join("?" * len(values))


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"file:{quote(os.fsencode(path.absolute()))}?{mode}",
        uri=True,
        timeout=_BUSY_SECONDS,
        isolation_level=None,
    )
    # SQLite's own lower() knows the case of ASCII letters only.
    connection.create_function("casefold", 1, _casefold, deterministic=True)
    return connection


def _casefold(text: str | None) -> str | None:
    return None if text is None else text.casefold()


def _missing(folder: Path) -> IndexMissing:
    return IndexMissing(f"there is no index in {folder}; make one with: ragqa index PATH")


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines():
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _batches(values: Iterable[Any]) -> Iterator[list[Any]]:
    """Split into lists of no more values than SQLite takes in one statement."""
    listed = list(values)
    for start in range(0, len(listed), _MOST_VARIABLES):
        yield listed[start : start + _MOST_VARIABLES]
