"""What the terminal says of an answer is what the page says of it."""

import io

from rich.console import Console

from ragqa.terminal import show_answer
from ragqa.types import Answer, AnswerItem, Citation, IndexInfo, Milliseconds

TEXT = "It cost 5 million, not 5 million more."


def answer(confidence: float, *items: AnswerItem) -> Answer:
    start = TEXT.rindex("5 million")
    cited = Citation(
        number=1, article="a.txt", title="", path="a.txt", source=None, url=None, published=None,
        chunk=0, start=0, end=len(TEXT), quote=TEXT, answer_start=start, answer_end=start + 9,
        score=1.0, also_in=(),
    )  # fmt: skip
    return Answer(
        question="What did it cost?",
        answered=bool(items),
        confidence=confidence,
        agreement="single" if items else "none",
        answers=items,
        citations=(cited,),
        index=IndexInfo(articles=1, chunks=1, version="0"),
        milliseconds=Milliseconds(search=1, read=1, total=2),
    )


def printed(shown: Answer) -> str:
    console = Console(file=io.StringIO(), width=100, force_terminal=True, color_system="standard")
    show_answer(console, shown)
    return console.file.getvalue()


def test_only_a_certainty_is_nought_or_a_hundred() -> None:
    item = AnswerItem(
        text="5 million", sentence=TEXT, confidence=1, witnesses=1, value=None, citations=(1,)
    )
    assert "(one source, over 99% sure)" in printed(answer(0.996, item))
    assert "(under 1% that they answer it)" in printed(answer(0.004))


def test_of_the_same_words_twice_the_cited_ones_are_marked() -> None:
    item = AnswerItem(
        text="5 million", sentence=TEXT, confidence=1, witnesses=1, value=None, citations=(1,)
    )
    assert "It cost 5 million, not \x1b[1;32m5 million\x1b[0m more." in printed(answer(0.8, item))
