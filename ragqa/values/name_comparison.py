"""How two names stand to each other."""

import unicodedata
from typing import Final

from ragqa.types import Value
from ragqa.values.comparison import Comparison

_CONNECTORS: Final = frozenset("of the and & for de la".split())


def compare_names(one: Value, other: Value) -> Comparison:
    """Compare two names: the same, one a part or the initials of the other, or another."""
    first, second = _words(one.normal), _words(other.normal)
    if first == second or _initials(first, second) or _initials(second, first):
        return "same"
    short, long = sorted((first, second), key=len)
    mine = {word for word in short if word not in _CONNECTORS}
    yours = {word for word in long if word not in _CONNECTORS}
    if not mine or not yours:
        return "different"
    if mine == yours or _initialled(short, long):
        return "compatible"
    # "America" is no short form of "Bank of America", which names a bank.
    head = long[: long.index("of")] if "of" in long[1:] else long
    part = (mine <= yours and not mine.isdisjoint(head)) or yours <= mine
    return "compatible" if part else "different"


def _words(normal: str) -> list[str]:
    """The words of a name without their accents, which papers keep or drop."""
    plain = unicodedata.normalize("NFKD", normal)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).split()


def _initialled(short: list[str], long: list[str]) -> bool:
    """Whether two names differ in forenames cut to their initials: j smith, john smith."""
    return (
        len(short) == len(long) > 1
        and short[-1] == long[-1]
        and all(
            a == b or (len(min(a, b, key=len)) == 1 and a[0] == b[0])
            for a, b in zip(short, long, strict=True)
        )
    )


def _initials(short: list[str], long: list[str]) -> bool:
    """Whether one word is made of the other's first letters: wsj, dod, us."""
    if len(short) != 1 or len(long) < 2:
        return False
    every = "".join(word[0] for word in long)
    main = "".join(word[0] for word in long if word not in _CONNECTORS)
    return len(short[0]) > 1 and short[0] in (every, main)
