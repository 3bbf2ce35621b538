"""SQuAD's exact match and token F1, to the definition of its official evaluation script.

Source: Rajpurkar, Jia and Liang, "Know What You Don't Know: Unanswerable Questions for SQuAD",
ACL 2018, and the `evaluate-v2.0.py` published with it. The normalisation is the one of version
1.1 (Rajpurkar et al., EMNLP 2016).
"""

import re
import string
from collections import Counter
from collections.abc import Sequence

_PUNCTUATION = str.maketrans("", "", string.punctuation)
_ARTICLES = re.compile(r"\b(a|an|the)\b")


def normalise(text: str) -> str:
    """Lower-case, without ASCII punctuation, without English articles, single spaces.

    >>> normalise("The  U.S. dollar, $1,000")
    'us dollar 1000'
    """
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def exact_match(prediction: str, accepted: Sequence[str]) -> float:
    """1 when the normalised prediction equals any accepted answer's normal form, else 0.

    `prediction` is "" when the question was refused; `accepted` is empty when the articles do not
    say, and then only a refusal is right.
    """
    return max(float(normalise(prediction) == normalise(gold)) for gold in _gold(accepted))


def f1(prediction: str, accepted: Sequence[str]) -> float:
    """The harmonic mean of token precision and recall, at the best of the accepted answers.

    Where either side has no token, it is 1 when both have none and 0 otherwise.
    """
    return max(
        _f1(normalise(prediction).split(), normalise(gold).split()) for gold in _gold(accepted)
    )


def _f1(prediction: list[str], gold: list[str]) -> float:
    if not prediction or not gold:
        return float(prediction == gold)
    common = sum((Counter(prediction) & Counter(gold)).values())
    if not common:
        return 0.0
    precision, recall = common / len(prediction), common / len(gold)
    return 2 * precision * recall / (precision + recall)


def _gold(accepted: Sequence[str]) -> list[str]:
    return [gold for gold in accepted if normalise(gold)] or [""]
