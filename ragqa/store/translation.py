"""SQLite's errors, and rows that make no sense, as errors of ours."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ragqa.errors import IndexDamaged, IndexLocked, IndexUnwritable

# What is said of text that is not UTF-8, in a row or given to a function of ours.
_UNDECODED = ("Could not decode", "user-defined function raised exception")


@contextmanager
def translated(folder: Path) -> Iterator[None]:
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
        undecoded = any(sign in str(error) for sign in _UNDECODED)
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) or undecoded:
            raise _damaged(folder, error) from error
        raise


@contextmanager
def decoding(folder: Path) -> Iterator[None]:
    """Turn what cannot be understood of a stored row into our error."""
    try:
        yield
    except (ValueError, TypeError) as error:
        raise _damaged(folder, "a row makes no sense") from error


def _damaged(folder: Path, why: object) -> IndexDamaged:
    return IndexDamaged(
        f"the index in {folder} is damaged ({why}); make it again with: ragqa index --rebuild PATH"
    )
