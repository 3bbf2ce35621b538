"""The grammar of dates, to the precision stated: 2026-09-24, XXXX-09, 2024~late, 2025-Q3, 199X.

The normal form follows EDTF (ISO 8601-2) where that has a notation: X for a digit not stated and
`/` between the ends of an interval. Parts of a period (`~early`, `~mid`, `~late`), quarters and
seasons are spelled out. Nothing is filled in from elsewhere: "in September" stays XXXX-09, and
"Tuesday" a weekday, since whether the last or the next one is meant is for the verb to say.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from ragqa.types import Value
from ragqa.values.quantities import Quantities
from ragqa.values.tokens import BREAK, GLUED, Reading, Token
from ragqa.values.units import HYPHENS
from ragqa.words import MONTHS, ORDINALS, SEASONS, TENS, WEEKDAYS

_PARTS: Final = {
    "early": "early",
    "mid": "mid",
    "middle": "mid",
    "late": "late",
    "beginning": "early",
    "start": "early",
    "end": "late",
}
_MONTH_BEFORE: Final = frozenset(
    "in by since until between till last next this from of through during before after early late "
    "mid every".split()
)
_YEAR_BEFORE: Final = frozenset(
    "in by since until till from of before after during through circa around year early late mid "
    "for to".split()
)
# English nouns that are month names too; bare, they are a month only after a preposition.
_DOUBTFUL_MONTHS: Final = frozenset({"may", "march"})
_ERAS: Final = {
    **dict.fromkeys(("bc", "bce", "b.c.", "b.c.e."), "BC"),
    **dict.fromkeys(("ad", "ce", "a.d.", "c.e."), ""),
}
# Four digits that are years wherever they count nothing.
_COMMON_YEARS: Final = frozenset(map(str, range(1800, 2100)))
# What may join two years after "from"; without it, only years that seldom are counts are joined.
_YEAR_JOINTS: Final = frozenset("to until till through".split())
# Parts of a month or century that are named by what they are made of.
_STRETCHES: Final = frozenset("week weeks weekend day days".split())
_SEPARATOR: Final = re.compile("[./-]")
# A season's name is a season after these, though "fall" and "spring" are verbs and nouns too.
_SEASON_BEFORE: Final = frozenset("in this last next by since until till during early late".split())
_ORDINAL_SUFFIXES: Final = frozenset({"st", "nd", "rd", "th"})

# The words at which a date may begin; digits apart.
STARTERS: Final = (
    frozenset(MONTHS)
    | frozenset(WEEKDAYS)
    | frozenset(SEASONS)
    | frozenset(_PARTS)
    | frozenset(ORDINALS)
    | {day[:3] for day in WEEKDAYS}
    | {"q1", "q2", "q3", "q4", "h1", "h2", "between", "twenty", "year", "last", "final"}
    | {"ad", "a.d."}
)


_CUT_WEEKDAYS: Final = frozenset(day[:3] for day in WEEKDAYS)
_DAY_STATED: Final = re.compile(r"[\dX]{4}-\d\d-\d\d")


class _Year(NamedTuple):
    """A year, or a decade, as four characters, and the index of the token after it."""

    text: str
    next: int


class Dates:
    """Reads dates off a list of tokens."""

    def __init__(self, tokens: Sequence[Token], quantities: Quantities) -> None:
        self._tokens = tokens
        self._quantities = quantities

    def read(self, i: int) -> Reading | None:
        """The longest date that begins at token `i`."""
        token = self._tokens[i]
        if token.kind == "date":
            return self._digits(i)
        if token.kind == "number":
            return (
                self._day_range(i)
                or self._interval(i, self._day_first(i))
                or self._century(i)
                or self._year_first(i)
            )
        if token.kind == "mark":
            return self._short_decade(i)
        if token.low == "between":
            return self._year_range(i, i + 1, "and") or self._months_between(i)
        if token.low in _PARTS:
            return self._part(i)
        return (
            self._interval(i, self._month_first(i))
            or self._worded_day(i)
            or self._weekday(i)
            or self._stretch(i)
            or self._era_first(i)
            or self._year_end(i)
            or self._season(i)
            or self._quarter(i)
            or self._century(i)
        )

    def _digits(self, i: int) -> Reading | None:
        text = self._tokens[i].text
        if text[:4].isdecimal():
            numbers = [int(part) for part in text.replace("/", "-").split("-")]
            if len(numbers) == 2:
                year, month = numbers
                if not (1000 <= year <= 2199 and 1 <= month <= 12):
                    return None
                # 2011-12 is a season or a term in prose, 2026-09 can only be a month.
                if month > year % 100:
                    return self._reading(i, i + 1, f"{year}/{year // 100}{month:02}")
                return self._reading(i, i + 1, f"{year:04}-{month:02}")
            year, month, day = numbers
        else:
            first, second, year = (int(part) for part in _SEPARATOR.split(text))
            # 24/09 and 09/24 say which is the day; 03/04 does not, 04/04 need not.
            if first <= 12 and second <= 12 and first != second:
                return None
            day, month = (first, second) if second <= 12 else (second, first)
        if not _exists(year, month, day):
            return None
        return self._reading(i, i + 1, f"{year:04}-{month:02}-{day:02}")

    # Parts: year, month, day

    def _year(self, i: int) -> _Year | None:
        """A year of four digits, whatever stands around it."""
        token, after = self._tokens[i], self._tokens[i + 1]
        if token.gap == BREAK or token.kind != "number" or not _is_year(token.text):
            return None
        if after.gap == GLUED and (after.kind in ("word", "number") or after.text in "%/"):
            return None
        return _Year(token.text, i + 1)

    def _year_after(self, i: int) -> _Year | None:
        """A year after a month or a day: 2026; , 2026; of 2026."""
        token = self._tokens[i]
        if token.low in (",", "of") and token.gap != BREAK:
            i += 1
        year = self._year(i)
        return None if year is None or self._quantities.has_unit(year.next) else year

    def _month(self, i: int) -> tuple[int, int]:
        """The month at token `i` and the index after it and its full stop; 0 when there is none."""
        token, after = self._tokens[i], self._tokens[i + 1]
        if token.kind != "word" or token.low not in MONTHS or not token.text[0].isupper():
            return 0, i
        stop = len(token.low) <= 4 and after.text == "." and after.gap == GLUED
        return MONTHS[token.low], i + 2 if stop else i + 1

    def _day(self, i: int, *, opens: bool = False) -> tuple[int, int]:
        """The day of the month at token `i` and the index after it; 0 when there is none.

        Only with `opens` may it be the first token of a line.
        """
        token, after = self._tokens[i], self._tokens[i + 1]
        if token.kind != "number" or (token.gap == BREAK and not opens):
            return 0, i
        if not (token.text.isdecimal() and len(token.text) <= 2 and 1 <= int(token.text) <= 31):
            return 0, i
        if after.gap == GLUED and after.low in _ORDINAL_SUFFIXES:
            return int(token.text), i + 2
        if after.gap == GLUED and (after.kind == "word" or after.text in "%/:"):
            return 0, i
        return (0, i) if self._quantities.has_unit(i + 1) else (int(token.text), i + 1)

    # Whole dates

    def _month_first(self, i: int, part: str = "", begin: int | None = None) -> Reading | None:
        """September 24, 2026; Sept. 24; September 24-26; September 2026; September."""
        begin = i if begin is None else begin
        tokens = self._tokens
        month, j = self._month(i)
        if not month:
            return None
        day, after_day = (0, j) if part else self._day(j)
        if day:
            return self._days(begin, f"{month:02}", day, after_day)
        year = self._year_after(j)
        if year and not (
            tokens[j].text == "," and len(tokens[i].low) <= 4 and tokens[i].low != "may"
        ):
            return self._reading(begin, year.next, f"{year.text}-{month:02}{part}")
        if not part and not self._month_alone(i):
            return None
        return self._reading(begin, i + 1, f"XXXX-{month:02}{part}")

    def _month_alone(self, i: int) -> bool:
        tokens = self._tokens
        token = tokens[i]
        before = tokens[i - 1] if i and token.gap != BREAK else None
        if before is not None and before.low in _MONTH_BEFORE:
            return True
        if before is not None and before.low in ("and", "or", "to", ",") and i > 1:
            return tokens[i - 2].low in MONTHS and tokens[i - 2].text[0].isupper()
        full = len(token.low) > 3 and token.low != "sept"
        return full and token.low not in _DOUBTFUL_MONTHS and token.case == "sentence"

    def _days(self, begin: int, month: str, day: int, j: int) -> Reading | None:
        """The rest of a date after its month and first day."""
        tokens = self._tokens
        last = 0
        hyphen = tokens[j].text in HYPHENS and tokens[j].gap == GLUED
        if hyphen or (tokens[j].low == "and" and tokens[j].gap != BREAK):
            last, after = self._day(j + 1)
            # "May 3 and 4" are two days in a row, "May 3 and 14" are two dates.
            if last > day and (hyphen or last == day + 1):
                j = after
            else:
                last = 0
        year = self._year_after(j)
        stem = f"{year.text if year else 'XXXX'}-{month}"
        if not _exists(int(year.text) if year else 2000, int(month), max(day, last)):
            return None
        normal = f"{stem}-{day:02}" + (f"/{stem}-{last:02}" if last else "")
        return self._reading(begin, year.next if year else j, normal)

    def _day_first(self, i: int, *, after_hyphen: bool = False) -> Reading | None:
        """24 September 2026; the 24th of September."""
        tokens = self._tokens
        day, j = self._day(i, opens=not after_hyphen)
        glued = not after_hyphen and i and tokens[i].gap == GLUED and tokens[i - 1].kind != "mark"
        if not day or glued:
            return None
        if tokens[j].low == "of" and j == i + 2:
            j += 1
        month, after = self._month(j)
        if not month or tokens[j].gap == BREAK:
            return None
        year = self._year_after(after)
        if not year and after == j + 2:
            after = j + 1
        if not _exists(int(year.text) if year else 2000, month, day):
            return None
        stem = f"{year.text if year else 'XXXX'}-{month:02}-{day:02}"
        return self._reading(i, year.next if year else after, stem)

    def _worded_day(self, i: int) -> Reading | None:
        """The sixth of September 2026; the first day of May."""
        tokens = self._tokens
        day = ORDINALS.get(tokens[i].low)
        of = i + 2 if tokens[i + 1].low == "day" else i + 1
        if day is None or tokens[of].low != "of" or tokens[of].gap == BREAK:
            return None
        month, after = self._month(of + 1)
        return self._days(i, f"{month:02}", day, after) if month else None

    def _day_range(self, i: int) -> Reading | None:
        """3-5 May 2025; 3 to 5 May."""
        tokens = self._tokens
        first, j = self._day(i, opens=True)
        joint = tokens[j]
        joins = (joint.text in HYPHENS and joint.gap == GLUED) or joint.low in ("to", "and")
        if not first or not joins or joint.gap == BREAK:
            return None
        last = self._day_first(j + 1, after_hyphen=joint.text in HYPHENS)
        if last is None or "/" in last.value.normal or self._quantities.glued_before(i):
            return None
        stem, _, day = last.value.normal.rpartition("-")
        if not first < int(day) or (joint.low == "and" and int(day) != first + 1):
            return None
        value = Value(kind="date", normal=f"{stem}-{first:02}/{last.value.normal}")
        return Reading(value, tokens[i].start, last.end, last.next)

    def _interval(self, i: int, first: Reading | None) -> Reading | None:
        """May 3 to May 5; March 30 - April 2, 2026: two whole days; otherwise the first alone."""
        if first is None or not _DAY_STATED.fullmatch(first.value.normal):
            return first
        tokens = self._tokens
        joint = tokens[first.next]
        moved = joint.low == "to" and i and tokens[i - 1].low == "from"
        if joint.gap == BREAK or moved or not (joint.text in HYPHENS or joint.low == "to"):
            return first
        j = first.next + 1
        last = self._month_first(j) or self._day_first(j)
        if last is None or tokens[j].gap == BREAK or not _DAY_STATED.fullmatch(last.value.normal):
            return first
        begin, end = first.value.normal, last.value.normal
        if begin.startswith("XXXX") and begin[4:] < end[4:]:
            begin = end[:4] + begin[4:]
        if not begin < end:
            return first
        value = Value(kind="date", normal=f"{begin}/{end}")
        return Reading(value, first.start, last.end, last.next)

    def _months_between(self, i: int) -> Reading | None:
        """Between May and July 2025."""
        tokens = self._tokens
        first = self._month_first(i + 1)
        if first is None or tokens[i + 1].gap == BREAK or tokens[first.next].low != "and":
            return None
        month, _ = self._month(first.next + 1)
        last = self._month_first(first.next + 1) if month else None
        if last is None or tokens[first.next + 1].gap == BREAK:
            return None
        begin, end = first.value.normal, last.value.normal
        if begin.startswith("XXXX") and begin[4:] < end[4:]:
            begin = end[:4] + begin[4:]
        if not begin < end or len(begin) != len(end):
            return None
        value = Value(kind="date", normal=f"{begin}/{end}")
        return Reading(value, tokens[i].start, last.end, last.next)

    def _stretch(self, i: int) -> Reading | None:
        """The first week of March, the last days of June 2020; the second half of a century."""
        tokens = self._tokens
        part = {"first": "early", "last": "late", "final": "late", "second": "late"}.get(
            tokens[i].low
        )
        of = i + 3 if tokens[i + 1].low in ("few", "two") else i + 2
        if part is None or tokens[of].low != "of" or tokens[of].gap == BREAK:
            return None
        if tokens[of - 1].low in _STRETCHES and tokens[i].low != "second":
            return self._month_first(of + 1, f"~{part}", i)
        if tokens[i + 1].low != "half" or tokens[of + 1].low != "the":
            return None
        century = self._century(of + 2)
        if century is None:
            return None
        return self._reading(i, century.next, f"{century.value.normal}~{part}")

    def _era_first(self, i: int) -> Reading | None:
        """AD 79."""
        token, year = self._tokens[i], self._tokens[i + 1]
        if token.text not in ("AD", "A.D.") or year.kind != "number" or year.gap == BREAK:
            return None
        plain = year.text.isdecimal() and len(year.text) <= 4
        return self._reading(i, i + 2, year.text.zfill(4)) if plain else None

    def _year_end(self, i: int) -> Reading | None:
        """Year-end 2025."""
        tokens = self._tokens
        words = tuple(token.low for token in tokens[i : i + 3])
        if words[0] != "year" or words[1] not in HYPHENS or words[2] != "end":
            return None
        year = self._year_after(i + 3) if tokens[i + 1].gap == GLUED else None
        return self._reading(i, year.next, f"{year.text}~late") if year else None

    def _weekday(self, i: int) -> Reading | None:
        """Monday; Thursday, September 24, 2026."""
        tokens = self._tokens
        token = tokens[i]
        cut = token.low in _CUT_WEEKDAYS
        if not (token.low in WEEKDAYS or cut) or not token.text[0].isupper():
            return None
        j = i + 2 if tokens[i + 1].text in (",", ".") else i + 1
        if tokens[j].gap != BREAK:
            whole = self._month_first(j) if self._month(j)[0] else self._day_first(j)
            if whole and whole.value.normal.count("-") == 2:
                return whole._replace(start=token.start)
        return None if cut else self._reading(i, i + 1, f"weekday {token.low.capitalize()}")

    def _year_first(self, i: int) -> Reading | None:
        """2025; 2019-2024; 2024-25; the 1990s; 500 BC; 2025 Q3."""
        tokens = self._tokens
        token, after = tokens[i], tokens[i + 1]
        era = _ERAS.get(after.low) if after.gap != BREAK and not after.text.islower() else None
        if era is not None and token.text.isdecimal() and len(token.text) <= 4:
            return self._reading(i, i + 2, f"{era} {token.text}" if era else token.text.zfill(4))
        if decade := self._decade(i):
            return self._reading(i, i + 2, decade)
        if (span := self._year_range(i, i)) is not None:
            return span
        year = self._year(i) if token.gap != BREAK else self._opening_year(i)
        if year is None or not self._is_date(i):
            return None
        if after.low in ("q1", "q2", "q3", "q4") and after.gap != BREAK:
            return self._reading(i, i + 2, f"{year.text}-{after.text.upper()}")
        return self._reading(i, year.next, year.text)

    def _opening_year(self, i: int) -> _Year | None:
        token, after = self._tokens[i], self._tokens[i + 1]
        plain = _is_year(token.text) and not (after.gap == GLUED and after.text in ".)%/")
        return _Year(token.text, i + 1) if plain and after.kind != "number" else None

    def _is_date(self, i: int) -> bool:
        """Whether four digits are a year, and no count, amount, label or part of a name."""
        tokens = self._tokens
        token = tokens[i]
        before = tokens[i - 1] if i and token.gap != BREAK else None
        if self._quantities.glued_before(i) or self._quantities.is_label(i):
            return False
        if self._quantities.has_unit(i + 1):
            return False
        if before is not None and before.low in _YEAR_BEFORE:
            return True
        if before is not None and before.low == "than":
            return tokens[i - 2].low not in ("more", "fewer", "less")
        # "In 1644 and 1671".
        if before is not None and before.low in ("and", "or", ",") and _is_year(tokens[i - 2].text):
            return True
        counted = self._quantities.counts_next(i + 1)
        return 1800 <= int(token.text) <= 2099 and not counted

    def _decade(self, i: int) -> str:
        token, after = self._tokens[i], self._tokens[i + 1]
        if not (_is_year(token.text) and token.text.endswith("0")):
            return ""
        return f"{token.text[:3]}X" if after.low == "s" and after.gap == GLUED else ""

    def _short_decade(self, i: int) -> Reading | None:
        """'90s: the last century, or this one when it has begun."""
        tokens = self._tokens
        number, after = tokens[i + 1], tokens[i + 2]
        if tokens[i].text not in "'’‘" or number.gap != GLUED or after.gap != GLUED:
            return None
        if after.low != "s" or len(number.text) != 2 or not number.text.endswith("0"):
            return None
        century = "20" if number.text in ("00", "10", "20") else "19"
        return self._reading(i, i + 3, f"{century}{number.text[0]}X")

    def _year_range(self, begin: int, i: int, word: str = "to") -> Reading | None:
        tokens = self._tokens
        token, joint = tokens[i], tokens[i + 1]
        if token.kind != "number" or not _is_year(token.text) or joint.gap == BREAK:
            return None
        hyphen = joint.text in HYPHENS and joint.gap == GLUED and word == "to"
        last = tokens[i + 2]
        text = last.text
        slash = joint.text == "/" and joint.gap == GLUED and word == "to"
        if (hyphen or slash) and len(text) == 2 and text.isdecimal():
            text = token.text[:2] + text
            # A season, not a fraction.
            hyphen = hyphen or int(text) == int(token.text) + 1
        if not (hyphen or self._joins_years(i, text, word)):
            return None
        if last.kind != "number" or not _is_year(text) or not text > token.text:
            return None
        if tokens[i + 3].gap == GLUED and (
            tokens[i + 3].kind == "word" or tokens[i + 3].text in "-%"
        ):
            return None
        if self._quantities.has_unit(i + 3) or self._quantities.counts_next(i + 3):
            return None
        return self._reading(begin, i + 3, f"{token.text}/{text}")

    def _joins_years(self, i: int, last: str, word: str) -> bool:
        """Whether the word after token `i` makes a span of two years: from 1998 until 2004."""
        tokens = self._tokens
        joint, before = tokens[i + 1], tokens[i - 1].low if i else ""
        if word == "and":
            return joint.low == word
        # "From 2,000" may begin a change: what is no year of these times needs the word.
        recent = all(year in _COMMON_YEARS for year in (tokens[i].text, last))
        return joint.low in _YEAR_JOINTS and (before in ("from", "between") or recent)

    # Parts of a period

    def _part(self, i: int) -> Reading | None:
        """Early 2024, late in September, mid-1990s, the end of 2025."""
        tokens = self._tokens
        part = _PARTS[tokens[i].low]
        j = i + 1
        if tokens[j].gap == GLUED and tokens[j].text in HYPHENS:
            j += 1
        of = tokens[j].low in ("in", "of")
        # "Beginning in 1963" is no part of 1963.
        if tokens[i].low in ("middle", "beginning", "start", "end") and tokens[j].low != "of":
            return None
        if of:
            j += 1
        if tokens[j].gap == BREAK:
            return None
        if tokens[j].low == "the":
            j += 1
        if tokens[j].kind == "number":
            decade = self._decade(j)
            if decade:
                return self._reading(i, j + 2, f"{decade}~{part}")
            if century := self._century(j):
                return self._reading(i, century.next, f"{century.value.normal}~{part}")
            year = self._year(j)
            if year is None or self._quantities.has_unit(j + 1):
                return None
            return self._reading(i, j + 1, f"{year.text}~{part}")
        return self._month_first(j, f"~{part}", i)

    def _season(self, i: int) -> Reading | None:
        token = self._tokens[i]
        if token.low not in SEASONS:
            return None
        year = self._year_after(i + 1)
        if year and self._tokens[i + 1].text != ",":
            return self._reading(i, year.next, f"{year.text}-{SEASONS[token.low]}")
        return self._season_alone(i)

    def _season_alone(self, i: int) -> Reading | None:
        """This spring, in the summer, last winter; but no "fall in prices"."""
        tokens = self._tokens
        before = tokens[i - 1].low if i and tokens[i].gap != BREAK else ""
        after = tokens[i + 1]
        if before == "the" and i > 1 and tokens[i - 2].low in _SEASON_BEFORE - {"early", "late"}:
            before = tokens[i - 2].low
        if before not in _SEASON_BEFORE or not tokens[i].text.isalpha():
            return None
        if after.low in ("of", "in") or (after.gap == GLUED and after.text in HYPHENS):
            return None
        falls = tokens[i].low == "fall" and before not in ("this", "last", "next")
        if falls and tokens[i - 1].low != "the":
            return None
        return self._reading(i, i + 1, f"XXXX-{SEASONS[tokens[i].low]}")

    def _quarter(self, i: int) -> Reading | None:
        """Q3 2025, the third quarter of 2025, H1 2025, the first half of 2025."""
        tokens = self._tokens
        token = tokens[i]
        if token.low in ("q1", "q2", "q3", "q4", "h1", "h2"):
            which, j = token.low.upper(), i + 1
        elif token.low in ORDINALS:
            j = i + 1
            if tokens[j].gap == GLUED and tokens[j].text in HYPHENS:
                j += 1
            name = {"quarter": "Q", "half": "H"}.get(tokens[j].low, "")
            number = ORDINALS[token.low]
            if not name or number > (4 if name == "Q" else 2) or tokens[j].gap == BREAK:
                return None
            which, j = f"{name}{number}", j + 1
        else:
            return None
        year = self._year_after(j)
        if year:
            return self._reading(i, year.next, f"{year.text}-{which}")
        return self._reading(i, j, f"XXXX-{which}") if which[0] == "Q" else None

    def _century(self, i: int) -> Reading | None:
        """The 19th century, the nineteenth century."""
        tokens = self._tokens
        token = tokens[i]
        if token.kind == "number":
            if tokens[i + 1].low not in _ORDINAL_SUFFIXES or not token.text.isdecimal():
                return None
            number, j = int(token.text[:3]), i + 2
        else:
            tens = int(TENS.get(token.low, 0)) if self._tokens[i + 1].text in HYPHENS else 0
            j = i + 2 if tens else i
            number, j = tens + ORDINALS.get(tokens[j].low, -tens), j + 1
        if tokens[j].text in HYPHENS:
            j += 1
        if tokens[j].low != "century" or tokens[j].gap == BREAK or not 1 <= number <= 21:
            return None
        return self._reading(i, j + 1, f"{number - 1:02}XX")

    def _reading(self, i: int, after: int, normal: str) -> Reading:
        value = Value(kind="date", normal=normal)
        return Reading(value, self._tokens[i].start, self._tokens[after - 1].end, after)


def _is_year(text: str) -> bool:
    return len(text) == 4 and text.isascii() and text.isdecimal() and 1000 <= int(text) <= 2199


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
