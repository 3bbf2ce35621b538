"""The report opens without a network and lets nothing out of an article through."""

import re
from html.parser import HTMLParser

import pytest

from ragqa.evaluation.markup import element
from ragqa.evaluation.report import report
from ragqa.evaluation.results import Ablation, Excerpt, ShownAnswer

HOSTILE = '</p><script>alert(1)</script><img src=x onerror="alert(2)">&amp;\0\x1b]]>-->'


class Page(HTMLParser):
    """The tags, attributes and texts of a page as a browser's parser would see them."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.texts, self.open = [], [], [], []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += attributes
        if tag not in ("meta", "input", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += attributes

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)


@pytest.fixture
def page(make_row, make_results):
    excerpt = Excerpt(
        article=HOSTILE, title=HOSTILE, text=f"before {HOSTILE} after", mark_start=0, mark_end=6
    )
    shown = ShownAnswer(
        text=HOSTILE, sentence=f"It says {HOSTILE}.", confidence=0.4, witnesses=1, articles=()
    )
    hostile = make_row(
        HOSTILE,
        right=False,
        type=f"$x^2$ {HOSTILE}",
        question=HOSTILE,
        answers=(HOSTILE,),
        conflict=(HOSTILE,),
        must_cite=2,
        cited=excerpt,
        expected=excerpt,
        shown=(shown, shown),
        measures={"recall@1": 1.0},
    )
    refused = make_row("r", answerable=False, answered=False, confidence=0.1, shown=())
    results = make_results([make_row("right one", confidence=0.9), hostile, refused])
    ablation = Ablation(
        name=HOSTILE, settings={}, metrics=results.metrics, intervals={}, differences={}
    )
    return report(results.model_copy(update={"ablations": (ablation,)}))


def test_nothing_is_loaded_from_anywhere(page):
    parsed = Page(page)
    for name, value in parsed.attributes:
        if name in ("src", "href", "xlink:href", "action", "data", "poster", "srcset"):
            assert value.startswith("#"), (name, value)
    assert not {"link", "iframe", "object", "embed", "base", "img"} & set(parsed.tags)
    styles = re.findall(r"<style.*?</style>", page, re.DOTALL)
    assert styles and not any("@import" in style or "url(" in style for style in styles)
    assert any("default-src 'none'" in (value or "") for _, value in parsed.attributes)


def test_a_hostile_article_stays_text(page):
    parsed = Page(page)
    assert not parsed.open
    assert parsed.tags.count("script") == 1
    assert not [name for name, _ in parsed.attributes if name.startswith("on")]
    assert any("<script>alert(1)</script>" in text for text in parsed.texts)
    assert "\0" not in page and "\x1b" not in page


def test_of_the_same_words_twice_the_cited_ones_are_marked(make_row, make_results):
    sentence = "It cost 5 million, not 5 million more."
    quote = f"So they say. {sentence}"
    start = quote.rindex("5 million")
    cited = Excerpt(article="a", title="", text=quote, mark_start=start, mark_end=start + 9)
    shown = ShownAnswer(
        text="5 million", sentence=sentence, confidence=1, witnesses=1, articles=("a",)
    )
    page = report(make_results([make_row(cited=cited, shown=(shown,))]))
    assert "It cost 5 million, not <mark>5 million</mark> more.</span>" in page


def test_only_a_certainty_is_nought(make_row, make_results):
    refused = make_row(answerable=False, answered=False, confidence=0.004, shown=())
    assert "probability that they say: under 1%" in report(make_results([refused]))


def test_wrong_answers_come_first_and_open(page):
    questions = re.findall(r"<details( open)? data-cause=\"([^\"]*)\"", page)
    assert [cause for _, cause in questions] == ["wrong sentence", "right", "right"]
    assert [bool(opened) for opened, _ in questions] == [True, False, False]


def test_every_plot_is_there_and_no_id_twice(page):
    parsed = Page(page)
    assert parsed.tags.count("svg") == 4
    ids = [value for name, value in parsed.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    used = {v[1:] for n, v in parsed.attributes if n == "xlink:href"}
    used |= set(re.findall(r"url\(#([^)]*)\)", page))
    assert used <= set(ids)


def test_the_type_is_written_as_it_is_in_the_plot(page):
    assert "$x^2$" in "".join(Page(page).texts)


def test_a_report_without_judged_questions_still_opens(make_row, make_results):
    rows = [make_row("q", loss=0.0).model_copy(update={"loss": None, "rank": None})]
    assert Page(report(make_results(rows))).tags.count("svg") >= 1


def test_elements_escape_text_and_attributes():
    built = element("a", "<b>", [element("i", "&")], title='"<', hidden=True, id=None, for_="x")
    assert str(built) == '<a title="&quot;&lt;" hidden for="x">&lt;b&gt;<i>&amp;</i></a>'
