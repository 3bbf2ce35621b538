"""The vectors of searchable chunks."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from ragqa.store.conditions import passing, representing
from ragqa.store.database import Database
from ragqa.store.translation import decoding
from ragqa.types import Filters


class Vectors:
    """Vectors, by ids of their own or by the chunks they are of."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ids(self) -> NDArray[np.int64]:
        """Return the ids of all vectors, ascending."""
        rows = self._database.rows("SELECT id FROM vector ORDER BY id")
        return np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows))

    def load(self, dimension: int, after: int = 0) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return ids (n) and rows (n, dimension) of the vectors with an id above `after`."""
        count = self._database.one("SELECT count(*) FROM vector WHERE id > ?", after)
        ids = np.empty(count, dtype=np.int64)
        rows = np.empty((count, dimension), dtype=np.float32)
        statement = "SELECT id, data FROM vector WHERE id > ? ORDER BY id"
        with (
            self._database.streamed(statement, after) as found,
            decoding(self._database.folder),
        ):
            for row, (number, data) in enumerate(found):
                ids[row] = number
                rows[row] = np.frombuffer(data, dtype="<f4")
        return ids, rows

    def chunks(self, ids: Iterable[int]) -> dict[int, int]:
        """Return vector id to chunk id."""
        return dict(self._database.many("SELECT id, chunk FROM vector WHERE id IN ({})", ids))

    def by_chunk(self, chunks: Iterable[int]) -> dict[int, bytes]:
        """Return chunk id to vector."""
        return dict(
            self._database.many("SELECT chunk, data FROM vector WHERE chunk IN ({})", chunks)
        )

    def all_by_chunk(self) -> dict[int, bytes]:
        """Return chunk id to vector, for all."""
        return dict(self._database.rows("SELECT chunk, data FROM vector"))

    def of_articles(self, numbers: Sequence[int]) -> dict[bytes, bytes]:
        """Return the vectors of articles' chunks, by the digest of what was embedded."""
        return dict(
            self._database.many(
                "SELECT embedded, data FROM vector JOIN chunk ON chunk.id = vector.chunk "
                "WHERE article IN ({})",
                numbers,
            )
        )

    def allowed(self, filters: Filters) -> NDArray[np.int64] | None:
        """Return the vectors of groups with a member that passes; None when all do."""
        condition, values = passing(filters)
        if not values:
            return None
        rows = self._database.rows(
            f"SELECT vector.id FROM vector WHERE chunk IN ({representing(condition)})", *values
        )
        return np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows))
