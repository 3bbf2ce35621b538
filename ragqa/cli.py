"""The command line: `python -m ragqa`, or `ragqa`.

Exit status as grep's: 0 answered, 1 not in these articles, 2 an error.
"""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import wraps
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, NoReturn, ParamSpec

import typer
from rich.console import Console

from ragqa.errors import IndexMissing, InputError, RagqaError
from ragqa.filters import read_filters
from ragqa.settings import Settings, load_settings
from ragqa.types import Answer, Filters

DEFAULT_INDEX = Path("index")
_CORPUS = Path("corpus")
_ERROR = 2
_TRACEBACK = "RAGQA_TRACEBACK"

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
ReaderOption = Annotated[
    str | None,
    typer.Option("--reader", help="spans, sentence, or the name or folder of a QA model."),
]
SourceOption = Annotated[
    list[str] | None, typer.Option("--source", help="Only articles from this source (repeatable).")
]
SinceOption = Annotated[
    str | None,
    typer.Option(
        "--since", help="Only articles dated YYYY[-MM[-DD]] or later, none without a date."
    ),
]
UntilOption = Annotated[
    str | None,
    typer.Option(
        "--until", help="Only articles dated YYYY[-MM[-DD]] or earlier, none without a date."
    ),
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
        except KeyboardInterrupt:
            rebuild = kwargs.get("rebuild")
            kept = "the index is as it was" if rebuild else "what was done so far is kept"
            _fail(f"interrupted; {kept}", status=130)
        except BrokenPipeError:
            # The reader of our output has gone, as `head` does: no one is left to tell.
            _drop_output()
            raise typer.Exit(0) from None
        except OSError as error:
            if error.filename is None:
                _drop_output()
            _fail(f"{error.strerror or error}: {error.filename or 'while writing the output'}")
        except Exception as error:
            if os.environ.get(_TRACEBACK):
                raise
            _fail(
                f"unexpected {type(error).__name__}: {error}; if `ragqa verify` finds nothing "
                f"wrong, it is a bug: {_TRACEBACK}=1 shows where"
            )
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
    from ragqa.terminal import show_report

    report = run_index(paths or [], folder, load_settings(model=model), rebuild=rebuild)
    if as_json:
        _print(report.model_dump_json())
    else:
        console = _console()
        for each in report.problems:
            _tell(f"{each.path}: {each.problem}")
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
    reader: ReaderOption = None,
    source: SourceOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    as_json: JsonOption = False,
) -> int:
    """Answer a question in the articles' own words, with citations."""
    from ragqa.engine import Engine

    settings = load_settings(model=model, reader=reader)
    filters = _filters(source, since, until)
    _make_first_index(folder, settings)
    with Engine.open(folder, settings) as engine:
        if question == "-":
            return _ask_many(engine.ask, filters, as_json)
        answer = engine.ask(_readable(question), filters)
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

    with Engine.open(folder, load_settings(model=model), reading=False) as engine:
        passages = engine.search(_readable(question), limit, _filters(source, since, until))
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
        view = library.article(_readable(article))
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
    reader: ReaderOption = None,
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

    settings = load_settings(model=model, reader=reader)
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


@app.command()
@_handled
def calibrate(
    gold: Annotated[Path, typer.Argument(help="Gold questions, those without answers among them.")],
    folder: IndexOption = DEFAULT_INDEX,
    reader: ReaderOption = None,
    cost: Annotated[
        float,
        typer.Option("--cost", min=0.01, help="Unanswerable ones answered, for one refused."),
    ] = 2.0,
    as_json: JsonOption = False,
) -> int:
    """Fit when to say "not in these articles" on questions of your own about an index.

    The fit is kept in the index folder and used from then on; remove the file to undo it.
    """
    from ragqa.abstention import CALIBRATED
    from ragqa.engine import Engine
    from ragqa.evaluation.calibration import calibrate as run_calibration
    from ragqa.evaluation.gold import read_gold

    questions = read_gold(gold)
    # What was fitted before is not asked: it may be what this is to mend.
    with Engine.open(folder, load_settings(reader=reader), calibrated=False) as engine:
        fitted = run_calibration(engine, questions, cost)
    path = folder / CALIBRATED
    temporary = path.with_suffix(".new")
    temporary.write_text(fitted.model_dump_json(indent=1) + "\n", encoding="utf-8")
    temporary.replace(path)
    if as_json:
        _print(fitted.model_dump_json())
    else:
        for name, value in fitted.quality.items():
            _print(f"{name.replace('_', ' ')}: {value:.3f}")
        _print(f"refused below {fitted.threshold:.0%}; kept in {path}")
    return 0


@app.command("app")
@_handled
def open_page(
    folder: IndexOption = DEFAULT_INDEX,
    model: ModelOption = None,
    host: Annotated[
        str, typer.Option("--host", help="The address to listen on; 0.0.0.0 is every one.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0: a free one.")] = 7860,
    auth: Annotated[
        str | None,
        typer.Option(
            "--auth",
            metavar="USER:PASSWORD",
            envvar="RAGQA_AUTH",
            help="Ask for this name and password; in the environment no other user sees it.",
        ),
    ] = None,
) -> int:
    """Open the page, and the API below it at /docs, for a browser on this machine."""
    from ragqa.web.server import serve

    settings = load_settings(model=model)
    _make_first_index(folder, settings)
    serve(folder, settings, host=host, port=port, user=auth, tell=_tell)
    return 0


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # Articles hold characters that an old terminal's encoding lacks.
            stream.reconfigure(errors="replace")
    try:
        status = app(standalone_mode=False)
    except typer.TyperException as error:
        _tell_usage(error)
        status = _ERROR
    sys.exit(status)


def _tell_usage(error: typer.TyperException) -> None:
    """Tell in one line what is wrong with the arguments; none at all are answered with the help."""
    message: str = getattr(error, "format_message", error.__str__)()
    if "\n" in message:
        sys.stderr.write(f"{message}\n")
        return
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "ragqa"
    _tell(f"{message.rstrip('.')}; see: {command} --help")


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
        finally:
            sys.stdout.flush()
        answered += answer.answered
        if not as_json:
            from ragqa.terminal import one_line

            _console().print(f"\n{one_line(line)}", soft_wrap=True)
        _show(answer, as_json)
    sys.stdout.flush()
    if failed:
        return _ERROR
    return 0 if answered else 1


def _make_first_index(folder: Path, settings: Settings) -> None:
    """Index the demonstration corpus, where nothing else is said and nothing is there yet."""
    from ragqa.engine import index as run_index
    from ragqa.store import Store

    if folder != DEFAULT_INDEX or not _CORPUS.is_dir():
        return
    try:
        Store.read(folder).close()
        return
    except IndexMissing:
        pass
    _tell(f"there is no index in {folder}/ yet: making one from {_CORPUS}/")
    report = run_index([_CORPUS], folder, settings)
    _tell(f"indexed {report.added} articles, {report.chunks} chunks")


def _lines(stream: Iterable[bytes]) -> Iterator[str]:
    for line in stream:
        yield line.decode("utf-8", errors="replace").strip()


def _read_answers(name: str) -> Iterator[Answer]:
    """Yield saved answers; questions that got an error instead are passed over."""
    import json

    if name == "-":
        lines: Iterable[bytes] = sys.stdin.buffer
    else:
        lines = Path(name).read_bytes().splitlines()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            if "error" not in json.loads(line):
                yield Answer.model_validate_json(line)
        except (ValueError, TypeError) as error:
            raise InputError(
                f"{name}, line {number}: not an answer as `ask --json` prints it; leave it out"
            ) from error


def _filters(sources: list[str] | None, since: str | None, until: str | None) -> Filters:
    readable = [_readable(source) for source in sources or ()]
    return read_filters(readable, since, until, prefix="--")


def _show(answer: Answer, as_json: bool) -> None:
    if as_json:
        _print(answer.model_dump_json())
        return
    from ragqa.terminal import show_answer

    show_answer(_console(), answer)


def _console() -> Console:
    return Console(highlight=False, markup=False, emoji=False)


def _print(line: str) -> None:
    """Print a line of JSON, which is UTF-8 whatever the terminal's encoding is (RFC 8259)."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    sys.stdout.write(line + "\n")


def _readable(argument: str) -> str:
    """Return an argument as text: bytes that are not UTF-8 become replacement characters."""
    return os.fsencode(argument).decode("utf-8", "replace")


def _drop_output() -> None:
    """Let what is still to be written go nowhere, or Python complains of it at exit."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _tell(line: str) -> None:
    from ragqa.terminal import one_line

    sys.stderr.write(f"ragqa: {one_line(line)}\n")


def _fail(line: str, status: int = _ERROR) -> NoReturn:
    _tell(line)
    raise typer.Exit(status)
