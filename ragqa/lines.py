"""A text as its lines, and what one line shows by itself; shared by `articles` and `content`."""

import re
import unicodedata
from typing import NamedTuple

_FINAL = frozenset(".!?。！？؟۔।")
_CUT_OFF = ("...", "…", ". . .")
_CLOSERS = "\"'”’»›)]}*_` \u200b\u200e\u200f"
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_KEY = re.compile(r"^\s*(#.*)?$|^\s*- |^\s+\S|^[\w.-][\w .-]*:(\s|$)")
_FRONT_MATTER_LINES = 200

HEADLINE_CASE = 0.7  # the share of capitals from which a line is in headline case


class Line(NamedTuple):
    """A line that is not blank: its span without surrounding white space, and how it stands."""

    start: int
    end: int
    indent: int
    after_blank: bool


def split_lines(text: str) -> list[Line]:
    """Find the lines of a text that are not blank; `str.splitlines` says what ends a line.

    Every character that is not white space is in exactly one of them.
    """
    lines = []
    position = 0
    after_blank = True
    for raw in text.splitlines(keepends=True):
        stripped = raw.strip()
        if stripped:
            indent = len(raw) - len(raw.lstrip())
            start = position + indent
            lines.append(Line(start, start + len(stripped), indent, after_blank))
        after_blank = not stripped
        position += len(raw)
    return lines


def collapse(text: str) -> str:
    """Join the words of a text with single spaces."""
    return " ".join(text.split())


def has_words(text: str) -> bool:
    """Whether a text says anything: a letter, a digit or a pictograph."""
    return any(c.isalnum() or unicodedata.category(c) == "So" for c in text)


def is_cut_off(text: str) -> bool:
    """Whether a text ends with an ellipsis."""
    return text[-16:].rstrip(_CLOSERS).endswith(_CUT_OFF)


def is_complete(text: str) -> bool:
    """Whether a text ends as a sentence ends, and is not cut off."""
    tail = text[-16:].rstrip(_CLOSERS)
    return tail[-1:] in _FINAL and tail != "" and not tail.endswith(_CUT_OFF)


def starts_lower(text: str) -> bool:
    """Whether a text begins in lower case, whatever quotes or brackets stand before."""
    return text.lstrip("\"'“‘([")[:1].islower()


def title_case(text: str) -> float:
    """Return the share of the words of four or more letters that begin with a capital.

    Only the first 300 characters are looked at; with fewer than two such words it is 0.0.
    """
    words = [word for word in _WORD.findall(text[:300]) if len(word) > 3]
    return sum(word[0].isupper() for word in words) / len(words) if len(words) > 1 else 0.0


def front_matter(text: str) -> tuple[int, int, int] | None:
    """Find the front matter of a Markdown text.

    Returns:
        Where its YAML starts and ends, and where the text after it starts; None without one. What
        stands between the two `---` lines must look like `key: value` lines, so that a text which
        merely begins with a rule keeps what follows it.
    """
    lines = re.finditer(r"[^\r\n]*(?:\r\n|\r|\n|\Z)", text)
    first = next(lines)
    if first[0].rstrip() != "---":
        return None
    for count, line in enumerate(lines):
        if line[0].rstrip() in ("---", "..."):
            return (first.end(), line.start(), line.end()) if count else None
        if count > _FRONT_MATTER_LINES or not _KEY.match(line[0]):
            return None
    return None
