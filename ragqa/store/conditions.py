"""What filters ask for, as SQL."""

from ragqa.store.database import marks
from ragqa.types import Filters


def passing(filters: Filters) -> tuple[str, list[str]]:
    """Return an SQL condition on `article` and the values for its marks."""
    parts: list[str] = []
    values: list[str] = []
    if filters.sources:
        parts.append(f"casefold(source) IN ({marks(filters.sources)})")
        values += [source.casefold() for source in filters.sources]
    if filters.since:
        parts.append("published >= ?")
        values.append(filters.since)
    if filters.until:
        parts.append("published <= ?")
        # A month or a year lasts to its end: no date that begins with it sorts above a tilde.
        values.append(f"{filters.until}~")
    return " AND ".join(parts) or "true", values


def representing(condition: str) -> str:
    """Return SQL for the chunks that represent a group with a member that passes."""
    return (
        "SELECT vector.chunk FROM wording JOIN chunk ON chunk.wording = wording.id JOIN vector "
        'ON vector.chunk = chunk.id WHERE "group" IN (SELECT "group" FROM article '
        "JOIN chunk ON chunk.article = article.id JOIN wording ON wording.id = chunk.wording "
        f"WHERE {condition})"
    )
