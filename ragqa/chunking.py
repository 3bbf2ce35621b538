"""Chunks: runs of whole blocks, or parts of a long one, that are embedded and searched as one.

Where a chunk ends depends only on the text near its end, never on how much came before. So two
copies of a wire text of which one has another lead have the same chunks again soon after the
edit, and duplicates can be found by their wording.
"""

import itertools
import re
import unicodedata
import zlib
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from sentencex import get_sentence_boundaries

from ragqa.types import Block, Chunk, Content, Sentence, Span

Fits = Callable[[Sequence[str]], Sequence[bool]]
"""Says of each text whether it fits the encoder's window."""

# sentencex takes quadratic time on some long inputs with quotes: 12 s for 1 MB of them.
_WINDOW = 20_000
# No tokenizer makes more tokens of this many characters than an encoder's window holds.
_SMALLEST = 32
# How far a cut inside a word may move to keep a grapheme whole; an emoji family is 11 code points.
_SHIFT = 16

_CLOSERS = frozenset("\"'”’)]}»")
# Abbreviations that no sentence ends with and after which sentencex 1.0 ends one (the capitalised
# from Reuters-21578, where each stands before a name or a number).
_ABBREVIATIONS = frozenset(
    ["Alex.", "Chas.", "Ft.", "Ste.", "Wm.", "Tk.", "Tues.", "Vol.", "vol.", "approx.", "est."]
) | {"e.g.", "i.e.", "cf.", "viz."}
_ENUMERATOR = re.compile(r"\(?(\d{1,3}|[A-Za-z])[.)]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_BRACKETED = re.compile(r"(\([^()]*[.!?]\)|\[[^\[\]]*[.!?]\])\s+(?=[^\W\d_])")


def chunk(
    text: str, content: Content, *, target: int, limit: int, fits: Fits | None = None
) -> tuple[Chunk, ...]:
    """Divide the content of an article into chunks, in order.

    A block of at least `target` characters closes its chunk, and shorter ones join those after
    them until `target` is reached; a heading opens a chunk; no chunk reaches across an omission
    other than markup. A longer block is divided between sentences, a longer sentence between
    words. Every character of every block that is not white space is in exactly one chunk.

    Args:
        text: The article's text, to which all spans refer.
        content: Its blocks and omissions, disjoint and in order.
        target: Characters at which a chunk is closed.
        limit: Characters that no chunk exceeds; a grapheme that is longer is divided.
        fits: Which of some texts fit the encoder's window, together with whatever is embedded
            with them; None when all do. A chunk of at most 32 characters is not divided further.

    Raises:
        ValueError: `target` is not positive, or greater than `limit`; or `limit` is below 32.
    """
    if not 0 < target <= limit or limit < _SMALLEST:
        raise ValueError(f"chunk_target {target} and chunk_limit {limit} do not fit together")
    groups = [
        group
        for section in _sections(text, content)
        for group in _pack(text, _units(text, section, limit), target, limit)
    ]
    if fits is not None:
        groups = _fit(text, groups, fits)
    chunks: list[Chunk] = []
    heading: str | None = None
    for group in groups:
        sentences = tuple(sentence for unit in group for sentence in unit.sentences)
        heading = next((u.heading for u in reversed(group) if u.heading is not None), heading)
        chunks.append(
            Chunk(
                start=group[0].start,
                end=group[-1].end,
                position=len(chunks),
                heading=heading,
                sentences=sentences,
            )
        )
    return tuple(chunks)


def sentences(text: str, start: int, end: int) -> list[Span]:
    """The sentences of `text[start:end]`, without the white space around them.

    Closing quotes and brackets belong to the sentence they close. None is empty, and only when
    nothing in the span is a letter or a digit does a sentence have neither.
    """
    spans: list[tuple[int, int]] = []
    last_has_word = False
    for low, high in _boundaries(text, start, end):
        low, high = _trimmed(text, low, high)
        closers = low
        while spans and closers < high and text[closers] in _CLOSERS:
            closers += 1
        if closers > low and (closers == high or text[closers].isspace()):
            spans[-1] = (spans[-1][0], closers)
            low, high = _trimmed(text, closers, high)
        if low == high:
            continue
        has_word = any(map(str.isalnum, text[low:high]))
        glued = low > start and text[low - 1] == "."  # as in ".NET"
        if spans and (glued or not has_word or not last_has_word or _goes_on(text, *spans[-1])):
            has_word = has_word or last_has_word
            low = spans.pop()[0]
        last_has_word = has_word
        aside = _BRACKETED.match(text, low, high)
        if aside:
            spans.append((low, aside.end(1)))
            low = aside.end()
        spans.append((low, high))
    return [Span(start=low, end=high) for low, high in spans]


def _boundaries(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Adjacent spans that cover `[start, end)`, as sentencex divides it, window by window."""
    at = start
    while at < end:
        stop = min(at + _WINDOW, end)
        # sentencex raises UnicodeEncodeError on a lone surrogate; the stand-in is as long.
        window = _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text[at:stop])
        ends = [at + boundary["end_index"] for boundary in get_sentence_boundaries("en", window)]
        if stop == end:
            ends[-1:] = [end]
        elif len(ends) > 1:
            ends.pop()
        else:
            ends = [_cut(text, at, stop)]
        yield from itertools.pairwise([at, *ends])
        at = ends[-1]


def _goes_on(text: str, start: int, end: int) -> bool:
    """Whether the sentence that sentencex ends here goes on: after "1." or "e.g."."""
    if end - start <= 6 and _ENUMERATOR.fullmatch(text, start, end):
        return True
    word = text[max(start, end - 12) : end].split()[-1]
    return word.lstrip("(\"'“‘") in _ABBREVIATIONS


class _Unit(NamedTuple):
    """A block, or a part of a long one, that a chunk takes whole."""

    sentences: tuple[Sentence, ...]
    heading: str | None
    closes: bool

    @property
    def start(self) -> int:
        return self.sentences[0].start

    @property
    def end(self) -> int:
        return self.sentences[-1].end


def _sections(text: str, content: Content) -> Iterator[list[Block]]:
    """Runs of blocks with no omission but markup between them, headings at the start only."""
    omissions = [each.start for each in content.omissions if each.reason != "markup"]
    section: list[Block] = []
    for block in content.blocks:
        low, high = _trimmed(text, block.start, block.end)
        if low == high:
            continue
        if section:
            last = section[-1]
            omitted = bisect_left(omissions, last.end) < bisect_left(omissions, low)
            if omitted or (block.kind == "heading" and last.kind != "heading"):
                yield section
                section = []
        section.append(Block(start=low, end=high, kind=block.kind))
    if section:
        yield section


def _units(text: str, section: list[Block], limit: int) -> list[_Unit]:
    """Whole blocks, and the sentences of those that don't fit with the headings above them."""
    units: list[_Unit] = []
    opening: int | None = None
    for block in section:
        parts = _sentences(text, block, limit)
        opening = block.start if opening is None else opening
        if block.kind == "heading":
            heading = " ".join(text[block.start : block.end].split())[:limit]
            units.extend(_Unit((part,), heading, False) for part in parts)
            continue
        if block.end - opening <= limit:
            units.append(_Unit(parts, None, False))
        else:
            units.extend(_Unit((part,), None, part is parts[-1]) for part in parts)
        opening = None
    return units


def _sentences(text: str, block: Block, limit: int) -> tuple[Sentence, ...]:
    """The sentences of a block, those longer than `limit` in parts."""
    if block.kind == "heading":
        spans = [Span(start=block.start, end=block.end)]
    else:
        spans = sentences(text, block.start, block.end)
    return tuple(
        Sentence(start=low, end=high, kind=block.kind)
        for span in spans
        for low, high in _parts(text, span.start, span.end, limit)
    )


def _pack(text: str, units: list[_Unit], target: int, limit: int) -> list[list[_Unit]]:
    """Join the units of a section until they reach `target`; a short remainder joins back."""
    anchors = _anchors(text, units, target)
    groups: list[list[_Unit]] = []
    open_group: list[_Unit] = []
    for index, unit in enumerate(units):
        if open_group and unit.end - open_group[0].start > limit:
            groups.append(open_group)
            open_group = []
        open_group.append(unit)
        reached = unit.end - open_group[0].start >= target
        if unit.heading is None and (reached or unit.closes or index in anchors):
            groups.append(open_group)
            open_group = []
    if open_group:
        groups.append(open_group)
    packed: list[list[_Unit]] = []
    for group in groups:
        start, end = group[0].start, group[-1].end
        if packed and end - start < target and end - packed[-1][0].start <= limit:
            packed[-1] = packed[-1] + group
        else:
            packed.append(group)
    return packed


def _anchors(text: str, units: list[_Unit], target: int) -> set[int]:
    """Units after which a chunk ends whatever came before them.

    Among many short units, joining until `target` is reached could stay out of step for ever
    after an edit. So those whose hash is the least of all units within `target` characters end a
    chunk: a local property, as in winnowing (Schleimer, Wilkerson and Aiken, SIGMOD 2003), which
    leaves at least `target` characters between two of them.
    """
    anchors: set[int] = set()
    if units[-1].end - units[0].start <= 2 * target:
        return anchors
    hashes = [_hash(text[unit.start : unit.end]) for unit in units]
    low = high = 0
    for index, unit in enumerate(units):
        while unit.start - units[low].end > target:
            low += 1
        while high < len(units) and units[high].start - unit.end <= target:
            high += 1
        inside = unit.start - units[0].start >= target
        if inside and hashes.index(min(hashes[low:high]), low) == index:
            anchors.add(index)
    return anchors


def _hash(text: str) -> int:
    """A hash that is the same everywhere and blind to how lines are wrapped."""
    return zlib.crc32(" ".join(text.split()).encode("utf-8", "surrogatepass"))


def _fit(text: str, groups: list[list[_Unit]], fits: Fits) -> list[list[_Unit]]:
    """Divide the groups that the encoder's window does not hold until it holds all."""
    done: list[bool] = [group[-1].end - group[0].start <= _SMALLEST for group in groups]
    while not all(done):
        pending = [group for group, is_done in zip(groups, done, strict=True) if not is_done]
        answers = iter(fits([text[group[0].start : group[-1].end] for group in pending]))
        next_groups: list[list[_Unit]] = []
        next_done: list[bool] = []
        for group, is_done in zip(groups, done, strict=True):
            parts = [group] if is_done or next(answers) else _divided(text, group)
            next_groups.extend(parts)
            next_done.extend(
                len(parts) == 1 or part[-1].end - part[0].start <= _SMALLEST for part in parts
            )
        groups, done = next_groups, next_done
    return groups


def _divided(text: str, group: list[_Unit]) -> list[list[_Unit]]:
    """A group as smaller ones: between blocks near its middle, else sentences, else words.

    A heading stays with what follows it wherever there is another place.
    """
    loose = [
        _Unit((sentence,), unit.heading, False) for unit in group for sentence in unit.sentences
    ]
    middle = (group[0].start + group[-1].end) / 2
    for units in (group, loose):
        places = [i for i in range(1, len(units)) if units[i - 1].heading is None]
        if places:
            place = min(places, key=lambda i: abs(units[i].start - middle))
            return [units[:place], units[place:]]
    if len(loose) > 1:
        return [loose[:-1], loose[-1:]]
    start, end, kind = group[0].start, group[0].end, group[0].sentences[0].kind
    # More than half, for else cuts between words would leave a third part of a word or two.
    size = min(int(0.6 * (end - start)) + _SHIFT, end - start - 1)
    return [
        [_Unit((Sentence(start=low, end=high, kind=kind),), group[0].heading, False)]
        for low, high in _parts(text, start, end, size)
    ]


def _parts(text: str, start: int, end: int, size: int) -> list[tuple[int, int]]:
    """Spans of at most `size` characters of a sentence, cut between words, else graphemes."""
    if end - start <= size:
        return [(start, end)]
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(
        # A cut moves left to keep a grapheme whole, which makes the part after it longer.
        chunk_size=size - _SHIFT if size >= 2 * _SHIFT else size,
        chunk_overlap=0,
        keep_separator=True,
        strip_whitespace=False,
    )
    spans: list[tuple[int, int]] = []
    sentence = text[start:end]
    low, at = start, start
    pieces = splitter.split_text(sentence)
    if "".join(pieces) != sentence:
        raise AssertionError("the parts of a sentence must rejoin to it")
    for piece in pieces:
        at += len(piece)
        high = _whole_grapheme(text, low, at)
        spans.append(_trimmed(text, low, high))
        low = high
    return [(low, high) for low, high in spans if low < high]


def _cut(text: str, low: int, high: int) -> int:
    """A place to cut in `(low, high]`: after the last white space of its last tenth, if any."""
    for at in range(high, high - (high - low) // 10, -1):
        if text[at - 1].isspace():
            return at
    return _whole_grapheme(text, low, high)


def _whole_grapheme(text: str, low: int, high: int) -> int:
    """The last place in `(low, high]`, but at most 16 characters back, that cuts no grapheme.

    The rules that matter in news of Unicode's UAX 29: marks, joined emoji, flags, Hangul.
    """
    for at in range(high, max(low, high - _SHIFT), -1):
        if at == len(text) or not _joined(text, low, at):
            return at
    return high


def _joined(text: str, low: int, at: int) -> bool:
    """Whether the character at `at` belongs to the grapheme before it; one begins at `low`."""
    before, after = text[at - 1], text[at]
    if after.isascii():
        return before == "\r" and after == "\n"
    flags = at
    while flags > low and _is_flag(text[flags - 1]):
        flags -= 1
    return (
        unicodedata.category(after).startswith("M")
        or "\u200d" in (before, after)
        or "\N{EMOJI MODIFIER FITZPATRICK TYPE-1-2}"
        <= after
        <= "\N{EMOJI MODIFIER FITZPATRICK TYPE-6}"
        or "\U000e0020" <= after <= "\U000e007f"
        or "\u1160" <= after <= "\u11ff"
        or (_is_flag(after) and (at - flags) % 2 == 1)
    )


def _is_flag(character: str) -> bool:
    """Whether it is a regional indicator; a pair of them is a flag."""
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without the white space around it; empty at `end` when there is nothing else."""
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end
