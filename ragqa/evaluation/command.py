"""`ragqa eval`: from a gold file to figures, a report and an exit status."""

import hashlib
import platform
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

from ragqa import __version__
from ragqa.engine import Engine, index
from ragqa.errors import GoldError, InputError
from ragqa.evaluation.comparison import Requirement, compare, parse_requirement
from ragqa.evaluation.evidence import Library
from ragqa.evaluation.gold import Gold, read_gold
from ragqa.evaluation.harness import Asked, ask_all
from ragqa.evaluation.metrics import tally
from ragqa.evaluation.results import Data, Results, Timing, load, write
from ragqa.settings import Settings
from ragqa.types import FileProblem

HOLDS, FAILS, INTERRUPTED = 0, 1, 130
"""Exit statuses: all that was required holds; something does not; interrupted (as a shell's)."""

_ARTICLES = "articles.jsonl"
_LIBRARIES = ("faiss-cpu", "ir-measures", "numpy", "onnxruntime", "sentence-transformers")


def evaluate(
    gold: Path,
    *,
    corpus: Sequence[Path] = (),
    folder: Path | None = None,
    settings: Settings | None = None,
    as_json: bool = False,
    report: Path | None = None,
    save: Path | None = None,
    against: Path | None = None,
    fail_if_worse: bool = False,
    require: Sequence[str] = (),
    reader_only: bool = False,
    limit: int | None = None,
    ablations: bool = False,
) -> int:
    """Ask the gold questions and say how good the answers are.

    Args:
        gold: Gold questions: JSON lines, SQuAD JSON, or a BEIR folder.
        corpus: Files and folders to index and ask; not with SQuAD and BEIR, which bring theirs.
        folder: The index folder: asked as it is, or, where there is something to index, brought up
            to date first. Without it, what is indexed goes to a temporary folder.
        settings: How to index and ask.
        as_json: Print the results as one JSON object, and nothing else, to standard output.
        report: Where to write the HTML report.
        save: Where to save the results.
        against: Saved results to compare with.
        fail_if_worse: Return 1 when a watched metric is worse than the baseline beyond chance.
        require: Bounds as `METRIC>=X` or `METRIC<=X`; return 1 when one does not hold.
        reader_only: Give the reader the gold paragraph as its only passage (SQuAD).
        limit: Ask at most so many questions, evenly spaced over the file.
        ablations: Also ask with one setting changed at a time; each needs its own index.

    Returns:
        0, or 1 when a requirement does not hold or something is worse, or 130 when interrupted,
        in which case everything was still printed and written for the questions asked so far.

    Raises:
        GoldError: The gold file cannot be used.
        InputError: Another argument cannot be used.
        RagqaError: Indexing or asking failed.
    """
    requirements = [parse_requirement(text) for text in require]
    baseline = load(against) if against else None
    if fail_if_worse and baseline is None:
        raise InputError("--fail-if-worse needs a baseline; name its file with --against FILE")
    if limit is not None and limit < 1:
        raise InputError(f"--limit {limit}: ask at least 1 question")
    for file in (report, save):
        if file is not None and not file.absolute().parent.is_dir():
            raise InputError(f"{file}: its folder does not exist; make it first")
    questions = read_gold(gold).draw(limit)
    settings = settings or Settings()
    with _indexed(questions, corpus, folder) as place:
        if ablations and not place.sources:
            raise InputError("--ablations builds indexes of its own; name the files with --corpus")
        results = _measure(questions, place, settings, reader_only)
        if ablations and results.complete:
            from ragqa.evaluation.ablation import ablate

            variants = ablate(questions, place.sources, settings)
            results = results.model_copy(update={"ablations": variants})
    if save:
        results.save(save)
    if baseline is not None:
        comparison = compare(results, baseline, str(against))
        results = results.model_copy(update={"comparison": comparison})
    if report:
        from ragqa.evaluation.report import report as render

        write(report, render(results))
    _show(results, requirements, as_json)
    return _status(results, requirements, fail_if_worse)


class _Place(NamedTuple):
    """What to index, if anything, and the index's folder."""

    sources: tuple[Path, ...]
    folder: Path


@contextmanager
def _indexed(gold: Gold, corpus: Sequence[Path], folder: Path | None) -> Iterator[_Place]:
    if gold.articles and corpus:
        raise InputError(f"--corpus: {gold.path} brings its own articles; leave it out")
    if not (gold.articles or corpus or folder):
        raise InputError("say what to ask: --corpus PATH, or --index DIR for an index as it is")
    with tempfile.TemporaryDirectory(prefix="ragqa-eval-") as temporary:
        place = folder or Path(temporary)
        sources = tuple(corpus)
        if gold.articles:
            # In the index's own folder, so that a second run finds it unchanged.
            sources = (place / _ARTICLES,)
            try:
                place.mkdir(parents=True, exist_ok=True)
                gold.write_articles(sources[0])
            except OSError as error:
                raise InputError(f"{place}: cannot be written ({error.strerror})") from error
        yield _Place(sources, place)


def _measure(gold: Gold, place: _Place, settings: Settings, reader_only: bool) -> Results:
    problems: Sequence[FileProblem] = ()
    if place.sources:
        problems = index(place.sources, place.folder, settings).problems
    with Engine.open(place.folder, settings) as engine:
        begun = time.perf_counter()
        library = Library(engine, problems)
        library.check(gold)
        _check_articles(gold, library)
        asked = ask_all(engine, library, gold, reader_only=reader_only)
        if not asked.rows:
            raise InputError(f"{gold.path}: interrupted before the first answer; nothing to show")
        return results_of(gold, engine, library, asked, settings, begun, reader_only=reader_only)


def _check_articles(gold: Gold, library: Library) -> None:
    """SQuAD's spans hold only over the very text that came with them."""
    for article in gold.articles:
        if article.id in library.ids and library.view(article.id).article.text != article.text:
            raise GoldError(
                f"{gold.path}, article {article.id}: the index holds another text under this id; "
                "use another --index DIR"
            )


def results_of(
    gold: Gold,
    engine: Engine,
    library: Library,
    asked: Asked,
    settings: Settings,
    begun: float,
    *,
    reader_only: bool = False,
) -> Results:
    """Sum up what was asked of an index since `begun`, a time of `time.perf_counter`."""
    return Results(
        **tally(asked.rows),
        questions=asked.rows,
        settings=settings.model_dump(mode="json", exclude={"cache"}),
        versions=_versions(),
        data=_data(gold, engine, library, asked, reader_only),
        timing=Timing(total=time.perf_counter() - begun, engine=asked.engine_seconds),
        complete=asked.complete,
    )


def _data(gold: Gold, engine: Engine, library: Library, asked: Asked, reader_only: bool) -> Data:
    digest = hashlib.sha256()
    for article in library.ids:
        text = engine.article(article).article.text
        for part in (article, text):
            raw = part.encode("utf-8", "surrogatepass")
            digest.update(f"{len(raw)} ".encode() + raw)
    return Data(
        gold=Path(gold.path).name,
        gold_sha256=gold.sha256,
        corpus_sha256=digest.hexdigest(),
        articles=len(library.ids),
        chunks=sum(summary.chunks for summary in engine.articles()),
        questions=len(gold.questions),
        asked=len(asked.rows),
        reader_only=reader_only,
    )


def _versions() -> dict[str, str]:
    found = {"ragqa": __version__, "python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _show(results: Results, requirements: Sequence[Requirement], as_json: bool) -> None:
    if as_json:
        sys.stdout.write(results.model_dump_json() + "\n")
        return
    from rich.console import Console

    from ragqa.evaluation import summary

    summary.summarise(results, requirements, Console())


def _status(results: Results, requirements: Sequence[Requirement], fail_if_worse: bool) -> int:
    if not results.complete:
        return INTERRUPTED
    if not all(requirement.holds(results.metrics) for requirement in requirements):
        return FAILS
    if fail_if_worse and results.comparison and results.comparison.worse:
        return FAILS
    return HOLDS
