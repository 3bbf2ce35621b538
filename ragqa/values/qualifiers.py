"""The words beside a figure that make a bound or an approximation of it."""

import re
from typing import Final

from ragqa.types import ValueSpan
from ragqa.values.bounds import Bound
from ragqa.values.scan import find_values

LINE_ENDS: Final = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_MORE: Final = (
    r"(?:more|greater|higher|larger|longer|better) than|over|above|exceed(?:ed|ing|s)?|at least|"
    r"(?:no|not) (?:fewer|less) than|upwards of|in excess of|north of|a minimum of"
)
_LESS: Final = (
    r"(?:fewer|less|lower|smaller|shorter) than|under|below|at most|(?:no|not) more than|"
    r"a maximum of|south of"
)
_BEFORE: Final = re.compile(
    rf"\b(?:(?P<less>{_LESS})|(?P<more>{_MORE}))\s+(?:(?:a|an|the)\s+)?$", re.I
)
_AFTER: Final = re.compile(
    r"\s*(?:\w+\s+)?or\s+(?:(?P<more>more|longer|above|over)|(?P<less>less|fewer|below|under))\b",
    re.I,
)
_SLIGHTLY: Final = (
    r"(?:just|only just|slightly|marginally|little|a (?:little|bit|shade|touch|fraction))"
)
_ABOUT: Final = (
    r"about|around|roughly|approximately|approx\.?|some|circa|ca?\.|barely|more or less|"
    r"clos(?:e|er) to|(?:an? )?estimated|an estimate of|something like|[~≈]|"
    r"(?:in the|of the|on the) (?:region|order|neighbou?rhood) of"
)
_NEARLY: Final = (
    rf"{_SLIGHTLY} (?:under|below|short of|shy of|less than|fewer than)|nearly|almost|not quite|"
    r"virtually|close on|approaching|nearing|up to|as (?:many|much) as|getting on for"
)
_BEYOND: Final = rf"{_SLIGHTLY} (?:over|above|past|more than)"
_APPROXIMATED: Final = re.compile(
    rf"(?<!\w)(?:(?P<nearly>{_NEARLY})|(?P<beyond>{_BEYOND})|(?P<about>{_ABOUT}))"
    r"(?:(?<=[~≈])|(?<=c\.)|\s)\s*(?:(?:a|an|the)\s+)?$",
    re.I,
)
_ODD: Final = re.compile(r"[-‑–\s]odd\b", re.I)
_COUPLE: Final = re.compile(r"(?:a\s+)?couple\s+of\b", re.I)
_OR_SO: Final = re.compile(
    rf"{_ODD.pattern}"
    r"|(?:\s*[\w'’-]+)?,?\s*(?:or so|or thereabouts|more or less|give or take)\b",
    re.I,
)
# Code points beside a figure in which its qualifier stands.
NEARBY: Final = 40
# "Over two years" is during them.
_LASTING: Final = re.compile(r"\b(?:over|above|under|below)\s+(?:(?:a|an|the)\s+)?$", re.I)
_AROUND_TIME: Final = re.compile(
    rf"\b(?:{_SLIGHTLY}|shortly|soon|not long|moments|minutes) "
    r"(?:(?P<nearly>before)|(?P<beyond>after|past)|(?P<about>around))\s+$",
    re.I,
)
_AROUND_YEAR: Final = re.compile(
    rf"(?<!\w)(?:(?P<less>before|prior to|earlier than)|(?P<more>after|later than)|(?:{_ABOUT}))"
    r"(?:(?<=[~≈])|(?<=c\.)|\s)\s*$",
    re.I,
)


def bound_of(text: str, value: ValueSpan) -> Bound | None:
    """What the words just before or after a figure make of it: more than, fewer, about."""
    if ".." in value.value.normal:
        return None
    head = text[max(0, value.start - NEARBY) : value.start]
    if value.value.kind == "date":
        if value.value.normal.startswith("T"):
            return clock_bound(head)
        return _year_bound(head) if re.fullmatch(r"\d{4}", value.value.normal) else None
    figure = text[value.start : value.end]
    around = value.end, value.end + NEARBY
    if _ODD.search(figure) or _ODD.match(text, value.end):
        return "odd"
    if _COUPLE.match(figure):
        return "about"
    if match := _APPROXIMATED.search(head):
        return _side(match)
    if _OR_SO.match(text, *around):
        return "about"
    match = _BEFORE.search(head) or _AFTER.match(text, *around)
    if match is None or value.value.normal.startswith("factor"):
        return None
    return "more" if match["more"] else "less"


def clock_bound(head: str) -> Bound | None:
    """What the words before a time of day make of it: around, shortly before, just after."""
    match = _AROUND_TIME.search(head) or _APPROXIMATED.search(head)
    return None if match is None else _side(match)


def _side(match: re.Match[str]) -> Bound:
    """From which side words approximate."""
    return "nearly" if match["nearly"] else "beyond" if match["beyond"] else "about"


def _year_bound(head: str) -> Bound | None:
    """What the words before a year make of it: circa, before, after."""
    match = _AROUND_YEAR.search(head)
    if match is None:
        return None
    return "less" if match["less"] else "more" if match["more"] else "about"


def with_qualifier(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a figure to the words beside it that make a bound or an approximation of it.

    "About 500", "up to $5", "fewer than ten", "500 or so". What is not one figure from its first to
    its last character is not widened, nor is "over two years", which says when.

    Args:
        text: The sentence that the span stands in.
        start: Where the span begins in it.
        end: Where it ends.

    Returns:
        Where the widened span begins and ends.
    """
    flat = LINE_ENDS.sub(" ", text)
    first = max(0, start - NEARBY)
    head = flat[first:start]
    before = _APPROXIMATED.search(head) or _BEFORE.search(head)
    after = _OR_SO.match(flat, end) or _AFTER.match(flat, end)
    if before is None and after is None:
        return start, end
    figure = next(
        (
            each.value
            for each in find_values(flat)
            if each.start == start and each.value.kind not in ("name", "date")
        ),
        None,
    )
    if figure is None or ".." in figure.normal:
        return start, end
    lasting = figure.kind == "duration" and _LASTING.search(head)
    return (
        start if before is None or lasting else first + before.start(),
        end if after is None else after.end(),
    )
