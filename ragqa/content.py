"""What of an article is content, what is not, and why; spans only, the text is never rewritten.

A text is read as units: a line, or the lines of one hard-wrapped paragraph or list item. Rules
that look at a unit and its neighbours give some of them a reason to be left out; the rest are
blocks. When unsure, a unit is kept: a false teaser costs a worse answer, a lost sentence is lost.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import pairwise
from typing import NamedTuple

from ragqa.lines import (
    Line,
    collapse,
    front_matter,
    has_words,
    is_complete,
    is_cut_off,
    split_lines,
    title_case,
)
from ragqa.types import Article, Block, BlockKind, Content, Omission, Reason, Span
from ragqa.words import MONTHS, ORDINALS, SCALES, TENS, UNITS

_WRAPPED = 120  # a longer line is a paragraph of its own
_CHROME = 300  # no menu, share or comment line is longer
_TITLE = 200  # no title is longer
_PROSE = 80  # a complete line this long is prose: something the article says
_BLURB = 300  # the text under a teaser's title is no longer, when it is not cut off
_REPEAT = 60  # a shorter unit is a repeat only next to a longer one
_EDGE = 20  # units at either end of an article that may recur
_HEADLINE_CASE = 0.7

_MARKER = re.compile(
    r"(?:[-*+•◦▪‣·–—]\s+(?:[•◦▪‣·]\s*)?|[•◦▪‣]\s*|\(?(?:\d{1,3}|[a-zA-Z])[.)]\s+)\S"
)
_NUMBERED = re.compile(r"\(?\d{1,3}[.)]\s+\S")
_LABELLED = re.compile(r"[^\s.:!?](?:[^.:!?]|\.(?! [A-Z])){1,60}:\s+\S")
_MARKDOWN_HEADING = re.compile(r"#{1,6}\s+\S")
_UNDERLINE = re.compile(r"(=+|-+)$")

# Each pattern has to match a whole line, case-folded and without punctuation at its ends.
_THING = r"(?:article|story|post|page|news|link|content|video|recipe|report)"
_THINGS = (
    r"(?:articles?|stor(?:y|ies)|posts?|news|readings?|content|coverage|topics?|links?|headlines|"
    r"recommendations?|videos?)"
)
_SITE = (
    r"(?:facebook|twitter|x|linkedin|whatsapp|reddit|telegram|pinterest|e-?mail|bluesky|threads|"
    r"instagram|mastodon|youtube|tiktok|flipboard|google news)"
)
_SHARE_WORD = (
    rf"(?:share|save|print|gift|copy|link|tweet|pin|send|on|via|by|to|this|{_THING}|{_SITE})"
)
_STRONG: dict[Reason, str] = {
    "navigation": (
        r"skip to (?:the )?(?:main )?(?:content|navigation|footer|search)|"
        r"jump to (?:main )?content|"
        r"(?:toggle|open|close|main|site|show|hide) (?:navigation|menu)|back to (?:the )?top|"
        r"(?:log|sign) ?in(?: (?:/|or|\|) (?:register|sign up|join))?|my account|contact us|"
        r"(?:previous|next|older|newer) (?:article|post|story|page|posts)|"
        r"(?:view|see|show|browse) (?:all|more)(?: \w+){0,2}(?: by .{1,40})?|loading|"
        r"(?:privacy|cookie) (?:policy|notice|settings|preferences)|"
        r"terms (?:of (?:use|service)|(?:and|&) conditions)(?: (?:and|&|\|) privacy policy)?|"
        r"accept (?:all )?cookies|all rights reserved|"
        r"(?:copyright\b|©|\(c\) ?\d{4}).{0,120}|\d{4} .{1,60}all rights reserved|"
        r"\d{1,3} ?min(?:ute)?s? read|listen to this article|page \d+(?: of \d+)?|"
        r"do not sell (?:or share )?my (?:personal )?information|search for"
    ),
    "share": (
        rf"share (?:this|the)(?: {_THING})?(?: (?:on|via|with|by) .{{1,40}})?|share {_THING}|"
        rf"share (?:on|via|by|to) {_SITE}|share with (?:your )?friends|copy link|"
        rf"(?:tweet|pin|e-?mail|print|save|bookmark) this(?: {_THING})?|"
        rf"(?:follow|like|find|join) us(?: on .{{1,60}})?|"
        rf"follow .{{2,60}} on {_SITE}(?:(?:,| and|, and) {_SITE})*|"
        rf"(?=.*\b(?:share|save|print|gift|copy)\b)(?:{_SHARE_WORD}[ :,|/•·]+)+{_SHARE_WORD}|"
        rf"(?:{_SITE}[ ,|/•·]+){{2,}}{_SITE}"
    ),
    "comments": (
        r"comments? ?\(\d+\)|\d+ comments?|no comments(?: yet)?|0 ?/ ?\d{2,5}|"
        r"(?:leave|post|add|write) a (?:comment|reply)|be the first to comment|"
        r"join the (?:conversation|discussion)|(?:view|show|load|read|see) (?:all |more )?comments|"
        r"comments (?:are )?closed|your e-?mail address will not be published.{0,60}|"
        r"(?:please |you must )?(?:be )?(?:log(?:ged)?|sign(?:ed)?) ?in to (?:post a )?"
        r"(?:comment|reply)"
    ),
    "teaser": (
        rf"related(?: [\w'-]+){{0,3}} {_THINGS}|"
        rf"(?:more|other|latest|top|similar|trending|popular|recommended|recent) {_THINGS}"
        rf"(?: this (?:week|month)| today)?|"
        rf"(?:read|also) (?:also|read|next)|keep reading|continue reading(?: [\w' -]{{1,50}})?|"
        rf"more (?:from|on|in) [\w'&. -]{{1,40}}|recommended for you|"
        rf"(?:you )?(?:may|might) also (?:like|enjoy)|you may also be interested in|"
        rf"what to read next|(?:from )?around the web|"
        rf"in other news|most (?:read|popular|viewed|shared|commented)|trending now|"
        rf"editor'?s'? (?:picks?|choice)|sponsored (?:content|links|stories)|"
        rf"(?:read|see) (?:more|other|our)(?: [\w'-]+){{0,3}} {_THINGS}"
    ),
    "promotion": (
        r"advertisements?|sponsored|scroll to continue|"
        r"(?:story|article) continues below(?: (?:this )?(?:ad|advertisement))?|"
        r"subscribe(?: now| today| here| and save.{0,30})?|become a (?:member|subscriber)|"
        r"(?:subscribe|sign up|register|join|get|download|follow|support|stay)\b"
        r"(?=.*\b(?:our|your|us)\b)"
        r"(?=.*\b(?:newsletters?|inbox|apps?|channels?|journalism|mailing list|"
        r"subscribers|updates|alerts|briefings?|podcast|whatsapp|telegram)\b).{10,190}|"
        r"(?:subscribe|sign up) (?:to|for) .{1,60}\b(?:newsletter|briefing|alert)s?\b.{0,80}|"
        r"(?:the |our )?newsletter\b.{0,100}\byour (?:inbox|mailbox|e-?mail)\b.{0,60}|"
        r"support (?:our|independent|quality|local) (?:journalism|reporting|newsroom)\b.{0,120}"
    ),
}
_WEAK: dict[Reason, str] = {
    "navigation": (
        r"home(?:page)?|menu|search|news|latest|sections?|login|register|contact|about|"
        r"next|previous|close|more|subscribe|sign up|tags?|tags?: .{1,120}|filed under:? .{1,120}|"
        r"cookies|privacy|faq|help|archives?|categories|careers|advertise|about us|sitemap|rss"
    ),
    "share": rf"shares?|tweet|print|save|bookmark|like|[\d.,]+k? shares|{_SITE}",
    "comments": r"comments?|reply|replies|discussion|\d+ ?/ ?\d{3,5}",
    "teaser": (
        r"related|read more|see also|recommended|trending|popular|up next|don'?t miss|must read"
    ),
}
# Lines that head teasers only when titles follow up to the end of the article.
_DOUBTFUL_TEASER = re.compile(
    r"(?:more|also (?:on|in|from)|from the same|other|latest)(?: (?:&|[^\W\d][\w'&.-]*)){1,4}"
)
_STRONG_LINES = {reason: re.compile(f"(?:{p})") for reason, p in _STRONG.items()}
_WEAK_LINES = {reason: re.compile(f"(?:{p})") for reason, p in _WEAK.items()}
# Scraped pages glue the end of one line to the head of the next: "View all postsRelated Articles".
_GLUED_TEASER = re.compile(
    r"[A-Z][A-Za-z ]{3,40}[a-z](?:Related|Recommended|Popular|Latest) "
    r"(?:Articles?|Stor(?:y|ies)|Posts?|News|Reading|Content|Coverage|Topics?|Links)"
)
_INLINE_TEASER = re.compile(
    r"(?:read more|also read|read also|read next|see also|related(?: \w+)?|"
    r"recommended(?: reading)?|don'?t miss|must read|more on this)\s*[:|>»–—]\s*(\S.{3,180})",
    re.IGNORECASE,
)
_NEXT_ISSUE = re.compile(r"(?:in (?:our|the) next (?:issue|edition)|coming up)\s*:.{3,300}", re.I)
_MARKUP = re.compile(r"[*_]{1,3}|\]\([^)]*\)|\[")
_SEPARATOR = re.compile(r"\s*[|>»›·•/]\s*")
_OF_THE_PAGE = re.compile(
    r"\bthis (?:article|story|post|page|site|website|newsletter|report|content|material)\b|"
    r"\b(?:our|your|us)\b|\bthe (?:author|editor)s?\b"
)
_LABELS = re.compile(r"[^\W\d]+(?:[ &'-]+[^\W\d]+){0,2}")
_FIGURES = frozenset({*UNITS, *TENS, *SCALES, *ORDINALS, *MONTHS})
_LABEL = re.compile(r"[^\W\d]+(?:[ '-][^\W\d]+)?")
_ABOUT = re.compile(r"About [A-Z0-9][\w.&'-]*(?: [\w.&'-]+){0,3}$")
_ABOUT_AUTHOR = re.compile(r"about (?:the )?(?:authors?|writers?|us|this (?:site|blog|newspaper))")
_BIO = re.compile(
    r".{3,60} is an? .*\b(?:reporter|writer|journalist|editor|correspondent|columnist)\b"
    r".*\b(?:covers|covering|writes|can be reached|(?:follow|reach) (?:him|her|them))\b"
)


@dataclass(slots=True)
class _Unit:
    """A line, or the lines of one wrapped paragraph, and what the rules made of it."""

    start: int
    end: int
    text: str
    title: bool = False
    reason: Reason | None = None
    kind: BlockKind = "paragraph"
    key: str = field(default="", init=False)
    complete: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self.complete = is_complete(self.text)
        if len(self.text) <= _CHROME:
            key = collapse(self.text.casefold().replace("’", "'"))
            self.key = key.strip(" .!:;,»›>→←↑+*#|-–—_•\"'\u200b")

    @property
    def prose(self) -> bool:
        return self.reason is None and self.complete and len(self.text) >= _PROSE

    @property
    def headline(self) -> bool:
        """Whether it could be the title of another article."""
        if self.complete:
            return len(self.text) <= 160 and title_case(self.text) >= _HEADLINE_CASE
        return len(self.text) < _PROSE or (len(self.text) <= _TITLE and not self.blurb)

    @property
    def blurb(self) -> bool:
        """Whether it is a text that was cut off."""
        if is_cut_off(self.text):
            return True
        long = len(self.text) >= _WRAPPED and title_case(self.text) < _HEADLINE_CASE
        return not self.complete and long and self.text[-1] not in ":;,"


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
        clean: Without it only what says nothing at all is left out: rules and front matter.

    Returns:
        Blocks and omissions, disjoint and in order, that cover all but the white space.
    """
    units = list(_units(article.text, article.title_span, article.format != "html"))
    if article.format == "markdown":
        units = _mark_front_matter(article.text, units)
    for unit in units:
        if unit.reason is None and not has_words(unit.text):
            unit.reason = "navigation"
    if clean:
        if article.format == "pdf":
            _mark_page_numbers(article.text, units)
        _mark_chrome(units)
        _mark_teasers(units)
        _mark_promotion(units)
        if recurring:
            _mark_recurring(units, recurring)
        _mark_repeats(units)
        _mark_weak(units)  # what stood between two copies of the body stands alone now
    _set_kinds(units)
    blocks = tuple(Block(start=u.start, end=u.end, kind=u.kind) for u in units if not u.reason)
    return Content(blocks=blocks, omissions=tuple(_omissions(units)))


def edge_lines(text: str) -> EdgeLines:
    """Digest the lines at the head and tail of an article that may be furniture.

    They are short lines that are no sentence, and sentences that speak of the page or to its
    reader. Lines with a number or month never count (figures recur without being furniture), nor
    bylines.
    """
    units = list(_units(text, None))
    edge = units if len(units) <= 2 * _EDGE else units[:_EDGE] + units[-_EDGE:]
    digests = frozenset(digest for unit in edge if (digest := _digest(unit)))
    longest = max((collapse(unit.text) for unit in units), key=lambda t: (len(t), t), default="")
    return EdgeLines(digests, _hash(longest))


def _hash(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()


def _digest(unit: _Unit) -> bytes | None:
    if not unit.key or unit.key.startswith("by ") or any(c.isdigit() for c in unit.key):
        return None
    label = not unit.complete and len(unit.text) <= _PROSE
    label = label and not _FIGURES & set(unit.key.split())
    return _hash(unit.key) if label or _OF_THE_PAGE.search(unit.key) else None


# Units


def _units(text: str, title_span: Span | None, wraps: bool = True) -> Iterator[_Unit]:
    lines = split_lines(text)
    document = _wrapping([text[line.start : line.end] for line in lines]) if wraps else 0
    at = (title_span.start, title_span.end) if title_span else (0, 0)
    begin = 0
    while begin < len(lines):
        end = begin + 1
        while end < len(lines) and not lines[end].after_blank:
            end += 1
        run = lines[begin:end]
        texts = [text[line.start : line.end] for line in run]
        titles = [line.start < at[1] and line.end > at[0] for line in run]
        joins = _joins(run, texts, titles, document) if wraps else [False] * len(run)
        first = 0
        for i in range(len(run)):
            if i + 1 == len(run) or not joins[i]:
                start, stop = run[first].start, run[i].end
                yield _Unit(start, stop, text[start:stop], title=titles[i])
                first = i + 1
        begin = end


def _continues(a: str, b: str) -> bool:
    fit = len(a) <= _WRAPPED and len(b) <= _WRAPPED
    return fit and not is_complete(a) and _starts_lower(b)


def _wrapping(texts: Sequence[str]) -> int:
    """Return the width to which these lines were wrapped, or 0 when they were not."""
    width = max((len(text) for text in texts if len(text) <= _WRAPPED), default=0)
    going_on = [
        _continues(a, b) and len(a) >= 40 and not _MARKER.match(a) for a, b in pairwise(texts)
    ]
    return width if sum(going_on) >= max(1, len(going_on) // 4) else 0


def _joins(
    run: Sequence[Line], texts: Sequence[str], titles: Sequence[bool], document: int
) -> list[bool]:
    """Say for each line of a run without blank lines whether the next one continues it."""
    continues = [_continues(a, b) for a, b in pairwise(texts)]
    width = _wrapping(texts) or document
    wrapped = width > 0
    base = min(line.indent for line in run)
    indented = wrapped and any(line.indent >= base + 2 for line in run)
    joins: list[bool] = []
    in_item = False
    for i, (a, b) in enumerate(pairwise(texts)):
        in_item = bool(_MARKER.match(a)) or (in_item and joins[-1])
        if (
            titles[i]
            or titles[i + 1]
            or len(a) > _WRAPPED
            or _MARKER.match(b)
            or _MARKDOWN_HEADING.match(a)
            or not (has_words(a[:_WRAPPED]) and has_words(b[:_WRAPPED]))
        ):
            joins.append(False)
        elif in_item:
            joins.append(run[i + 1].indent > base or continues[i])
        elif run[i + 1].indent > base:
            joins.append(False)
        elif not wrapped:
            joins.append(continues[i] and len(a) >= 20)
        elif indented:
            joins.append(True)
        else:
            full = len(a) + 1 + len(b.split(maxsplit=1)[0]) > 0.9 * width
            running = not is_complete(a) and 2 * len(a) >= width and title_case(a) < _HEADLINE_CASE
            joins.append(continues[i] or full or running)
    return joins


def _starts_lower(text: str) -> bool:
    return text.lstrip("\"'“‘([")[:1].islower()


# Reasons


def _mark_front_matter(text: str, units: list[_Unit]) -> list[_Unit]:
    """Make the front matter one unit; a line that reaches over its end cannot be."""
    found = front_matter(text)
    if found is None:
        return units
    inside = text[: found[2]].rstrip()
    start = len(inside) - len(inside.lstrip())
    first = _Unit(start, len(inside), inside, reason="front-matter")
    rest = [unit for unit in units if unit.end > len(inside)]
    if rest and rest[0].start < len(inside):
        gap = text[len(inside) : rest[0].end]
        begin = rest[0].end - len(gap.lstrip())
        rest[0] = _Unit(begin, rest[0].end, text[begin : rest[0].end], title=rest[0].title)
    return [first, *rest]


def _mark_page_numbers(text: str, units: list[_Unit]) -> None:
    for i, unit in enumerate(units):
        if unit.key.isdecimal() and len(unit.key) <= 4:
            before = text[units[i - 1].end if i else 0 : unit.start]
            after = text[unit.end : units[i + 1].start if i + 1 < len(units) else len(text)]
            if "\f" in before or "\f" in after or i + 1 == len(units):
                unit.reason = "navigation"


def _strong_reason(unit: _Unit) -> Reason | None:
    if len(unit.text) <= 60 and _GLUED_TEASER.fullmatch(unit.text):
        return "teaser"
    for reason, pattern in _STRONG_LINES.items():
        if pattern.fullmatch(unit.key) and (not unit.complete or reason != "teaser"):
            return reason
    plain = _MARKUP.sub("", unit.text)
    if _NEXT_ISSUE.fullmatch(plain):
        return "teaser"
    inline = _INLINE_TEASER.fullmatch(plain)
    if inline and (not is_complete(inline[1]) or title_case(inline[1]) >= _HEADLINE_CASE):
        return "teaser"
    segments = [s for s in _SEPARATOR.split(unit.key) if s]
    if len(segments) >= 3 and all(len(s.split()) <= 3 for s in segments) and not unit.complete:
        menu = _WEAK_LINES["navigation"]
        if menu.fullmatch(segments[0]) or sum(bool(menu.fullmatch(s)) for s in segments) >= 2:
            return "navigation"
    return None


def _weak_reason(unit: _Unit) -> Reason | None:
    for reason, pattern in _WEAK_LINES.items():
        if pattern.fullmatch(unit.key):
            return reason
    # A whole menu on one line: labels between bars, or words with capitals, two of them menu's.
    segments = [s for s in _SEPARATOR.split(unit.key) if s]
    if len(segments) > 3 and all(_LABELS.fullmatch(segment) for segment in segments):
        return "navigation"
    menu = _WEAK_LINES["navigation"]
    words = unit.text.split()
    if not words or not menu.fullmatch(words[0].casefold()):
        return None
    known = [word for word in words if menu.fullmatch(word.casefold())]
    capital = all(word.isalpha() and word[0].isupper() for word in words)
    return "navigation" if capital and len(known) > 1 else None


def _mark_chrome(units: list[_Unit]) -> None:
    """Mark menu, share, comment and promotion lines, and the lines that head teasers.

    A single word ("Home") counts only where the article has not begun or is over, or next to
    another such line; so does a short label between two menu lines.
    """
    for unit in units:
        if unit.key and not unit.reason and not unit.title:
            unit.reason = _strong_reason(unit)
    _mark_weak(units)
    _mark_labels(units)


def _mark_weak(units: list[_Unit]) -> None:
    prose = [i for i, unit in enumerate(units) if unit.prose]
    first, last = (prose[0], prose[-1]) if prose else (len(units), -1)
    speaking = [i for i, unit in enumerate(units) if has_words(unit.text)]
    weak = {
        i: reason
        for i in speaking
        if units[i].key and not units[i].reason and not units[i].title
        if (reason := _weak_reason(units[i]))
    }
    chrome = {i for i in speaking if units[i].reason} | set(weak)
    for at, i in enumerate(speaking):
        beside = {*speaking[max(0, at - 1) : at], *speaking[at + 1 : at + 2]} & chrome
        if i in weak and (i < first or i > last or beside):
            units[i].reason = weak[i]


def _mark_labels(units: list[_Unit]) -> None:
    labels: list[int] = []
    after_menu = False
    for i, unit in enumerate(units):
        if not has_words(unit.text):
            continue
        if unit.reason == "navigation":
            for label in labels if after_menu else ():
                units[label].reason = "navigation"
            labels, after_menu = [], True
        elif _LABEL.fullmatch(unit.key) and not (unit.reason or unit.title or unit.complete):
            labels.append(i)
        else:
            labels, after_menu = [], False


def _mark_teasers(units: list[_Unit]) -> None:
    before = _Before({unit.key for unit in units if unit.title and unit.key}, set(), set())
    i = 0
    while i < len(units):
        unit = units[i]
        head = _heads_teasers(units, i)
        if head or (before.prose and _unheaded(units, i, before.titles)):
            teasers, end = _read_region(units, i + head, before)
            over = end == len(units) or units[end].reason is not None
            if unit.reason == "teaser" or not head or (teasers and (over or not _doubtful(unit))):
                unit.reason = "teaser"
                for each in teasers:
                    units[each].reason = "teaser"
                i = max(end, i + 1)
                continue
        if unit.prose:
            before.prose.add(collapse(unit.text))
        if not unit.reason and len(unit.text) < 100_000:
            before.words.update(_words(unit.text))
        i += 1
    _mark_repeated_teasers(units)


class _Before(NamedTuple):
    """What an article has said before its teasers: they say something else."""

    titles: set[str]
    words: set[str]
    prose: set[str]


def _doubtful(unit: _Unit) -> bool:
    return bool(_DOUBTFUL_TEASER.fullmatch(unit.key)) and not unit.complete


def _heads_teasers(units: Sequence[_Unit], i: int) -> bool:
    unit = units[i]
    if unit.reason or unit.title:
        plain = _MARKUP.sub("", unit.text)
        inline = _INLINE_TEASER.fullmatch(plain) or _NEXT_ISSUE.fullmatch(plain)
        return unit.reason == "teaser" and not inline
    if i + 1 == len(units):
        return False
    below = units[i + 1]
    if _WEAK_LINES["teaser"].fullmatch(unit.key):
        words = len(below.text.split())
        return not below.complete and words > 3 and not _MARKER.match(below.text)
    return i > 0 and _doubtful(unit)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w{4,}", text.casefold()))


def _unheaded(units: Sequence[_Unit], i: int, titles: Collection[str]) -> bool:
    """Whether teasers start here without a line that says so.

    That is a title printed twice, or two titles each with a text that was cut off.
    """
    ahead = units[i : i + 4]
    if ahead[0].reason or not ahead[0].headline or not ahead[0].key or ahead[0].key in titles:
        return False
    if len(ahead) > 2 and ahead[0].key == ahead[1].key and ahead[2].blurb:
        return True
    return len(ahead) == 4 and ahead[1].blurb and ahead[2].headline and ahead[3].blurb


def _read_region(units: Sequence[_Unit], i: int, before: _Before) -> tuple[list[int], int]:
    """Find the teasers from `i` on, and where they end.

    They are titles, texts cut off, and whole texts that evidently belong to the title above them.
    """
    first = i
    found: list[int] = []
    title: int | None = None
    doubled = styled = False
    while i < len(units):
        unit = units[i]
        if unit.reason:
            i += 1
            continue
        if unit.title or unit.key in before.titles or collapse(unit.text) in before.prose:
            break
        if unit.blurb:
            title, styled = None, True
        elif unit.headline or (unit.text.endswith("?") and len(unit.text) <= _WRAPPED):
            doubled = title is not None and units[title].key == unit.key
            styled = styled or doubled
            title = i
        else:
            following = units[i + 1] if i + 1 < len(units) else None
            resumed = following is not None and following.complete and not following.headline
            if title is None or resumed or len(unit.text) > _BLURB:
                break
            above = units[title]
            new = (_words(above.text) & _words(unit.text)) - before.words
            likely = title == first or styled or len(above.key.split()) >= 7
            if not (doubled or (new and likely)):
                break
            title = None
        found.append(i)
        i += 1
    resumed = i < len(units) and units[i].complete
    if title is not None and first < title == i - 1 and resumed and not doubled:
        # What stands right above the article's own text is its heading, unless it is long.
        found = [each for each in found if each != title or len(units[each].key.split()) > 6]
    return found, i


def _mark_repeated_teasers(units: Sequence[_Unit]) -> None:
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


def _mark_promotion(units: Sequence[_Unit]) -> None:
    """Mark what stands under "About the author" or, once the article is over, "About Somebody"."""
    for i, unit in enumerate(units):
        if unit.reason or unit.title or not unit.key:
            continue
        about = bool(_ABOUT_AUTHOR.fullmatch(unit.key))
        over = i > 0 and units[i - 1].reason is not None and units[i - 1].reason != "navigation"
        if not about and not (over and _ABOUT.match(unit.text)):
            continue
        bio = units[i + 1] if i + 1 < len(units) else None
        beyond = units[i + 2] if i + 2 < len(units) else None
        if bio is None or bio.reason:
            unit.reason = "promotion"
        elif len(bio.text) <= _BLURB and (beyond is None or beyond.reason):
            unit.reason = bio.reason = "promotion"
    kept = [unit for unit in units if unit.reason is None]
    if len(kept) > 2 and len(kept[-1].text) <= _BLURB and _BIO.match(kept[-1].text):
        kept[-1].reason = "promotion"


def _mark_recurring(units: list[_Unit], recurring: Collection[bytes]) -> None:
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


def _mark_repeats(units: Sequence[_Unit]) -> None:
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


def _omissions(units: Sequence[_Unit]) -> Iterator[Omission]:
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


def _set_kinds(units: Sequence[_Unit]) -> None:
    titles = {unit.key for unit in units if unit.title and unit.key}
    kept = [unit for unit in units if unit.reason is None]
    labelled = [bool(_LABELLED.match(unit.text[:_WRAPPED])) for unit in kept]
    begun = False
    for i, unit in enumerate(kept):
        begun = begun or unit.prose
        beside = any(labelled[max(0, i - 1) : i] + labelled[i + 1 : i + 2])
        stated = unit.title or unit.key in titles or _MARKDOWN_HEADING.match(unit.text)
        below = kept[i + 1] if i + 1 < len(kept) else None
        section = begun and not _is_byline(kept, i)
        if stated or (below is not None and _is_heading(unit, below, section)):
            unit.kind = "heading"
        elif _MARKER.match(unit.text) or (labelled[i] and beside):
            unit.kind = "item"
    for above, unit in pairwise(units):
        # Markdown's other way to write a heading: a line of = or - under it.
        underline = unit.reason is not None and _UNDERLINE.fullmatch(unit.text)
        if underline and not above.complete and above.end + 1 >= unit.start:
            above.kind = "heading"


def _is_byline(kept: Sequence[_Unit], i: int) -> bool:
    """Whether the line is one of a stack of short ones that head nothing."""
    above = kept[i - 1] if i else None
    return (
        above is not None
        and above.kind == "paragraph"
        and not above.complete
        and len(above.text.split()) <= 8
        and above.text[-1] not in ":;,"
    )


def _is_heading(unit: _Unit, below: _Unit, begun: bool) -> bool:
    """Whether a short line stands over longer text.

    Before the article's first prose, such lines are bylines and the like, unless they head a list.
    """
    words = unit.text.split() if len(unit.text) <= _WRAPPED else []
    asks = unit.text.endswith("?")
    if not words or len(words) > 14 or (unit.complete and not asks) or unit.text[-1] in ":;,":
        return False
    longer = len(below.text) >= max(40, 1.5 * len(unit.text)) and (
        below.complete or below.text.endswith(":")
    )
    if _NUMBERED.match(unit.text):
        return longer and not _MARKER.match(below.text)
    if _MARKER.match(unit.text) or is_cut_off(unit.text) or _starts_lower(unit.text):
        return False
    listed = bool(_MARKER.match(below.text)) or (
        begun and bool(_LABELLED.match(below.text[:_WRAPPED]))
    )
    if "|" in unit.text or not any(c.isalpha() for c in unit.text):
        return False
    figures = sum(any(c.isdigit() for c in word) for word in words)
    titled = title_case(unit.text) >= 0.6
    if figures and not (titled and figures == 1 and len(words) >= 4):
        return False
    return (titled or len(words) <= 8) and (listed or (longer and begun))
