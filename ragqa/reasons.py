"""Complete reasons: the sentence that gives one with those that go on giving it, or the list."""

import re
from collections.abc import Sequence
from typing import Final

from ragqa.coordination import Source, overlap, span_of
from ragqa.enumerations import announces, item_run
from ragqa.types import Sentence, Span


def reason(
    text: str, sentences: Sequence[Sentence], answer: Span, *, offset: int = 0
) -> tuple[Span, ...]:
    """Find the sentences that give the complete reason that an answer gives or announces.

    The sentence of the answer, whole, with its because-clause; the one before it when it only
    goes on from there ("That is because ...", "So ..."); those beside it that go on ("The reason
    is", "Another reason", "First, ... Second, ..."); or the list that it introduces.

    Args:
        text: The article's text, or the part of it that begins at `offset`.
        sentences: Consecutive sentences of it, in order.
        answer: A span proposed as the answer.
        offset: Where in the article `text` begins; all spans are the article's.

    Returns:
        Spans in order, none of them empty; only the answer's own when it is in no sentence.
    """
    source = Source(text, offset)
    at = [i for i, each in enumerate(sentences) if overlap(each, answer)]
    if not at:
        return (answer,)
    first, last = at[0], at[-1]
    if announces(source, sentences[last]):
        listed = item_run(source, sentences, first, last)
        if listed is not None:
            return listed.spans
    while first > 0 and _follows(source, sentences[first - 1], sentences[first]):
        first -= 1
    if first > 0 and _ANAPHORIC.match(source.slice(sentences[first])):
        first -= _same_block(source, sentences[first - 1], sentences[first])
    while last + 1 < len(sentences) and _goes_on(source, sentences[last], sentences[last + 1]):
        last += 1
    return tuple(span_of(each.start, each.end) for each in sentences[first : last + 1])


_ANAPHORIC: Final = re.compile(
    r"(?:(?:this|that|it|which)(?:['’]s| is| was)? (?:partly |mainly |largely )?"
    r"(?:because|due to|owing to|why|so that)\b|because\b"
    r"|(?:the|one|a) (?:\w+ )?(?:reason|cause)s?\b(?! (?:for|of|behind|that|why))"
    r"|so,? (?!far\b|many\b|much\b|called\b|long\b|that\b)|as a (?:result|consequence),"
    r"|for (?:this|that|these|those) reasons?\b"
    r"|(?:[^\W_]+ ){0,4}(?:therefore|consequently|thus|hence)\b)",
    re.IGNORECASE,
)
_SAID_NEXT: Final = re.compile(
    r"(?:the|its|their) reasons? (?:is|are|was|were) (?:\w+ )?"
    r"(?:simple|clear|obvious|plain|straightforward|twofold|threefold)\W*$",
    re.IGNORECASE,
)
_CONTINUED: Final = re.compile(
    r"(?:(?:this|that|it)(?:['’]s| is| was) (?:partly |mainly |largely )?"
    r"(?:because|due to|owing to)|because\b"
    r"|(?:the|one|another|a|its|their) (?:\w+ ){0,2}(?:reason|cause|factor)s?\b)",
    re.IGNORECASE,
)
_REASONS: Final = re.compile(r"\b(?:reasons?|causes?|factors?|explanations?)\b", re.IGNORECASE)
# What gives the first of several reasons, and the others.
_FIRST: Final = re.compile(r"(?:first(?:ly)?,|(?:one|the first)\b)", re.IGNORECASE)
_FURTHER: Final = re.compile(
    r"(?:(?:second|third|fourth|last|final)(?:ly)?,"
    r"|(?:another|the other|(?:a|the) (?:second|third|fourth|further|last))"
    r" (?:one |reason |cause |factor )?(?:was|were|is|are)\b)",
    re.IGNORECASE,
)


def _goes_on(source: Source, one: Sentence, other: Sentence) -> bool:
    """Whether a sentence goes on giving the reason the one before it gives, or only announces."""
    if not _same_block(source, one, other):
        return False
    goes_on = _SAID_NEXT.match(source.slice(one)) or _CONTINUED.match(source.slice(other))
    return bool(goes_on) or _follows(source, one, other)


def _follows(source: Source, one: Sentence, other: Sentence) -> bool:
    """Whether a sentence is the next of several reasons, of which the one before it tells."""
    said, says = source.slice(one), source.slice(other)
    if not _same_block(source, one, other):
        return False
    if _FURTHER.match(says):
        return bool(_FIRST.match(said) or _FURTHER.match(said) or _REASONS.search(said))
    return (
        says[:5].lower() == "first"
        and _FIRST.match(says) is not None
        and bool(_REASONS.search(said))
    )


def _same_block(source: Source, one: Sentence, other: Sentence) -> bool:
    gap = source.text[one.end - source.offset : other.start - source.offset]
    return "heading" not in (one.kind, other.kind) and gap.count("\n") < 2
