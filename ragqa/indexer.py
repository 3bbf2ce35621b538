"""Files into the store: what changed is read, cleaned, chunked, grouped and embedded.

Every batch of articles is one transaction, so the index is valid after each, and a run that was
cut short is completed by the next one. What the index ends up saying depends on the articles in it
alone, not on the order in which they came or went; only of articles with one id the first keeps it
as it is, and the others get longer ones.
"""

import hashlib
import time
from collections.abc import Callable, Container, Sequence
from pathlib import Path
from typing import NamedTuple

from ragqa import articles as reading
from ragqa import duplicates
from ragqa.chunking import chunk
from ragqa.content import edge_lines, read_content
from ragqa.encoder import Encoder
from ragqa.errors import InputError, NothingToIndex
from ragqa.settings import Settings
from ragqa.store import Store, path_of, path_text
from ragqa.types import Article, Chunk, FileProblem, IndexReport
from ragqa.vectors import VectorIndex, save_snapshot

# Different stories that a line stands in when it is taken to be furniture of the site.
_RECURRING_STORIES = 3
_BATCH_ARTICLES = 256
_BATCH_CHARACTERS = 200_000
_NO_FILES = "no .txt, .md, .html, .pdf or .jsonl file in it"
# Share of the encoder's window that headline and section may take.
_CONTEXT_SHARE = 5

Progress = Callable[[int], object]
"""Is told the bytes of every file that is done with."""


class Found(NamedTuple):
    """The files to index that stand under a path given, and those that cannot be read."""

    root: Path
    files: Sequence[reading.SourceFile]
    problems: Sequence[FileProblem]

    @property
    def files_named(self) -> Sequence[reading.SourceFile]:
        """The file itself, where the path given is one."""
        return [each for each in self.files if each.path == self.root]


class _Pending(NamedTuple):
    """An article to be written, in the place of an earlier reading of it."""

    article: Article
    digest: bytes
    file: reading.SourceFile
    root: Path
    replaced: int | None
    completes: str | None
    """The SHA-256 of its file, when no other article of the file is still to be written."""


class Indexer:
    """One `index` run over a store that is open for writing."""

    def __init__(
        self, store: Store, encoder: Encoder, settings: Settings, progress: Progress
    ) -> None:
        self._store = store
        self._encoder = encoder
        self._settings = settings
        self._progress = progress
        self._problems: list[FileProblem] = []
        self._counts = dict.fromkeys(("added", "changed", "removed", "unchanged", "embedded"), 0)
        # How many chunks each article has of which the content was read in this run.
        self._chunks: dict[int, int] = {}
        # Ids given in this run to articles that may not be in the store yet, and their files.
        self._claimed: dict[str, str] = {}
        # Vectors of chunks that this run deleted: the same words need not be embedded again.
        self._spare: dict[bytes, bytes] = {}
        self._removed = store.files.removed()

    def run(self, found: Sequence[Found]) -> IndexReport:
        """Bring the index to what stands in the files found under each root.

        A file that cannot be read is named in the report, and what the index has of it stays.

        Raises:
            NothingToIndex: no article could be read, now or earlier, from any of the files.
        """
        begun = time.perf_counter()
        with self._store.transaction():
            for root, files, _ in found:
                if files:
                    self._store.roots.add(root)
        self._remove_gone(found)
        pending: list[_Pending] = []
        for root, files, problems in found:
            self._problems += problems
            if not files and not problems:
                self._problems.append(FileProblem(path=reading.readable(root), problem=_NO_FILES))
            known = self._store.files.below(root)
            for file in files:
                self._tell_removed(file)
                pending += self._read(file, root, known.get(path_text(file.path)))
                while len(pending) >= _BATCH_ARTICLES or _characters(pending) >= _BATCH_CHARACTERS:
                    pending = self._write(pending)
        while pending:
            pending = self._write(pending)
        self._settle_recurring()
        if not any(self._counts[each] for each in ("added", "changed", "unchanged")):
            reasons = tuple(each.problem for each in self._problems)
            raise NothingToIndex(_nothing(self._problems), reasons)
        self._refresh_snapshot()
        return IndexReport(
            **self._counts,
            chunks=sum(self._chunks.values()),
            problems=tuple(self._problems),
            seconds=time.perf_counter() - begun,
        )

    def remove(self, keys: Sequence[str]) -> list[str]:
        """Delete articles, which stay out until `files.readmit`; return their files without any.

        Raises:
            InputError: there is no such article, or no other would be left.
        """
        owners: dict[str, str] = {}
        numbers: list[int] = []
        for key in dict.fromkeys(keys):
            owner = self._store.articles.owner(key)
            if owner is None:
                raise InputError(f"there is no article {key!r} in the index; nothing was removed")
            owners[key] = owner
            numbers += [each.id for each in self._store.articles.of_file(owner) if each.key == key]
        if len(numbers) == self._store.totals().articles:
            raise InputError("an index cannot be without articles: add another one first")
        with self._store.transaction():
            self._store.files.set_removed({**self._removed, **owners})
            self._regroup(self._delete(numbers))
        self._settle_recurring()
        self._refresh_snapshot()
        return [
            path for path in sorted({*owners.values()}) if not self._store.articles.of_file(path)
        ]

    def _refresh_snapshot(self) -> None:
        with self._store.transaction():
            if VectorIndex(self._store, self._encoder.dimension).stale:
                save_snapshot(self._store, self._encoder.dimension)

    def _tell_removed(self, file: reading.SourceFile) -> None:
        path = path_text(file.path)
        count = sum(owner == path for owner in self._removed.values())
        if count:
            problem = f"{count} article(s) of it were removed: to have them back, index this file"
            self._problems.append(FileProblem(path=path, problem=problem))

    def _remove_gone(self, found: Sequence[Found]) -> None:
        for root, files, problems in found:
            if not files:
                continue  # more likely a disk that is not mounted than articles that are gone
            present = {path_text(file.path) for file in files}
            for path in sorted(self._store.files.below(root).keys() - present):
                readable = Path(reading.readable(path_of(path)))
                if any(readable.is_relative_to(each.path) for each in problems):
                    continue
                with self._store.transaction():
                    gone = self._store.articles.of_file(path)
                    self._regroup(self._delete([each.id for each in gone]))
                    self._store.files.delete(path)
                    self._counts["removed"] += len(gone)

    def _read(self, file: reading.SourceFile, root: Path, known: str | None) -> list[_Pending]:
        """Return the articles of a file that are new or changed, and drop those that are gone."""
        stored = {each.key: each for each in self._store.articles.of_file(path_text(file.path))}
        try:
            data = file.read()
        except InputError as error:
            path = reading.readable(file.path)
            self._problems.append(FileProblem(path=path, problem=str(error)))
            self._progress(file.size)
            return []
        sha256 = hashlib.sha256(data).hexdigest()
        if sha256 == known:
            self._counts["unchanged"] += len(stored)
            self._progress(file.size)
            return []
        articles, problems = reading.parse(file, data)
        self._problems += problems
        if not articles:
            self._progress(file.size)
            return []
        changed: list[_Pending] = []
        present: set[str] = set()
        for article in articles:
            key = self._free_key(article.id, file, root, present)
            if self._removed.get(key) == path_text(file.path):
                continue
            named = article.model_copy(update={"id": key})
            present.add(key)
            digest = hashlib.sha256(named.model_dump_json(exclude={"path"}).encode()).digest()
            before = stored.get(named.id)
            if before is not None and before.digest == digest:
                self._counts["unchanged"] += 1
                continue
            replaced = before.id if before is not None else None
            changed.append(_Pending(named, digest, file, root, replaced, None))
        gone = [each.id for key, each in stored.items() if key not in present]
        with self._store.transaction():
            self._store.files.put(file.path, root, None if changed else sha256)
            self._regroup(self._delete(gone))
        self._counts["removed"] += len(gone)
        if changed:
            changed[-1] = changed[-1]._replace(completes=sha256)
        else:
            self._progress(file.size)
        return changed

    def _free_key(
        self, key: str, file: reading.SourceFile, root: Path, taken: Container[str]
    ) -> str:
        """Return the article's id, made longer where another article has that name."""
        path = path_text(file.path)
        for candidate in (key, f"{reading.readable(root.name)}/{key}", f"{path}#{key}"):
            owner = self._claimed.get(candidate) or self._store.articles.owner(candidate)
            if owner in (None, path) and candidate not in taken:
                break
        self._claimed[candidate] = path
        return candidate

    def _write(self, pending: list[_Pending]) -> list[_Pending]:
        """Write a batch of articles from the front as one transaction; return the rest."""
        size = _batch_size(pending)
        batch, rest = pending[:size], pending[size:]
        with self._store.transaction():
            touched = self._delete([each.replaced for each in batch if each.replaced is not None])
            numbers = []
            for each in batch:
                file = self._store.files.put(each.file.path, each.root, each.completes)
                number = self._store.articles.put(each.article, file, each.digest)
                lines = edge_lines(each.article.text)
                self._store.recurring.put(number, lines.digests, lines.story)
                numbers.append(number)
                self._counts["added" if each.replaced is None else "changed"] += 1
            self._store.recurring.refresh(_RECURRING_STORIES, numbers)
            for number, each in zip(numbers, batch, strict=True):
                touched |= self._put_content(number, each.article)
            self._regroup(touched)
        for each in batch:
            if each.completes is not None:
                self._progress(each.file.size)
        return rest

    def _settle_recurring(self) -> None:
        """Read again the content of articles of which other lines recur now than when read."""
        with self._store.transaction():
            self._store.recurring.refresh(_RECURRING_STORIES)
            unsettled = self._store.recurring.unsettled()
            touched = self._clear(unsettled)
            for number in unsettled:
                touched |= self._put_content(number, self._store.articles.numbered(number))
            self._regroup(touched)

    def _delete(self, numbers: Sequence[int]) -> set[int]:
        """Delete articles; return the wordings whose groups have changed."""
        touched = self._clear(numbers)
        self._store.articles.delete(numbers)
        return touched

    def _clear(self, numbers: Sequence[int]) -> set[int]:
        """Delete articles' chunks; return the wordings left whose groups have changed."""
        self._spare.update(self._store.vectors.of_articles(numbers))
        wordings = self._store.wordings.of_articles(numbers)
        members = set(self._store.groups.members(self._store.groups.of_wordings(wordings)))
        self._store.articles.delete_content(numbers)
        return members - self._store.wordings.delete_unused(wordings)

    def _put_content(self, number: int, article: Article) -> set[int]:
        """Add an article's omissions and chunks; return the wordings whose groups may change."""
        recurring = self._store.recurring.apply(number)
        content = read_content(article, recurring, clean=self._settings.clean_content)
        self._store.articles.put_omissions(number, content.omissions)
        chunks = chunk(
            article.text,
            content,
            target=self._settings.chunk_target,
            limit=self._settings.chunk_limit,
            fits=self._fit,
        )
        self._chunks[number] = len(chunks)
        touched: set[int] = set()
        for each in chunks:
            body = _body(article, each)
            text = article.text[body : each.end]
            wording, alike = self._wording(text, f"{article.id} {each.position}")
            self._store.chunks.put(number, each, body, wording)
            touched |= {wording, *alike}
        return touched

    def _wording(self, text: str, place: str) -> tuple[int, set[int]]:
        """Find or add the wording of a chunk; return it and its near-duplicates, if it is new."""
        if not self._settings.group_duplicates:
            digest = duplicates.digest(f"{place}\0{text}")
            return self._store.wordings.find(digest) or self._store.wordings.put(digest, ()), set()
        digest = duplicates.digest(text)
        known = self._store.wordings.find(digest)
        if known is not None:
            return known, set()
        bands = duplicates.bands(duplicates.signature(text), duplicates.guard(text))
        alike = {
            other
            for other, other_text in self._store.wordings.sharing(bands).items()
            if duplicates.near_duplicates(text, other_text)
        }
        wording = self._store.wordings.put(digest, bands)
        for other in alike:
            self._store.wordings.put_near(wording, other)
        return wording, alike

    def _regroup(self, touched: set[int]) -> None:
        """Group anew all wordings in groups of these, and embed the chunks that now stand for them.

        A group is a connected component of near-duplicates; the chunk that comes first by article
        id and position represents it.
        """
        members = self._store.groups.members(self._store.groups.of_wordings(touched))
        alone = [(member, member) for member in members]
        components = duplicates.groups([*alone, *self._store.wordings.near(members)])
        groups = {member: each[0] for each in components for member in each}
        self._store.groups.assign(groups)
        chunks = self._store.groups.chunks(set(groups.values()))
        wanted = {those[0] for those in chunks.values()}
        present = self._store.searchable.among(each for those in chunks.values() for each in those)
        self._store.searchable.delete(present - wanted)
        self._embed(sorted(wanted - present))

    def _embed(self, ids: Sequence[int]) -> None:
        """Make chunks searchable: embed them with their headline and section as context."""
        rows = self._store.chunks.embeddable(ids)
        contexts = [self._context(row.title, row.heading, row.text) for row in rows]
        texts = [
            f"{context}\n{row.text}" if context else row.text
            for context, row in zip(contexts, rows, strict=True)
        ]
        digests = [hashlib.sha256(text.encode()).digest() for text in texts]
        ready = {each: self._spare[each] for each in digests if each in self._spare}
        missing = {
            digest: text for digest, text in zip(digests, texts, strict=True) if digest not in ready
        }
        vectors = self._encoder.encode(list(missing.values()))
        self._counts["embedded"] += len(missing)
        ready.update(
            (digest, vector.astype("<f4").tobytes())
            for digest, vector in zip(missing, vectors, strict=True)
        )
        for row, context, digest in zip(rows, contexts, digests, strict=True):
            self._store.searchable.put(row.chunk, digest, ready[digest], row.text, context)

    def _context(self, title: str | None, heading: str | None, text: str) -> str:
        """Return headline and section, less what the chunk itself begins with."""
        if not self._settings.heading_context:
            return ""
        parts = [part for part in (title, heading) if part and not text.startswith(part)]
        context = " | ".join(dict.fromkeys(parts))
        while self._encoder.count_tokens([context])[0] > self._context_tokens:
            context = context[: len(context) * 3 // 4]
        return context

    def _fit(self, texts: Sequence[str]) -> list[bool]:
        room = self._encoder.window - self._context_tokens
        return [count <= room for count in self._encoder.count_tokens(texts)]

    @property
    def _context_tokens(self) -> int:
        return self._encoder.window // _CONTEXT_SHARE


def _body(article: Article, chunk: Chunk) -> int:
    """Return where a chunk's wording begins: after the title, which copies of a text change."""
    title = article.title_span
    if title is None or not chunk.start <= title.start < title.end < chunk.end:
        return chunk.start
    rest = article.text[title.end : chunk.end]
    return chunk.end - len(rest.lstrip())


def _characters(pending: Sequence[_Pending]) -> int:
    return sum(len(each.article.text) for each in pending)


def _batch_size(pending: Sequence[_Pending]) -> int:
    """Return how many articles from the front to write at once: at least one."""
    characters = 0
    for count, each in enumerate(pending[:_BATCH_ARTICLES]):
        characters += len(each.article.text)
        if characters > _BATCH_CHARACTERS:
            return max(count, 1)
    return min(len(pending), _BATCH_ARTICLES)


def _nothing(problems: Sequence[FileProblem]) -> str:
    if not problems:
        return "nothing to index: give a file or a folder"
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return f"nothing could be indexed: {problems[0].path}: {problems[0].problem}{more}"
