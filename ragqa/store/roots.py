"""The files and folders that were given to `index`."""

from pathlib import Path

from ragqa.store.database import Database
from ragqa.store.paths import path_of, path_text


class Roots:
    """The paths to look at again, none inside another."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Path]:
        """Return the files and folders that were given to `index`, none inside another."""
        rows = self._database.rows("SELECT path FROM root ORDER BY path")
        return [path_of(text) for (text,) in rows]

    def add(self, path: Path) -> None:
        """Remember a file or folder that was given to `index`."""
        roots = self.all()
        if any(path.is_relative_to(root) for root in roots):
            return
        inside = [root for root in roots if root.is_relative_to(path)]
        self._database.each(
            "DELETE FROM root WHERE path = ?", ((path_text(root),) for root in inside)
        )
        self._database.run("INSERT INTO root VALUES (?)", path_text(path))

    def delete(self, path: Path) -> None:
        """Forget a file or folder that was given to `index`."""
        self._database.run("DELETE FROM root WHERE path = ?", path_text(path))
