"""The whole of ragqa on one screen.

files -> Article -> content spans -> chunks -> duplicate groups -> vectors + lexical index
question -> passages (dense + lexical, fused) -> candidate spans -> grouped answers -> Answer
"""

import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Self

from filelock import FileLock, Timeout
from tqdm import tqdm

from ragqa import articles, duplicates
from ragqa.abstention import Abstention, load_abstention, shipped_abstention
from ragqa.answering import answer
from ragqa.completion import completed
from ragqa.disagreement import shipped_disagreement
from ragqa.encoder import Encoder, full_name, load_encoder
from ragqa.errors import (
    CitationError,
    IndexFolderError,
    IndexLocked,
    IndexUnwritable,
    InputError,
    ModelMismatch,
)
from ragqa.indexer import Found, Indexer
from ragqa.library import Library
from ragqa.questions import Question, parse_question
from ragqa.reader import Reader
from ragqa.search import Searcher
from ragqa.settings import DEFAULT_MODEL, Settings, load_settings
from ragqa.span_reader import load_reader
from ragqa.spelling import mend
from ragqa.store import (
    DATABASE,
    Closing,
    Store,
    make_folder,
    path_of,
    path_text,
    remove_database,
    replace_database,
)
from ragqa.terms import Terms, weigh
from ragqa.types import (
    Answer,
    ArticleSummary,
    ArticleView,
    Citation,
    FileProblem,
    Filters,
    IndexReport,
    Milliseconds,
    Passage,
    Trace,
)
from ragqa.uploads import is_upload, stored_uploads, uploads_folder
from ragqa.vectors import VectorIndex

_MODEL = "model"
_IDENTITY = "encoder"
_SETTINGS = "settings"
# The settings that what is stored depends on.
_INDEXING = {"chunk_target", "chunk_limit", "clean_content", "heading_context", "group_duplicates"}
# Raised by hand when the steps from file to chunk come to give something else for the same file.
_PIPELINE = 1
_LOCK = "write.lock"
_REBUILT = DATABASE + ".new"
_GONE = (
    "there is nothing to read here any more; what the index has of it stays until it is built anew "
    "with: ragqa index --rebuild PATH"
)


class Engine(Closing):
    """Answers questions over one index; for one thread at a time."""

    def __init__(
        self, store: Store, encoder: Encoder, settings: Settings, *, calibrated: bool = True
    ) -> None:
        self._store = store
        self._encoder = encoder
        self._settings = settings
        self._library = Library(store)
        self._info = self._library.info()
        self._searchable = store.totals().vectors
        self._searcher = Searcher(store, encoder, VectorIndex(store, encoder.dimension), settings)
        self.reader_name = settings.reader
        self._calibrated = calibrated
        self._disagreement = shipped_disagreement(settings.reader)

    @cached_property
    def reader(self) -> Reader:
        """What finds the answers; searching does without it."""
        return load_reader(self._settings, self._encoder)

    @cached_property
    def _abstention(self) -> Abstention:
        reader = self.reader_name
        if self._calibrated:
            return load_abstention(self._store.folder, reader)
        return shipped_abstention(reader)

    @classmethod
    def open(
        cls,
        folder: Path,
        settings: Settings | None = None,
        *,
        reading: bool = True,
        calibrated: bool = True,
    ) -> Self:
        """Open an index for asking.

        Args:
            folder: The index folder.
            settings: How to ask.
            reading: Load what answering takes now, not when it is needed: searching never does.
            calibrated: Refuse as was fitted for this index, where it was.

        Raises:
            IndexMissing, IndexDamaged, IndexVersionError: as the folder is.
            IndexFolderError: what was fitted for it is damaged, or is for another reader.
            ModelMismatch: it was built with another model than the settings ask for.
            ModelError: the model cannot be loaded.
        """
        settings = settings or load_settings()
        store = Store.read(folder)
        try:
            model = settings.model or store.meta.get(_MODEL) or DEFAULT_MODEL
            encoder = load_encoder(settings, model)
            _check_model(store, encoder)
            engine = cls(store, encoder, settings, calibrated=calibrated)
            if reading:
                _ = engine._abstention, engine.reader
            return engine
        except BaseException:
            store.close()
            raise

    def close(self) -> None:
        """Close the index."""
        self._store.close()

    def ask(self, question: str, filters: Filters | None = None) -> Answer:
        """Answer a question in the articles' own words.

        Raises:
            QuestionError: the question is empty, too long, or has no word in it.
        """
        return self._answer(question, self._settings.passages, filters).answer

    def trace(self, question: str, filters: Filters | None = None) -> Trace:
        """Answer a question, and return what each stage gave."""
        return self._answer(question, self._settings.depth, filters)

    def read(
        self,
        question: str,
        passages: Sequence[Passage],
        *,
        refuse: bool = True,
        complete: bool = True,
    ) -> Answer:
        """Answer from passages given, without searching.

        Args:
            question: The question asked.
            passages: What to read, best first.
            refuse: Answer nothing where the passages say too little.
            complete: Answer with whole lists, reasons and, to yes or no, sentences, not with the
                reader's own phrases.

        Raises:
            QuestionError: the question is empty, too long, or has no word in it.
        """
        begun = time.perf_counter()
        parsed = self.parse(question)
        trace = self._read(
            question,
            parsed,
            self.terms(parsed),
            passages,
            begun,
            refuse=refuse,
            complete=complete,
        )
        return trace.answer

    def search(
        self, question: str, limit: int = 10, filters: Filters | None = None
    ) -> list[Passage]:
        """Return the passages nearest to a question, best first, one for each duplicate group."""
        parsed = self.parse(question)
        return self._searcher.search(parsed, self.terms(parsed), limit, filters or Filters())

    def parse(self, question: str) -> Question:
        """Find out what a question asks for, with its misspelt words mended."""
        parsed = parse_question(question)
        mended = mend(
            parsed, self._unknown, self._store.lexical.vocabulary, self._store.lexical.passage_with
        )
        return parsed if mended == parsed.text else parse_question(mended)

    def terms(self, question: Question) -> Terms:
        """Weigh a question's words by how rare they are in the index."""
        words = [term.text for term in question.terms]
        return weigh(words, self._store.lexical.frequency, self._searchable)

    def articles(self) -> list[ArticleSummary]:
        """Return a summary of every article, by id."""
        return self._library.articles()

    def article(self, key: str) -> ArticleView:
        """Return an article with what was left out of it, and its chunks.

        Raises:
            InputError: no article has this id.
        """
        return self._library.article(key)

    def _unknown(self, words: Sequence[str]) -> list[bool]:
        """Say which words neither the articles nor the tokenizer know whole."""
        bare, *counts = self._encoder.count_tokens(["", *words])
        return [
            count > bare + 1 and not self._store.lexical.frequency(word)
            for word, count in zip(words, counts, strict=True)
        ]

    def _answer(self, text: str, limit: int, filters: Filters | None) -> Trace:
        begun = time.perf_counter()
        question = self.parse(text)
        terms = self.terms(question)
        passages = self._searcher.search(question, terms, limit, filters or Filters())
        return self._read(text, question, terms, passages, begun)

    def _read(
        self,
        text: str,
        question: Question,
        terms: Terms,
        passages: Sequence[Passage],
        begun: float,
        *,
        refuse: bool = True,
        complete: bool = True,
    ) -> Trace:
        searched = time.perf_counter()
        read = passages[: self._settings.passages]
        candidates = self.reader.read(question, terms, read)
        if complete:
            candidates = completed(question, read, candidates)
        draft = answer(
            question,
            terms,
            read,
            candidates,
            self._store.chunks.sentences,
            self._abstention if refuse else self._abstention.model_copy(update={"threshold": 0.0}),
            self._disagreement,
            self._settings.answers,
        )
        self._check(draft.citations)
        ended = time.perf_counter()
        return Trace(
            passages=tuple(passages),
            read=len(read),
            candidates=tuple(candidates),
            answer=Answer(
                question=text,
                **draft._asdict(),
                index=self._info,
                milliseconds=Milliseconds(
                    search=_milliseconds(begun, searched),
                    read=_milliseconds(searched, ended),
                    total=_milliseconds(begun, ended),
                ),
            ),
        )

    def _check(self, citations: Sequence[Citation]) -> None:
        texts = self._store.articles.texts({each.article for each in citations})
        for each in citations:
            if texts[each.article][each.start : each.end] != each.quote or not (
                each.start <= each.answer_start < each.answer_end <= each.end
            ):
                raise CitationError(
                    f"the citation of {each.article} at {each.start} does not hold; "
                    "check the index with: ragqa verify"
                )


def index(
    paths: Sequence[Path], folder: Path, settings: Settings | None = None, *, rebuild: bool = False
) -> IndexReport:
    """Bring the index in `folder` to what stands in files and folders.

    Only what changed is read again and embedded; what is gone from under the paths is dropped; what
    was indexed from other paths stays. With no paths, those given before are looked at again, and
    what is indexed from one that is gone itself stays too.

    Args:
        paths: Files and folders.
        folder: The index folder, made when it is not there.
        settings: How to index; an existing index keeps to what it was built with.
        rebuild: Make the index from nothing but the paths and what was uploaded, and put it in the
            old one's place when it is whole.

    Raises:
        InputError, NothingToIndex: there is nothing at a path, or nothing to index in it.
        IndexFolderError: the index cannot be used or written, or was built with other settings.
        ModelError: the model cannot be loaded.
    """
    settings = settings or load_settings()
    if rebuild and paths and stored_uploads(folder):
        paths = [*paths, uploads_folder(folder)]
    found = [_discover(path, settings) for path in paths]
    with _locked(folder):
        remove_database(folder, _REBUILT)  # by a run that was killed
        name = _REBUILT if rebuild else DATABASE
        store = Store.write(folder, name)
        try:
            with store.transaction():
                for path in (each.path for every in found for each in every.files_named):
                    store.files.readmit(path_text(path))
            if not paths:
                found = [_discover_again(root, settings) for root in store.roots.all()]
            model = settings.model or store.meta.get(_MODEL) or DEFAULT_MODEL
            encoder = load_encoder(settings, model, bulk=True)
            _settle_settings(store, settings, model, encoder)
            total = sum(file.size for each in found for file in each.files)
            with tqdm(total=total, unit="B", unit_scale=True, desc="indexing", disable=None) as bar:
                report = Indexer(store, encoder, settings, bar.update).run(found)
            store.database.checkpoint()
        except BaseException:
            useless = rebuild or store.database.is_empty()
            store.close()
            if useless:
                remove_database(folder, name)
            raise
        store.close()
        if rebuild:
            replace_database(folder, _REBUILT)
        return report


def remove(keys: Sequence[str], folder: Path, settings: Settings | None = None) -> None:
    """Take articles out of the index in `folder`.

    What was uploaded is deleted. Any other file is left alone: its articles stay out until `index`
    is given the file itself.

    Raises:
        InputError: there is no such article, or no other would be left.
        IndexFolderError: the index cannot be used or written.
        ModelError: the model cannot be loaded.
    """
    settings = settings or load_settings()
    Store.read(folder).close()  # or writing would make one
    with _locked(folder), Store.write(folder) as store:
        model = settings.model or store.meta.get(_MODEL) or DEFAULT_MODEL
        encoder = load_encoder(settings, model)
        _check_model(store, encoder)
        for path in Indexer(store, encoder, settings, lambda _: None).remove(keys):
            if is_upload(path_of(path), folder):
                path_of(path).unlink(missing_ok=True)
                with store.transaction():
                    store.files.delete(path)
                    if not stored_uploads(folder):
                        store.roots.delete(uploads_folder(folder))
        store.database.checkpoint()


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the one right to write the index."""
    make_folder(folder)
    lock = FileLock(folder / _LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise IndexLocked(
            f"the index in {folder} is being written by another process; try again when it is done"
        ) from error
    except OSError as error:
        raise IndexUnwritable(
            f"the index in {folder} cannot be written: {error.strerror or error}; name another "
            "folder with --index"
        ) from error
    try:
        yield
    finally:
        lock.release()


def _discover(path: Path, settings: Settings) -> Found:
    files, problems = articles.discover(path, max_bytes=settings.max_file_megabytes * 1_000_000)
    # Spelt as `discover` spells the files below it.
    return Found(Path(os.path.abspath(path)), files, problems)  # noqa: PTH100


def _discover_again(root: Path, settings: Settings) -> Found:
    """Find the files below a path given before; that it is gone is a problem like another."""
    try:
        return _discover(root, settings)
    except InputError:
        return Found(root, [], [FileProblem(path=articles.readable(root), problem=_GONE)])


def _settle_settings(store: Store, settings: Settings, model: str, encoder: Encoder) -> None:
    """Record how the index is built, or check that it is being built the same way."""
    _check_model(store, encoder)
    wanted = settings.model_dump(include=_INDEXING) | {
        "pipeline": f"{_PIPELINE}, duplicates {duplicates.version()}"
    }
    recorded = store.meta.get(_SETTINGS)
    if recorded is None:
        with store.transaction():
            store.meta.set(_MODEL, full_name(model))
            store.meta.set(_IDENTITY, encoder.identity)
            store.meta.set(_SETTINGS, json.dumps(wanted))
        return
    known = json.loads(recorded)
    for name, value in wanted.items():
        if known.get(name) != value:
            raise IndexFolderError(
                f"the index in {store.folder} was built with {name} = {known.get(name)}, not "
                f"{value}; build it anew with: ragqa index --rebuild PATH"
            )


def _check_model(store: Store, encoder: Encoder) -> None:
    recorded = store.meta.get(_IDENTITY)
    if recorded is not None and recorded != encoder.identity:
        raise ModelMismatch(
            f"the index in {store.folder} was built with the model {recorded}, not "
            f"{encoder.identity}; ask with --model {store.meta.get(_MODEL)}, or build it anew "
            "with: ragqa index --rebuild PATH"
        )


def _milliseconds(begun: float, ended: float) -> float:
    return round(1000 * (ended - begun), 3)
