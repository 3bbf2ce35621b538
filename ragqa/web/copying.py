"""An answer as Markdown, to paste into notes.

The citations stay with it, and no word of an article becomes Markdown of its own.
"""

import re
from collections.abc import Mapping

from ragqa.types import Answer, AnswerItem, Citation
from ragqa.wording import agreement_in_words, percent, words_in_sentence

# What CommonMark, and GitHub's additions to it, would obey wherever it stands in a line; and the
# signs that begin a list, a heading or a quotation at the start of one.
_ANYWHERE = re.compile(r"([\\`*_\[\]<>|~&#$@]|:(?=//)|(?<=\bwww)\.)", re.IGNORECASE)
_AT_START = re.compile(r"^([-+=]|\d+(?=[.)]))")


def as_markdown(answer: Answer) -> str:
    """The question, the answer with its words in bold, who differs, and the sources."""
    numbered = {each.number: each for each in answer.citations}
    lines = [f"**{escaped(answer.question)}**", ""]
    if answer.answers:
        first, *others = answer.answers
        lines += [f"> {_sentence(first, numbered)}", "", _verdict(answer), ""]
        differing = [each for each in others if each.contradicts_first]
        if differing:
            lines += ["Others differ:", ""]
            lines += [line for each in differing for line in (f"> {_sentence(each, numbered)}", "")]
        cited = [n for each in (first, *differing) for n in each.citations]
        lines += [_source(numbered[n]) for n in dict.fromkeys(cited)]
    else:
        lines.append(f"Not in these articles ({percent(answer.confidence)} that they answer it).")
    return "\n".join(lines).rstrip() + "\n"


def escaped(text: str) -> str:
    r"""Text as one line of Markdown that reads as it stands.

    >>> escaped("[a](b)")
    '\\[a\\](b)'
    """
    line = " ".join(text.split())
    return _AT_START.sub(_behind_backslash, _ANYWHERE.sub(r"\\\1", line))


def _behind_backslash(found: re.Match[str]) -> str:
    sign = found.group()
    # A list's number is no punctuation; its dot is, and is what can be escaped.
    return f"\\{sign}" if not sign.isdigit() else f"{sign}\\"


def _sentence(item: AnswerItem, numbered: Mapping[int, Citation]) -> str:
    references = "".join(f" \\[{number}\\]" for number in item.citations)
    words = words_in_sentence(item, numbered[item.citations[0]])
    if words is None:
        return escaped(item.sentence) + references
    before, after = item.sentence[: words.start], item.sentence[words.end :]
    return f"{_inner(before)}**{escaped(item.text)}**{_inner(after)}{references}"


def _inner(text: str) -> str:
    """A part of a line: the white space at its ends counts."""
    head = " " if text[:1].isspace() else ""
    tail = " " if text.strip() and text[-1:].isspace() else ""
    return head + escaped(text) + tail


def _verdict(answer: Answer) -> str:
    return f"{agreement_in_words(answer)}; {percent(answer.confidence)} sure."


def _source(citation: Citation) -> str:
    facts = [citation.title, citation.source, citation.published]
    told = ", ".join(escaped(fact) for fact in facts if fact)
    where = f"{escaped(citation.article)}, characters {citation.start} to {citation.end}"
    return f"- \\[{citation.number}\\] {told + ': ' if told else ''}{where}"
