"""Files into articles: what is read, what is stated about it, and what is named as bad."""

import io
import json
import os
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragqa import articles as reading
from ragqa.articles import SourceFile, decode, parse
from ragqa.errors import InputError
from ragqa.head import iso_date
from ragqa.lines import front_matter, split_lines
from ragqa.types import Article, FileProblem

TEXT = (
    "The harbour bridge was closed on Tuesday after divers found a crack in its northern pylon.\n"
    "Repairs may cost $12 million, said the city's engineer, who expects them to last until May.\n"
)
discover = partial(reading.discover, max_bytes=50_000_000)


def read(name: str, data: bytes | str) -> tuple[list[Article], list[FileProblem]]:
    """Parse bytes as if they stood in a file of that name."""
    from ragqa.articles import FORMATS

    raw = data.encode() if isinstance(data, str) else data
    path = Path("/articles") / name
    return parse(SourceFile(path, name, FORMATS[path.suffix], len(raw), len(raw)), raw)


def one(name: str, data: bytes | str) -> Article:
    articles, problems = read(name, data)
    assert problems == []
    assert len(articles) == 1
    return articles[0]


def problem(name: str, data: bytes | str) -> str:
    articles, problems = read(name, data)
    assert articles == []
    assert len(problems) == 1
    assert problems[0].path == name
    assert "\n" not in problems[0].problem
    return problems[0].problem


def pdf(*pages: list[str], title: str = "") -> bytes:
    """Write a small PDF by hand: one content stream a page, in a standard font."""
    kids = " ".join(f"{4 + 2 * i} 0 R" for i in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for i, lines in enumerate(pages):
        shown = "".join(f"({line}) Tj 0 -14 Td " for line in lines)
        stream = f"BT /F1 10 Tf 50 700 Td {shown}ET"
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents {5 + 2 * i} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>",
            f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        ]
    objects.append(f"<< /Title ({title}) >>")
    out = "%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    start = len(out)
    size = len(objects) + 1
    out += f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n"
    out += f"<< /Size {size} /Root 1 0 R /Info {size - 1} 0 R >>\nstartxref\n{start}\n%%EOF\n"
    return out.encode("latin-1")


# Finding files


def names(folder: Path) -> list[str]:
    return [file.name for file in discover(folder)[0]]


def test_a_folder_is_read_in_order_without_what_is_hidden_or_of_another_kind(
    tmp_path: Path,
) -> None:
    for name in ("b.txt", "a/z.MD", "a/y.htm", ".hidden.txt", ".git/c.txt", "d.doc", "e.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(TEXT)
    files, problems = discover(tmp_path)
    assert [(file.name, file.format) for file in files] == [
        ("a/y.htm", "html"),
        ("a/z.MD", "markdown"),
        ("b.txt", "text"),
    ]
    assert problems == []
    assert all(file.path.is_absolute() and file.read() == TEXT.encode() for file in files)


def test_a_single_file_is_named_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    assert names(tmp_path / "a.txt") == ["a.txt"]


def test_an_empty_folder_has_no_files(tmp_path: Path) -> None:
    assert discover(tmp_path) == ([], [])


@pytest.mark.parametrize("name", ["no-such.txt", "given.doc", "broken.txt"])
def test_a_path_given_that_cannot_be_read_is_an_error(tmp_path: Path, name: str) -> None:
    (tmp_path / "given.doc").write_text(TEXT)
    (tmp_path / "broken.txt").symlink_to("nothing")
    with pytest.raises(InputError, match=name):
        discover(tmp_path / name)


def test_links_are_followed_but_nothing_is_read_twice(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "folder", tmp_path / "elsewhere"
    for each in (folder / "sub", elsewhere):
        each.mkdir(parents=True)
    (folder / "sub/own.txt").write_text(TEXT)
    (elsewhere / "far.txt").write_text(TEXT)
    (elsewhere / "back").symlink_to(folder)
    (folder / "a-link.txt").symlink_to("sub/own.txt")
    (folder / "b-link").symlink_to(elsewhere)
    (folder / "c-link").symlink_to(elsewhere)
    (folder / "circle").symlink_to(folder)
    (folder / "sub/up").symlink_to("..")
    (folder / "out").symlink_to(tmp_path)
    (folder / "x").symlink_to("y")
    (folder / "y").symlink_to("x")
    (folder / "z.txt").symlink_to("z.txt")
    files, problems = discover(folder)
    assert [file.name for file in files] == ["b-link/far.txt", "sub/own.txt"]
    assert [Path(each.path).name for each in problems] == ["z.txt"]


def test_what_is_no_regular_file_is_named(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "folder.txt").mkdir()
    (tmp_path / "folder.txt/a.txt").write_text(TEXT)
    files, problems = discover(tmp_path)
    assert [file.name for file in files] == ["folder.txt/a.txt"]
    assert problems[0].path.endswith("pipe.txt")
    with pytest.raises(InputError, match="regular"):
        discover(tmp_path / "pipe.txt")


def test_a_name_that_is_not_utf8_is_shown_readably(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")).write_text(TEXT)
    (file,) = discover(tmp_path)[0]
    assert file.name == "caf\ufffd.txt"
    assert parse(file, file.read())[0][0].path.endswith("caf\ufffd.txt")


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with (tmp_path / "large.txt").open("wb") as file:
        file.truncate(200_000_000)
    (file_found,) = discover(tmp_path)[0]
    with pytest.raises(InputError, match="larger than 50 MB"):
        file_found.read()
    assert len(discover(tmp_path, max_bytes=300_000_000)[0][0].read()) == 200_000_000


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_an_unreadable_file_is_an_error_of_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "a.txt").chmod(0)
    with pytest.raises(InputError, match="Permission denied"):
        discover(tmp_path)[0][0].read()


def test_a_file_that_is_gone_is_an_error_of_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    (file,) = discover(tmp_path)[0]
    file.path.unlink()
    with pytest.raises(InputError, match="No such file"):
        file.read()


# Bytes


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_utf8_text_is_kept_to_the_character(text: str) -> None:
    whole = "Words of an article stand before it. " * 20 + text
    assert one("a.txt", whole.encode()).text == whole
    assert one("a.txt", b"\xef\xbb\xbf" + whole.encode()).text == whole


@given(st.binary(max_size=400))
def test_any_bytes_are_an_article_or_a_problem(data: bytes) -> None:
    for name in ("a.txt", "a.md", "a.jsonl", "a.pdf"):
        articles, problems = read(name, data)
        assert articles or problems
        for article in articles:
            article.model_dump_json().encode()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_other_encodings_are_read_and_named(encoding: str) -> None:
    text = TEXT + "The café's naïve owner paid a crown.\r\n"
    articles, problems = read("a.txt", text.encode(encoding))
    assert [article.text for article in articles] == [text]
    assert len(problems) == 1
    assert problems[0].problem.startswith("not UTF-8: read as ")


def test_a_few_bad_bytes_in_utf8_do_not_spoil_the_rest() -> None:
    text, note = decode(("“Café” — " * 20 + TEXT).encode() + b"\xe2\x80")
    assert text.startswith("“Café” —")
    assert note == "not wholly UTF-8: 1 bad characters were replaced"


def test_controls_and_line_ends_stay() -> None:
    text = TEXT + "It\x00 cost\x07 a\r\nlot.\rOr\u2028not."
    assert one("a.txt", text).text == text


@pytest.mark.parametrize("data", [b"", b" \n\t", b"\xef\xbb\xbf", b"...\n", b"\xff\xfe"])
def test_an_empty_file_is_named(data: bytes) -> None:
    assert "empty" in problem("a.txt", data) or "no text" in problem("a.txt", data)


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(256)) * 20,
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(255, -1, -1)) * 4,
        b"\x00" * 1000,
        b"\x01\x02\x03text" * 100,
        "Мост закрыт".encode("cp1251") * 50,
    ],
)
def test_what_is_no_text_is_named(data: bytes) -> None:
    assert "not text" in problem("a.txt", data)


def test_one_line_of_five_megabytes() -> None:
    text = TEXT.replace("\n", " ") * 28_000
    assert one("a.txt", text).text == text


# Titles, dates and sources


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("Bridge Closes For Repairs\n", "Bridge Closes For Repairs"),
        ("City closes bridge after crack is found\n\n", "City closes bridge after crack is found"),
        ("Bridge Is Closing. It Cost The City $1 Million.\n", None),
        ("Will the bridge ever open again?\n", "Will the bridge ever open again?"),
        (
            "Home News Sport\nThe Daily Gull\nBridge to close for repairs, city says\n3 May 2025\n",
            "Bridge to close for repairs, city says",
        ),
        (
            "Bridge to close for repairs\nA crack in a pylon makes the city act sooner than it "
            "meant\n",
            "Bridge to close for repairs",
        ),
        ("HOME\nMenu\n\nBridge Closes For Repairs\nBy Ann Lee\n", "Bridge Closes For Repairs"),
        (
            "The city closes the bridge.\nThe city closes the bridge.\n",
            "The city closes the bridge.",
        ),
    ],
)
def test_a_headline_is_recognised(head: str, title: str | None) -> None:
    article = one("a.txt", head + TEXT)
    title = title or head.strip()
    assert article.title == title
    assert article.title_span is not None
    assert article.text[article.title_span.start : article.title_span.end] == title


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "The city closed its bridge.\n" + TEXT,
        "By Ann Lee of the Gull\n" + TEXT,
        "March 24, 2026\n" + TEXT,
        "The harbour bridge was closed on Tuesday after divers found\na crack in its pylon.\n",
        "The city on Monday closed the bridge that leads to the\nHarbour. It may stay so.\n",
        "One line only",
        "The Daily Gull\nWorld\nPublished 3 May 2025\n" + TEXT,
        "Key points:\n- The bridge stays closed\n- It will cost the city money\n" + TEXT,
        "Home > News > Harbour Town\n" + TEXT,
        "Net 807,000 vs 2,858,000\nRevs 34 vs 41\n" + TEXT,
        "Dear reader, the following is true:\n" + TEXT,
    ],
)
def test_no_headline_is_assumed(text: str) -> None:
    article = one("a.txt", text)
    assert article.title is None
    assert article.title_span is None


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ("Published March 24, 2026", "2026-03-24"),
        ("March 24, 2026", "2026-03-24"),
        ("Tuesday, 24 March 2026", "2026-03-24"),
        ("26-FEB-1987 15:01:01.79", "1987-02-26"),
        ("2026-03-24T10:00:00Z", "2026-03-24"),
        ("By Ann Lee | Mar. 24th, 2026 | 5 min read", "2026-03-24"),
        ("Updated 3 May 2026", "2026-05-03"),
        ("SPRINGFIELD, March 24, 2026 (Gull) - A crack was found in the bridge.", "2026-03-24"),
        ("The bridge was built on March 24, 1931.", None),
        ("On March 24, 2026, the bridge was closed", None),
        ("February 30, 2026", None),
        ("March 2026", None),
    ],
)
def test_a_date_is_taken_from_a_line_of_its_own_in_the_head(
    line: str, published: str | None
) -> None:
    assert one("a.txt", f"Bridge Closes For Repairs\n{line}\n{TEXT}").published == published


def test_no_date_is_taken_from_below_the_head() -> None:
    assert one("a.txt", TEXT * 8 + "March 24, 2026\n").published is None


def test_a_source_line() -> None:
    assert one("a.txt", f"Bridge Closes For Repairs\nSource: The Gull\n{TEXT}").source == "The Gull"


@given(st.dates())
def test_iso_dates_read_themselves(day: object) -> None:
    assert iso_date(str(day)) == str(day)


@given(st.text("0123456789- MayT:", max_size=30))
def test_any_text_is_a_date_or_none(text: str) -> None:
    iso_date(text)


# Formats


def test_front_matter_becomes_metadata() -> None:
    text = (
        "---\ntitle: 'Bridge: Closed'\nsource: The Gull\nurl: https://gull.example/b\n"
        "date: 2026-02-03\ntags: [harbour, bridge]\n---\n\n# Another heading\n\n" + TEXT
    )
    article = one("a.md", "\ufeff" + text)
    assert article.text == text
    assert (article.title, article.title_span) == ("Bridge: Closed", None)
    assert (article.source, article.url) == ("The Gull", "https://gull.example/b")
    assert article.published == "2026-02-03"
    assert article.metadata == {"tags": "harbour, bridge"}


def test_the_first_heading_is_the_title_of_markdown() -> None:
    article = one("a.md", "Some words.\n\n# Bridge closed #\n\n" + TEXT)
    assert article.title == "Bridge closed"
    assert article.title_span is not None
    assert article.text[article.title_span.start : article.title_span.end] == "Bridge closed"


def test_broken_front_matter_is_named_and_the_article_kept() -> None:
    articles, problems = read("a.md", "---\ntitle: a: b\n---\n# Bridge\n" + TEXT)
    assert [article.title for article in articles] == ["Bridge"]
    assert problems[0].path == "a.md:2"
    bomb = "---\na: &a [x]\n" + "".join(f"k{i}: &k{i} [*a, *a]\n" for i in range(30)) + "---\n"
    assert one("b.md", bomb + TEXT).metadata == {"a": "x"}


def test_front_matter_alone_is_no_article() -> None:
    assert "front matter" in problem("a.md", "---\ntitle: x\n---\n")


@given(st.text("-ab: \n\r#", max_size=40))
def test_front_matter_is_found_within_the_text(rest: str) -> None:
    found = front_matter("---\n" + rest)
    assert found is None or 4 <= found[0] <= found[1] <= found[2] <= len(rest) + 4


PAGE = """<!doctype html><html><head><title>Bridge Closes For Repairs | The Gull</title>
<meta property="og:site_name" content="The Gull">
<meta property="article:published_time" content="2026-02-03T10:00:00Z">
<link rel="canonical" href="https://gull.example/bridge">
<script>var a = "SCRIPTED";</script><style>.x {color: red}</style></head><body>
<nav><a href="/">Home</a><a href="/n">News</a></nav>
<header><h1>Bridge Closes For Repairs</h1>
<p>Officials fear a closure until summer at least.</p></header>
<article><p>The bridge was <b>closed</b> on <a href="/t">Tuesday</a> after divers found a crack.</p>
<div>Ferries will run every ten minutes instead.</div>
<h2>What the divers saw</h2><p>The crack is 3 metres long, and was made by a tanker in 1987.</p>
<ul><li>Width: 4 mm</li><li><p>Depth: 9 mm</p></li></ul>
<table><tr><th>Year</th><th>Cost</th></tr><tr><td>2025</td><td>$2m</td></tr></table>
<figure><img src="a.jpg">
<figcaption>The bridge on Tuesday, before it was closed.</figcaption></figure>
<p hidden>Nobody can see this sentence on the page.</p>
<p>It should open again in May, its engineer said.<script>document.write("SCRIPTED")</script></p>
</article>
<aside><h3>Related articles</h3><p>Ferry prices rise for the third year in a row.</p></aside>
<div class="comments"><p>A reader says that he saw it coming long ago.</p></div>
<footer>Copyright 2026 The Gull</footer></body></html>"""


def test_html_keeps_the_article_and_its_metadata() -> None:
    article = one("a.html", PAGE)
    assert article.text.splitlines() == [
        "Bridge Closes For Repairs",
        "Officials fear a closure until summer at least.",
        "The bridge was closed on Tuesday after divers found a crack.",
        "Ferries will run every ten minutes instead.",
        "What the divers saw",
        "The crack is 3 metres long, and was made by a tanker in 1987.",
        "- Width: 4 mm",
        "- Depth: 9 mm",
        "Year | Cost",
        "2025 | $2m",
        "The bridge on Tuesday, before it was closed.",
        "It should open again in May, its engineer said.",
    ]
    assert article.title == "Bridge Closes For Repairs"
    assert article.title_span is not None
    assert (article.source, article.published) == ("The Gull", "2026-02-03")
    assert article.url == "https://gull.example/bridge"


def test_a_date_in_the_body_of_a_page_is_not_its_date() -> None:
    assert (
        one("a.html", f"<html><body><p>{TEXT} It was in 2019.</p></body></html>").published is None
    )


def test_a_page_in_a_declared_encoding() -> None:
    page = f'<html><head><meta charset="iso-8859-2"></head><body><p>Žofín. {TEXT}</p></body></html>'
    assert "Žofín" in one("a.html", page.encode("iso-8859-2")).text


@pytest.mark.parametrize("page", ["<html><body></body></html>", "<script>x</script>", "<!-- a -->"])
def test_a_page_without_text_is_named(page: str) -> None:
    assert "no " in problem("a.html", page)


def test_a_deep_page_is_read_or_named() -> None:
    articles, problems = read("a.html", "<div>" * 20_000 + TEXT + "</div>" * 20_000)
    assert articles or problems


def test_pdf_pages_are_joined() -> None:
    pages = pdf(["Bridge Closes For Repairs", *TEXT.splitlines()], ["It stays so."], title="x.doc")
    article = one("a.pdf", pages)
    assert article.text.split("\f")[1].strip() == "It stays so."
    assert len(split_lines(article.text)) == 4
    assert article.title == "Bridge Closes For Repairs"
    assert (
        one("a.pdf", pdf(["Bridge closed", TEXT], title="Bridge closed")).title == "Bridge closed"
    )


def test_bad_pdfs_are_named() -> None:
    import pypdf

    whole = pdf(TEXT.splitlines())
    locked = pypdf.PdfWriter(clone_from=io.BytesIO(whole))
    locked.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    locked.write(out)
    assert problem("a.pdf", pdf([])).startswith("no text in it (scanned?)")
    assert problem("a.pdf", out.getvalue()).startswith("encrypted")
    assert problem("a.pdf", whole[:40]).startswith("damaged")
    assert problem("a.pdf", TEXT).startswith("damaged")


def test_jsonl_records_and_their_problems() -> None:
    good = {"text": TEXT, "id": "one", "title": "T", "source": "S", "url": "u", "extra": [1, "b"]}
    lines = [
        json.dumps(good | {"published": "3 May 2026"}),
        '{"text": "cut off',
        json.dumps({"text": TEXT, "id": 7}),
        "",
        json.dumps({"text": TEXT, "published": "soon"}),
        json.dumps(good),
        "[1]",
        json.dumps({"title": "no text"}),
        json.dumps({"text": " "}),
        json.dumps({"text": 5}),
        json.dumps({"text": TEXT, "id": []}),
        json.dumps({"text": TEXT, "title": {}}),
        "[" * 100_000,
        '{"text": "a\\ud800b", "id": "\\udfff"}',
        json.dumps({"text": "Line\u2028separator."}, ensure_ascii=False),
    ]
    articles, problems = read("sub/a.jsonl", "\r\n".join(lines))
    ids = ["one", "7", "sub/a.jsonl#5", "\ufffd", "sub/a.jsonl#15"]
    assert [article.id for article in articles] == ids
    first = articles[0]
    assert (first.text, first.title, first.source, first.url) == (TEXT, "T", "S", "u")
    assert (first.published, first.metadata) == ("2026-05-03", {"extra": "1, b"})
    assert (articles[2].published, articles[2].metadata) == (None, {"published": "soon"})
    assert articles[3].text == "a\ufffdb"
    assert [each.path for each in problems] == [
        f"sub/a.jsonl:{n}" for n in (2, 6, 7, 8, 9, 10, 11, 12, 13)
    ]
    assert "line 1 already" in problems[1].problem
