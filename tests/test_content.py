"""What is left out and why, and above all: what is not."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragqa.articles import discover, parse
from ragqa.content import EdgeLines, edge_lines, read_content
from ragqa.types import Article, Content, Span

REAL = Path(__file__).parents[2] / "shared" / "articles"
BODY = (
    "The harbour bridge was closed on Tuesday after divers found a crack in its northern pylon.\n"
    "Repairs may cost $12 million, said the city's engineer, who expects them to last until May.\n"
)
MORE = "Ferries will run every ten minutes in the meantime, and the fare of $3 will be waived.\n"
NASTY = (
    "aZ.!?:;,-–—•*#|>0 9\t\n\r\x0b\x0c\x1c\x85\u2028\u2029\x00\x01\u00a0\u200b\u0301א…「。😀\ufeff"
)


def article(text: str, **fields: object) -> Article:
    return Article.model_validate(
        {"id": "a", "path": "/a.txt", "format": "text", "text": text, **fields}
    )


def titled(text: str) -> Article:
    return article(text, title_span=Span(start=0, end=text.index("\n")))


def left_out(source: Article | str, **options: object) -> list[tuple[str, str]]:
    read = article(source) if isinstance(source, str) else source
    content = read_content(read, **options)  # type: ignore[arg-type]
    return [(o.reason, read.text[o.start : o.end]) for o in content.omissions]


def blocks(source: Article | str, **options: object) -> list[tuple[str, str]]:
    read = article(source) if isinstance(source, str) else source
    content = read_content(read, **options)  # type: ignore[arg-type]
    return [(b.kind, read.text[b.start : b.end]) for b in content.blocks]


def reasons(source: Article | str, **options: object) -> dict[str, str]:
    """Every line that is left out, with its reason."""
    return {
        line.strip(): reason
        for reason, text in left_out(source, **options)
        for line in text.splitlines()
        if line.strip()
    }


def check(text: str, content: Content) -> None:
    spans = sorted([*content.blocks, *content.omissions], key=lambda span: span.start)
    assert list(content.blocks) == sorted(content.blocks, key=lambda span: span.start)
    assert list(content.omissions) == sorted(content.omissions, key=lambda span: span.start)
    position = 0
    for span in spans:
        assert text[position : span.start].strip() == ""
        assert span.start >= position
        position = span.end
        assert text[span.start : span.end].strip() == text[span.start : span.end] != ""
    assert text[position:].strip() == ""


# Invariants

LINES = st.sampled_from(
    [
        "Home",
        "Menu",
        "Share this article",
        "Related articles",
        "Comments (3)",
        "Read more: Ferry Prices Rise Again",
        "Ferry Prices Rise Again",
        "Ferry prices will rise by a tenth next year, which angers many a...",
        "About The Gull",
        "- one item of a list",
        "1. A numbered line",
        "What happens next",
        "---",
        "title: something",
        "",
        "\f",
        "7",
        "which goes on in lower case and is as long as a wrapped line often is",
        *BODY.splitlines(),
        MORE.strip(),
    ]
)


@given(st.text(NASTY) | st.text() | st.lists(LINES, max_size=30).map("\n".join), st.data())
def test_blocks_and_omissions_cover_everything_once(text: str, data: st.DataObject) -> None:
    format = data.draw(st.sampled_from(["text", "markdown", "html", "pdf", "jsonl"]))
    ends = sorted(data.draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=2)))
    span = data.draw(st.sampled_from([None, Span(start=ends[0], end=ends[1])]))
    read = article(text, format=format, title_span=span)
    recurring = edge_lines(text).digests if data.draw(st.booleans()) else frozenset()
    for clean in (True, False):
        content = read_content(read, recurring, clean=clean)
        check(text, content)
        assert content == read_content(read, recurring, clean=clean)


@given(st.lists(st.sampled_from([*BODY.splitlines(), MORE.strip()]), max_size=12))
def test_every_sentence_of_prose_is_kept_at_least_once(lines: list[str]) -> None:
    kept = {text for _, text in blocks("\n".join(lines))}
    assert kept == set(lines)


@pytest.mark.parametrize(
    "text",
    ["word " * 1_000_000, "x" * 5_000_000, "Short line\n" * 200_000, "- item\n" * 200_000],
    ids=["words", "letters", "lines", "items"],
)
def test_large_texts_are_read_in_linear_time(text: str) -> None:
    check(text, read_content(article(text), edge_lines(text).digests))


# Each reason


def test_menu_lines_are_navigation() -> None:
    text = "Skip to content\nHome\nWorld\nContact\n\nBridge Closes For Repairs After Inspection\n"
    span = Span(start=text.index("Bridge"), end=len(text) - 1)
    source = article(text + BODY + "\n\nHome > News > Local\nPrivacy Policy\n", title_span=span)
    assert set(reasons(source).values()) == {"navigation"}
    assert [kind for kind, _ in blocks(source)] == ["heading", "paragraph", "paragraph"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Share this article", "share"),
        ("SHARE THIS STORY", "share"),
        ("Share on Facebook", "share"),
        ("Facebook | X | LinkedIn", "share"),
        ("Follow us on Mastodon", "share"),
        ("Comments (0)", "comments"),
        ("12 comments", "comments"),
        ("0/500", "comments"),
        ("Leave a Reply", "comments"),
        ("Be the first to comment!", "comments"),
        ("Sign up for our free newsletter and never miss a story.", "promotion"),
        ("Advertisement", "promotion"),
        ("Subscribe to our WhatsApp channel", "promotion"),
        ("Please sign in to comment", "comments"),
        ("Share on Facebook Share on X Print", "share"),
        ("Share Save Gift this article", "share"),
        ("Follow The Gull on Mastodon and YouTube", "share"),
        ("Newsletter: all of the harbour in your mailbox", "promotion"),
        ("Subscribe to The Gull newsletter: one email every Friday.", "promotion"),
        ("**In our next issue:** a tunnel under the lake.", "teaser"),
        ("*Read next:* [Ferry Prices Rise](https://gull.example/f)", "teaser"),
        ("Back to top", "navigation"),
        ("© 2026 The Daily Gull. All rights reserved.", "navigation"),
        ("5 min read", "navigation"),
        ("RELATED: Ferry Prices Rise Again", "teaser"),
        ("Also read | Why the ferry costs more", "teaser"),
    ],
)
@pytest.mark.parametrize("place", ["head", "middle", "tail"])
def test_furniture_is_left_out_wherever_it_stands(line: str, reason: str, place: str) -> None:
    at = {"head": (line + "\n", "", ""), "middle": ("", line + "\n", ""), "tail": ("", "", line)}
    before, between, after = at[place]
    text = before + BODY + between + MORE + after
    assert left_out(text) == [(reason, line)]


@pytest.mark.parametrize(
    "line",
    [
        "Share prices fell.",
        "Share prices fell by 4%",
        "Related companies fell too.",
        "Read more books, said the minister.",
        "Comments by the minister angered many.",
        "More than 40 people were hurt.",
        "Popular with tourists, the bridge dates from 1931.",
        "Home prices rose",
        "Home Depot Cuts Its Prices",
        "Search teams found nothing.",
        "About 300 boats are registered.",
        "Follow the money, investigators say",
        "Latest figures show a fall of 3%",
        "Subscribe rates fell by half.",
        "Trending topics played no role.",
        "Sign language was used.",
    ],
)
@pytest.mark.parametrize("place", ["head", "middle", "tail"])
def test_what_only_resembles_furniture_stays(line: str, place: str) -> None:
    parts = {"head": (line, BODY, MORE), "middle": (BODY, line, MORE), "tail": (BODY, MORE, line)}
    text = "\n".join(part.strip() for part in parts[place])
    assert left_out(text) == []


@pytest.mark.parametrize("line", ["Home News Sport Opinion", "Markets | Lex | Ledger | Opinion"])
def test_a_menu_on_one_line_is_left_out_at_the_ends_only(line: str) -> None:
    assert left_out(line + "\n" + BODY) == left_out(BODY + line) == [("navigation", line)]
    assert left_out(BODY + line + "\n" + MORE) == []


@pytest.mark.parametrize("head", ["**Also in The Gull**", "More columns", "From the same issue"])
def test_a_doubtful_line_heads_teasers_only_at_the_end(head: str) -> None:
    titles = "\n- Zoo Welcomes Three Penguins From Chile\n- Tram Line Nine Opens After A Decade\n"
    assert [reason for reason, _ in left_out(BODY + head + titles)] == ["teaser"]
    assert left_out(BODY + head + titles + MORE) == []
    assert left_out(BODY + head + "\n" + MORE) == []


def test_a_single_menu_word_inside_the_article_is_a_section() -> None:
    text = BODY + "Search\n" + MORE
    assert left_out(text) == []
    assert ("heading", "Search") in blocks(text)


def test_teasers_at_the_end() -> None:
    teasers = (
        "Related articles\n"
        "Zoo Welcomes Three Penguins From Chile\n"
        "The penguins came by air and were greeted by a crowd of children who had been wai\n"
        "Tram Line Nine Opens After A Decade\n"
        "The tram line that nobody believed in opens at last, with free rides until Sund...\n"
        "Baker Wins Prize For Rye Loaf\n"
        "The baker of Mill Street took first prize for a loaf of rye on Saturday.\n"
    )
    assert set(reasons(BODY + MORE + teasers).values()) == {"teaser"}
    assert [text for _, text in blocks(BODY + MORE + teasers)] == (BODY + MORE).splitlines()


def test_teasers_with_doubled_titles_and_no_line_that_says_so() -> None:
    title = "Zoo Welcomes Three Penguins From Chile\n"
    teasers = (
        title * 2 + "Three penguins came by air to the zoo, where crowds awaited them. See h...\n"
    )
    assert set(reasons(BODY + MORE + teasers).values()) == {"teaser"}


def test_an_article_goes_on_after_teasers_in_its_middle() -> None:
    text = (
        BODY + "You may also like\nZoo Welcomes Three Penguins From Chile\n"
        "Tram Line Nine Opens After A Decade\nWhat happens next\n" + MORE
    )
    assert set(reasons(text)) == {
        "You may also like",
        "Zoo Welcomes Three Penguins From Chile",
        "Tram Line Nine Opens After A Decade",
    }
    assert ("heading", "What happens next") in blocks(text)
    assert ("paragraph", MORE.strip()) in blocks(text)


def test_prose_after_a_teaser_title_stays_unless_it_is_evidently_its_text() -> None:
    text = BODY + "Related articles\nZoo Welcomes Three Penguins From Chile\n" + MORE
    assert ("paragraph", MORE.strip()) in blocks(text)


def test_author_box_after_the_article() -> None:
    box = "Share this article\nAbout Gull Media\nWriter at Gull Media who loves the harbour.\n"
    assert reasons(BODY + MORE + box + "View all posts\n") == {
        "Share this article": "share",
        "About Gull Media": "promotion",
        "Writer at Gull Media who loves the harbour.": "promotion",
        "View all posts": "navigation",
    }


def test_about_somebody_whom_the_article_names_stays() -> None:
    text = "Fisk Engineering found it.\n" + BODY + "Share this article\nAbout Fisk Engineering\n"
    assert left_out(text + "Fisk Engineering was founded in 1931.\nContact us\n") == [
        ("share", "Share this article"),
        ("navigation", "Contact us"),
    ]


def test_a_section_about_somebody_stays() -> None:
    assert left_out(BODY + "About Fisk Engineering\n" + MORE) == []


def test_a_body_pasted_again_is_left_out_but_for_what_is_new_in_it() -> None:
    title = "Bridge Closes For Repairs\n"
    new = "An update on Wednesday put the cost of all repairs to the bridge at $15 million.\n"
    lines = BODY.splitlines()
    text = title + BODY + "Why now\n" + MORE + "Menu\n" + title + f"{lines[0]}\nHome\n{lines[1]}\n"
    text += new + "Why now\n" + MORE
    source = titled(text)
    kept = [line for _, line in blocks(source)]
    assert kept == [title.strip(), *lines, "Why now", MORE.strip(), new.strip()]
    assert set(reasons(source).values()) == {"repeated-body", "navigation"}


def test_a_short_line_may_be_said_twice() -> None:
    text = BODY + "No.\nWas it safe?\nNo.\n" + MORE
    assert left_out(text) == []


def recurring(texts: list[str], stories: int) -> frozenset[bytes]:
    seen: dict[bytes, set[bytes]] = {}
    for lines in map(edge_lines, texts):
        for digest in lines.digests:
            seen.setdefault(digest, set()).add(lines.story)
    return frozenset(digest for digest, found in seen.items() if len(found) >= stories)


def test_recurring_lines_are_left_out_at_the_ends() -> None:
    foot = "Gull Media Group\nThis article was first printed in the Gull.\n"
    texts = [f"{MORE.strip()} So says the {n}th.\n" + foot for n in range(4)]
    known = recurring(texts, stories=4)
    for text in texts:
        found = reasons(text, recurring=known)
        assert found == dict.fromkeys(foot.splitlines(), "recurring-line")


def test_copies_of_one_story_do_not_make_its_own_lines_recur() -> None:
    texts = [f"Paper {n}\n" + BODY + MORE + "The crack grows\n" for n in range(9)]
    assert recurring(texts, stories=2) == frozenset()


def test_figures_bylines_and_statements_never_recur() -> None:
    text = "By Ann Lee\nProfit was 4 crowns\nPaid on the first of March\n" + BODY + MORE
    assert edge_lines(text).digests == frozenset()
    assert edge_lines("") == EdgeLines(frozenset(), edge_lines(" \n").story)


def test_front_matter_is_left_out() -> None:
    text = "---\ntitle: Bridge\ntags:\n  - harbour\n---\n# Bridge\n\n" + BODY
    source = article(text, format="markdown")
    assert left_out(source) == [("front-matter", text[: text.index("\n# ")]), ("markup", "#")]
    assert left_out(source, clean=False) == left_out(source)
    assert blocks(source)[0] == ("heading", "Bridge")


def test_the_marks_of_a_heading_are_markup_in_markdown_only() -> None:
    text = BODY + "## What *now*\n" + MORE
    source = article(text, format="markdown")
    assert left_out(source) == [("markup", "##")]
    assert ("heading", "What *now*") in blocks(source)
    assert left_out(text) == []


def test_a_rule_at_the_head_is_no_front_matter() -> None:
    source = article("---\n" + BODY + "---\n" + MORE, format="markdown")
    assert [text for _, text in blocks(source)] == (BODY + MORE).splitlines()


def test_page_numbers_of_a_pdf() -> None:
    text = BODY + "1\n\f" + MORE + "2\n"
    assert left_out(article(text, format="pdf")) == [("navigation", "1"), ("navigation", "2")]
    assert left_out(article(text)) == []


def test_without_cleaning_only_what_says_nothing_is_left_out() -> None:
    text = "Home\n" + BODY + "* * *\n" + BODY + "Share this article\n\x00\n"
    assert left_out(text, clean=False) == [("markup", "* * *"), ("markup", "\x00")]


def test_the_title_is_never_left_out() -> None:
    assert left_out(titled("Most Read\n" + BODY)) == []


# Blocks


def test_hard_wrapped_paragraphs_are_one_block() -> None:
    wrapped = (
        "The harbour bridge was closed on Tuesday after divers found\n"
        "a crack in its northern pylon, said the city's engineer,\n"
        "Karl Fisk.\n\n"
        "Repairs may cost $12 million and last until May, a report to\n"
        "City officials said on Monday.\n"
    )
    assert [text for _, text in blocks(wrapped)] == [p.strip() for p in wrapped.split("\n\n")]


def test_a_heading_after_a_full_line_of_a_wrapped_paragraph() -> None:
    wrapped = (
        "The harbour bridge was closed on Tuesday after divers found\n"
        "a crack in a pylon, and all the ferries stopped as well too.\n"
        "New date\nBecause two cracks take longer than one, the bridge will\n"
        "open in May.\n"
    )
    assert [text.split()[0] for _, text in blocks(wrapped)] == ["The", "New", "Because"]


def test_furniture_is_no_line_of_a_wrapped_paragraph() -> None:
    wrapped = (
        "The harbour bridge was closed on Tuesday after divers found\n"
        "a crack in a pylon, and all the ferries stopped for a while.\nShare this article\n"
    )
    assert left_out(wrapped) == [("share", "Share this article")]


def test_indents_begin_the_paragraphs_of_a_wire() -> None:
    wire = (
        "The harbour bridge was closed on\nTuesday after divers found a crack in its northern\n"
        "pylon.\n    Karl Fisk said repairs may cost 12 mln dlrs.\n"
        "    They will last until May, according to Smith\nBrothers.\n Gull\n\x03"
    )
    kept = [text for _, text in blocks(wire)]
    assert [text.split()[0] for text in kept] == ["The", "Karl", "They", "Gull"]


def test_lists_and_their_continuation_lines() -> None:
    text = BODY + "- The first point\n  goes on here\n- •Second: it is short\n* Third\n1. Fourth\n"
    assert blocks(text)[2:] == [
        ("item", "- The first point\n  goes on here"),
        ("item", "- •Second: it is short"),
        ("item", "* Third"),
        ("item", "1. Fourth"),
    ]


def test_labelled_lines_are_items() -> None:
    text = BODY + "What it costs: " + MORE + "Who pays for it: " + MORE
    assert [kind for kind, _ in blocks(text)] == ["paragraph", "paragraph", "item", "item"]


@pytest.mark.parametrize(
    "line", ["Where the Ferries Go", "Key facts", "1. The northern pylon", "## Next", "Who pays?"]
)
def test_headings(line: str) -> None:
    assert blocks(BODY + line + "\n" + MORE)[2] == ("heading", line)


@pytest.mark.parametrize("line", ["Ann Lee, Harbour Desk\nGull News Room", "Costs rose 4 to 9"])
def test_short_lines_that_head_nothing(line: str) -> None:
    assert {kind for kind, _ in blocks(BODY + line + "\n" + MORE)} == {"paragraph"}


# The real articles

real = pytest.mark.skipif(not REAL.is_dir(), reason="the five real articles are not here")


def real_articles() -> list[Article]:
    files, _ = discover(REAL, max_bytes=1_000_000)
    return [parsed for file in files for parsed in parse(file, file.read())[0]]


@real
def test_the_real_articles_keep_every_line_of_their_bodies() -> None:
    ends = {
        "000": "",
        "001": "\nShare this article",
        "002": "\nRelated article",
        "003": "",
        "004": "",
    }
    for source in real_articles():
        marker = ends[source.id[:3]]
        end = source.text.index(marker) if marker else len(source.text)
        content = read_content(source)
        check(source.text, content)
        kept = "\n".join(source.text[b.start : b.end] for b in content.blocks)
        assert kept.split() == source.text[:end].split()


@real
def test_what_the_real_articles_leave_out_and_why() -> None:
    found = {source.id[:3]: left_out(source) for source in real_articles()}
    assert [len(found[key]) for key in ("000", "003", "004")] == [0, 0, 0]
    assert [reason for reason, _ in found["001"]] == ["share", "promotion", "teaser"]
    assert [reason for reason, _ in found["002"]] == [
        "teaser",
        "comments",
        "repeated-body",
        "teaser",
        "navigation",
    ]


@real
def test_reading_what_was_kept_leaves_nothing_more_out() -> None:
    for source in real_articles():
        kept = "\n".join(text for _, text in blocks(source))
        assert left_out(kept) == []


@real
def test_the_real_articles_titles() -> None:
    stated = [source.title is not None for source in real_articles()]
    assert stated == [True, True, True, False, False]
