"""The files that were read, and which of their articles a user took out."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from ragqa.store.database import Database
from ragqa.store.meta import Meta
from ragqa.store.paths import path_of, path_text
from ragqa.store.translation import decoding

_REMOVED = "removed"


class Files:
    """The files indexed, by their paths."""

    def __init__(self, database: Database, meta: Meta) -> None:
        self._database = database
        self._meta = meta

    def below(self, root: Path) -> dict[str, str | None]:
        """Return the files indexed from below a root: path to SHA-256, None while half indexed."""
        rows = self._database.rows("SELECT path, sha256 FROM file")
        below = os.path.join(root, "")  # noqa: PTH118 - its separator at the end is the point
        return {
            path: sha256
            for path, sha256 in rows
            if os.path.join(path_of(path), "").startswith(below)  # noqa: PTH118
        }

    def put(self, path: Path, root: Path, sha256: str | None) -> int:
        """Add or update a file; return its id."""
        self._database.run(
            "INSERT INTO file (path, root, sha256) VALUES (?, ?, ?) ON CONFLICT (path) "
            "DO UPDATE SET root = excluded.root, sha256 = excluded.sha256",
            path_text(path),
            path_text(root),
            sha256,
        )
        file: int = self._database.one("SELECT id FROM file WHERE path = ?", path_text(path))
        return file

    def delete(self, path: str) -> None:
        """Forget a file, and what was removed of it; its articles must have been deleted."""
        self.readmit(path)
        self._database.run("DELETE FROM file WHERE path = ?", path)

    def removed(self) -> dict[str, str]:
        """Return the articles that a user took out, and that stay out: id to path of the file."""
        with decoding(self._database.folder):
            return dict(json.loads(self._meta.get(_REMOVED) or "{}"))

    def set_removed(self, removed: Mapping[str, str]) -> None:
        """Say which articles stay out."""
        self._meta.set(_REMOVED, json.dumps(dict(removed)))

    def readmit(self, path: str) -> None:
        """Let the articles of a file that were taken out come back when it is read again."""
        removed = self.removed()
        kept = {key: owner for key, owner in removed.items() if owner != path}
        if kept != removed:
            self.set_removed(kept)
            self._database.run("UPDATE file SET sha256 = NULL WHERE path = ?", path)
