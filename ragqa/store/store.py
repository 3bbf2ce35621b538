"""The database of an index, table by table."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple, Self

from ragqa.store.articles import Articles
from ragqa.store.chunks import Chunks
from ragqa.store.closing import Closing
from ragqa.store.database import Database
from ragqa.store.files import Files
from ragqa.store.folder import DATABASE
from ragqa.store.groups import Groups
from ragqa.store.lexical import Lexical
from ragqa.store.meta import Meta
from ragqa.store.recurring import RecurringLines
from ragqa.store.roots import Roots
from ragqa.store.searchable import Searchable
from ragqa.store.vectors import Vectors
from ragqa.store.wordings import Wordings


class Totals(NamedTuple):
    """How much is in the index."""

    articles: int
    chunks: int
    vectors: int


class Store(Closing):
    """The database of one index folder, for one thread.

    Raises, from any method of it or of its tables: IndexDamaged, IndexLocked or IndexUnwritable, as
    SQLite finds.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self.folder = database.folder
        self.meta = Meta(database)
        self.roots = Roots(database)
        self.files = Files(database, self.meta)
        self.articles = Articles(database)
        self.recurring = RecurringLines(database)
        self.chunks = Chunks(database, self.articles)
        self.wordings = Wordings(database)
        self.groups = Groups(database)
        self.searchable = Searchable(database)
        self.vectors = Vectors(database)
        self.lexical = Lexical(database)

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Open for asking.

        Raises:
            IndexMissing: there is no index in the folder.
            IndexVersionError: another version of ragqa wrote it.
            IndexDamaged: it is not a database, or a damaged one.
        """
        return cls(Database.read(folder))

    @classmethod
    def write(cls, folder: Path, name: str = DATABASE) -> Self:
        """Open for indexing, making the folder and the database when they are not there."""
        return cls(Database.write(folder, name))

    def close(self) -> None:
        """Close the database."""
        self.database.close()

    def transaction(self) -> AbstractContextManager[None]:
        """All of it or nothing."""
        return self.database.transaction()

    def totals(self) -> Totals:
        """Count what is in the index."""
        counts = (
            self.database.one("SELECT count(*) FROM article"),
            self.database.one("SELECT count(*) FROM chunk"),
            self.database.one("SELECT count(*) FROM vector"),
        )
        return Totals(*counts)
