"""Numerals: digits as numbers, numbers as the shortest notation, and ISO 8601 durations."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

_NUMERAL: Final = re.compile(
    r"(?P<whole>\d{1,3}(?:,\d{2,3})*,\d{3}|\d{1,3}(?:\.\d{3}){2,}|\d+)?"
    r"(?P<decimals>\.\d+)?(?P<fraction>[½¼¾⅓⅔])?"
)
_VULGAR: Final = {"½": "0.5", "¼": "0.25", "¾": "0.75", "⅓": "0.3333", "⅔": "0.6667"}
# Longer numerals are identifiers, and Decimal's default precision is 28.
_LONGEST_NUMERAL: Final = 24
# In days, for telling which of two units is the smaller, and whether one holds the other.
SIZES: Final = {
    "Y": Decimal(365),
    "M": Decimal(30),
    "W": Decimal(7),
    "D": Decimal(1),
    "H": Decimal(1) / 24,
    "min": Decimal(1) / 1440,
    "S": Decimal(1) / 86_400,
}


def numeral(text: str) -> Decimal | None:
    """The number of digits with their separators, 1,000.5 or 2½; None where they are no number."""
    if len(text) > _LONGEST_NUMERAL:
        return None
    match = _NUMERAL.fullmatch(text)
    if match is None:
        return None
    whole = match["whole"] or "0"
    number = Decimal(whole.replace(",", "").replace(".", "") + (match["decimals"] or ""))
    return number + Decimal(_VULGAR[match["fraction"]]) if match["fraction"] else number


def plain(number: Decimal) -> str:
    """The shortest notation without an exponent: 1000000, 0.5."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def iso(number: Decimal, unit: str) -> str:
    """One number of one unit as an ISO 8601 duration; half a year is P6M, half an hour PT30M."""
    if number % 1:
        finer, factor = {"Y": ("M", 12), "D": ("H", 24), "H": ("min", 60), "min": ("S", 60)}.get(
            unit, ("", 1)
        )
        if finer and not (number * factor) % 1:
            return iso(number * factor, finer)
    return iso_sum([(number, unit)])


def iso_sum(parts: Sequence[tuple[Decimal, str]]) -> str:
    """Numbers of units, the largest first, as one ISO 8601 duration: P2Y6M."""
    text = "P"
    for number, unit in parts:
        if unit in ("H", "min", "S") and "T" not in text:
            text += "T"
        text += plain(number) + ("M" if unit == "min" else unit)
    return text


def is_year(text: str) -> bool:
    """Whether digits look like a year: four of them, from 1000 to 2999."""
    return len(text) == 4 and text.isdecimal() and text[0] in "12"
