"""Times of day and stopped times, in digits and in words."""

import re
from collections.abc import Collection
from decimal import Decimal
from typing import Final, NamedTuple

from ragqa.types import Value, ValueKind
from ragqa.values.numerals import iso_sum
from ragqa.words import SCALES, TENS, UNITS

# "Half past four", "four in the afternoon".
HOUR_BEFORE: Final = re.compile(r"\b(?:past|quarter to|quarter after)\s$", re.I)
_OF_DAY: Final = r"(?:in the|this|that|tomorrow|yesterday) (?:morning|afternoon|evening)|at night"
HOUR_AFTER: Final = re.compile(rf"\s(?:{_OF_DAY})\b", re.I)
_CLOCK: Final = re.compile(
    r"(?<![\w:.,$€£])(?:(?P<hour>[01]?\d|2[0-3])(?:[:.](?P<minute>[0-5]\d))?\s*(?P<half>[ap])\.?\s?m\b\.?"
    r"|(?P<hour24>[01]?\d|2[0-3]):(?P<minute24>[0-5]\d)(?![\d:])"
    r"|(?P<word>noon|midday|midnight)\b)",
    re.I,
)
_FIGURE: Final = re.compile(r"\d+(?:\.\d+)?")
_HOURS: Final = {word: int(number) for word, number in UNITS.items() if 1 <= number <= 12}
# A quarter to seven, ten minutes past 9, seven o'clock, at five to six, eight in the evening.
_SPOKEN: Final = re.compile(
    r"(?<![\w:.,$€£-])(?P<at>at\s)?"
    r"(?:(?P<part>(?:a\s)?quarter|half|five|ten|twenty(?:[-\s]five)?|5|10|20|25"
    rf"|(?:\d{{1,2}}|(?:(?:{'|'.join(TENS)})[-\s]?)?(?:{'|'.join(UNITS)})?)(?=\sminutes\s))"
    r"(?P<minutes>\sminutes)?\s(?P<way>past|after|to)\s)?"
    rf"(?P<hour>{'|'.join(_HOURS)}|1[0-2]|[1-9]|noon|midday|midnight)\b(?![:.,]\d|-)"
    rf"(?P<clock>\so['’]clock\b)?(?:\s(?P<day>{_OF_DAY}|[ap]\.?m\b\.?))?",
    re.I,
)
# "5 to 7 p.m." is no time of day.
UNTIL: Final = re.compile(
    r"(?:\d|\b(?:" + "|".join(_HOURS) + r"))(?:\s?[-–]\s?|\s(?:to|and|until)\s)$", re.I
)
_MINUTES: Final = {"quarter": 15, "half": 30} | {
    word: int(number) for word, number in (UNITS | TENS).items()
}
# What follows a figure that is no hour.
_COUNTED: Final = re.compile(
    rf"\s?(?:%|per\s?cent|(?:{'|'.join(word for word in SCALES if len(word) > 3)})\b"
    r"|(?!\s?this\b)[a-z]{3,}s\b)"
)
_NOON: Final = 12 * 60
_NIGHT_ENDS: Final = 5 * 60
# 2:05:41, 3:54.18, 1h 20m: what a watch was stopped at.
STOPPED: Final = re.compile(
    r"(?<![\w:.,$€£])(?<!\bat )(?:\d{1,2}:[0-5]\d:[0-5]\d(?:\.\d{1,3})?"
    r"|\d{1,2}:[0-5]\d\.\d{1,3}"
    r"|\d{1,2}\s?h\s?\d{1,2}(?:\s?m(?:\s?\d{1,2}(?:\.\d{1,3})?\s?s)?)?"
    r"|\d{1,2}\s?m\s?\d{1,2}(?:\.\d{1,3})?\s?s)(?![\w:])"
)


class Clock(NamedTuple):
    """A time of day over the characters `[start, end)` of a text."""

    normal: str
    start: int
    end: int


def time_of_day(text: str, start: int, end: int, kinds: Collection[ValueKind]) -> Clock | None:
    """The first time of day that a span states, in words or digits."""
    for match in _SPOKEN.finditer(text, start, end):
        if _tells_time(match, kinds):
            return Clock(_spoken(match), *match.span())
    digits = _CLOCK.search(text, start, end)
    return None if digits is None else Clock(_clock(digits), *digits.span())


def _tells_time(match: re.Match[str], kinds: Collection[ValueKind]) -> bool:
    """Whether words that may be a time of day are one: "ten to six" may be a vote as well."""
    if not match["way"]:
        return bool(match["clock"] or (match["day"] and match["hour"].lower() in _HOURS))
    part, way = match["part"].lower().removeprefix("a "), match["way"].lower()
    if way == "past":
        return True
    if _COUNTED.match(match.string, match.end()):
        return False
    if part == "quarter":
        return True
    ranged = match.string[: match.start()].lower().endswith("from ")
    if way == "after" or part == "half" or ranged or (part.isdecimal() and not match["minutes"]):
        return False
    sure = match["minutes"] or match["at"] or match["clock"]
    if sure or match["hour"].lower() not in _HOURS or "date" in kinds:
        return True
    hour = _HOURS.get(match["hour"].lower(), 0)
    return not kinds and part[0] == "t" and _minutes(part) > hour


def _minutes(part: str) -> int:
    if part.isdecimal():
        return int(part)
    return sum(_MINUTES[word] for word in re.split(r"[-\s]", part) if word)


def _spoken(match: re.Match[str]) -> str:
    """A time of day in words, with a "?" where they don't tell the half of the day."""
    part, word = (match["part"] or "").lower().removeprefix("a "), match["hour"].lower()
    away = _minutes(part) if part else 0
    away = -away if (match["way"] or "").lower() == "to" else away
    if word in ("noon", "midday", "midnight"):
        return _hhmm((0 if word == "midnight" else _NOON) + away)
    time = ((_HOURS.get(word) or int(word)) * 60 + away) % _NOON
    day = (match["day"] or "").lower()
    if not day:
        return f"{_hhmm(time or _NOON)}?"
    night = day == "at night" and time >= _NIGHT_ENDS
    later = night or day.startswith("p") or day.endswith(("afternoon", "evening"))
    return _hhmm(time + _NOON if later else time)


def _hhmm(minutes: int) -> str:
    return f"T{minutes // 60 % 24:02}:{minutes % 60:02}"


def _clock(match: re.Match[str]) -> str:
    if match["word"]:
        return "T00:00" if match["word"].lower() == "midnight" else "T12:00"
    if match["hour24"]:
        hour = match["hour24"]
        # Only 24 hours are written with a leading zero.
        halved = not hour.startswith("0") and 1 <= int(hour) <= 12
        return f"T{int(hour):02}:{match['minute24']}" + ("?" if halved else "")
    hour12 = int(match["hour"]) % 12 if int(match["hour"]) <= 12 else int(match["hour"])
    hour12 += 12 if match["half"].lower() == "p" and hour12 < 12 else 0
    return f"T{hour12:02}:{match['minute'] or '00'}"


def elapsed(stopped: str) -> Value:
    """The duration at which a watch was stopped."""
    numbers = [Decimal(number) for number in _FIGURE.findall(stopped)]
    units = ("H", "min", "S") if len(numbers) == 3 or "h" in stopped else ("min", "S")
    parts = [part for part in zip(numbers, units, strict=False) if part[0]]
    return Value(kind="duration", normal=iso_sum(parts) if parts else "PT0S")
