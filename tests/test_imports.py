"""Modules import one way, and a question imports no more than it needs."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from ragqa.engine import index
from support import environment

PACKAGE = Path(__file__).parent.parent / "ragqa"

# A module imports from rows above its own, never from beside or below it.
LAYERS = {
    "vocabulary": "errors types words",
    "settings and text": "settings lines filters wording",
    "what is furniture": "furniture",
    "parts of steps": "head units webpage asked",
    "parts of content": "teasers",
    "models made ready": "exports logistic",
    "steps": "articles content chunking duplicates encoder values questions",
    "parts of lists": "coordination",
    "parts of answers": "enumerations span_model snapping",
    "parts of reasons": "reasons",
    "words of a question": "terms",
    "the database": "store",
    "what stands beside it": "vectors library uploads",
    "checks of it": "verification",
    "finding spans": "reader",
    "asking": "search span_reader completion abstention spelling",
    "grouping": "grouping",
    "contradicting": "disagreement",
    "answers": "answering",
    "indexing": "indexer",
    "whole": "engine",
    "evaluation": "evaluation",
    "terminal": "terminal",
    "page and API": "web",
    "command line": "cli",
    "start": "__main__",
}
ROWS = {module: row for row, names in enumerate(LAYERS.values()) for module in names.split()}

# What only indexing, other models, evaluation or a page need: seconds of importing, together.
HEAVY = frozenset(
    "torch sentence_transformers transformers trafilatura pypdf langchain_text_splitters "
    "langchain_core rensa onnx sklearn scipy lxml gradio fastapi matplotlib ir_measures".split()
)
# What running the model needs, which those who only look at the index do without.
MODEL = frozenset({"onnxruntime", "tokenizers", "faiss"})

SAY_MODULES = """
import sys
from ragqa.cli import main
try:
    main()
except SystemExit as end:
    status = end.code
print(status, *sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""


def test_modules_import_one_way() -> None:
    for module, imported in modules_imports():
        ours, theirs = top(module), top(imported)
        if ours == theirs or "" in (ours, theirs):  # inside a package, or `__version__`
            continue
        assert ours in ROWS, f"say in LAYERS where {ours} belongs"
        assert ROWS[theirs] < ROWS[ours], f"{module} imports {imported}, which is not above it"


def test_no_module_imports_itself_by_way_of_others() -> None:
    graph: dict[str, set[str]] = {}
    for module, imported in modules_imports():
        graph.setdefault(module, set()).add(imported)
    list(TopologicalSorter(graph).static_order())


@pytest.fixture(scope="module")
def small_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    (folder / "a.txt").write_text("The lock at Velo cost 12 million guilders, the board said.")
    index([folder / "a.txt"], folder / "index")
    return folder / "index"


@pytest.mark.parametrize(
    ("arguments", "banned"),
    [
        (("ask", "How much did the lock at Velo cost?"), HEAVY),
        (("search", "the lock at Velo"), HEAVY),
        (("show", "a.txt"), HEAVY | MODEL),
        (("info",), HEAVY | MODEL),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_a_command_imports_no_more_than_it_needs(
    arguments: tuple[str, ...], banned: frozenset[str], small_index: Path
) -> None:
    command = [sys.executable, "-c", SAY_MODULES, *arguments, "--index", str(small_index)]
    run = subprocess.run(command, capture_output=True, env=environment(), text=True, timeout=120)
    status, *imported = run.stderr.splitlines()[-1].split()
    assert status == "0", run.stderr
    assert "ragqa" in imported
    assert not banned & set(imported)


def modules_imports() -> Iterator[tuple[str, str]]:
    """Every module of the project with each module of the project that it names in an import."""
    files = {name(path): path for path in sorted(PACKAGE.rglob("*.py"))}
    for module, path in files.items():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                named = [each.name for each in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                # `from ragqa import content` names a module, `from ragqa.types import Span` not.
                inside = [f"{node.module}.{each.name}" for each in node.names]
                named = [each if each in files else node.module for each in inside]
            else:
                continue
            yield from ((module, each) for each in named if each.partition(".")[0] == "ragqa")


def name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def top(module: str) -> str:
    """The module or package right below `ragqa`; "" for `ragqa` itself."""
    return [*module.split("."), ""][1]
