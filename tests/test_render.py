"""What the page is made of: no word of an article becomes markup, and the marks stand exactly."""

import json
from html.parser import HTMLParser
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from ragqa.types import (
    Answer,
    AnswerItem,
    Article,
    ArticleSummary,
    ArticleView,
    Citation,
    Filters,
    IndexInfo,
    Milliseconds,
    Omission,
    Place,
    SamePlace,
    Span,
)
from ragqa.web import listing, render
from ragqa.web.copying import as_markdown, escaped
from ragqa.web.desk import DuplicateGroup, DuplicateMember, FileResult
from ragqa.web.panel import REASONS, article_panel
from ragqa.wording import percent, sure_in_words, words_in_sentence

TAGS = frozenset(
    "article header h2 h3 h4 div p span b ol ul li section blockquote mark button meter time a "
    "details summary table caption thead tbody tr th td input br del ins".split()
)
VOID = frozenset({"br", "input"})

hostile = st.sampled_from(
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "' onfocus='alert(1)' autofocus '",
        "</blockquote></article><style>*{display:none}</style>",
        "<!--",
        "]]>",
        "&lt;b&gt;",
        "{{constructor.constructor('alert(1)')()}}",
        "${alert(1)}",
        "`",
        "javascript:alert(1)",
        "[x](javascript:alert(1))",
        "![](http://evil.example/p.png)",
        "\x00\x1b[31m\u202e\ud800\u2028",
        "**bold** # head | cell | ~~x~~",
    ]
)
words = st.one_of(hostile, st.text(max_size=30))
texts = st.lists(words, min_size=1, max_size=6).map(" ".join)


class Element(NamedTuple):
    tag: str
    attributes: dict[str, str | None]


class Read(HTMLParser):
    """What a browser would make of some HTML: elements, text, and the text that is marked."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.text = ""
        self.marked: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert not self._open, "every element is closed"

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, dict(attributes)))
        assert len(dict(attributes)) == len(attributes), "no attribute stands twice"
        if tag == "mark":
            self.marked.append("")
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        if "mark" in self._open:
            self.marked[-1] += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError("a comment")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError("a declaration")

    def handle_pi(self, data: str) -> None:
        raise AssertionError("an instruction")


def check_harmless(html: str) -> Read:
    """Only our elements, no handler, no style, no address but http and https."""
    read = Read(html)
    for tag, attributes in read.elements:
        assert tag in TAGS
        for name, value in attributes.items():
            assert not name.startswith("on")
            assert name not in {"style", "src", "srcdoc", "formaction", "action"}
            if name == "href":
                assert value is not None
                assert value.startswith(("http://", "https://"))
                assert attributes["rel"] == "noopener noreferrer"
    assert "\x00" not in html
    html.encode("utf-8")
    return read


def shown(text: str) -> str:
    """Text as the page shows it, as a browser would read it back."""
    return Read(str(render.verbatim(text))).text


def citation(text: str, sentence: Span, answer: Span, number: int = 1, **facts: object) -> Citation:
    given = {
        "number": number,
        "article": "a.txt",
        "title": "Title",
        "path": "/nowhere/a.txt",
        "source": None,
        "url": None,
        "published": None,
        "chunk": 0,
        "start": sentence.start,
        "end": sentence.end,
        "quote": text[sentence.start : sentence.end],
        "answer_start": answer.start,
        "answer_end": answer.end,
        "score": 1.0,
        "also_in": (),
    }
    return Citation.model_validate(given | facts)


def answer(question: str, items: list[AnswerItem], citations: list[Citation]) -> Answer:
    return Answer(
        question=question,
        answered=bool(items),
        confidence=0.83 if items else 0.07,
        agreement="single" if items else "none",
        answers=tuple(items),
        citations=tuple(citations),
        index=IndexInfo(articles=3, chunks=9, version="0"),
        milliseconds=Milliseconds(search=1, read=2, total=3),
    )


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    """An answer whose every text is anything, but whose spans hold."""
    items, citations = [], []
    for number in range(1, draw(st.integers(1, 4))):
        text = draw(texts)
        cuts = sorted(draw(st.lists(st.integers(0, len(text)), min_size=4, max_size=4)))
        start, first, last, end = cuts
        quote_start = draw(st.integers(0, start))
        quote_end = draw(st.integers(end, len(text)))
        citations.append(
            citation(
                text,
                Span(start=quote_start, end=quote_end),
                Span(start=first, end=last),
                number,
                article=draw(words),
                title=draw(words),
                source=draw(st.none() | words),
                url=draw(st.none() | words | st.just("https://a.example/?a=1&b='\"<")),
                published=draw(st.none() | words | st.just("2025-05-19")),
                also_in=tuple(
                    SamePlace(article=each, path=each, start=0, end=3)
                    for each in draw(st.lists(words, max_size=2))
                ),
            )
        )
        items.append(
            AnswerItem(
                text=text[first:last],
                sentence=text[start:end],
                confidence=0.5,
                witnesses=1,
                value=None,
                citations=(number,),
                contradicts_first=bool(items) and draw(st.booleans()),
            )
        )
    drawn = answer(draw(texts), items, citations)
    if items and draw(st.booleans()):
        return drawn.model_copy(update={"answered": False, "answers": (), "agreement": "none"})
    return drawn


@given(answers(), st.lists(words, max_size=2))
def test_an_answer_is_only_markup_of_ours(given_answer: Answer, sources: list[str]) -> None:
    filters = Filters(sources=tuple(sources), since="2025", until="2025-02")
    check_harmless(render.answer_card(given_answer, filters))


@given(answers())
def test_the_marked_words_are_the_answers(given_answer: Answer) -> None:
    read = Read(render.answer_card(given_answer, Filters()))
    allowed = {shown(item.text) for item in given_answer.answers}
    # A browser reads a text that begins or ends an element as it stands.
    assert set(read.marked) <= allowed


@given(texts, st.data())
def test_the_words_are_found_in_their_sentence(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), min_size=6, max_size=6)))
    start, begin, first, last, stop, end = cuts
    cited = citation(text, Span(start=start, end=end), Span(start=first, end=last))
    item = AnswerItem(
        text=text[first:last],
        sentence=text[begin:stop],
        confidence=1,
        witnesses=1,
        value=None,
        citations=(1,),
    )
    span = words_in_sentence(item, cited)
    if item.text == item.sentence:
        assert span is None
    else:
        assert span is not None
        assert item.sentence[span.start : span.end] == text[first:last]


def test_of_the_same_words_twice_in_a_quote_the_cited_ones_are_marked() -> None:
    text = "It cost 5 million. It cost 5 million, not 5 million more."
    sentence = Span(start=19, end=len(text))
    first = text.index("5 million", 40)
    cited = citation(text, Span(start=0, end=len(text)), Span(start=first, end=first + 9))
    item = AnswerItem(
        text="5 million",
        sentence=text[19:],
        confidence=1,
        witnesses=1,
        value=None,
        citations=(1,),
    )
    assert words_in_sentence(item, cited) == Span(
        start=first - sentence.start, end=first - sentence.start + 9
    )


@given(texts, words, words, st.data())
def test_the_panel_shows_the_very_text_with_the_very_words_marked(
    text: str, title: str, identifier: str, data: st.DataObject
) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), min_size=8, max_size=8)))
    begin, first, last, end = sorted(data.draw(st.permutations(cuts))[:4])
    reason = st.sampled_from(sorted(REASONS))
    omissions = tuple(
        Omission(start=start, end=stop, reason=data.draw(reason))
        for start, stop in zip(cuts[::2], cuts[1::2], strict=True)
        if start < stop
    )
    view = ArticleView(
        article=Article(
            id=identifier,
            path="/nowhere",
            format="text",
            text=text,
            title=title,
            url=data.draw(st.none() | words),
            source=data.draw(st.none() | words),
        ),
        omissions=omissions,
        chunks=(),
        groups=(),
    )
    html = article_panel(view, Span(start=begin, end=end), Span(start=first, end=last))
    read = check_harmless(html)
    assert "".join(read.marked) == shown(text[first:last])
    assert read.text.endswith(shown(text))
    dimmed = [e for e in read.elements if "left-out" in (e.attributes.get("class") or "").split()]
    assert bool(dimmed) == bool(omissions) or first < last


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_the_panel_of_a_span_beyond_the_text_is_the_article(start: int, length: int) -> None:
    text = "Short."
    view = ArticleView(
        article=Article(id="a", path="a", format="text", text=text),
        omissions=(),
        chunks=(),
        groups=(),
    )
    span = Span(start=start, end=start + length)
    assert Read(article_panel(view, span, span)).text.endswith(text)


@given(st.lists(st.tuples(words, words, words), max_size=4), words)
def test_the_table_is_only_markup_of_ours(facts: list[tuple[str, str, str]], other: str) -> None:
    articles = [ArticleSummary(id=a, title=b, source=c, published=c, chunks=1) for a, b, c in facts]
    copies = {a: (other,) for a, _, _ in facts}
    html = listing.articles_table(articles, len(articles), listing.Order(), copies, 100)
    check_harmless(html)
    check_harmless(str(listing.file_result(FileResult(name=other, status="failed", message=other))))


@given(st.lists(texts, min_size=2, max_size=4))
def test_a_group_is_only_markup_of_ours(members: list[str]) -> None:
    group = DuplicateGroup(
        number=1,
        members=tuple(DuplicateMember(place=place(text), text=text) for text in members),
    )
    check_harmless(listing.duplicates_list([group]))


@given(st.text(max_size=60), st.text(max_size=60))
def test_without_what_is_struck_out_the_second_text_stands(first: str, second: str) -> None:
    html = str(listing.differences(first, second))
    kept = "".join(Read(part.rpartition("</del>")[2]).text for part in html.split("<del>")[:1])
    for part in html.split("<del>")[1:]:
        kept += Read(part.partition("</del>")[2]).text
    assert kept.split() == shown(second).split()


def test_differences_are_marked_word_by_word() -> None:
    html = str(listing.differences("It cost 5 million on Monday.", "It cost 6 million\non Monday."))
    assert html == "It cost <del>5</del> <ins>6</ins> million\non Monday."


@given(texts)
def test_an_id_survives_its_attribute(identifier: str) -> None:
    assert render.unkey(render.key(identifier)) == identifier
    assert render.key(identifier).isascii()


@pytest.mark.parametrize(
    ("url", "links"),
    [
        ("https://a.example/x?y=1&z", True),
        ("http://a.example", True),
        ("javascript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)//http://", False),
        ("data:text/html,<script>1</script>", False),
        ("//a.example", False),
        ("http:a", False),
        ("http://[", False),
        ("ftp://a.example", False),
    ],
)
def test_only_web_addresses_become_links(url: str, links: bool) -> None:
    assert (render.outward(url, "original") is not None) == links


@given(texts)
def test_text_copied_as_markdown_reads_as_it_stands(text: str) -> None:
    # White space and what is no text at all aside, which Markdown does not keep.
    plain = " ".join("".join(c for c in text if c.isprintable() or c.isspace()).split())
    for line in (escaped(plain), f"> {escaped(plain)}", f"- {escaped(plain)}"):
        tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(line)
        inline = [child for each in tokens for child in each.children or ()]
        assert {each.type for each in inline} <= {"text", "text_special"}
        assert "".join(each.content for each in inline) == plain


@given(answers())
def test_an_answer_copied_as_markdown_has_no_markup_but_ours(given_answer: Answer) -> None:
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(as_markdown(given_answer))
    inline = [child for each in tokens for child in each.children or ()]
    kinds = {each.type for each in (*tokens, *inline)}
    assert not {k for k in kinds if k.startswith(("html", "link", "image", "code", "table", "s_"))}


def test_an_answer_copied_as_markdown_says_who_says_so() -> None:
    text = "The bridge cost 5 million."
    cited = citation(
        text,
        Span(start=0, end=len(text)),
        Span(start=16, end=25),
        title="A *bridge*",
        source="Post",
        published="2025-05-19",
    )
    item = AnswerItem(
        text="5 million", sentence=text, confidence=1, witnesses=1, value=None, citations=(1,)
    )
    assert as_markdown(answer("What did it cost?", [item], [cited])) == (
        "**What did it cost?**\n\n"
        "> The bridge cost **5 million**. \\[1\\]\n\n"
        "One source; 83% sure.\n\n"
        "- \\[1\\] A \\*bridge\\*, Post, 2025-05-19: a.txt, characters 0 to 26\n"
    )


def test_a_link_asks_the_same_again() -> None:
    filters = Filters(sources=("A & B", "C"), since="2025-01", until="2025-06-30")
    assert render.question_link("What's 1+1 = ?", filters) == (
        "?q=What%27s+1%2B1+%3D+%3F&source=A+%26+B&source=C&since=2025-01&until=2025-06-30"
    )


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.0, "0%"), (0.004, "under 1%"), (0.5, "50%"), (0.994, "over 99%"), (1.0, "100%")],
)
def test_only_a_certainty_is_nought_or_a_hundred(share: float, words: str) -> None:
    assert percent(share) == words


@given(st.floats(0, 1))
def test_every_confidence_has_its_words(share: float) -> None:
    assert sure_in_words(share)


def test_what_a_script_reads_is_json_whatever_was_asked() -> None:
    html = render.answer_card(answer("\ud800 <b>", [], []), Filters())
    json.dumps({"html": html}).encode("utf-8")
    assert json.dumps({"html": html}, ensure_ascii=False).encode("utf-8")


def test_what_a_script_reads_keeps_the_characters_that_join_letters() -> None:
    question = "What did Neu\N{SOFT HYPHEN}stadt pay to می\N{ZERO WIDTH NON-JOINER}روم?"
    card = Read(render.answer_card(answer(question, [], []), Filters()))
    (article,) = (each for each in card.elements if each.tag == "article")
    (copying,) = (each for each in card.elements if "data-copy" in each.attributes)
    assert article.attributes["data-question"] == question
    assert question in (copying.attributes["data-copy"] or "")
    assert question in card.text


def place(article: str) -> Place:
    return Place(
        article=article,
        title=article,
        path=article,
        source=article,
        url=article,
        published=article,
        chunk=0,
        start=0,
        end=len(article),
    )
