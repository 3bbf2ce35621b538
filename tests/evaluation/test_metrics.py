"""Every pooled metric on sets small enough to add up by hand."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragqa.evaluation import metrics
from ragqa.evaluation.bootstrap import interval, resamples
from ragqa.evaluation.measures import Judged, retrieval_measures


def once(function, *columns):
    arrays = [np.array(column, dtype=float) for column in columns]
    return function(*arrays, np.ones((1, len(arrays[0]))))[0]


def test_retrieval_measures_are_trec_evals():
    measured = retrieval_measures(
        {
            # Two relevant documents, found at ranks 2 and 3; a third is not found.
            "several": Judged(("x", "a", "b", "y"), {"a": 1, "b": 1, "c": 1}),
            "first": Judged(("a", "x"), {"a": 1}),
            "nothing found": Judged((), {"a": 1}),
            "in no chunk": Judged(("x",), {}),
        }
    )
    several = measured["several"]
    assert (several["recall@1"], several["recall@5"]) == (0, 1)
    assert several["evidence@1"] == 0
    assert several["evidence@5"] == pytest.approx(2 / 3)
    assert several["mrr@10"] == pytest.approx(1 / 2)
    gained = 1 / np.log2(1 + 2) + 1 / np.log2(1 + 3)
    ideal = 1 / np.log2(1 + 1) + 1 / np.log2(1 + 2) + 1 / np.log2(1 + 3)
    assert several["ndcg@10"] == pytest.approx(gained / ideal)
    assert set(measured["first"].values()) == {1.0}
    assert set(measured["nothing found"].values()) == {0.0}
    assert set(measured["in no chunk"].values()) == {0.0}


def test_a_rank_below_the_depth_does_not_count():
    ranking = tuple(f"x{i}" for i in range(20))
    (measured,) = retrieval_measures({"q": Judged((*ranking, "a"), {"a": 1})}).values()
    assert set(measured.values()) == {0.0}
    (measured,) = retrieval_measures({"q": Judged((*ranking[:19], "a"), {"a": 1})}).values()
    assert (measured["recall@20"], measured["recall@5"], measured["mrr@10"]) == (1, 0, 0)


def test_auroc_counts_pairs_and_ties_half():
    # Answerable at .9 and .5, not at .5 and .1. Of the 4 pairs 3 are won and 1 is a tie.
    assert once(metrics.auroc, [0.9, 0.5, 0.5, 0.1], [1, 1, 0, 0]) == (3 + 0.5) / 4
    assert np.isnan(once(metrics.auroc, [0.9, 0.5], [1, 1]))


def test_aurc_is_the_mean_risk_over_every_coverage():
    # Most confident first, losses 0, 1, 0, 1: risks 0/1, 1/2, 1/3, 2/4.
    area = once(metrics.aurc, [0.9, 0.8, 0.7, 0.6], [0, 1, 0, 1])
    assert area == pytest.approx((0 + 1 / 2 + 1 / 3 + 2 / 4) / 4)


@given(st.lists(st.tuples(st.sampled_from([0.2, 0.5, 0.9]), st.booleans()), min_size=1, max_size=6))
def test_aurc_of_ties_is_the_mean_over_all_orders(pairs):
    confidence = [c for c, _ in pairs]
    areas = []
    for order in permutations(pairs):
        if [c for c, _ in order] == sorted(confidence, reverse=True):
            losses = np.cumsum([loss for _, loss in order])
            areas.append(np.mean(losses / np.arange(1, len(pairs) + 1)))
    area = once(metrics.aurc, confidence, [loss for _, loss in pairs])
    assert area == pytest.approx(np.mean(areas))


def test_ece_is_the_gap_of_each_bin_by_its_size():
    # Bin .9-1: confidence .95, 1 of 2 happened. Bin .2-.3: confidence .25, 0 of 1 did.
    value = once(metrics.ece, [0.95, 0.95, 0.25], [1, 0, 0])
    assert value == pytest.approx(2 / 3 * abs(1 / 2 - 0.95) + 1 / 3 * abs(0 - 0.25))
    assert once(metrics.ece, [1.0, 0.0], [1, 0]) == 0


def test_quantiles_are_the_nearest_rank():
    values = np.array([30.0, 10.0, 20.0, 40.0])
    ones = np.ones((1, 4))
    assert metrics.quantile(values, 0.5, ones) == [20]
    assert metrics.quantile(values, 0.95, ones) == [40]


@given(
    st.lists(
        st.tuples(st.sampled_from([0.1, 0.4, 0.4, 0.8]), st.booleans(), st.integers(0, 3)),
        min_size=1,
        max_size=8,
    )
)
def test_a_weight_is_the_question_repeated(questions):
    if not any(weight for *_, weight in questions):
        return
    confidence, happened, weights = (np.array(x, dtype=float) for x in zip(*questions, strict=True))
    repeat = weights.astype(int)
    for metric in (metrics.auroc, metrics.aurc, metrics.ece):
        weighted = metric(confidence, happened, weights[None, :])[0]
        repeated = once(metric, np.repeat(confidence, repeat), np.repeat(happened, repeat))
        assert weighted == pytest.approx(repeated, nan_ok=True)
    assert metrics.quantile(confidence, 0.5, weights[None, :])[0] == np.quantile(
        np.repeat(confidence, repeat), 0.5, method="inverted_cdf"
    )


def test_a_mean_leaves_out_the_questions_it_does_not_apply_to(make_row):
    rows = [
        make_row("a", right=True),
        make_row("b", right=False),
        make_row("c", answerable=False),
    ]
    figures, intervals = metrics.summarise(rows)
    assert figures["hit@1"] == 1 / 2
    assert figures["em"] is None and intervals["em"] is None
    assert list(figures) == list(metrics.METRICS)
    low, high = intervals["hit@1"]
    assert low <= 1 / 2 <= high


def test_the_same_rows_give_the_same_intervals(make_row):
    rows = [make_row(str(i), right=i % 3 > 0, confidence=i / 30) for i in range(30)]
    assert metrics.summarise(rows) == metrics.summarise(rows)


def test_resamples_draw_as_many_questions_as_there_are():
    drawn = np.vstack(list(resamples(7, count=50)))
    assert drawn.shape == (50, 7)
    assert set(drawn.sum(axis=1)) == {7}


def test_an_interval_covers_the_truth_about_as_often_as_it_says():
    # 300 samples of 60 questions of which 70% are right: a 95% interval should cover .7 in
    # about 285; the binomial's standard deviation is sqrt(300 * .95 * .05) = 3.8.
    random = np.random.default_rng(1)
    weights = np.vstack(list(resamples(60, count=500)))
    covered = 0
    for _ in range(300):
        sample = (random.random(60) < 0.7).astype(float)
        low, high = interval(weights @ sample / 60)
        covered += low <= 0.7 <= high
    assert covered >= 285 - 5 * 3.8


def test_an_interval_of_nothing_is_none():
    assert interval(np.array([np.nan])) is None


def test_the_risk_coverage_curve_ends_at_full_coverage(make_row):
    rows = [make_row(str(i), confidence=c, loss=x) for i, (c, x) in enumerate([(0.9, 0), (0.5, 1)])]
    coverage, risk = metrics.risk_coverage(rows)
    assert (coverage.tolist(), risk.tolist()) == ([0.5, 1.0], [0.0, 0.5])


def test_calibration_bins_hold_every_question(make_row):
    rows = [make_row(str(i), confidence=i / 10) for i in range(11)]
    bins = metrics.calibration(rows)
    assert sum(b.size for b in bins) == 11
    assert [b.size for b in bins][-1] == 2  # .9 and 1.0
