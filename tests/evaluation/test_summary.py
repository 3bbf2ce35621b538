import doctest
import io

import pytest
from rich.console import Console

from ragqa.evaluation import figures, gold, markup, matching, squad
from ragqa.evaluation.comparison import compare, parse_requirement
from ragqa.evaluation.metrics import METRICS
from ragqa.evaluation.summary import summarise


def printed(results, *requirements, width=100):
    out = io.StringIO()
    console = Console(file=out, width=width)
    summarise(results, [parse_requirement(text) for text in requirements], console)
    return out.getvalue()


def test_the_summary_says_what_is_wrong_first(make_row, make_results):
    rows = [make_row("a"), make_row("b", right=False, type="date"), make_row("[red]c", right=False)]
    text = printed(make_results(rows), "hit@1>=0.9", "hit@1<=0.9")
    assert text.startswith("1 of 3 questions right")
    assert "wrong sentence" in text and "[red]c" in text
    assert "hit@1>=0.9: does not hold (33.3%)" in text
    assert "hit@1<=0.9: holds" in text


def test_the_summary_shows_every_metric_that_is_defined(make_row, make_results):
    results = make_results([make_row("a"), make_row("b")])
    text = printed(results)
    for name in METRICS:
        assert (f"\n{name} " in text) == (results.metrics[name] is not None), name


def test_the_summary_names_what_was_lost(make_row, make_results):
    before = make_results([make_row(str(i)) for i in range(9)])
    now = make_results([make_row(str(i), right=i > 5) for i in range(9)])
    text = printed(now.model_copy(update={"comparison": compare(now, before, "b.json")}))
    assert "lost (6): 0, 1, 2, 3, 4, 5" in text
    assert "worse beyond chance: hit@1" in text


def test_an_interrupted_run_says_so(make_row, make_results):
    assert "interrupted, 1 of 1" in printed(
        make_results([make_row("a")], complete=False), width=200
    )


@pytest.mark.parametrize("module", [figures, gold, markup, matching, squad])
def test_the_examples_in_docstrings_hold(module):
    outcome = doctest.testmod(module)
    assert outcome.attempted and not outcome.failed
