"""Gold questions: read from ragqa's JSON lines, SQuAD 1.1 and 2.0 JSON, or a BEIR folder.

SQuAD: Rajpurkar et al., EMNLP 2016 and ACL 2018. BEIR: Thakur et al., NeurIPS 2021.
"""

import csv
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ragqa.errors import GoldError
from ragqa.types import Frozen

Format = Literal["jsonl", "squad", "beir"]
_Model = TypeVar("_Model", bound=BaseModel)
_Item = TypeVar("_Item")

_QUESTION_WORDS = ("who", "whom", "whose", "when", "where", "why", "which", "what", "how")


class GoldSpan(Frozen):
    """Where an answer, or the paragraph it was written for, stands in an article."""

    article: str
    start: int
    end: int


class GoldQuestion(Frozen):
    """A question and what a right answer is.

    `answers` are the accepted strings, empty when the articles do not say. `articles` are ids or
    id prefixes of the articles that hold the answer, empty when any may. `conflict` are values
    that must all be shown; `must_cite` is how many witnesses the answer has. `spans` and
    `paragraph` come from SQuAD; `relevance`, grades by article id, from BEIR, whose questions have
    relevant articles but no answers.
    """

    id: str
    question: str
    answers: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    type: str = "other"
    conflict: tuple[str, ...] = ()
    must_cite: int | None = None
    spans: tuple[GoldSpan, ...] = ()
    paragraph: GoldSpan | None = None
    relevance: Mapping[str, int] = {}
    line: int | None = None

    @property
    def accepted(self) -> tuple[str, ...]:
        """Every string that is an answer: the accepted ones and the conflicting values."""
        return tuple(dict.fromkeys((*self.answers, *self.conflict)))

    @property
    def in_parts(self) -> bool:
        """Whether a full answer says several things: conflicting values, or two articles' facts."""
        return bool(self.conflict) or self.type == "two-articles"

    @property
    def answerable(self) -> bool:
        """Whether the articles say."""
        return bool(self.accepted or self.relevance)


class GoldArticle(Frozen):
    """An article that came with the questions, to be indexed like any other."""

    id: str
    title: str
    text: str


class Gold(Frozen):
    """A gold file as read. `sha256` is of its bytes; `articles` is empty for JSON lines."""

    path: str
    format: Format
    sha256: str
    questions: tuple[GoldQuestion, ...]
    articles: tuple[GoldArticle, ...] = ()

    def place(self, question: GoldQuestion) -> str:
        """Where a question stands, for a message: the file, and the line or the id."""
        where = f"line {question.line}" if question.line else f"question {question.id}"
        return f"{self.path}, {where}"

    def draw(self, limit: int | None) -> "Gold":
        """At most `limit` questions, evenly spaced over the file, in its order."""
        if limit is None:
            return self
        return self.model_copy(update={"questions": tuple(evenly(self.questions, limit))})

    def write_articles(self, file: Path) -> None:
        """Write the articles that came with the questions as JSON lines that ragqa indexes."""
        with file.open("w", encoding="utf-8") as out:
            for article in self.articles:
                out.write(article.model_dump_json() + "\n")


def evenly(items: Sequence[_Item], most: int) -> Sequence[_Item]:
    """Return at most so many of the items, evenly spaced, in their order."""
    count = len(items)
    return [items[at * count // most] for at in range(most)] if most < count else items


def read_gold(path: Path) -> Gold:
    """Read a gold file or BEIR folder; the format is recognised by what is there.

    Raises:
        GoldError: It cannot be read, names no question, or a record of it is malformed. The
            message names file, line (or question) and field.
    """
    if path.is_dir():
        gold = _read_beir(path)
    else:
        raw = _bytes(path)
        text = _decode(path, raw)
        entries = _squad_entries(path, text)
        sha256 = hashlib.sha256(raw).hexdigest()
        if entries is None:
            questions = tuple(_read_lines(path, text))
            gold = Gold(path=str(path), format="jsonl", sha256=sha256, questions=questions)
        else:
            gold = _read_squad(path, entries, sha256)
    if not gold.questions:
        raise GoldError(f"{path}: there are no questions in it; write one JSON object a line")
    _check_unique(path, gold)
    return gold


class _Line(BaseModel):
    """One line of ragqa's own format."""

    model_config = ConfigDict(strict=True, extra="forbid")

    id: Annotated[str, Field(min_length=1)]
    question: Annotated[str, Field(pattern=r"\S")]
    answers: list[Annotated[str, Field(pattern=r"\w")]]
    articles: list[Annotated[str, Field(min_length=1)]] = []
    type: Annotated[str, Field(min_length=1)] = "other"
    conflict: list[Annotated[str, Field(pattern=r"\w")]] = []
    must_cite: Annotated[int, Field(ge=0)] | None = None


class _SquadAnswer(BaseModel):
    model_config = ConfigDict(strict=True)
    text: str
    answer_start: Annotated[int, Field(ge=0)]


class _SquadQuestion(BaseModel):
    model_config = ConfigDict(strict=True)
    id: Annotated[str, Field(min_length=1)]
    question: Annotated[str, Field(pattern=r"\S")]
    answers: list[_SquadAnswer]
    is_impossible: bool = False


class _SquadParagraph(BaseModel):
    model_config = ConfigDict(strict=True)
    context: str
    qas: list[_SquadQuestion]


class _SquadEntry(BaseModel):
    model_config = ConfigDict(strict=True)
    title: str = ""
    paragraphs: list[_SquadParagraph]


class _BeirRecord(BaseModel):
    model_config = ConfigDict(strict=True)
    id: Annotated[str, Field(alias="_id", min_length=1)]
    title: str = ""
    text: str


def _read_lines(path: Path, text: str) -> Iterator[GoldQuestion]:
    for number, record in _json_lines(path, text):
        line = _validated(_Line, record, f"{path}, line {number}")
        yield GoldQuestion(**line.model_dump(), line=number)


def _squad_entries(path: Path, text: str) -> list[Any] | None:
    """The `data` of a SQuAD file, or None when the text is not one."""
    if not text.lstrip().startswith("{"):
        return None
    try:
        whole = json.loads(text)
    except json.JSONDecodeError:
        return None
    if not isinstance(whole, dict) or "data" not in whole:
        return None
    if not isinstance(whole["data"], list):
        raise GoldError(f"{path}, field data: a SQuAD file has a list there")
    return whole["data"]


def _read_squad(path: Path, entries: Sequence[Any], sha256: str) -> Gold:
    articles: list[GoldArticle] = []
    questions: list[GoldQuestion] = []
    taken: set[str] = set()
    for number, raw in enumerate(entries):
        entry = _validated(_SquadEntry, raw, f"{path}, data[{number}]")
        name = entry.title if entry.title and entry.title not in taken else f"article-{number}"
        taken.add(name)
        start = 0
        for paragraph in entry.paragraphs:
            place = GoldSpan(article=name, start=start, end=start + len(paragraph.context))
            questions += [_squad_question(path, q, paragraph, place) for q in paragraph.qas]
            start = place.end + len("\n\n")
        text = "\n\n".join(p.context for p in entry.paragraphs)
        articles.append(GoldArticle(id=name, title=entry.title.replace("_", " "), text=text))
    return Gold(
        path=str(path),
        format="squad",
        sha256=sha256,
        questions=tuple(questions),
        articles=tuple(articles),
    )


def _squad_question(
    path: Path, question: _SquadQuestion, paragraph: _SquadParagraph, place: GoldSpan
) -> GoldQuestion:
    answers = [] if question.is_impossible else question.answers
    spans = []
    for answer in answers:
        end = answer.answer_start + len(answer.text)
        if paragraph.context[answer.answer_start : end] != answer.text:
            raise GoldError(
                f"{path}, question {question.id}, field answer_start: {answer.text[:40]!r} does "
                f"not stand at {answer.answer_start} of its context; correct the offset"
            )
        spans.append(
            GoldSpan(
                article=place.article,
                start=place.start + answer.answer_start,
                end=place.start + end,
            )
        )
    return GoldQuestion(
        id=question.id,
        question=question.question.strip(),
        answers=tuple(dict.fromkeys(answer.text for answer in answers)),
        articles=(place.article,),
        type=question_word(question.question),
        spans=tuple(dict.fromkeys(spans)),
        paragraph=place,
    )


def question_word(question: str) -> str:
    """The first question word, which is all the typing that SQuAD's questions carry.

    >>> question_word("In what year did it end?"), question_word("How many were there?")
    ('what', 'how many')
    """
    words = question.lower().replace("?", " ").split()
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word == "how" and following in ("many", "much"):
            return "how many"
        if word in _QUESTION_WORDS:
            return "who" if word in ("whom", "whose") else word
    return "other"


def _read_beir(folder: Path) -> Gold:
    qrels_file = next(
        (f for f in (folder / "qrels" / "test.tsv", folder / "qrels.tsv") if f.is_file()), None
    )
    if qrels_file is None:
        raise GoldError(f"{folder}: a BEIR folder has its judgements in qrels/test.tsv")
    digest = hashlib.sha256()
    records: dict[str, dict[str, tuple[int, _BeirRecord]]] = {}
    for name in ("corpus.jsonl", "queries.jsonl"):
        raw = _bytes(folder / name)
        digest.update(raw)
        records[name] = {}
        for number, record in _json_lines(folder / name, _decode(folder / name, raw)):
            where = f"{folder / name}, line {number}"
            parsed = _validated(_BeirRecord, record, where)
            if parsed.id in records[name]:
                raise GoldError(f"{where}, field _id: {parsed.id!r} stands on an earlier line too")
            records[name][parsed.id] = (number, parsed)
    raw = _bytes(qrels_file)
    digest.update(raw)
    corpus, queries = records["corpus.jsonl"], records["queries.jsonl"]
    grades = _read_qrels(qrels_file, _decode(qrels_file, raw), set(corpus), set(queries))
    return Gold(
        path=str(folder),
        format="beir",
        sha256=digest.hexdigest(),
        questions=tuple(
            GoldQuestion(
                id=query.id,
                question=query.text,
                articles=tuple(grades[query.id]),
                type=question_word(query.text),
                relevance=grades[query.id],
                line=number,
            )
            for number, query in queries.values()
            if any(grade > 0 for grade in grades.get(query.id, {}).values())
        ),
        articles=tuple(
            GoldArticle(id=record.id, title=record.title, text=record.text)
            for _, record in corpus.values()
        ),
    )


def _read_qrels(
    file: Path, text: str, documents: set[str], queries: set[str]
) -> dict[str, dict[str, int]]:
    """Grades by query and document, from tab-separated lines with or without a header."""
    grades: dict[str, dict[str, int]] = {}
    rows = csv.reader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    for number, row in enumerate(rows, start=1):
        if not row or (number == 1 and len(row) == 3 and not row[2].lstrip("-").isdigit()):
            continue
        where = f"{file}, line {number}"
        if len(row) != 3 or not row[2].lstrip("-").isdigit():
            raise GoldError(f"{where}: expected query-id, corpus-id and score between tabs")
        query, document, grade = row
        if query not in queries:
            raise GoldError(f"{where}, field query-id: {query!r} is not in queries.jsonl")
        if document not in documents:
            raise GoldError(f"{where}, field corpus-id: {document!r} is not in corpus.jsonl")
        grades.setdefault(query, {})[document] = int(grade)
    return grades


def _json_lines(path: Path, text: str) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            yield number, json.loads(line)
        except (json.JSONDecodeError, RecursionError) as error:
            problem = getattr(error, "msg", "nested too deeply")
            column = getattr(error, "colno", 1)
            raise GoldError(
                f"{path}, line {number}: not a JSON object ({problem} at column {column}); "
                "gold questions are one object a line"
            ) from error


def _validated(model: type[_Model], record: object, where: str) -> _Model:
    try:
        return model.model_validate(record)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        problem = {
            "missing": "is missing",
            "extra_forbidden": "is unknown",
            "string_pattern_mismatch": "has no word in it",
        }.get(first["type"], first["msg"])
        named = f", field {field}: {problem}" if field else ": not a JSON object"
        raise GoldError(f"{where}{named}") from error


def _check_unique(path: Path, gold: Gold) -> None:
    first: dict[str, GoldQuestion] = {}
    for question in gold.questions:
        earlier = first.setdefault(question.id, question)
        if earlier is not question:
            lines = f" (line {earlier.line})" if earlier.line else ""
            where = f", line {question.line}" if question.line else ""
            raise GoldError(
                f"{path}{where}, field id: {question.id!r} is already another question's{lines}; "
                "give each its own"
            )


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise GoldError(f"{path}: cannot be read ({error.strerror})") from error


def _decode(path: Path, raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise GoldError(f"{path}, line {line}: not UTF-8; save the file as UTF-8") from error
