"""How an answer is put in words, on the page as in what is copied from it."""

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


def words_in_sentence(item: AnswerItem, citation: Citation) -> Span | None:
    """Where the answer stands in its own sentence, or None where that is the whole of it.

    The sentence is the place in the quote where it reaches over the answer's span, whatever else
    in the quote is alike.
    """
    if item.text == item.sentence:
        return None
    first = citation.answer_start - citation.start
    last = citation.answer_end - citation.start
    found = citation.quote.find(item.sentence, max(0, last - len(item.sentence)))
    if not 0 <= found <= first or last > found + len(item.sentence):
        return None
    return Span(start=first - found, end=last - found)
