"""Fit the model that decides whether the articles answer at all, on gold questions."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike

from ragqa.abstention import SIGNALS, Abstention, signals_of
from ragqa.engine import Engine
from ragqa.errors import GoldError
from ragqa.evaluation.gold import Gold

FOLDS = 5
LEAST = 10
"""Questions of each kind, answerable and not, that a fit needs."""


def calibrate(engine: Engine, gold: Gold, cost: float) -> Abstention:
    """Fit on questions asked of an index, and say how well the fit does on those left out of it.

    Args:
        engine: The engine to ask, over the articles that the questions are about.
        gold: The questions, those without answers among them.
        cost: How many questions answered though the articles don't are as bad as one refused
            though they do.

    Raises:
        GoldError: there are too few questions of a kind.
    """
    from tqdm import tqdm

    rows, answerable = [], []
    for question in tqdm(gold.questions, desc="calibrate", unit="question", disable=None):
        trace = engine.trace(question.question)
        if trace.candidates:
            parsed = engine.parse(question.question)
            read = trace.passages[: trace.read]
            rows.append(signals_of(parsed, engine.terms(parsed), read, trace.candidates))
            answerable.append(question.answerable)
    least = min(sum(answerable), len(answerable) - sum(answerable))
    if least < LEAST:
        raise GoldError(
            f"{gold.path}: a fit needs at least {LEAST} questions that the articles answer and "
            f"{LEAST} that they don't, there are {sum(answerable)} and "
            f"{len(answerable) - sum(answerable)}; add some"
        )
    fitted_on = {"gold": gold.path, "sha256": gold.sha256, "questions": str(len(rows))}
    fitted = fit(rows, answerable, np.ones(len(rows)), cost, engine.reader_name, fitted_on)
    return fitted.model_copy(update={"quality": _cross_validated(rows, answerable, fitted)})


def fit(
    signals: ArrayLike,
    answerable: ArrayLike,
    weights: ArrayLike,
    cost: float,
    reader: str,
    fitted_on: dict[str, str],
) -> Abstention:
    """Fit a model of whether the articles answer to signals of shape (questions, SIGNALS)."""
    fitted_weights, intercept = coefficients(signals, answerable, weights)
    return Abstention(
        reader=reader,
        features=SIGNALS,
        weights=fitted_weights,
        intercept=intercept,
        cost=cost,
        threshold=round(1 / (1 + cost), 4),
        fitted_on=fitted_on,
        quality={},
    )


def coefficients(
    rows: ArrayLike, labels: ArrayLike, weights: ArrayLike
) -> tuple[tuple[float, ...], float]:
    """Fit a logistic regression (scikit-learn, L2) to rows of shape (examples, features).

    Returns:
        The weights of the features as they are, and the intercept.
    """
    from sklearn.linear_model import LogisticRegression

    features = np.asarray(rows, dtype=np.float64)
    scale = features.std(axis=0)
    scale[scale == 0] = 1.0
    model = LogisticRegression(C=1.0, max_iter=1000).fit(features / scale, labels, weights)
    fitted = tuple(round(float(weight), 4) for weight in model.coef_[0] / scale)
    return fitted, round(float(model.intercept_[0]), 4)


def quality(
    answerable: Sequence[bool], probabilities: Sequence[float], threshold: float
) -> dict[str, float]:
    """Return AUROC and the shares refused of both kinds of questions."""
    from sklearn.metrics import roc_auc_score

    known, given = np.asarray(answerable, dtype=bool), np.asarray(probabilities)
    refused = given < threshold
    return {
        "auroc": round(float(roc_auc_score(known, given)), 4),
        "refused_answerable": round(float(refused[known].mean()), 4),
        "refused_unanswerable": round(float(refused[~known].mean()), 4),
    }


def _cross_validated(
    rows: Sequence[Sequence[float]], answerable: Sequence[bool], fitted: Abstention
) -> dict[str, float]:
    """Return the quality on each fold by a fit on the others."""
    probabilities = np.zeros(len(rows))
    for train, test in _folds(answerable):
        part = fit(
            [rows[at] for at in train],
            [answerable[at] for at in train],
            np.ones(len(train)),
            fitted.cost,
            fitted.reader,
            {},
        )
        probabilities[test] = [part.probability(rows[at]) for at in test]
    measured = quality(answerable, list(probabilities), fitted.threshold)
    return {f"cross_validated_{name}": value for name, value in measured.items()}


def _folds(answerable: Sequence[bool]) -> Iterator[tuple[list[int], list[int]]]:
    """Yield the rows to fit on and those left out, both kinds of questions in every fold."""
    order = sorted(range(len(answerable)), key=lambda at: answerable[at])
    for number in range(FOLDS):
        out = set(order[number::FOLDS])
        yield [at for at in order if at not in out], sorted(out)
