"""Saved results come back as they were, and a change is told from chance."""

import pytest

from ragqa.errors import InputError
from ragqa.evaluation.comparison import WATCHED, compare, parse_requirement
from ragqa.evaluation.metrics import METRICS
from ragqa.evaluation.results import load


def rows(make_row, wrong, count=100, **changes):
    return [make_row(str(i), right=i not in wrong, **changes) for i in range(count)]


def test_results_come_back_as_they_were_saved(tmp_path, make_row, make_results):
    results = make_results(rows(make_row, {3}))
    file = tmp_path / "baseline.json"
    results.save(file)
    assert load(file) == results
    assert len(file.read_text("utf-8").splitlines()) == 1 + 1 + 100 + 1


@pytest.mark.parametrize("content", ["", "[]", '{"metrics": 1}', "\0"])
def test_what_is_not_saved_results_is_told_in_one_line(tmp_path, content):
    file = tmp_path / "baseline.json"
    file.write_text(content)
    with pytest.raises(InputError) as caught:
        load(file)
    assert str(file) in str(caught.value) and "\n" not in str(caught.value)
    with pytest.raises(InputError, match="cannot be read"):
        load(tmp_path / "missing.json")


def test_a_comparison_lists_what_was_gained_and_lost(make_row, make_results):
    now = make_results(rows(make_row, {1, 2}), settings={"search": "dense"})
    before = make_results(rows(make_row, {2, 3}))
    comparison = compare(now, before, "b.json")
    assert (comparison.lost, comparison.gained) == (("1",), ("3",))
    assert comparison.differences["hit@1"].difference == 0
    assert comparison.settings == {"search": ("dense", "fused")}
    assert not comparison.worse


def test_four_lost_and_none_gained_is_worse_and_one_is_not(make_row, make_results):
    # With n of 100 lost, a resample has none of them with probability (1 - n / 100) ** 100:
    # .37 for one, above the 2.5% at the interval's upper end, and .017 for four, below it.
    before = make_results(rows(make_row, set()))
    one = compare(make_results(rows(make_row, {1})), before, "b.json")
    assert one.differences["hit@1"].difference == pytest.approx(-1 / 100)
    assert not one.worse
    assert "hit@1" in compare(make_results(rows(make_row, {1, 2, 3, 4})), before, "b").worse


def test_any_invalid_citation_is_worse(make_row, make_results):
    good = rows(make_row, set(), measures={"citation_validity": 1.0})
    bad = [make_row("0", measures={"citation_validity": 0.5}), *good[1:]]
    assert compare(make_results(bad), make_results(good), "b").worse == ("citation_validity",)
    assert not compare(make_results(good), make_results(bad), "b").worse


def test_more_refusals_are_worse_and_fewer_are_not(make_row, make_results):
    few = rows(make_row, set(), measures={"refused_answerable": 0.0})
    many = rows(make_row, set(), measures={"refused_answerable": 1.0})
    assert compare(make_results(many), make_results(few), "b").worse == ("refused_answerable",)
    assert not compare(make_results(few), make_results(many), "b").worse


def test_slower_is_shown_and_fails_nothing(make_row, make_results):
    slow = make_results(rows(make_row, set(), milliseconds=900.0))
    comparison = compare(slow, make_results(rows(make_row, set())), "b")
    assert comparison.differences["ms_median"].difference == 880
    assert not comparison.worse


def test_questions_that_changed_are_left_out_and_counted(make_row, make_results):
    before = rows(make_row, set(), count=5)
    now = [make_row("0", answers=("May",)), *before[1:4], make_row("9")]
    comparison = compare(make_results(now), make_results(before), "b")
    assert comparison.questions == 3
    # "0" in both with another answer, "4" only before, "9" only now.
    assert comparison.left_out == 4


def test_what_cannot_be_compared_is_told(make_row, make_results):
    some = rows(make_row, set(), count=3)
    with pytest.raises(InputError, match=r"b\.json, field data\.corpus_sha256: the articles have"):
        compare(make_results(some), make_results(some, corpus_sha256="d"), "b.json")
    with pytest.raises(InputError, match="reader_only"):
        compare(make_results(some), make_results(some, reader_only=True), "b.json")
    with pytest.raises(InputError, match="no question in common"):
        compare(make_results(some), make_results([make_row("x")]), "b.json")


def test_requirements_are_read_and_kept():
    least = parse_requirement(" hit@1 >= .75")
    assert least.holds({"hit@1": 0.75}) and not least.holds({"hit@1": 0.7499})
    most = parse_requirement("ece<=0.1")
    assert most.holds({"ece": 0.1}) and not most.holds({"ece": 0.2})
    assert not most.holds({"ece": None})


@pytest.mark.parametrize("text", ["hit@1", "hit@1>0.5", "hit@2>=0.5", ">=1", "hit@1>=x", ""])
def test_a_malformed_requirement_is_told(text):
    with pytest.raises(InputError, match="--require"):
        parse_requirement(text)


def test_what_is_watched_is_measured():
    assert set(WATCHED) <= set(METRICS)
    assert all(METRICS[name].better for name in WATCHED)
