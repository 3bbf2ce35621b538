"""What the page and the API work at: one index, asked and changed by several people at once."""

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal, Self, TypeVar

from ragqa import engine as whole
from ragqa.abstention import CALIBRATED
from ragqa.engine import Engine
from ragqa.errors import IndexLocked, InputError, NothingToIndex, RagqaError
from ragqa.library import Library
from ragqa.settings import Settings, load_settings
from ragqa.store import DATABASE, Closing, Store, path_text
from ragqa.types import (
    Answer,
    ArticleSummary,
    ArticleView,
    Filters,
    Frozen,
    IndexInfo,
    IndexReport,
    Passage,
    Place,
)
from ragqa.uploads import Upload, remove_leftovers, store_upload, uploads_folder
from ragqa.web.examples import candidates
from ragqa.web.problems import describe_and_log

__all__ = ["Desk", "DuplicateGroup", "DuplicateMember", "FileResult", "Upload"]

# More engines than this gain nothing: they share the cores, and each holds the vectors.
_MOST_ENGINES = 4
# Seconds that a writer waits for another process to be done with the index.
_PATIENCE = 30.0
_PAUSE = 0.25
_MOST_GROUPS = 200
_EXAMPLES = 5
_EXAMPLES_TRIED = 12
_EXAMPLE_ARTICLES = 100
# How sure an answer is to be for its question to be an example.
_SURE = 0.8

Result = TypeVar("Result")
_Part = tuple[int, int, int] | None
_State = tuple[_Part, ...]


class FileResult(Frozen):
    """What became of one uploaded file.

    `name` is the one it came with: untrusted text. `articles` are the ids under which it stands in
    the index now. `message` says what is wrong, or to be known, in one line.
    """

    name: str
    status: Literal["added", "present", "failed"]
    articles: tuple[str, ...] = ()
    message: str | None = None


class DuplicateMember(Frozen):
    """One place where a group's text stands, and the text as it stands there."""

    place: Place
    text: str


class DuplicateGroup(Frozen):
    """Chunks that say the same, in two places or more, by article id and position."""

    number: int
    members: tuple[DuplicateMember, ...]


class Desk(Closing):
    """One index for several people at once: any method may be called from any thread.

    Questions go to a few threads, each with an engine of its own, which is opened anew when the
    index has changed on disk. What only looks at the index opens it for that one look.
    """

    def __init__(
        self, folder: Path, settings: Settings, engines: int, incoming: Path | None = None
    ) -> None:
        self.folder = folder
        self._incoming = incoming
        self.settings = settings
        self._engines = engines
        self._pool = ThreadPoolExecutor(engines, thread_name_prefix="ragqa-desk")
        self._own = threading.local()
        self._everywhere = threading.Lock()
        self._writing = threading.Lock()
        self._exemplifying = threading.Lock()
        self._examples: tuple[str, ...] = ()
        self._examples_of: _State | None = None

    @classmethod
    def open(
        cls,
        folder: Path,
        settings: Settings | None = None,
        corpus: Path | None = None,
        incoming: Path | None = None,
    ) -> Self:
        """Open an index; the models are loaded, and have run once, when this returns.

        Args:
            folder: The index folder.
            settings: How to ask.
            corpus: What to index first when there is no index in the folder yet.
            incoming: The folder that uploads come in by: a file elsewhere is none. None: anywhere.

        Raises:
            IndexMissing, IndexDamaged, IndexVersionError: as the folder is.
            ModelMismatch: it was built with another model than the settings ask for.
            ModelError: the model cannot be loaded.
        """
        settings = settings or load_settings()
        if corpus is not None and not any(_state(folder)[:2]):
            whole.index([corpus], folder, settings)
        desk = cls(folder, settings, min(os.cpu_count() or 1, _MOST_ENGINES), incoming)
        try:
            remove_leftovers(folder)
            desk._on_every_thread(lambda: desk._work(_warm))
            desk.examples()
        except BaseException:
            desk.close()
            raise
        return desk

    def close(self) -> None:
        """Close the index; questions that are being answered are answered first."""
        self._on_every_thread(self._drop)
        self._pool.shutdown()

    # Asking

    def ask(self, question: str, filters: Filters | None = None) -> Answer:
        """Answer a question in the articles' own words.

        Raises:
            QuestionError: the question is empty, too long, or has no word in it.
            IndexFolderError: the index is gone or damaged.
        """
        text, allowed = _whole(question), _whole_filters(filters)
        return self._ask(lambda engine: engine.ask(text, allowed))

    def search(
        self, question: str, filters: Filters | None = None, limit: int = 10
    ) -> tuple[Passage, ...]:
        """Return the passages nearest to a question, best first, one for each duplicate group.

        Raises:
            QuestionError, IndexFolderError: as `ask`.
        """
        text, allowed = _whole(question), _whole_filters(filters)
        return tuple(self._ask(lambda engine: engine.search(text, limit, allowed)))

    def examples(self) -> tuple[str, ...]:
        """Return questions that this index answers, made from what is in it; none, perhaps.

        They are found once for every state of the index, in about a second.

        Raises:
            IndexFolderError: the index is gone or damaged.
        """
        with self._exemplifying:
            state = _state(self.folder)
            if self._examples_of != state:
                self._examples = self._find_examples()
                self._examples_of = state
            return self._examples

    # Looking

    def info(self) -> IndexInfo:
        """Say how much there is."""
        with Library.open(self.folder) as library:
            return library.info()

    def articles(self) -> tuple[ArticleSummary, ...]:
        """Return a summary of every article, by id."""
        with Library.open(self.folder) as library:
            return tuple(library.articles())

    def article(self, article_id: str) -> ArticleView:
        """Return an indexed article with what was left out of it, and its chunks.

        Raises:
            InputError: no article has this id.
        """
        with Library.open(self.folder) as library:
            return library.article(_whole(article_id))

    def sources(self) -> tuple[str, ...]:
        """Return the articles' sources, in the order of the alphabet."""
        sources = {each.source for each in self.articles() if each.source}
        return tuple(sorted(sources, key=str.casefold))

    def duplicate_groups(self, limit: int = _MOST_GROUPS) -> tuple[DuplicateGroup, ...]:
        """Return the groups of two chunks or more, the largest first, `limit` at most."""
        with Store.read(self.folder) as store:
            numbers = store.groups.repeated(limit)
            places = store.groups.places(numbers, Filters())
            texts = store.articles.texts(
                {each.article for those in places.values() for _, each in those}
            )
        return tuple(
            DuplicateGroup(
                number=number,
                members=tuple(
                    DuplicateMember(place=each, text=texts[each.article][each.start : each.end])
                    for _, each in places[number]
                ),
            )
            for number in numbers
        )

    def articles_sharing_text(self) -> list[list[str]]:
        """Return the articles' ids of each group that stands in two articles or more."""
        with Store.read(self.folder) as store:
            return store.groups.articles()

    # Changing

    def add(self, files: Sequence[Upload]) -> Iterator[FileResult]:
        """Store and index uploaded files, one by one; yield what became of each.

        A file that cannot be used is told in its result, and stops nothing. What lies in the folder
        that uploads come in by is deleted when all are done.
        """
        try:
            for upload in files:
                try:
                    yield self._add(upload)
                except RagqaError as error:
                    message = describe_and_log(error).line
                    yield FileResult(name=upload.name, status="failed", message=message)
        finally:
            for upload in files:
                if self._came_in(upload.path):
                    upload.path.unlink(missing_ok=True)

    def remove(self, article_ids: Sequence[str]) -> None:
        """Take articles out of the index.

        What was uploaded is deleted. A user's own file is left alone, and its article stays out of
        the index until that file itself is named to `ragqa index`.

        Raises:
            InputError: there is no such article, or no other would be left.
            IndexFolderError: the index cannot be written.
        """
        ids = [_whole(each) for each in article_ids]
        self._write(lambda: whole.remove(ids, self.folder, self._indexing))

    # How

    def _find_examples(self) -> tuple[str, ...]:
        with Store.read(self.folder) as store:
            keys = store.articles.all_keys()
            spread = keys[:: 1 + len(keys) // _EXAMPLE_ARTICLES]
            asked = candidates(store.chunks.sentences(spread).values())[:_EXAMPLES_TRIED]
        found: list[str] = []
        for question in asked:
            answer = self.ask(question)
            if answer.answered and answer.confidence >= _SURE:
                found.append(question)
            if len(found) == _EXAMPLES:
                break
        return tuple(found)

    @property
    def _indexing(self) -> Settings:
        """The settings to index a few articles with: no GPU is worth starting for them."""
        if self.settings.device != "auto":
            return self.settings
        return self.settings.model_copy(update={"device": "cpu"})

    def _add(self, upload: Upload) -> FileResult:
        if self._incoming and not self._came_in(upload.path):
            raise InputError("it was not uploaded: choose the file again")
        Store.read(self.folder).close()  # an index that is gone is not begun anew in its place
        limit = self.settings.max_file_megabytes * 1_000_000
        stored, new = store_upload(upload, self.folder, limit)
        try:
            report = self._write(lambda: self._index(stored))
        except RagqaError as error:
            if new:
                stored.unlink(missing_ok=True)
            if isinstance(error, NothingToIndex) and error.problems:
                raise InputError(error.problems[0]) from error
            raise
        with Store.read(self.folder) as store:
            ids = tuple(each.key for each in store.articles.of_file(path_text(stored)))
        return FileResult(
            name=upload.name,
            status="added" if report.added or report.changed else "present",
            articles=ids,
            message="; ".join(each.problem for each in report.problems) or None,
        )

    def _came_in(self, path: Path) -> bool:
        """Whether a file lies in the folder that uploads come in by."""
        if self._incoming is None or not path.is_file():
            return False
        return path.resolve().is_relative_to(self._incoming.resolve())

    def _index(self, stored: Path) -> IndexReport:
        # The folder is what `ragqa index` shall look at again, not each file in it.
        folder = uploads_folder(self.folder)
        try:
            with Store.read(self.folder) as store:
                known = folder in store.roots.all()
        except RagqaError:
            known = False
        return whole.index([stored if known else folder], self.folder, self._indexing)

    def _write(self, change: Callable[[], Result]) -> Result:
        """Run a change as the only writer here, and wait a while for one in another process."""
        with self._writing:
            patience = time.monotonic() + _PATIENCE
            while True:
                try:
                    return change()
                except IndexLocked:
                    if time.monotonic() > patience:
                        raise
                    time.sleep(_PAUSE)

    def _ask(self, question: Callable[[Engine], Result]) -> Result:
        return self._pool.submit(self._work, question).result()

    def _work(self, question: Callable[[Engine], Result]) -> Result:
        """Answer in one of our threads, with its engine."""
        # Looked at before it is opened: a change in between costs one opening too many.
        state = _state(self.folder)
        if getattr(self._own, "engine", None) is None or self._own.state != state:
            self._drop()
            self._own.engine = Engine.open(self.folder, self.settings)
            self._own.state = state
        try:
            return question(self._own.engine)
        except InputError:
            raise
        except Exception:
            self._drop()
            raise

    def _drop(self) -> None:
        engine: Engine | None = getattr(self._own, "engine", None)
        self._own.engine = None
        if engine is not None:
            engine.close()

    def _on_every_thread(self, task: Callable[[], object]) -> None:
        """Run a task once in each of our threads: SQLite's connections stay in theirs."""
        together = threading.Barrier(self._engines)

        def run() -> None:
            together.wait()
            task()

        with self._everywhere:
            runs = [self._pool.submit(run) for _ in range(self._engines)]
        for each in runs:
            each.result()


def _warm(engine: Engine) -> None:
    """Load what is loaded with the first question."""
    engine.ask("What is known?")


def _whole(text: str) -> str:
    """Put a replacement character in the place of a lone surrogate, which JSON can escape."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _whole_filters(filters: Filters | None) -> Filters | None:
    if filters is None:
        return None
    return filters.model_copy(update={"sources": tuple(_whole(each) for each in filters.sources)})


def _state(folder: Path) -> _State:
    """Return what changes with the index on disk: its database, the log of it, its calibration."""
    names = (DATABASE, f"{DATABASE}-wal", CALIBRATED)
    return tuple(_stat(folder / name) for name in names)


def _stat(path: Path) -> _Part:
    try:
        found = path.stat()
    except OSError:
        return None
    # An empty log says nothing, and comes and goes with those who only read.
    return (found.st_ino, found.st_size, found.st_mtime_ns) if found.st_size else None
