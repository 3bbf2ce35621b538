"""Figures that are only bounds: "more than 500" says 500, and that it is no less."""

from typing import Literal

from ragqa.types import Value


class Bounded(Value):
    """A value stated as a bound. `normal` is the figure named, as without the bound."""

    bound: Literal["more", "less"]
