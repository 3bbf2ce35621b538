"""Teasers for other articles, which scraped pages carry below and amid their article.

They are told by how they stand: titles that are no sentences, texts that were cut off, titles
printed twice, under a line that heads them or at the very end.
"""

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from ragqa.furniture import furniture_at_edge, is_inline_teaser, may_head_teasers
from ragqa.lines import HEADLINE_CASE, collapse, is_cut_off, title_case
from ragqa.units import MARKER, PROSE, WRAPPED, Unit

_TITLE = 200  # characters; no title is longer
_BLURB = 300  # nor is the text under a teaser's title, when it is not cut off
_MANY = 100  # units; what only perhaps heads teasers does not head more
_NUMBERED = re.compile(r"\(?\d{1,3}[.)]\s+\S")


class _Before(NamedTuple):
    """What an article has said before its teasers: they say something else."""

    titles: set[str]
    words: set[str]
    prose: set[str]

    def has(self, unit: Unit) -> bool:
        """Whether the article is pasted again from this unit on."""
        return unit.key in self.titles or collapse(unit.text) in self.prose


def mark_teasers(units: Sequence[Unit]) -> None:
    """Give the teasers among the units their reason.

    A unit that heads teasers wherever it stands has that reason already.
    """
    before = _Before({unit.key for unit in units if unit.title and unit.key}, set(), set())
    i = 0
    while i < len(units):
        unit = units[i]
        head = _heads_teasers(units, i)
        if head or (before.prose and _unheaded(units, i, before.titles)):
            doubtful = head and unit.reason is None
            perhaps = doubtful and may_head_teasers(unit.text)
            stop = min(len(units), i + _MANY) if perhaps else len(units)
            teasers, end = _read_region(units, i + head, stop, before)
            over = end == len(units) or units[end].reason is not None or before.has(units[end])
            listed = [units[each] for each in teasers]
            if not doubtful or (listed and not perhaps) or (over and _are_titles(listed)):
                unit.reason = "teaser"
                for each in listed:
                    each.reason = "teaser"
                i = max(end, i + 1)
                continue
        if unit.prose:
            before.prose.add(collapse(unit.text))
        if not unit.reason and len(unit.text) < 100_000:
            before.words.update(_words(unit.text))
        i += 1
    _mark_repeated(units)


def _headline(unit: Unit) -> bool:
    """Whether it could be the title of another article."""
    if unit.complete:
        return len(unit.text) <= 160 and title_case(unit.text) >= HEADLINE_CASE
    return len(unit.text) < PROSE or (len(unit.text) <= _TITLE and not _blurb(unit))


def _blurb(unit: Unit) -> bool:
    """Whether it is a text that was cut off."""
    if is_cut_off(unit.text):
        return True
    long = len(unit.text) >= WRAPPED and title_case(unit.text) < HEADLINE_CASE
    return not unit.complete and long and unit.text[-1] not in ":;,"


def _are_titles(units: Sequence[Unit]) -> bool:
    """Whether the units are titles of articles rather than rows, names or an article's text."""
    words = [unit.key.split() for unit in units]
    figures = [sum(any(c.isdigit() for c in word) for word in each) for each in words]
    rows = any(3 * n > len(each) for n, each in zip(figures, words, strict=True))
    told = any(unit.complete and not _headline(unit) and unit.text[-1] != "?" for unit in units)
    doubled = len({unit.key for unit in units}) < len(units)
    short = any(len(each) < 3 for each in words if each)
    return bool(units) and not short and not rows and (doubled or not told)


def _heads_teasers(units: Sequence[Unit], i: int) -> bool:
    unit = units[i]
    if unit.reason or unit.title:
        return unit.reason == "teaser" and not is_inline_teaser(unit.text)
    if i + 1 == len(units):
        return False
    below = units[i + 1]
    if furniture_at_edge(unit.text) == "teaser":
        words = len(below.text.split())
        return not below.complete and words > 3 and not MARKER.match(below.text)
    return i > 0 and may_head_teasers(unit.text)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w{4,}", text.casefold()))


def _unheaded(units: Sequence[Unit], i: int, titles: Collection[str]) -> bool:
    """Whether teasers start here without a line that says so.

    That is a title printed twice, or two titles each with a text that was cut off.
    """
    ahead = units[i : i + 4]
    if ahead[0].reason or not _headline(ahead[0]) or not ahead[0].key or ahead[0].key in titles:
        return False
    if len(ahead) > 2 and ahead[0].key == ahead[1].key and _blurb(ahead[2]):
        return True
    return len(ahead) == 4 and _blurb(ahead[1]) and _headline(ahead[2]) and _blurb(ahead[3])


def _read_region(
    units: Sequence[Unit], i: int, stop: int, before: _Before
) -> tuple[list[int], int]:
    """Find the teasers from `i` on, before `stop`, and where they end.

    They are titles, texts cut off, and whole texts that evidently belong to the title above them.
    """
    first = i
    found: list[int] = []
    title: int | None = None
    doubled = styled = numbered = False
    while i < stop:
        unit = units[i]
        if unit.reason:
            i += 1
            continue
        if unit.title or before.has(unit):
            break
        item = bool(_NUMBERED.match(unit.text))
        numbered = item if not found else numbered
        if item and not numbered:  # the article's own list goes on
            break
        if _blurb(unit):
            title, styled = None, True
        elif _headline(unit) or (unit.text.endswith("?") and len(unit.text) <= WRAPPED):
            doubled = title is not None and units[title].key == unit.key
            styled = styled or doubled
            title = i
        elif title is None or not before.prose or len(unit.text) > _BLURB:
            break
        else:
            following = units[i + 1] if i + 1 < len(units) else None
            resumed = following is not None and following.complete and not _headline(following)
            above = units[title]
            new = (_words(above.text) & _words(unit.text)) - before.words
            likely = title == first or styled or len(above.key.split()) >= 7
            if resumed or not (doubled or (new and likely)):
                break
            title = None
        found.append(i)
        i += 1
    resumed = i < len(units) and units[i].complete
    if title is not None and first < title == i - 1 and resumed and not doubled:
        # What stands right above the article's own text is its heading, unless it is long.
        found = [each for each in found if each != title or len(units[each].key.split()) > 6]
    return found, i


def _mark_repeated(units: Sequence[Unit]) -> None:
    """Mark the later copies of teasers, which stand below a body that was pasted twice."""
    known: set[str] = set()
    after_repeat = False
    for unit in units:
        text = collapse(unit.text)
        if unit.reason == "teaser":
            if len(text) >= 20:
                known.add(text)
            after_repeat = False
        elif unit.reason is None:
            repeat = not unit.title and text in known and (after_repeat or not unit.complete)
            if repeat:
                unit.reason = "teaser"
            after_repeat = repeat
