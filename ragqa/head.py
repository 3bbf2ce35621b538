"""What the head of an article states: its headline, its date and where it was printed.

Nothing is assumed: a line is read as a headline, date or source only when it looks like one, and
an article that begins with its first sentence has none.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from ragqa.furniture import furniture, furniture_at_edge
from ragqa.lines import Line, collapse, is_complete, is_cut_off, starts_lower, title_case
from ragqa.types import Span
from ragqa.words import MONTHS

_HEAD = 20  # lines at the head of an article in which its title, date and source may stand
_FOOT = 30  # lines at its foot in which its date may stand
_LONG = 120  # characters; a longer line is a paragraph

_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_DATE = re.compile(
    rf"""(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?
    (?:(?P<y1>\d{{4}})[-/](?P<m1>\d{{1,2}})[-/](?P<d1>\d{{1,2}})
    |(?P<m2>{_MONTH})\.?\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y2>\d{{4}})
    |(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?[\s-](?P<m3>{_MONTH})\.?,?[\s-](?P<y3>\d{{4}}))
    (?:[T,\s]+(?:at\s+)?\d{{1,2}}[:.]\d{{2}}(?:[:.]\d+)*\s*(?:[ap]\.?m\.?)?
    \s*(?:\(?[a-z]{{1,5}}\)?|[+-]\d{{2}}:?\d{{2}})?)?""",
    re.IGNORECASE | re.VERBOSE,
)
_YEAR = re.compile(r"\d{4}")  # in every date
_PUBLISHED = re.compile(
    r"(?:(?:first )?(?:published|posted|released)|date)(?: (?:on|at))?\s*:?\s*", re.IGNORECASE
)
_UPDATED = re.compile(r"(?:last )?(?:updated|modified)(?: (?:on|at))?\s*:?\s*", re.IGNORECASE)
_SEGMENTS = re.compile(r"\s+[|•·—–-]\s+|\s*[|•·]\s*")
_BEFORE_DATE = re.compile(r",\s+(?:issue of\s+)?|\s+on\s+")
_BYLINE = re.compile(
    r"(?:(?:posted |published |written )?by|from|author:?|photo:?)\s", re.IGNORECASE
)
_MENU = re.compile(
    r".*\s[|>»›•·]\s|(?:home|menu|search|skip to)\b.*\b(?:news|sports?|contact|content)\b",
    re.IGNORECASE,
)
_ITEM = re.compile(r"(?:[-*+•◦▪–—]|\d{1,3}[.)])\s")
_SOURCE = re.compile(r"source:\s*(\S.{1,60})", re.IGNORECASE)
# How newspapers, magazines and agencies call themselves, the world over.
_OUTLETS = frozenset(
    "advertiser bulletin chronicle courier dispatch echo examiner gazette guardian herald journal "
    "ledger magazine mail mercury messenger monthly newsletter newsroom newswire observer post "
    "quarterly reporter review sentinel standard star telegraph times tribune weekly wire".split()
)
_AGENCY = re.compile(r"[^()]{0,60}\(([A-Z][\w&.]*(?: [A-Z][\w&.]*){0,3})\)\s*(?:--?|[–—:])\s")


class _Stated(NamedTuple):
    """A line that states a date: the ISO date, what stands beside it, and whether of a change."""

    day: str
    beside: str
    updated: bool


# The headline


def find_headline(text: str, lines: Sequence[Line]) -> Span | None:
    """Find the headline in the head of a text, or None when it begins with its body.

    A headline is a short line over longer text that is no sentence of prose: it has no full stop at
    its end, or is written with capitals, or stands there twice. What looks like one right above a
    menu belongs to the page, when another stands right below.

    Args:
        text: The text.
        lines: The lines of its head.
    """
    head = list(lines[:_HEAD])
    texts = [text[line.start : line.end] for line in head]
    found: Span | None = None
    for i, line in enumerate(head[:-1]):
        if _is_furniture(texts[i]):
            continue
        if found and (
            _BYLINE.match(texts[i])
            or _read_date(texts[i])
            or furniture(texts[i - 1]) != "navigation"
        ):
            break
        wrapped = not head[i + 1].after_blank
        if _may_be_headline(texts[i]) and _heads(texts[i], texts[i + 1 :], wrapped=wrapped):
            found = Span(start=line.start, end=line.end)
        elif _is_prose(texts[i]) or (wrapped and _goes_on(texts[i], texts[i + 1])):
            break
    return found


def _is_furniture(line: str) -> bool:
    return bool(furniture(line) or furniture_at_edge(line))


def _is_prose(line: str) -> bool:
    """Whether the article itself has begun with a line."""
    if len(line) > 100 or (is_complete(line) and len(line) >= 60):
        return True
    return starts_lower(line) and len(line.split()) > 5 and not _BYLINE.match(line)


def _may_be_headline(line: str) -> bool:
    """Whether a line looks like a headline by itself."""
    words = line.split() if len(line) <= 200 else []
    if not 3 <= len(words) <= 30 or is_cut_off(line) or line[-1] in ":;,":
        return False
    if any(p.match(line) for p in (_MENU, _ITEM, _BYLINE)) or _read_date(line):
        return False
    figures = sum(any(c.isdigit() for c in word) for word in words)
    row = 3 * figures >= len(words)  # of a table
    return not row and not starts_lower(line.lstrip("#* "))


def _heads(line: str, below: Sequence[str], *, wrapped: bool) -> bool:
    """Whether a line that may be a headline heads the lines below it.

    Args:
        line: The line.
        below: The lines after it, at least one.
        wrapped: Whether the first of them stands directly below, so that it may continue `line`.
    """
    again = {collapse(b).casefold() for b in below[:4] if len(b) <= 200}
    if collapse(line).casefold() in again and not (is_complete(line) and len(line) >= 60):
        return True
    if len(line.split()) < 5 and not is_complete(line):
        # So short a line may be a paper's name or a section's, unless the text follows.
        text = next((b for b in below if not (_BYLINE.match(b) or _read_date(b))), "")
        if len(text) <= 100 and not (len(text) >= 40 and is_complete(text)):
            return False
    if line.isupper():
        return not below[0].isupper()
    # A hard-wrapped paragraph begins with a line much like a headline. Of one or two lines below,
    # none may show that they are wrapped.
    few = wrapped and len(below) < 3 and max(map(len, below)) <= _LONG
    byline = bool(_BYLINE.match(below[0]) or _read_date(below[0]))
    plain = title_case(line) < 0.9 and line[-1] != "?"
    if wrapped and not byline and plain and _is_wrapped(below):
        return False
    if few and not is_complete(line) and starts_lower(below[0]):
        return False
    if max(map(len, below)) < max(40, 1.3 * min(len(line), 60)):
        return False
    if title_case(line) >= 0.7:
        return True
    if is_complete(line):
        return line[-1] in "?!"
    return not (few and 0.5 * len(below[0]) < len(line) < len(below[0]) <= 100)


def _is_wrapped(lines: Sequence[str]) -> bool:
    """Whether some of the lines go on in the next one."""
    return max(map(len, lines)) <= _LONG and any(map(_goes_on, lines, lines[1:]))


def _goes_on(line: str, below: str) -> bool:
    return starts_lower(below) and 40 <= len(line) <= _LONG and not is_complete(line)


def locate(text: str, lines: Sequence[Line], title: str) -> Span | None:
    """Find the line, or up to three of them, at the head of a text that is the title."""
    wanted = _bare(title)
    for i in range(min(len(lines), _HEAD)):
        for last in lines[i : i + 3]:
            if _bare(text[lines[i].start : last.end]) == wanted:
                start = lines[i].start
                start += len(text[start : last.end]) - len(text[start : last.end].lstrip("#* \t"))
                return Span(start=start, end=last.end)
    return None


def _bare(text: str) -> str:
    return collapse(unicodedata.normalize("NFKC", text[:1000]).casefold()).strip("#*_ .")


# The date


def iso_date(text: str) -> str | None:
    """Read a whole text as a date: ISO, or with the month in English words.

    >>> iso_date("March 24, 2026"), iso_date("26-FEB-1987 15:01:01.79")
    ('2026-03-24', '1987-02-26')
    """
    found = _DATE.fullmatch(text.strip()[:100])
    if found is None:
        return None
    parts = found.groupdict()
    year = parts["y1"] or parts["y2"] or parts["y3"]
    month = parts["m1"] or MONTHS[(parts["m2"] or parts["m3"]).lower()]
    day = parts["d1"] or parts["d2"] or parts["d3"]
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def _read_date(line: str) -> _Stated | None:
    """Read a line that states a date and nothing else but a byline or the paper's name."""
    if len(line) > _LONG or not _YEAR.search(line):
        return None
    segments = _SEGMENTS.split(line)
    for segment in (line, *segments):
        for pattern, updated in ((_PUBLISHED, False), (_UPDATED, True)):
            prefix = pattern.match(segment)
            found = iso_date(segment[prefix.end() :] if prefix else segment)
            if found:
                others = [each for each in segments if each != segment]
                return _Stated(found, others[0] if others else "", updated and prefix is not None)
    for cut in _BEFORE_DATE.finditer(line):
        beside = line[: cut.start()]
        if (found := iso_date(line[cut.end() :])) and (_BYLINE.match(beside) or _is_name(beside)):
            return _Stated(found, beside, False)
    return None


def _is_name(text: str) -> bool:
    """Whether a text is written like the name of a person, a place or a paper."""
    words = text.split()
    long = [word for word in words if len(word) > 3]
    return 1 <= len(words) <= 6 and text[:1].isupper() and all(w[0].isupper() for w in long)


def _dateline(line: str) -> str | None:
    """Read the date of "SPRINGFIELD, March 24, 2026 (Agency) - ..."."""
    words = line[:120].split()
    for i, word in enumerate(words[:7]):
        if i and (any(c.isdigit() for c in word) or word.rstrip(".,").lower() in MONTHS):
            rest = " ".join(words[i:])
            cut = re.search(r"\s*(?:[(/–—]|--?\s)", rest)
            return iso_date(rest[: cut.start()].strip(" ,:")) if cut else None
        if not (word.isupper() if i == 0 else word[0].isupper()):
            return None
    return None


def _head(text: str, lines: Sequence[Line]) -> Iterator[str]:
    """Yield the lines down to the second paragraph: the first may be a summary."""
    paragraphs = 0
    for line in lines[:_HEAD]:
        stated = text[line.start : line.end]
        yield stated
        paragraphs += len(stated) > _LONG or (is_complete(stated) and len(stated) >= 60)
        if paragraphs == 2:
            return


def find_date(text: str, lines: Sequence[Line]) -> str | None:
    """Find the date that an article states of itself, in its head or below its last sentence.

    Args:
        text: The text.
        lines: The lines of its head.
    """
    updated = None
    for line in _head(text, lines):
        if found := _read_date(line):
            if not found.updated:
                return found.day
            updated = updated or found.day
        elif day := _dateline(line):
            return day
    foot = None if updated else _foot(text)
    return foot.day if foot else updated


def _foot(text: str) -> _Stated | None:
    """Read the line right below an article's last sentence, where it names paper and date."""
    rest = text[-10_000:]
    lines = [line.strip() for line in rest.splitlines() if line.strip()][-_FOOT:]
    whole = [i for i, line in enumerate(lines) if is_complete(line)]
    if not whole or whole[-1] + 1 == len(lines):
        return None
    found = _read_date(lines[whole[-1] + 1])
    return found if found and _outlet(found.beside) else None


# The source


def find_source(text: str, lines: Sequence[Line], title: Span | None) -> str | None:
    """Find the paper, magazine or agency that an article names as its own.

    Args:
        text: The text.
        lines: The lines of its head.
        title: Where its title stands: no source is taken from it.
    """
    for line in _head(text, lines):
        if found := _SOURCE.fullmatch(line):
            return collapse(found[1])
        if title and line == text[title.start : title.end]:
            continue
        if agency := _AGENCY.match(line) if _dateline(line) else None:
            return agency[1]
        if len(line) <= _LONG and not is_complete(line):
            for part in re.split(r",\s+", line) if _BYLINE.match(line) else _parts(line):
                # Few lines name an outlet, and it takes long to see that one is furniture.
                if (name := _outlet(part)) and not _is_furniture(line):
                    return name
    foot = _foot(text)
    return _outlet(foot.beside) if foot else None


def _parts(line: str) -> list[str]:
    stated = _read_date(line)
    return [stated.beside, *_SEGMENTS.split(line)] if stated else _SEGMENTS.split(line)


def _outlet(text: str) -> str | None:
    """Return a text that is the name of a paper by its last word, or None."""
    words = text.split()
    named = len(words) > 1 and words[-1].casefold().strip(".") in _OUTLETS
    return collapse(text) if named and _is_name(text) and not _BYLINE.match(text) else None
