"""The vocabulary: frozen types that the steps hand to each other and the faces show.

Every `start` and `end` is a half-open span `[start, end)` over `Article.text`, in code points.
"""

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

Format = Literal["text", "markdown", "html", "pdf", "jsonl"]
Reason = Literal[
    "navigation",
    "share",
    "comments",
    "teaser",
    "promotion",
    "repeated-body",
    "recurring-line",
    "front-matter",
    "markup",
]
BlockKind = Literal["heading", "paragraph", "item"]
ValueKind = Literal["money", "percent", "number", "date", "duration", "name"]
Agreement = Literal["single", "corroborated", "conflicting", "none"]


class Frozen(BaseModel):
    """Base of all types here: immutable, and an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Span(Frozen):
    """A half-open, non-negative span of code points."""

    start: int
    end: int

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"a span must be ordered: [{self.start}, {self.end})")
        return self


class Article(Frozen):
    """One article as it was read; `text` never changes afterwards.

    `id` is the file's path relative to the folder that was indexed, or the record's own id.
    `title_span` says where in `text` the title stands, when it stands there.
    `published` is an ISO date, `YYYY-MM-DD`, or None when the article does not state one.
    """

    id: str
    path: str
    format: Format
    text: str
    title: str | None = None
    title_span: Span | None = None
    source: str | None = None
    url: str | None = None
    published: str | None = None
    metadata: Mapping[str, str] = {}


class Omission(Span):
    """A span that is not content, and the named reason why."""

    reason: Reason


class Block(Span):
    """A paragraph, list item or heading: the natural unit above the sentence.

    `start` and `end` exclude surrounding white space. Hard-wrapped lines of one paragraph are
    one block.
    """

    kind: BlockKind


class Content(Frozen):
    """What is content and what is not; blocks and omissions are disjoint and in order.

    Together they cover every character of the article that is not white space.
    """

    blocks: tuple[Block, ...]
    omissions: tuple[Omission, ...]


class Sentence(Span):
    """A sentence (or a heading, or a list item) inside a chunk."""

    kind: BlockKind


class Chunk(Span):
    """A run of blocks, or a part of a long one, that is embedded and searched as a whole.

    `heading` is the nearest section heading above the chunk, or None.
    """

    position: int
    heading: str | None
    sentences: tuple[Sentence, ...]


class Value(Frozen):
    """A normalised amount, date, number, percentage, duration or name."""

    kind: ValueKind
    normal: str


class ValueSpan(Span):
    """Where a value stands in a text."""

    value: Value


class Filters(Frozen):
    """Which articles may answer; sources match case-insensitively.

    Dates are `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; both are inclusive, `until` to its end. An article
    without a date, or a source, passes no filter by it.
    """

    sources: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None


class Place(Frozen):
    """A chunk of an article, as stored: where a text stands."""

    article: str
    title: str
    path: str
    source: str | None
    url: str | None
    published: str | None
    chunk: int
    start: int
    end: int


class Passage(Frozen):
    """A retrieved chunk. `text` is `article.text[place.start:place.end]`.

    `also_in` are the other members of its duplicate group. `dense` is a cosine, None where
    only words were searched; `lexical` a BM25 score, higher is better, None where that search did
    not find it. `score` is the fused one.
    """

    place: Place
    text: str
    heading: str | None
    sentences: tuple[Sentence, ...]
    also_in: tuple[Place, ...] = ()
    dense: float | None = None
    lexical: float | None = None
    score: float = 0.0

    def slice(self, span: Span) -> str:
        """Return the text of a span of the article that lies inside the passage."""
        offset = self.place.start
        return self.text[span.start - offset : span.end - offset]


class Candidate(Span):
    """A span that may answer, as a reader proposes it.

    `passage` is the index of the passage it stands in; `start` and `end` are the answer's span in
    the article, `sentence` the span of the sentence around it. `score` compares candidates of
    one question (higher is better). `margin` is what a span model scores it above finding nothing
    there, and `relevance` its logit of the passage's answering at all; 0 from other readers.
    """

    passage: int
    sentence: Span
    score: float
    value: Value | None = None
    margin: float = 0.0
    relevance: float = 0.0


class Trace(Frozen):
    """What each stage gave on the way to an answer; the first `read` passages were read."""

    passages: tuple[Passage, ...]
    read: int
    candidates: tuple[Candidate, ...]
    answer: "Answer"


class ArticleSummary(Frozen):
    """A line of the list of articles; `chunks` is their number."""

    id: str
    title: str | None
    source: str | None
    published: str | None
    chunks: int


class ArticleView(Frozen):
    """An article with what was left out of it, its chunks, and each chunk's duplicate group."""

    article: Article
    omissions: tuple[Omission, ...]
    chunks: tuple[Chunk, ...]
    groups: tuple[int, ...]


class SamePlace(Frozen):
    """Another place where a citation's text stands."""

    article: str
    path: str
    start: int
    end: int


class Citation(Frozen):
    """A chunk that an answer rests on; `quote` is `text[start:end]` of the article."""

    number: int
    article: str
    title: str
    path: str
    source: str | None
    url: str | None
    published: str | None
    chunk: int
    start: int
    end: int
    quote: str
    answer_start: int
    answer_end: int
    score: float
    also_in: tuple[SamePlace, ...]


class AnswerItem(Frozen):
    """One thing that the articles say, and the numbers of the citations that say it.

    `text` stands at `[answer_start, answer_end)` of the first citation's article; the others state
    the same in words of their own, at spans of their own. `contradicts_first` marks another value
    for the same thing as the first answer's, from another article.
    """

    text: str
    sentence: str
    confidence: float
    witnesses: int
    value: Value | None
    citations: tuple[int, ...]
    contradicts_first: bool = False


class IndexInfo(Frozen):
    """The index that was asked."""

    articles: int
    chunks: int
    version: str


class Milliseconds(Frozen):
    """Where the time of one question went."""

    search: float
    read: float
    total: float


class Answer(Frozen):
    """What every face shows: see the README for the JSON form."""

    question: str
    answered: bool
    confidence: float
    agreement: Agreement
    answers: tuple[AnswerItem, ...]
    citations: tuple[Citation, ...]
    index: IndexInfo
    milliseconds: Milliseconds


class FileProblem(Frozen):
    """A file or record that could not be read, and why, in one line."""

    path: str
    problem: str


class IndexReport(Frozen):
    """What one `index` run did, in articles; `chunks` are those of all whose content was read."""

    added: int
    changed: int
    removed: int
    unchanged: int
    chunks: int
    embedded: int
    problems: tuple[FileProblem, ...]
    seconds: float
