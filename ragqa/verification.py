"""Whether an index is well, and whether citations hold: what `ragqa verify` runs."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ragqa.store import Store, path_of
from ragqa.types import Answer, Citation, Frozen
from ragqa.vectors import snapshot_problem

_UNIT_TOLERANCE = 1e-3


class Check(Frozen):
    """One thing that was checked: how many of it, and what is wrong with them."""

    name: str
    checked: int
    problems: tuple[str, ...] = ()


def verify_index(folder: Path) -> list[Check]:
    """Check an index against itself and against the files it was made from.

    Raises:
        IndexMissing, IndexVersionError, IndexDamaged: it cannot even be opened.
    """
    with Store.read(folder) as store:
        return [
            Check(name="database", checked=1, problems=tuple(store.database.problems())),
            _spans(store),
            _groups(store),
            _vectors(store),
            _snapshot(store),
            _files(store),
        ]


def verify_answers(folder: Path, answers: Sequence[Answer]) -> Check:
    """Check every citation of saved answers against the articles in an index."""
    citations = [each for answer in answers for each in answer.citations]
    with Store.read(folder) as store:
        texts = store.articles.texts({each.article for each in citations})
    problems = [
        problem for each in citations if (problem := _broken(each, texts.get(each.article)))
    ]
    problems += [problem for answer in answers for problem in _unfounded(answer)]
    return Check(name="citations", checked=len(citations), problems=tuple(problems))


def _broken(citation: Citation, text: str | None) -> str | None:
    where = f"[{citation.number}] {citation.article} {citation.start}-{citation.end}"
    if text is None:
        return f"{where}: the article is not in the index"
    if text[citation.start : citation.end] != citation.quote:
        return f"{where}: the article has other words there"
    return None


def _unfounded(answer: Answer) -> list[str]:
    """Say which answers do not stand where their first citation says that they do."""
    problems = []
    by_number = {each.number: each for each in answer.citations}
    for item in answer.answers:
        cited = [by_number[number] for number in item.citations if number in by_number]
        if not cited or len(cited) < len(item.citations):
            problems.append(f"{item.text!r}: a citation of it is missing")
            continue
        first = cited[0]
        start, end = first.answer_start - first.start, first.answer_end - first.start
        if not 0 <= start < end or first.quote[start:end] != item.text:
            problems.append(f"{item.text!r}: [{first.number}] has other words there")
    return problems


def _spans(store: Store) -> Check:
    """Chunks lie in their articles, in order, and beside what was left out."""
    problems = []
    count = 0
    for key in store.articles.all_keys():
        found = store.articles.get(key)
        if found is None:
            continue
        number, article = found
        chunks = store.chunks.of_article(number)
        taken = [(each.chunk.start, each.chunk.end) for each in chunks]
        taken += [(each.start, each.end) for each in store.articles.omissions(number)]
        count += len(chunks)
        end = 0
        for start, stop in sorted(taken):
            if not end <= start < stop <= len(article.text):
                problems.append(f"{key}: the span {start}-{stop} overlaps or lies outside")
            if article.text[end:start].strip():
                problems.append(f"{key}: {end}-{start} is neither a chunk nor left out")
            end = max(end, stop)
        if article.text[end:].strip():
            problems.append(f"{key}: the end, from {end} on, is neither a chunk nor left out")
    return Check(name="chunks", checked=count, problems=tuple(problems))


def _groups(store: Store) -> Check:
    """Every duplicate group has one searchable chunk, and that one is in both indexes."""
    chunks = store.groups.chunks(store.groups.all())
    vectors = store.vectors.all_by_chunk()
    lexical = store.lexical.chunks()
    problems = []
    for group, members in chunks.items():
        represented = [each for each in members if each in vectors]
        if represented != members[:1]:
            problems.append(f"group {group}: {len(represented)} of its chunks are searchable")
    if lexical != vectors.keys():
        problems.append("the lexical index and the vectors are of different chunks")
    return Check(name="duplicate groups", checked=len(chunks), problems=tuple(problems))


def _vectors(store: Store) -> Check:
    problems = []
    vectors = store.vectors.all_by_chunk()
    dimensions = set()
    for chunk, data in vectors.items():
        vector = np.frombuffer(data, dtype="<f4")
        dimensions.add(len(vector))
        if not abs(float(np.linalg.norm(vector)) - 1) < _UNIT_TOLERANCE:
            problems.append(f"the vector of chunk {chunk} does not have length one")
    if len(dimensions) > 1:
        problems.append(f"vectors have different dimensions: {sorted(dimensions)}")
    return Check(name="vectors", checked=len(vectors), problems=tuple(problems))


def _snapshot(store: Store) -> Check:
    problem = snapshot_problem(store)
    return Check(name="snapshot", checked=1, problems=(problem,) if problem else ())


def _files(store: Store) -> Check:
    """The files are as they were when they were read."""
    problems = []
    count = 0
    for root in store.roots.all():
        for path, sha256 in store.files.below(root).items():
            count += 1
            if sha256 is None:
                problems.append(f"{path}: only a part of it is indexed; run ragqa index")
                continue
            try:
                with path_of(path).open("rb") as file:
                    now = hashlib.file_digest(file, "sha256").hexdigest()
            except OSError:
                problems.append(f"{path}: gone, or not readable, since it was indexed")
                continue
            if now != sha256:
                problems.append(f"{path}: changed since it was indexed; run ragqa index")
    return Check(name="files", checked=count, problems=tuple(problems))
