"""How an answer is put in words: in the terminal, on the page, in what is copied, in reports."""

from ragqa.types import Answer, AnswerItem, Citation, Span

_SURE = ((0.9, "Very sure"), (0.7, "Fairly sure"), (0.5, "Not sure"), (0.0, "Very unsure"))


def agreement_in_words(answer: Answer) -> str:
    """Who says so."""
    if answer.agreement == "corroborated":
        return f"{answer.answers[0].witnesses} sources agree"
    return {"single": "One source", "conflicting": "Sources differ", "none": "No answer"}[
        answer.agreement
    ]


def sure_in_words(confidence: float) -> str:
    """How sure the program is."""
    return next(words for least, words in _SURE if confidence >= least)


def percent(share: float) -> str:
    """A probability in whole per cent; only a certainty is 0% or 100%."""
    if 0 < share < 0.01:
        return "under 1%"
    if 0.99 < share < 1:
        return "over 99%"
    return f"{share:.0%}"


def words_in_quote(citation: Citation) -> Span:
    """Where the answer stands in the citation's quote."""
    return Span(
        start=citation.answer_start - citation.start, end=citation.answer_end - citation.start
    )


def words_in_sentence(item: AnswerItem, citation: Citation) -> Span | None:
    """Where the answer stands in its own sentence, or None where that is the whole of it."""
    if item.text == item.sentence:
        return None
    return within(item.sentence, citation.quote, words_in_quote(citation))


def within(sentence: str, quote: str, words: Span) -> Span | None:
    """Where words of a quote stand in a sentence of it, or None where they do not.

    The sentence is the place in the quote where it reaches over the words, whatever else in the
    quote is alike.
    """
    found = quote.find(sentence, max(0, words.end - len(sentence)))
    if not 0 <= found <= words.start or words.end > found + len(sentence):
        return None
    return Span(start=words.start - found, end=words.end - found)
