"""Where the gold answers stand in the indexed articles, and which passages cover them."""

from collections.abc import Iterable, Sequence

from ragqa.engine import Engine
from ragqa.errors import GoldError
from ragqa.evaluation.gold import Gold, GoldQuestion
from ragqa.evaluation.matching import Wording, stands_in
from ragqa.types import ArticleView, Chunk, Citation, FileProblem, Frozen, Passage, Place, SamePlace

ChunkKey = tuple[str, int, int]
"""A chunk by its article and span."""


class Evidence(Frozen):
    """A place where an accepted answer stands in a gold article.

    `chunk` is the chunk that covers it whole and `group` that chunk's duplicate group; both are
    None when no chunk does. `content` says whether any chunk overlaps it at all.
    """

    article: str
    start: int
    end: int
    accepted: str
    content: bool
    chunk: ChunkKey | None
    group: int | None


class Library:
    """The indexed articles as the questions need them, each loaded once.

    Args:
        engine: The engine that is evaluated.
        problems: What could not be read while indexing: a gold article among them is evidence
            that was not read, where any other unknown id is a mistake in the gold file.
    """

    def __init__(self, engine: Engine, problems: Sequence[FileProblem] = ()) -> None:
        self._engine = engine
        self._unread = tuple(problem.path for problem in problems)
        self._ids = tuple(sorted(summary.id for summary in engine.articles()))
        self._views: dict[str, ArticleView] = {}
        self._wordings: dict[str, Wording] = {}
        self._resolved: dict[str, tuple[str, ...]] = {}
        self._groups: dict[int, tuple[ChunkKey, ...]] | None = None

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all indexed articles, sorted."""
        return self._ids

    def check(self, gold: Gold) -> None:
        """Make sure that every gold article is known.

        Raises:
            GoldError: One is neither indexed nor among what could not be read.
        """
        for question in gold.questions:
            for key in question.articles:
                if not self._resolve(key) and not any(key in path for path in self._unread):
                    raise GoldError(
                        f"{gold.place(question)}, field articles: no indexed article has the id "
                        f"{key!r} or one that begins so (question {question.id}); index its "
                        "folder, or correct the id"
                    )

    def gold_articles(self, question: GoldQuestion) -> tuple[str, ...]:
        """The indexed articles that may answer: those named, or all when none is."""
        if not question.articles:
            return self._ids
        return tuple(dict.fromkeys(id for key in question.articles for id in self._resolve(key)))

    def view(self, article: str) -> ArticleView:
        """The article as the engine holds it."""
        if article not in self._views:
            self._views[article] = self._engine.article(article)
        return self._views[article]

    def slice(self, article: str, start: int, end: int) -> str:
        """`text[start:end]` of an article."""
        text: str = self.view(article).article.text
        return text[start:end]

    def evidence(self, question: GoldQuestion) -> tuple[Evidence, ...]:
        """Every place where an accepted answer stands in a gold article.

        SQuAD's own spans where the question has them, otherwise every occurrence of an accepted
        string.
        """
        if question.spans:
            return tuple(self._locate(s.article, s.start, s.end) for s in question.spans)
        return tuple(
            self._locate(article, span.start, span.end, accepted)
            for article in self.gold_articles(question)
            for accepted in question.accepted
            for span in self._wording(article).occurrences(accepted)
        )

    def wrongly_merged(self, evidence: Iterable[Evidence]) -> bool:
        """Whether each duplicate group that holds the evidence has a member that lacks it."""
        groups: dict[int, set[str]] = {}
        for piece in evidence:
            if piece.group is not None:
                groups.setdefault(piece.group, set()).add(piece.accepted)
        return bool(groups) and all(
            any(
                not any(stands_in(accepted, self.slice(*member)) for accepted in values)
                for member in self._members(group)
            )
            for group, values in groups.items()
        )

    def _members(self, group: int) -> tuple[ChunkKey, ...]:
        if self._groups is None:
            members: dict[int, list[ChunkKey]] = {}
            for article in self._ids:
                view = self.view(article)
                for chunk, number in zip(view.chunks, view.groups, strict=True):
                    members.setdefault(number, []).append((article, chunk.start, chunk.end))
            self._groups = {number: tuple(keys) for number, keys in members.items()}
        return self._groups[group]

    def _resolve(self, key: str) -> tuple[str, ...]:
        if key not in self._resolved:
            exact = tuple(id for id in self._ids if id == key)
            self._resolved[key] = exact or tuple(id for id in self._ids if id.startswith(key))
        return self._resolved[key]

    def _wording(self, article: str) -> Wording:
        if article not in self._wordings:
            self._wordings[article] = Wording(self.view(article).article.text)
        return self._wordings[article]

    def _locate(self, article: str, start: int, end: int, accepted: str | None = None) -> Evidence:
        view = self.view(article)
        overlapping: list[tuple[Chunk, int]] = [
            (chunk, group)
            for chunk, group in zip(view.chunks, view.groups, strict=True)
            if chunk.start < end and start < chunk.end
        ]
        covering = next(((c, g) for c, g in overlapping if c.start <= start and end <= c.end), None)
        return Evidence(
            article=article,
            start=start,
            end=end,
            accepted=accepted or view.article.text[start:end],
            content=bool(overlapping),
            chunk=(article, covering[0].start, covering[0].end) if covering else None,
            group=covering[1] if covering else None,
        )


def document(passage: Passage, evidence: Sequence[Evidence]) -> tuple[str, bool]:
    """A passage as a document of a TREC run: its id, and whether it is relevant.

    A duplicate group that holds evidence is one document. The passage is relevant when it is a
    chunk that covers the evidence, or a duplicate of one that says the same; where the passage
    that stands for the group does not say it, the evidence was merged away.
    """
    own = _key(passage.place)
    members = {own, *(_key(place) for place in passage.also_in)}
    for piece in evidence:
        if piece.chunk in members and (
            piece.chunk == own or stands_in(piece.accepted, passage.text)
        ):
            return f"group {piece.group}", True
    return f"{own[0]} {own[1]}", False


def covers(citation: Citation | SamePlace, evidence: Iterable[Evidence]) -> bool:
    """Whether a cited span covers a piece of evidence."""
    return any(
        citation.article == piece.article
        and citation.start <= piece.start
        and piece.end <= citation.end
        for piece in evidence
    )


def _key(place: Place) -> ChunkKey:
    return (place.article, place.start, place.end)
