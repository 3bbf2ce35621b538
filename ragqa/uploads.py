"""Files that people upload: kept in the index folder, under names of ours.

A name is made of the letters and digits of the one it came with, and the first digits of the
SHA-256 of what is in it: readable in a citation, never a path, and the same for the same file.
"""

import hashlib
import os
import tempfile
import unicodedata
from pathlib import Path
from typing import BinaryIO

from ragqa.articles import FORMATS
from ragqa.errors import IndexUnwritable, InputError
from ragqa.store import make_folder
from ragqa.types import Frozen

FOLDER = "uploads"

_TEMPORARY = ".incoming-"
_DIGITS = 12
# A file name may have 255 bytes; a letter takes 4 at most.
_LONGEST_NAME = 48
_BUFFER = 1 << 20


class Upload(Frozen):
    """A file as it came in: the name that its owner gave it, and where its bytes lie now."""

    name: str
    path: Path


def uploads_folder(index: Path) -> Path:
    """Return where the uploads of an index are kept, spelt as the index spells paths."""
    return Path(os.path.abspath(index)) / FOLDER  # noqa: PTH100 - keeps links


def is_upload(path: Path, index: Path) -> bool:
    """Whether a file is a stored upload, which is ours to delete."""
    return path.is_relative_to(uploads_folder(index))


def stored_uploads(index: Path) -> list[Path]:
    """Return the files that were uploaded to an index."""
    return sorted(each for each in uploads_folder(index).glob("[!.]*"))


def store_upload(upload: Upload, index: Path, max_bytes: int) -> tuple[Path, bool]:
    """Copy an upload into its place.

    Returns:
        The copy, and whether it is new: the same file may have come before, under any name.

    Raises:
        InputError: it is of a kind that is not read, empty or too large.
        IndexUnwritable: it cannot be stored.
    """
    suffix = Path(upload.name.replace("\\", "/")).suffix.lower()
    if suffix not in FORMATS:
        raise InputError(f"of a kind that is not read: give one of {' '.join(FORMATS)}")
    folder = uploads_folder(index)
    make_folder(folder)
    try:
        handle, name = tempfile.mkstemp(dir=folder, prefix=_TEMPORARY)
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as copy:
                digest = _copy(upload.path, copy, max_bytes)
            known = sorted(folder.glob(f"*-{digest}{suffix}"))
            if known:
                return known[0], False
            stored = folder / f"{_readable(upload.name)}-{digest}{suffix}"
            temporary.replace(stored)
            return stored, True
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise IndexUnwritable(
            f"the file cannot be stored ({error.strerror or error}); free some disk space, or "
            "upload it again"
        ) from error


def remove_leftovers(index: Path) -> None:
    """Delete what a process that was killed while storing has left."""
    for left in uploads_folder(index).glob(f"{_TEMPORARY}*"):
        left.unlink(missing_ok=True)


def _copy(source: Path, target: BinaryIO, max_bytes: int) -> str:
    digest = hashlib.sha256()
    size = 0
    with source.open("rb") as file:
        while part := file.read(_BUFFER):
            size += len(part)
            if size > max_bytes:
                raise InputError(f"larger than {max_bytes / 1_000_000:g} MB: split it")
            digest.update(part)
            target.write(part)
    if not size:
        raise InputError("empty: nothing to read in it")
    return digest.hexdigest()[:_DIGITS]


def _readable(name: str) -> str:
    """Return the letters and digits of a file's name, in words joined by hyphens."""
    stem = Path(unicodedata.normalize("NFKC", name.replace("\\", "/"))).stem
    words = "".join(each if each.isalnum() else " " for each in stem).split()
    return "-".join(words)[:_LONGEST_NAME].strip("-").lower() or "article"
