"""What is kept under a name: how the index was built, for one."""

from ragqa.store.database import Database


class Meta:
    """Values by name."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, key: str) -> str | None:
        """Return the value that `set` kept under a name."""
        value: str | None = self._database.one("SELECT value FROM meta WHERE key = ?", key)
        return value

    def set(self, key: str, value: str) -> None:
        """Keep a value under a name."""
        self._database.run(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
            key,
            value,
        )
