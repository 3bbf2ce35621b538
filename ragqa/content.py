"""What of an article is content, what is not, and why; spans only, the text is never rewritten.

Rules that look at a unit of the text and its neighbours give some of them a reason to be left out;
the rest are blocks. When unsure, a unit is kept: a missed teaser costs a worse answer, a lost
sentence is lost.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from hashlib import blake2b
from itertools import pairwise
from typing import NamedTuple

from ragqa.furniture import furniture, furniture_at_edge
from ragqa.lines import collapse, front_matter, has_words, is_cut_off, starts_lower, title_case
from ragqa.teasers import mark_teasers
from ragqa.types import Article, Block, Content, Omission, Reason
from ragqa.units import HEADING_MARK, MARKER, PROSE, WRAPPED, Unit, read_units
from ragqa.words import MONTHS, ORDINALS, SCALES, TENS, UNITS

_BIOGRAPHY = 300  # characters; what a page says about its author is no longer
_REPEAT = 60  # a shorter unit is a repeat only next to a longer one
_EDGE = 20  # units at either end of an article that may recur

_NUMBERED = re.compile(r"\(?\d{1,3}[.)]\s+\S")
_LABELLED = re.compile(r"[^\s.:!?](?:[^.:!?]|\.(?! [A-Z])){1,60}:\s+\S")
_UNDERLINE = re.compile(r"(=+|-+)$")
_LABEL = re.compile(r"[^\W\d]+(?:[ '-][^\W\d]+)?")
_MENU_LABEL = re.compile(r"[^\W\d]+(?:(?: & |[ '/-])[^\W\d]+){0,2}")
_ABOUT = re.compile(r"About ([A-Z0-9][\w.&'-]*(?: [\w.&'-]+){0,3})$")
_ABOUT_AUTHOR = re.compile(r"about (?:the )?(?:authors?|writers?|us|this (?:site|blog|newspaper))")
_OF_THE_PAGE = re.compile(
    r"\bthis (?:article|story|post|page|site|website|newsletter|report|content|material)\b|"
    r"\b(?:our|your|us)\b|\bthe (?:author|editor)s?\b"
)
_FIGURES = frozenset({*UNITS, *TENS, *SCALES, *ORDINALS, *MONTHS})


class EdgeLines(NamedTuple):
    """What to count to find the lines that recur.

    `digests` are those of an article's lines that may be furniture, `story` that of its longest
    line. A line recurs when it stands in enough articles of different stories; copies of one story
    share `story` and so count once, however often their own sentences are printed.
    """

    digests: frozenset[bytes]
    story: bytes


def read_content(
    article: Article, recurring: Collection[bytes] = frozenset(), *, clean: bool = True
) -> Content:
    """Find the blocks of an article, and what is left out of it and why.

    Args:
        article: Its title is always kept.
        recurring: Digests of `edge_lines` that recur across many articles.
        clean: Without it only what says nothing at all is left out: rules, the marks of headings
            and front matter.

    Returns:
        Blocks and omissions, disjoint and in order, that cover all but the white space.
    """
    units = list(read_units(article.text, article.title_span, wraps=article.format != "html"))
    if article.format == "markdown":
        units = list(_split_heading_marks(_mark_front_matter(article.text, units)))
    for unit in units:
        if unit.reason is None and not has_words(unit.text):
            unit.reason = "markup"
    if clean:
        if article.format == "pdf":
            _mark_page_numbers(article.text, units)
        _mark_furniture(units)
        _mark_edges(units)
        _mark_labels(units)
        mark_teasers(units)
        _mark_promotion(units)
        _mark_tail(units)
        if recurring:
            _mark_recurring(units, recurring)
        _mark_repeats(units)
        _mark_edges(units)  # what stood between two copies of the body stands alone now
    _set_kinds(units)
    blocks = tuple(Block(start=u.start, end=u.end, kind=u.kind) for u in units if not u.reason)
    return Content(blocks=blocks, omissions=tuple(_omissions(units)))


def edge_lines(text: str) -> EdgeLines:
    """Digest the lines at the head and tail of an article that may be furniture.

    They are short lines that are no sentence, and sentences that speak of the page or to its
    reader. Lines with a number or month never count (figures recur without being furniture), nor
    bylines.
    """
    units = list(read_units(text))
    edge = units if len(units) <= 2 * _EDGE else units[:_EDGE] + units[-_EDGE:]
    digests = frozenset(digest for unit in edge if (digest := _digest(unit)))
    longest = max((collapse(unit.text) for unit in units), key=lambda t: (len(t), t), default="")
    return EdgeLines(digests, _hash(longest))


def _hash(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()


def _digest(unit: Unit) -> bytes | None:
    if not unit.key or unit.key.startswith("by ") or any(c.isdigit() for c in unit.key):
        return None
    label = not unit.complete and len(unit.text) <= PROSE
    label = label and not _FIGURES & set(unit.key.split())
    return _hash(unit.key) if label or _OF_THE_PAGE.search(unit.key) else None


# What a format puts into its text


def _mark_front_matter(text: str, units: list[Unit]) -> list[Unit]:
    """Make the front matter one unit; a line that reaches over its end cannot be."""
    found = front_matter(text)
    if found is None:
        return units
    inside = text[: found[2]].rstrip()
    start = len(inside) - len(inside.lstrip())
    first = Unit(start, len(inside), inside, reason="front-matter")
    rest = [unit for unit in units if unit.end > len(inside)]
    if rest and rest[0].start < len(inside):
        gap = text[len(inside) : rest[0].end]
        begin = rest[0].end - len(gap.lstrip())
        rest[0] = Unit(begin, rest[0].end, text[begin : rest[0].end], title=rest[0].title)
    return [first, *rest]


def _split_heading_marks(units: Sequence[Unit]) -> Iterator[Unit]:
    """Take the `##` off the headings, so that what is quoted is their words."""
    for unit in units:
        mark = HEADING_MARK.match(unit.text) if unit.reason is None else None
        if mark is None:
            yield unit
            continue
        marks = mark[0].rstrip()
        yield Unit(unit.start, unit.start + len(marks), marks, reason="markup")
        words = unit.text[mark.end() :]
        yield Unit(unit.start + mark.end(), unit.end, words, unit.title, kind="heading")


def _mark_page_numbers(text: str, units: list[Unit]) -> None:
    for i, unit in enumerate(units):
        if unit.key.isdecimal() and len(unit.key) <= 4:
            before = text[units[i - 1].end if i else 0 : unit.start]
            after = text[unit.end : units[i + 1].start if i + 1 < len(units) else len(text)]
            if "\f" in before or "\f" in after or i + 1 == len(units):
                unit.reason = "navigation"


# Reasons


def _body(units: Sequence[Unit]) -> tuple[int, int]:
    """Return the first and last unit of prose; all is edge where there is none."""
    prose = [i for i, unit in enumerate(units) if unit.prose]
    if not prose:
        least = PROSE // 2
        whole = [u.complete and not u.reason and len(u.text) >= least for u in units]
        prose = [i for i, each in enumerate(whole) if each]
    return (prose[0], prose[-1]) if prose else (len(units), -1)


def _mark_furniture(units: Sequence[Unit]) -> None:
    """Mark what is furniture by its words, and heads or is a teaser.

    In an item of a list amid the article the same words name what it speaks of: "- Log in".
    """
    reasons = [
        furniture(unit.text) if not unit.reason and not unit.title else None for unit in units
    ]
    for unit, reason in zip(units, reasons, strict=True):
        unit.reason = unit.reason or reason
    first, last = _body(units)
    for i in range(first, last):
        if reasons[i] not in (None, "teaser") and MARKER.match(units[i].text):
            units[i].reason = None


def _mark_edges(units: Sequence[Unit]) -> None:
    """Mark the words of menus and the like above and below the article, and next to others."""
    first, last = _body(units)
    speaking = [i for i, unit in enumerate(units) if has_words(unit.text)]
    weak = {
        i: reason
        for i in speaking
        if not units[i].reason and not units[i].title
        if (reason := furniture_at_edge(units[i].text))
        if not (first < i < last and MARKER.match(units[i].text))
    }
    known = {i for i in speaking if units[i].reason} | set(weak)
    for at, i in enumerate(speaking):
        above, below = speaking[max(0, at - 1) : at], speaking[at + 1 : at + 2]
        beside = not known.isdisjoint([*above, *below])
        # Below the prose a section of few words may follow: "Discussion".
        last_of_all = i > last and not below
        if i in weak and (i < first or last_of_all or beside):
            units[i].reason = weak[i]


def _mark_labels(units: Sequence[Unit]) -> None:
    """Mark the short labels of menus: among their lines, and above the title."""
    title = next((i for i, unit in enumerate(units) if unit.title), 0)
    menu = any(unit.reason == "navigation" for unit in units[:title])
    labels = [unit for unit in units[:title] if not unit.reason and _is_label(unit, _MENU_LABEL)]
    if menu or len(labels) > 2:
        for unit in labels:
            unit.reason = "navigation"
    pending: list[Unit] = []
    after_menu = False
    for unit in units:
        if not has_words(unit.text):
            continue
        if unit.reason == "navigation":
            for label in pending if after_menu else ():
                label.reason = "navigation"
            pending, after_menu = [], True
        elif not unit.reason and _is_label(unit, _LABEL):
            pending.append(unit)
        else:
            pending, after_menu = [], False


def _mark_tail(units: Sequence[Unit]) -> None:
    """Mark the tags, names and buttons among the furniture once the article is over."""
    over = max((i for i, unit in enumerate(units) if not unit.reason and unit.complete), default=-1)
    reason: Reason | None = None
    for unit in units[over + 1 :]:
        if reason and reason != "teaser" and not unit.reason and _is_label(unit, _LABEL):
            unit.reason = reason
        reason = unit.reason if unit.reason != "markup" else reason


def _is_label(unit: Unit, pattern: re.Pattern[str]) -> bool:
    byline = unit.key.startswith("by ")
    return bool(pattern.fullmatch(unit.key)) and not (unit.title or unit.complete or byline)


def _mark_promotion(units: Sequence[Unit]) -> None:
    """Mark what stands under "About the author" or, once the article is over, "About Somebody".

    Not so about somebody whom the article names: that is what a press release ends with.
    """
    said: set[str] | None = None
    for i, unit in enumerate(units):
        if unit.reason or unit.title or not unit.key:
            continue
        author = bool(_ABOUT_AUTHOR.fullmatch(unit.key))
        over = i > 0 and units[i - 1].reason not in (None, "navigation", "markup")
        about = _ABOUT.match(unit.text) if over and not author else None
        if about:
            if said is None:
                said = {word for each in units[:i] if not each.reason for word in _names(each.text)}
            about = None if said.issuperset(_names(about[1])) else about
        if not author and not about:
            continue
        bio = units[i + 1] if i + 1 < len(units) else None
        beyond = units[i + 2] if i + 2 < len(units) else None
        if bio is None or bio.reason:
            unit.reason = "promotion"
        elif len(bio.text) <= _BIOGRAPHY and (beyond is None or beyond.reason):
            unit.reason = bio.reason = "promotion"


def _names(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _mark_recurring(units: list[Unit], recurring: Collection[bytes]) -> None:
    for edge in (units, units[::-1]):
        for unit in edge:
            if unit.reason or unit.title:
                continue
            digest = _digest(unit)
            if digest is None or digest not in recurring:
                break
            unit.reason = "recurring-line"
    for unit in units:
        if unit.reason is None and not unit.complete and len(unit.key.split()) > 3:
            digest = _digest(unit)
            if digest is not None and digest in recurring:
                unit.reason = "recurring-line"


def _mark_repeats(units: Sequence[Unit]) -> None:
    """Mark the later copy of every unit that was pasted again.

    A long one always; a short one where a neighbour is such a copy too, of what stood by it before.
    """
    kept = [unit for unit in units if unit.reason is None]
    seen: dict[str, int] = {}
    original = [seen.setdefault(collapse(unit.text), i) for i, unit in enumerate(kept)]
    copied = [original[i] < i and len(unit.text) >= _REPEAT for i, unit in enumerate(kept)]
    for order in (range(1, len(kept)), range(len(kept) - 2, -1, -1)):
        step = order.step
        for i in order:
            beside = abs(original[i] - original[i - step]) <= 3
            if copied[i - step] and original[i] < i and beside:
                copied[i] = True
    for unit, copy in zip(kept, copied, strict=True):
        if copy and not unit.title:
            unit.reason = "repeated-body"


def _omissions(units: Sequence[Unit]) -> Iterator[Omission]:
    """Merge neighbours that are left out for the same reason."""
    start = end = 0
    reason: Reason | None = None
    for unit in units:
        if reason and unit.reason == reason:
            end = unit.end
            continue
        if reason:
            yield Omission(start=start, end=end, reason=reason)
        start, end, reason = unit.start, unit.end, unit.reason
    if reason:
        yield Omission(start=start, end=end, reason=reason)


# Kinds


def _set_kinds(units: Sequence[Unit]) -> None:
    titles = {unit.key for unit in units if unit.title and unit.key}
    kept = [unit for unit in units if unit.reason is None]
    labelled = [bool(_LABELLED.match(unit.text[:WRAPPED])) for unit in kept]
    begun = False
    for i, unit in enumerate(kept):
        begun = begun or unit.prose
        beside = any(labelled[max(0, i - 1) : i] + labelled[i + 1 : i + 2])
        stated = unit.kind == "heading" or unit.title or unit.key in titles
        below = kept[i + 1] if i + 1 < len(kept) else None
        section = begun and not _is_byline(kept, i)
        if stated or (below is not None and _is_heading(unit, below, section)):
            unit.kind = "heading"
        elif MARKER.match(unit.text) or (labelled[i] and beside):
            unit.kind = "item"
    for above, unit in pairwise(units):
        # Markdown's other way to write a heading: a line of = or - under it.
        underline = unit.reason is not None and _UNDERLINE.fullmatch(unit.text)
        if underline and not above.complete and above.end + 1 >= unit.start:
            above.kind = "heading"


def _is_byline(kept: Sequence[Unit], i: int) -> bool:
    """Whether the line is one of a stack of short ones that head nothing."""
    above = kept[i - 1] if i else None
    return (
        above is not None
        and above.kind == "paragraph"
        and not above.complete
        and len(above.text.split()) <= 8
        and above.text[-1] not in ":;,"
    )


def _is_heading(unit: Unit, below: Unit, begun: bool) -> bool:
    """Whether a short line stands over longer text.

    Before the article's first prose, such lines are bylines and the like, unless they head a list.
    """
    words = unit.text.split() if len(unit.text) <= WRAPPED else []
    asks = unit.text.endswith("?")
    if not words or len(words) > 14 or (unit.complete and not asks) or unit.text[-1] in ":;,":
        return False
    longer = len(below.text) >= max(40, 1.5 * len(unit.text)) and (
        below.complete or below.text.endswith(":")
    )
    if _NUMBERED.match(unit.text):
        return longer and not MARKER.match(below.text)
    if MARKER.match(unit.text) or is_cut_off(unit.text) or starts_lower(unit.text):
        return False
    listed = bool(MARKER.match(below.text)) or (
        begun and bool(_LABELLED.match(below.text[:WRAPPED]))
    )
    if "|" in unit.text or not any(c.isalpha() for c in unit.text):
        return False
    figures = sum(any(c.isdigit() for c in word) for word in words)
    titled = title_case(unit.text) >= 0.6
    if figures and not (titled and figures == 1 and len(words) >= 4):
        return False
    return (titled or len(words) <= 8) and (listed or (longer and begun))
