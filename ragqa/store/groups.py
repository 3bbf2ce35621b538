"""Duplicate groups: their wordings, their chunks, and the places where these stand."""

from collections.abc import Iterable, Mapping

from ragqa.store.conditions import passing
from ragqa.store.database import Database
from ragqa.types import Filters, Place


class Groups:
    """The groups of wordings that are duplicates of each other, by number."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> set[int]:
        """Return the numbers of all duplicate groups."""
        rows = self._database.rows('SELECT DISTINCT "group" FROM wording')
        return {group for (group,) in rows}

    def repeated(self, limit: int) -> list[int]:
        """Return the groups of two chunks or more, the largest first, `limit` at most."""
        rows = self._database.rows(
            'SELECT "group" FROM wording JOIN chunk ON chunk.wording = wording.id '
            'GROUP BY "group" HAVING count(*) > 1 ORDER BY count(*) DESC, "group" LIMIT ?',
            limit,
        )
        return [group for (group,) in rows]

    def articles(self) -> list[list[str]]:
        """Return the articles' ids of each group that stands in two articles or more, sorted."""
        found: dict[int, list[str]] = {}
        for group, key in self._database.rows(
            'SELECT DISTINCT "group", key FROM wording JOIN chunk ON chunk.wording = wording.id '
            'JOIN article ON article.id = chunk.article WHERE "group" IN (SELECT "group" '
            "FROM wording JOIN chunk ON chunk.wording = wording.id "
            'GROUP BY "group" HAVING count(DISTINCT article) > 1) ORDER BY "group", key'
        ):
            found.setdefault(group, []).append(key)
        return list(found.values())

    def of_wordings(self, wordings: Iterable[int]) -> set[int]:
        """Return the groups that these wordings are in."""
        rows = self._database.many(
            'SELECT DISTINCT "group" FROM wording WHERE id IN ({})', wordings
        )
        return {group for (group,) in rows}

    def of_chunks(self, chunks: Iterable[int]) -> dict[int, int]:
        """Return chunk id to the number of its duplicate group."""
        rows = self._database.many(
            'SELECT chunk.id, "group" FROM chunk JOIN wording ON wording.id = chunk.wording '
            "WHERE chunk.id IN ({})",
            chunks,
        )
        return dict(rows)

    def members(self, groups: Iterable[int]) -> list[int]:
        """Return the wordings in these groups."""
        rows = self._database.many('SELECT id FROM wording WHERE "group" IN ({})', groups)
        return [number for (number,) in rows]

    def assign(self, groups: Mapping[int, int]) -> None:
        """Put wordings into groups."""
        self._database.each(
            'UPDATE wording SET "group" = ? WHERE id = ?',
            ((group, wording) for wording, group in groups.items()),
        )

    def chunks(self, groups: Iterable[int]) -> dict[int, list[int]]:
        """Return the chunks of each group, by article id and position."""
        found: dict[int, list[int]] = {}
        for group, chunk in self._database.many(
            'SELECT "group", chunk.id FROM wording JOIN chunk ON chunk.wording = wording.id '
            'JOIN article ON article.id = chunk.article WHERE "group" IN ({}) '
            "ORDER BY key, position",
            groups,
        ):
            found.setdefault(group, []).append(chunk)
        return found

    def places(self, groups: Iterable[int], filters: Filters) -> dict[int, list[tuple[int, Place]]]:
        """Return every allowed member of each group, as chunk id and place, by article id."""
        condition, values = passing(filters)
        found: dict[int, list[tuple[int, Place]]] = {}
        for group, chunk, *place in self._database.many(
            "SELECT \"group\", chunk.id, key, coalesce(title, ''), file.path, source, url, "
            'published, position, start, "end" FROM wording '
            "JOIN chunk ON chunk.wording = wording.id JOIN article ON article.id = "
            "chunk.article JOIN file ON file.id = article.file "
            f'WHERE "group" IN ({{}}) AND {condition} ORDER BY key, position',
            groups,
            *values,
        ):
            fields = zip(Place.model_fields, place, strict=True)
            found.setdefault(group, []).append((chunk, Place(**dict(fields))))
        return found
