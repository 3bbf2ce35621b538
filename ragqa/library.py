"""The articles of an index, for those who only look: no model is loaded."""

from pathlib import Path
from typing import Self

from ragqa import __version__
from ragqa.errors import InputError
from ragqa.store import Closing, Store
from ragqa.types import ArticleSummary, ArticleView, IndexInfo


class Library(Closing):
    """What an open index holds."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open an index.

        Raises:
            IndexMissing, IndexDamaged, IndexVersionError: as the folder is.
        """
        return cls(Store.read(folder))

    def close(self) -> None:
        """Close the index."""
        self._store.close()

    def info(self) -> IndexInfo:
        """Return how much there is."""
        totals = self._store.totals()
        return IndexInfo(articles=totals.articles, chunks=totals.chunks, version=__version__)

    def articles(self) -> list[ArticleSummary]:
        """Return a summary of every article, by id."""
        return self._store.articles.summaries()

    def article(self, key: str) -> ArticleView:
        """Return an article with what was left out of it, and its chunks.

        Raises:
            InputError: no article has this id.
        """
        found = self._store.articles.get(key)
        if found is None:
            raise InputError(self._unknown(key))
        number, article = found
        chunks = self._store.chunks.of_article(number)
        groups = self._store.groups.of_chunks(each.id for each in chunks)
        return ArticleView(
            article=article,
            omissions=self._store.articles.omissions(number),
            chunks=tuple(each.chunk for each in chunks),
            groups=tuple(groups[each.id] for each in chunks),
        )

    def _unknown(self, key: str) -> str:
        keys = self._store.articles.all_keys()
        near = [each for each in keys if key.strip() and key.casefold() in each.casefold()]
        hint = f"did you mean {near[0]}?" if near else "`ragqa info --articles` lists them"
        return f"there is no article {key!r} in the index; {hint}"
