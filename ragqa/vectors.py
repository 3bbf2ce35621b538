"""Nearest neighbours: a checksummed FAISS snapshot, and a flat index of what came after it.

The snapshot is a cache of the database's vectors. What it lacks is read into a small flat index,
what it has too much of is filtered out, and when it is missing, stale or damaged it is made again.
"""

import hashlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ragqa.errors import IndexUnwritable
from ragqa.store import Store
from ragqa.types import Frozen

if TYPE_CHECKING:
    import faiss

SNAPSHOT = "vectors.faiss"

_META = "snapshot"
_TEMPORARY = ".vectors-"
# Bytes at a time; files are handed to FAISS open, as it takes no path that is not UTF-8.
_BUFFER = 1 << 20
# A snapshot is made again when this share of it is missing or dead: searching a few per cent more
# costs less than writing it all for one changed article.
_STALE_SHARE = 0.1
_STALE_LEAST = 256


class Snapshot(Frozen):
    """What the database says of the snapshot file."""

    sha256: str
    last: int
    count: int


class VectorIndex:
    """Exact cosine search over all vectors of a store."""

    def __init__(self, store: Store, dimension: int) -> None:
        import faiss

        self._dead = np.empty(0, dtype=np.int64)
        self._indexes: list[faiss.Index] = []
        known = _known(store)
        last = 0
        if known is not None:
            loaded = _load(store.folder / SNAPSHOT, known)
            if loaded is not None:
                self._indexes.append(loaded)
                last = known.last
                ids = store.vectors.ids()
                kept = int(np.searchsorted(ids, last, side="right"))
                if kept != known.count:
                    self._dead = np.setdiff1d(faiss.vector_to_array(loaded.id_map), ids)  # type: ignore[attr-defined]
        ids, rows = store.vectors.load(dimension, after=last)
        if len(ids):
            self._indexes.append(_flat(ids, rows))
        self.stale = (
            known is None
            or not last
            or (len(ids) + len(self._dead) > max(_STALE_LEAST, _STALE_SHARE * known.count))
        )

    def search(
        self, vector: NDArray[np.float32], limit: int, allowed: NDArray[np.int64] | None = None
    ) -> list[tuple[int, float]]:
        """Return up to `limit` (vector id, cosine), best first, ties by id.

        With `allowed`, only among those ids.
        """
        import faiss

        # One question is one pass over the vectors: a second thread saves a millisecond at best,
        # and waiting for it costs ten where the other cores are busy.
        faiss.omp_set_num_threads(1)
        found: list[tuple[int, float]] = []
        for index in self._indexes:
            parameters = self._parameters(allowed)
            count = min(limit, index.ntotal)
            scores, ids = index.search(vector.reshape(1, -1), count, params=parameters)
            found += [
                (int(number), float(score))
                for number, score in zip(ids[0], scores[0], strict=True)
                if number >= 0
            ]
        found.sort(key=lambda each: (-each[1], each[0]))
        return found[:limit]

    def _parameters(self, allowed: NDArray[np.int64] | None) -> "faiss.SearchParameters | None":
        import faiss

        if allowed is not None:
            selector: faiss.IDSelector = faiss.IDSelectorBatch(np.setdiff1d(allowed, self._dead))
        elif len(self._dead):
            selector = faiss.IDSelectorNot(faiss.IDSelectorBatch(self._dead))
        else:
            return None
        return faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]


def save_snapshot(store: Store, dimension: int) -> None:
    """Write a snapshot of all vectors, then say so in the database; in a transaction.

    Raises:
        IndexUnwritable: the disk is full or cannot be written.
    """
    ids, rows = store.vectors.load(dimension)
    try:
        sha256 = _write(_flat(ids, rows), store.folder)
    except (OSError, RuntimeError) as error:
        raise IndexUnwritable(
            f"{store.folder / SNAPSHOT} cannot be written; asking goes on without it, only slower; "
            "free some disk space and index again"
        ) from error
    last = int(ids[-1]) if len(ids) else 0
    snapshot = Snapshot(sha256=sha256, last=last, count=len(ids))
    store.meta.set(_META, snapshot.model_dump_json())


def _write(index: "faiss.Index", folder: Path) -> str:
    """Put an index in the snapshot's place; return its SHA-256."""
    import faiss

    for left in folder.glob(f"{_TEMPORARY}*"):
        left.unlink(missing_ok=True)  # by a run that was killed
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=_TEMPORARY)
    try:
        with os.fdopen(handle, "w+b") as file:
            writer = faiss.PyCallbackIOWriter(file.write, _BUFFER)  # type: ignore[attr-defined]
            faiss.write_index(index, writer)
            file.flush()
            os.fsync(file.fileno())
            file.seek(0)
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        Path(temporary).replace(folder / SNAPSHOT)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return sha256


def snapshot_problem(store: Store) -> str | None:
    """Return why the snapshot cannot be used, or None when it can; either way asking works."""
    known = _known(store)
    if known is None:
        return "there is no snapshot of the vectors; the next index run makes it"
    if _load(store.folder / SNAPSHOT, known) is None:
        return f"{SNAPSHOT} is missing or damaged; the next index run makes it again"
    return None


def _known(store: Store) -> Snapshot | None:
    value = store.meta.get(_META)
    try:
        return Snapshot.model_validate_json(value) if value is not None else None
    except ValueError:
        return None


def _load(path: Path, known: Snapshot) -> "faiss.Index | None":
    import faiss

    try:
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != known.sha256:
                return None
            # The same open file, though another process may have put a new one in its place.
            file.seek(0)
            return faiss.read_index(faiss.PyCallbackIOReader(file.read, _BUFFER))  # type: ignore[attr-defined]
    except (OSError, RuntimeError):
        return None


def _flat(ids: NDArray[np.int64], rows: NDArray[np.float32]) -> "faiss.Index":
    import faiss

    index = faiss.IndexIDMap(faiss.IndexFlatIP(rows.shape[1]))
    index.add_with_ids(rows, ids)
    return index
