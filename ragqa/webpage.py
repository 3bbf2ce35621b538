"""A web page as the lines of its article.

trafilatura finds the main text. What it drops within the article is put back: on pages made to try
it, its `favor_precision` lost sentences in bare <div>s, and every mode lost standfirsts, captions
and second copies, and changed the order. So it only says which parts of the page are the article;
their text is taken from the page itself, in its order.
"""

import re
from dataclasses import dataclass
from typing import Any, NamedTuple

from ragqa.errors import InputError
from ragqa.lines import collapse, has_words, is_complete

_Element = Any  # lxml has no types
_PROSE = 40  # characters; a shorter lost block is not worth the risk that it is furniture
_DROPPED = frozenset(
    {"script", "style", "noscript", "template", "svg", "math", "head", "iframe", "object"}
    | {"select", "option", "button", "canvas", "audio", "video", "textarea"}
)
_OUTSIDE = frozenset(("nav", "footer", "aside", "form", "dialog"))
_OUTSIDE_CLASS = re.compile(
    r"(?:^|[-_ ])(?:comments?|related|newsletter|subscribe|promo|footer|cookies?|consent|share|"
    r"sharing|social|sidebar|recommend\w*|trending|popular|modal|popup|advert\w*|ads?|banner|"
    r"menu|nav|breadcrumbs?|teasers?|more|author-bio)(?:[-_ ]|$)",
    re.IGNORECASE,
)
_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details"}
    | {"dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "li", "main", "menu", "nav"}
    | {"ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul"}
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_DATES = (
    "//meta[@property='article:published_time']/@content",
    "//meta[@itemprop='datePublished' or @name='datePublished']/@content",
    "//meta[@name='date' or @name='pubdate' or @name='publish-date' or @name='DC.date.issued' "
    "or @name='DC.date' or @name='parsely-pub-date']/@content",
    "//*[@itemprop='datePublished']/@datetime",
)
_JSON_DATE = re.compile(r'"datePublished"\s*:\s*"(\d{4}-\d{2}-\d{2})')


class Page(NamedTuple):
    """The text of a page's article, and what the page states about it."""

    text: str
    fields: dict[str, str]


@dataclass(slots=True)
class _Piece:
    """The text of one block of the page."""

    text: str
    tag: str
    parent: _Element
    outside: bool
    linked: int
    kept: bool = False

    @property
    def key(self) -> str:
        return _key(self.text)

    @property
    def prose(self) -> bool:
        whole = len(self.text) >= _PROSE and is_complete(self.text)
        return whole and not self.outside and 2 * self.linked < len(self.text)


def read_html(source: str) -> Page:
    """Read the article of a web page; scripts and styles never come through.

    Raises:
        InputError: there is no text in the page.
    """
    import lxml.html  # type: ignore[import-untyped]
    import trafilatura

    # lxml refuses text that declares an encoding although it is decoded, and NULs end it.
    source = re.sub(r"^\s*<\?xml[^>]*\?>", "", source.replace("\0", "\ufffd"))
    try:
        tree = lxml.html.document_fromstring(source, lxml.html.HTMLParser(huge_tree=True))
    except lxml.etree.LxmlError as error:
        raise InputError("no text in it, or not HTML: open it and save it again") from error
    try:
        found = trafilatura.bare_extraction(source, with_metadata=True, include_comments=False)
    except Exception:  # what a damaged page makes it raise is open; the page's own text remains
        found = None
    body = tree.find("body")
    walk = _Walk()
    pieces = walk.run(body if body is not None else tree)
    fields = {"published": _published(tree)}
    extracted = ""
    if found is not None and not isinstance(found, dict):
        lines = (found.text or "").splitlines()
        extracted = "\n".join(line for line in lines if _key(line) not in walk.hidden)
        site = collapse(found.sitename or "")
        title = collapse(found.title or "")
        if site:
            title = re.sub(rf"\s*[|–—-]\s*{re.escape(site)}$", "", title)
        fields |= {"title": title, "source": site, "url": found.url or ""}
        fields |= {"author": collapse(found.author or "")}
    text = "\n".join(_article_lines(pieces, extracted, fields.get("title", "")))
    if not has_words(text):
        raise InputError("no article text in it: save the page with its text")
    return Page(text, {name: value for name, value in fields.items() if value})


def _article_lines(pieces: list[_Piece], extracted: str, title: str) -> list[str]:
    """Return the page's blocks that are extracted text, with the sentences lost between them."""
    wanted = {key for line in extracted.splitlines() if (key := _key(line))}
    for piece in pieces:
        piece.kept = piece.key in wanted
    kept = [i for i, piece in enumerate(pieces) if piece.kept]
    if not kept:
        inside = [piece.text for piece in pieces if not piece.outside]
        return extracted.splitlines() or inside
    first, last = kept[0], kept[-1]
    for i in range(first - 1, -1, -1):
        if pieces[i].tag == "h1" and pieces[i].key == _key(title):
            pieces[i].kept = True
            first = i
            break
    for i in range(first, len(pieces)):
        if pieces[i].prose and (i < last or pieces[i].parent is pieces[last].parent):
            pieces[i].kept = True
    lines = [piece.text for piece in pieces if piece.kept]
    everything = "".join(_key(line) for line in lines)
    if any(key not in everything for key in wanted - {piece.key for piece in pieces}):
        return extracted.splitlines()
    return lines


def _key(text: str) -> str:
    return "".join(c for c in text if c.isalnum())


class _Walk:
    """One walk through a page that gathers the text of each block, white space collapsed."""

    def __init__(self) -> None:
        self._pieces: list[_Piece] = []
        self._buffer: list[str] = []
        self._linked = 0
        self._blocks: list[_Element] = []
        self._outside: list[_Element] = []
        self._links: list[_Element] = []
        self._marker = ""
        self.hidden: set[str] = set()

    def run(self, body: _Element) -> list[_Piece]:
        from lxml import etree

        walk = etree.iterwalk(body, events=("start", "end", "comment", "pi"))
        for event, element in walk:
            if event == "start":
                if element.tag in _DROPPED or _is_hidden(element):
                    walk.skip_subtree()
                    self.hidden |= {_key(text) for text in element.itertext()}
                else:
                    self._enter(element)
            else:
                if event == "end":
                    self._leave(element)
                if element is not body:
                    self._add(element.tail)
        self._flush()
        return self._pieces

    def _enter(self, element: _Element) -> None:
        if element.tag in _BLOCKS or element.tag == "br":
            self._flush()
        if element.tag in _BLOCKS:
            self._blocks.append(element)
        if element.tag == "li":
            self._marker = "- "
        if element.tag in ("td", "th") and "".join(self._buffer).strip():
            self._buffer.append(" | ")
        if element.tag == "a":
            self._links.append(element)
        if element.tag in _OUTSIDE or _is_outside(element):
            self._outside.append(element)
        self._add(element.text)

    def _leave(self, element: _Element) -> None:
        if self._blocks and self._blocks[-1] is element:
            self._flush()
        if element.tag == "li":
            self._marker = ""
        for stack in (self._blocks, self._links, self._outside):
            if stack and stack[-1] is element:
                stack.pop()

    def _add(self, text: str | None) -> None:
        if text:
            self._buffer.append(text)
            self._linked += len(text) if self._links else 0

    def _flush(self) -> None:
        raw = "".join(self._buffer)
        block = self._blocks[-1] if self._blocks else None
        preformatted = any(element.tag == "pre" for element in self._blocks)
        for line in raw.splitlines() if preformatted else [raw]:
            text = collapse(line)
            if text and block is not None:
                text = self._marker + text
                self._marker = ""
                outside = bool(self._outside)
                parent = block.getparent()
                self._pieces.append(_Piece(text, block.tag, parent, outside, self._linked))
        self._buffer.clear()
        self._linked = 0


def _is_hidden(element: _Element) -> bool:
    return "hidden" in element.attrib or bool(_HIDDEN.search(element.get("style", "")))


def _is_outside(element: _Element) -> bool:
    names = f"{element.get('class', '')} {element.get('id', '')}"
    return element.tag not in ("body", "main", "article") and bool(_OUTSIDE_CLASS.search(names))


def _published(tree: _Element) -> str:
    """Return what the page's metadata state as its date, never one that the text mentions."""
    for path in _DATES:
        for stated in tree.xpath(path):
            return str(stated)
    for script in tree.xpath("//script[@type='application/ld+json']/text()"):
        if found := _JSON_DATE.search(script):
            return found[1]
    return ""
