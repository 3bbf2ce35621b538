"""Fitted logistic models: a probability from named features, with what it was fitted on."""

import math
from collections.abc import Mapping, Sequence
from importlib import resources

import numpy as np

from ragqa.types import Frozen

# Beyond this a logit's exponential is no float.
_MOST = 700.0


class Logistic(Frozen):
    """Weights of features as they are, and the probability from which on it is taken for true.

    `fitted_on` says on what it was fitted and `quality` how well it did on what was left out.
    """

    features: tuple[str, ...]
    weights: tuple[float, ...]
    intercept: float
    threshold: float
    fitted_on: Mapping[str, str]
    quality: Mapping[str, float]

    def probability(self, values: Sequence[float]) -> float:
        """Return the probability for values of the features, in their order: 0 to 1."""
        logit = self.intercept + float(np.dot(self.weights, values))
        return 1 / (1 + math.exp(-max(min(logit, _MOST), -_MOST)))


def shipped(what: str, reader: str) -> bytes:
    """Return a model that comes with ragqa for a reader, as JSON; one not known finds spans."""
    name = "sentence" if reader == "sentence" else "span"
    return resources.files("ragqa").joinpath("models", f"{name}_{what}.json").read_bytes()
