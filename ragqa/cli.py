"""The command line: `python -m ragqa`, or `ragqa`.

Exit status as grep's: 0 answered, 1 not in these articles, 2 an error.
"""

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, NoReturn, ParamSpec

import typer
from pydantic import ValidationError
from rich.console import Console

from ragqa.errors import InputError, RagqaError
from ragqa.settings import Settings
from ragqa.types import Answer, Filters

DEFAULT_INDEX = Path("index")
_CORPUS = Path("corpus")
_DATE = re.compile(r"\d{4}(-\d{2}){0,2}")
_ERROR = 2

app = typer.Typer(
    name="ragqa",
    help=(
        "Ask a folder of articles and get the answer in their own words, every chunk of it cited. "
        "Nothing is generated, and nothing leaves this machine."
    ),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Parameters = ParamSpec("Parameters")
IndexOption = Annotated[Path, typer.Option("--index", help="The index folder.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
ModelOption = Annotated[
    str | None,
    typer.Option("--model", help="A sentence-transformers model, by name or folder."),
]
SourceOption = Annotated[
    list[str] | None, typer.Option("--source", help="Only articles from this source (repeatable).")
]
SinceOption = Annotated[
    str | None, typer.Option("--since", help="Only articles published on or after YYYY[-MM[-DD]].")
]
UntilOption = Annotated[
    str | None, typer.Option("--until", help="Only articles published on or before YYYY[-MM[-DD]].")
]


def _handled(command: Callable[Parameters, int]) -> Callable[Parameters, None]:
    """Turn our errors into one line and the exit status 2."""

    @wraps(command)
    def wrapper(*args: Parameters.args, **kwargs: Parameters.kwargs) -> None:
        try:
            status = command(*args, **kwargs)
            sys.stdout.flush()
        except RagqaError as error:
            _fail(str(error))
        except ValidationError as error:
            first = error.errors()[0]
            name = ".".join(str(part) for part in first["loc"])
            _fail(f"the setting {name} is wrong: {first['msg']}; see RAGQA_* and ragqa.toml")
        except KeyboardInterrupt:
            _fail("interrupted; what was done so far is kept", status=130)
        except BrokenPipeError:
            # The reader of our output has gone, as `head` does: no one is left to tell.
            sys.stdout = None
            raise typer.Exit(0) from None
        except OSError as error:
            _fail(f"{error.strerror or error}: {error.filename or 'while writing the output'}")
        raise typer.Exit(status)

    return wrapper


@app.command()
@_handled
def index(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PATH...", help="Files and folders; none: those given before."),
    ] = None,
    folder: IndexOption = DEFAULT_INDEX,
    model: ModelOption = None,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Make the index from nothing.")
    ] = False,
    as_json: JsonOption = False,
) -> int:
    """Index articles: .txt, .md, .html, .pdf and .jsonl files, and folders of them.

    Only what changed since the last run is read and embedded again; what is gone is dropped.
    """
    from ragqa.engine import index as run_index
    from ragqa.terminal import safe, show_report

    report = run_index(paths or [], folder, _settings(model=model), rebuild=rebuild)
    if as_json:
        _print(report.model_dump_json())
    else:
        console = _console()
        for each in report.problems:
            _tell(f"{safe(each.path)}: {safe(each.problem)}")
        from ragqa.store import Store

        with Store.read(folder) as store:
            totals = store.totals()
        show_report(
            console,
            report,
            f"The index in {folder} now holds {totals.articles} articles, {totals.chunks} chunks.",
        )
    return 0


@app.command()
@_handled
def ask(
    question: Annotated[str, typer.Argument(help="The question; - reads one a line.")],
    folder: IndexOption = DEFAULT_INDEX,
    model: ModelOption = None,
    source: SourceOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    as_json: JsonOption = False,
) -> int:
    """Answer a question in the articles' own words, with citations."""
    from ragqa.engine import Engine

    settings = _settings(model=model)
    filters = _filters(source, since, until)
    _make_first_index(folder, settings)
    with Engine.open(folder, settings) as engine:
        if question == "-":
            return _ask_many(engine.ask, filters, as_json)
        answer = engine.ask(question, filters)
        _show(answer, as_json)
    return 0 if answer.answered else 1


@app.command()
@_handled
def search(
    question: Annotated[str, typer.Argument(help="What to look for.")],
    folder: IndexOption = DEFAULT_INDEX,
    model: ModelOption = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="How many.")] = 10,
    source: SourceOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    as_json: JsonOption = False,
) -> int:
    """List the passages nearest to a question, one for each group of duplicates."""
    from ragqa.engine import Engine
    from ragqa.terminal import show_passages

    with Engine.open(folder, _settings(model=model)) as engine:
        passages = engine.search(question, limit, _filters(source, since, until))
    if as_json:
        _print("[" + ",".join(each.model_dump_json() for each in passages) + "]")
    else:
        show_passages(_console(), passages)
    return 0 if passages else 1


@app.command()
@_handled
def show(
    article: Annotated[str, typer.Argument(help="The article's id, as citations name it.")],
    folder: IndexOption = DEFAULT_INDEX,
    as_json: JsonOption = False,
) -> int:
    """Print an article with what was left out of it dimmed, and why."""
    from ragqa.library import Library
    from ragqa.terminal import show_article

    with Library.open(folder) as library:
        view = library.article(article)
    if as_json:
        _print(view.model_dump_json())
    else:
        show_article(_console(), view)
    return 0


@app.command()
@_handled
def verify(
    answers: Annotated[
        str | None,
        typer.Argument(help="A file of answers (from ask --json) to check too; - reads them."),
    ] = None,
    folder: IndexOption = DEFAULT_INDEX,
    as_json: JsonOption = False,
) -> int:
    """Check that the index is well, and that citations hold to the character."""
    from ragqa.terminal import show_checks
    from ragqa.verification import verify_answers, verify_index

    checks = verify_index(folder)
    if answers is not None:
        checks.append(verify_answers(folder, list(_read_answers(answers))))
    if as_json:
        _print("[" + ",".join(each.model_dump_json() for each in checks) + "]")
    else:
        show_checks(_console(), checks)
    return _ERROR if any(each.problems for each in checks) else 0


@app.command()
@_handled
def info(
    folder: IndexOption = DEFAULT_INDEX,
    articles: Annotated[bool, typer.Option("--articles", help="List the articles too.")] = False,
    as_json: JsonOption = False,
) -> int:
    """Say what the index holds."""
    from ragqa.library import Library

    with Library.open(folder) as library:
        info = library.info()
        listed = library.articles() if articles else []
    if as_json:
        parts = info.model_dump(mode="json")
        if articles:
            parts["list"] = [each.model_dump(mode="json") for each in listed]
        import json

        _print(json.dumps(parts, ensure_ascii=False))
        return 0
    from ragqa.terminal import show_info

    show_info(_console(), info, listed)
    return 0


@app.command("eval")
@_handled
def evaluate(
    gold: Annotated[
        Path, typer.Argument(help="Gold questions: JSON lines, SQuAD JSON, or a BEIR folder.")
    ],
    corpus: Annotated[
        list[Path] | None,
        typer.Option("--corpus", help="Files and folders to index and ask (repeatable)."),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option("--index", help="Ask this index, brought up to date with --corpus first."),
    ] = None,
    model: ModelOption = None,
    as_json: JsonOption = False,
    report: Annotated[
        Path | None, typer.Option("--report", help="Write the report, an HTML file.")
    ] = None,
    save: Annotated[Path | None, typer.Option("--save", help="Save the results.")] = None,
    against: Annotated[
        Path | None, typer.Option("--against", help="Compare with saved results.")
    ] = None,
    fail_if_worse: Annotated[
        bool,
        typer.Option("--fail-if-worse", help="Exit 1 when a metric is worse beyond chance."),
    ] = False,
    require: Annotated[
        list[str] | None,
        typer.Option("--require", metavar="METRIC>=X", help="Exit 1 unless it holds (repeatable)."),
    ] = None,
    reader_only: Annotated[
        bool, typer.Option("--reader-only", help="Give the reader the gold paragraph (SQuAD).")
    ] = False,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, help="Ask at most so many, evenly spaced.")
    ] = None,
    ablations: Annotated[
        bool, typer.Option("--ablations", help="Also ask with one setting changed at a time.")
    ] = False,
) -> int:
    """Say how good the answers to gold questions are, and why each wrong one is wrong.

    Gold questions in JSON lines are asked of --corpus, or of an index; SQuAD and BEIR bring their
    articles along.
    """
    from ragqa.evaluation.command import evaluate as run_evaluation

    settings = _settings(model=model)
    if corpus is None and folder is None and gold.suffix == ".jsonl":
        folder = DEFAULT_INDEX
        _make_first_index(folder, settings)
    return run_evaluation(
        gold,
        corpus=corpus or (),
        folder=folder,
        settings=settings,
        as_json=as_json,
        report=report,
        save=save,
        against=against,
        fail_if_worse=fail_if_worse,
        require=require or (),
        reader_only=reader_only,
        limit=limit,
        ablations=ablations,
    )


def main() -> None:
    """Run the command line."""
    app()


def _ask_many(ask_one: Callable[[str, Filters], Answer], filters: Filters, as_json: bool) -> int:
    """Answer a question a line; an error in one does not end the run."""
    import json

    answered = failed = 0
    for line in _lines(sys.stdin.buffer):
        try:
            answer = ask_one(line, filters)
        except InputError as error:
            failed += 1
            if as_json:
                _print(json.dumps({"question": line, "error": str(error)}, ensure_ascii=False))
            else:
                _tell(str(error))
            continue
        answered += answer.answered
        if not as_json:
            _print(f"\n{line}")
        _show(answer, as_json)
    if failed:
        return _ERROR
    return 0 if answered else 1


def _make_first_index(folder: Path, settings: Settings) -> None:
    """Index the demonstration corpus, where nothing else is said and nothing is there yet."""
    from ragqa.engine import index as run_index
    from ragqa.store import DATABASE

    if folder != DEFAULT_INDEX or (folder / DATABASE).exists() or not _CORPUS.is_dir():
        return
    _tell(f"there is no index in {folder}/ yet: making one from {_CORPUS}/")
    report = run_index([_CORPUS], folder, settings)
    _tell(f"indexed {report.added} articles, {report.chunks} chunks")


def _lines(stream: Iterable[bytes]) -> Iterator[str]:
    for line in stream:
        yield line.decode("utf-8", errors="replace").strip()


def _read_answers(name: str) -> Iterator[Answer]:
    if name == "-":
        lines: Iterable[bytes] = sys.stdin.buffer
    else:
        lines = Path(name).read_bytes().splitlines()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield Answer.model_validate_json(line)
        except ValidationError as error:
            first = error.errors()[0]
            raise InputError(
                f"{name}, line {number}: not an answer as `ask --json` prints it: {first['msg']}"
            ) from error


def _filters(sources: list[str] | None, since: str | None, until: str | None) -> Filters:
    for name, date in (("--since", since), ("--until", until)):
        if date is not None and not _DATE.fullmatch(date):
            raise InputError(f"{name} wants YYYY, YYYY-MM or YYYY-MM-DD, not {date!r}")
    # A month or a year as the last day wanted lasts to its end: no date sorts above a tilde.
    return Filters(
        sources=tuple(sources or ()), since=since, until=f"{until}~" if until is not None else None
    )


def _settings(**given: Any) -> Settings:
    return Settings(**{name: value for name, value in given.items() if value is not None})


def _show(answer: Answer, as_json: bool) -> None:
    if as_json:
        _print(answer.model_dump_json())
        return
    from ragqa.terminal import show_answer

    show_answer(_console(), answer)


def _console() -> Console:
    return Console(highlight=False, markup=False, emoji=False)


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")


def _tell(line: str) -> None:
    sys.stderr.write(f"ragqa: {line}\n")


def _fail(line: str, status: int = _ERROR) -> NoReturn:
    one_line = " ".join(line.split())
    _tell(one_line)
    raise typer.Exit(status)
