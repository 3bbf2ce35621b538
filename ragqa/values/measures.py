"""Units of measure: their words, and exact factors between units of one quantity.

The factors are those of NIST Special Publication 811 (2008), appendix B, and exact but for degrees.
A "t" may be a tonne or a ton, which are 10 percent apart, so it is compared with nothing else.
"""

from decimal import Decimal
from typing import Final, NamedTuple

from ragqa import words

MEASURES: Final = words.MEASURES | {
    word: unit
    for unit, names in {
        "ml": "ml milliliter milliliters millilitre millilitres",
        "GWh": "gwh",
        "TWh": "twh",
        "kn": "knot knots",
        "km/h": "kmph",
    }.items()
    for word in names.split()
}

# Units of power, for an hour.
HOURLY: Final = {"kW": "kWh", "MW": "MWh", "GW": "GWh", "TW": "TWh"}
# How many of the smaller unit the larger one holds, where both are said in one measure.
COMPOUNDS: Final = {("ft", "in"): 12, ("lb", "oz"): 16}

_QUANTITIES: Final = {
    "length": {
        "mm": "0.001",
        "cm": "0.01",
        "m": "1",
        "km": "1000",
        "in": "0.0254",
        "ft": "0.3048",
        "yd": "0.9144",
        "mi": "1609.344",
    },
    "mass": {
        "mg": "0.000001",
        "g": "0.001",
        "kg": "1",
        "oz": "0.028349523125",
        "lb": "0.45359237",
    },
    "area": {
        "m2": "1",
        "ft2": "0.09290304",
        "ac": "4046.8564224",
        "ha": "10000",
        "km2": "1000000",
        "mi2": "2589988.110336",
    },
    "volume": {"ml": "0.001", "L": "1", "m3": "1000"},
    "speed": {"km/h": "1", "mph": "1.609344", "kn": "1.852", "m/s": "3.6"},
    "data": {"B": "1", "kB": "1e3", "MB": "1e6", "GB": "1e9", "TB": "1e12", "PB": "1e15"},
    "power": {"W": "1", "kW": "1e3", "MW": "1e6", "GW": "1e9"},
    "energy": {"kWh": "1", "MWh": "1e3", "GWh": "1e6", "TWh": "1e9"},
    "frequency": {"Hz": "1", "MHz": "1e6", "GHz": "1e9"},
}
_FACTORS: Final = {
    unit: (quantity, Decimal(factor))
    for quantity, units in _QUANTITIES.items()
    for unit, factor in units.items()
}


class Extent(NamedTuple):
    """From `low` to `high` of a quantity, in its base unit."""

    quantity: str
    low: Decimal
    high: Decimal


def in_base_units(low: Decimal, high: Decimal, unit: str) -> Extent | None:
    """Convert a range, or return None where the unit is of no quantity that is known."""
    if unit == "°F":
        return Extent("temperature", (low - 32) * 5 / 9, (high - 32) * 5 / 9)
    if unit == "°C":
        return Extent("temperature", low, high)
    if unit not in _FACTORS:
        return None
    quantity, factor = _FACTORS[unit]
    return Extent(quantity, low * factor, high * factor)
