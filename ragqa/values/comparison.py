"""How two values may stand to each other, and what bounds have to do with it."""

from typing import Final, Literal

Comparison = Literal["same", "compatible", "different", "unrelated"]
APPROXIMATE: Final = frozenset({"about", "nearly", "beyond", "odd"})
# What is meant, as against the figure that is stated.
BELOW: Final = frozenset({"less", "nearly"})
ABOVE: Final = frozenset({"more", "beyond", "odd"})


def exact(bound: str) -> str:
    """A bound as it is where an approximation says what the figure alone does."""
    return "" if bound in APPROXIMATE else bound


def opposite(one: str, other: str) -> bool:
    """Whether one bound is from below and the other from above."""
    return (one in BELOW and other in ABOVE) or (one in ABOVE and other in BELOW)


def either(compatible: bool) -> Comparison:
    """Return what two values are that may agree or contradict."""
    return "compatible" if compatible else "different"
