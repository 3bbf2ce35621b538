"""Questions with the spans that answer them: of SQuAD 1.1 files, of QAMR, and those of our own."""

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, product
from pathlib import Path
from typing import Literal, NamedTuple

_HELD_OUT = 6
_SPLIT_SEED = 1


class Example(NamedTuple):
    """A question, the text that answers it, and each annotator's half-open span in that text.

    `group` names the article or sentence source that a split must not tear apart.
    """

    question: str
    context: str
    spans: tuple[tuple[int, int], ...]
    group: str
    source: str


class Place(NamedTuple):
    """A half-open span of a text, or the whole of it."""

    text: str
    span: tuple[int, int] | None


class NewsQuestion(NamedTuple):
    """A question over an event's articles or a paragraph: where it is answered, and where not.

    Without answers, `against` holds the places where a careless reader would find one.
    """

    question: str
    answers: tuple[Place, ...]
    against: tuple[Place, ...]


Relation = Literal["agree", "contradict", "neutral"]


class Statements(NamedTuple):
    """Sentences of different hands that seem to answer a question.

    Those of `contradicting` cannot be right where those of `agreeing` are; those of `alike` are
    about something else.
    """

    question: str
    agreeing: tuple[str, ...]
    contradicting: tuple[str, ...]
    alike: tuple[str, ...]

    def pairs(self) -> Iterator[tuple[str, str, Relation]]:
        """Yield two sentences and how they stand to each other as answers.

        Of two that contradict a third it is not known.
        """
        for one, other in combinations(self.agreeing, 2):
            yield one, other, "agree"
        for one, other in product(self.agreeing, self.contradicting):
            yield one, other, "contradict"
        for one, other in product((*self.agreeing, *self.contradicting), self.alike):
            yield one, other, "neutral"
        for one, other in combinations(self.alike, 2):
            yield one, other, "neutral"


def load_statements(folder: Path) -> list[Statements]:
    """Return what the files of a folder say on each question.

    A file is made of questions, each with its sentences on lines of their own below it:
    `? QUESTION`, `+ SENTENCE` and `= SENTENCE` that agree, `x SENTENCE` that contradicts these,
    `~ SENTENCE` that only looks like an answer.

    Raises:
        ValueError: a line is none of these, or a question has no sentence that answers it.
    """
    return [each for path in sorted(folder.glob("*.txt")) for each in _read_statements(path)]


def _read_statements(path: Path) -> Iterator[Statements]:
    for block in path.read_text("utf-8").split("\n\n"):
        said: dict[str, list[str]] = {mark: [] for mark in "?+=x~"}
        for line in filter(None, map(str.strip, block.splitlines())):
            mark, _, rest = line.partition(" ")
            if mark not in said or not rest:
                raise ValueError(f"{path.name}: no question and no sentence on one: {line}")
            said[mark].append(rest)
        if not any(said.values()):
            continue
        if len(said["?"]) != 1 or not said["+"]:
            raise ValueError(f"{path.name}: not one question with an answer: {block}")
        agreeing = (*said["+"], *said["="])
        yield Statements(said["?"][0], agreeing, tuple(said["x"]), tuple(said["~"]))


def load_news(folder: Path) -> Iterator[NewsQuestion]:
    """Yield the questions of `NAME-questions.jsonl` over the articles of `NAME-articles.jsonl`."""
    for path in sorted(folder.glob("*-questions.jsonl")):
        name = path.name.removesuffix("-questions.jsonl")
        texts: dict[str, str] = {}
        for line in (folder / f"{name}-articles.jsonl").read_text("utf-8").splitlines():
            record = json.loads(line)
            texts[record["id"]] = record["text"]
        for line in path.read_text("utf-8").splitlines():
            asked = json.loads(line)
            answers = tuple(_place(texts, each) for each in asked["spans"])
            if answers:
                event = asked["spans"][0]["article"].rpartition("-")[0]
                said = {each["answer"].casefold() for each in asked["spans"]}
                against = tuple(
                    Place(text, None)
                    for key, text in texts.items()
                    if key.rpartition("-")[0] == event
                    and not any(answer in text.casefold() for answer in said)
                )
            else:
                against = tuple(_place(texts, each) for each in asked.get("tempting", ()))
            if answers or against:
                yield NewsQuestion(asked["question"].strip(), answers, against)


def load_paragraphs(folder: Path) -> tuple[list[Example], list[NewsQuestion]]:
    """Return the answered questions over the paragraphs of a folder, and the unanswerable ones.

    A file is made of paragraphs, each below `= TITLE` and on one line, with `? QUESTION` below it
    and below that `> ANSWER` (or `> ANSWER @ LONGER PIECE`, where the answer alone stands more than
    once), or `! PHRASE` that a careless reader would take for the answer that is not there.

    Raises:
        ValueError: a line is none of these, or an answer does not stand in its paragraph.
    """
    asked = [each for path in sorted(folder.glob("*.txt")) for each in _read_paragraphs(path)]
    return (
        [
            Example(each.question, each.text, tuple(each.answers), each.title, "written")
            for each in asked
            if each.answers
        ],
        [
            NewsQuestion(each.question, (), tuple(Place(each.text, it) for it in each.tempting))
            for each in asked
            if each.tempting
        ],
    )


class _Asked(NamedTuple):
    question: str
    title: str
    text: str
    answers: list[tuple[int, int]]
    tempting: list[tuple[int, int]]


def _read_paragraphs(path: Path) -> list[_Asked]:
    asked: list[_Asked] = []
    title = text = ""
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        mark, _, rest = line.strip().partition(" ")
        if mark == "=":
            title, text = f"{path.stem}: {rest}", ""
        elif mark == "?":
            asked.append(_Asked(rest, title, text, [], []))
        elif mark in (">", "!"):
            said, _, wider = rest.partition(" @ ")
            start = text.find(wider or said)
            inside = (wider or said).find(said)
            if start < 0 or inside < 0:
                raise ValueError(f"{path.name}:{number}: not in its paragraph: {rest}")
            those = asked[-1].answers if mark == ">" else asked[-1].tempting
            those.append((start + inside, start + inside + len(said)))
        elif mark and text:
            raise ValueError(f"{path.name}:{number}: no question, and no paragraph: {line}")
        elif mark:
            text = line.strip()
    return asked


def _place(texts: dict[str, str], said: dict[str, str]) -> Place:
    text = texts[said["article"]]
    sentence = text.index(said["sentence"])
    start = sentence + said["sentence"].index(said["answer"])
    return Place(text, (start, start + len(said["answer"])))


def load_squad(path: Path) -> Iterator[Example]:
    """Yield the questions of a SQuAD 1.1 file whose answers stand where it says.

    A file with one title only is grouped by paragraph.
    """
    data = json.loads(path.read_text("utf-8"))["data"]
    for article in data:
        for number, paragraph in enumerate(article["paragraphs"]):
            context = paragraph["context"]
            group = article["title"] if len(data) > 1 else f"{article['title']} {number}"
            for asked in paragraph["qas"]:
                spans = tuple(
                    (answer["answer_start"], answer["answer_start"] + len(answer["text"]))
                    for answer in asked["answers"]
                    if context[answer["answer_start"] :].startswith(answer["text"])
                )
                if spans:
                    yield Example(
                        asked["question"].strip(),
                        context,
                        spans,
                        f"{path.stem}: {group}",
                        path.stem,
                    )


def load_qamr(folder: Path) -> Iterator[Example]:
    """Yield the questions of QAMR that no validator rejected, over detokenised sentences.

    An answer in several pieces is left out.
    """
    sentences = {}
    for line in (folder / "wiki-sentences.tsv").read_text("utf-8").splitlines():
        name, text = line.split("\t")
        sentences[name] = detokenise(text.split())
    for path in (folder / "filtered-dev.tsv", folder / "filtered-test.tsv"):
        for line in path.read_text("utf-8").splitlines():
            name, _, _, _, _, question, *answers = line.split("\t")
            if name not in sentences or any("Invalid" in answer for answer in answers):
                continue
            text, places = sentences[name]
            spans = []
            for answer in answers:
                indices = answer.rpartition(":")[2]
                if "Redundant" in indices or not indices.strip():
                    continue
                tokens = sorted({int(index) for index in indices.split()})
                if tokens[-1] - tokens[0] == len(tokens) - 1 and tokens[-1] < len(places):
                    spans.append((places[tokens[0]][0], places[tokens[-1]][1]))
            if spans:
                group = name.rsplit(":", 2)[0]
                yield Example(question.strip(), text, tuple(spans), f"qamr: {group}", "qamr")


_BRACKETS = {
    "-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "-LCB-": "{", "-RCB-": "}",
    "``": '"', "''": '"', "`": "'",
}  # fmt: skip
_NO_SPACE_BEFORE = re.compile(r"^(?:[,.;:!?%)\]}]|\.\.\.|'(?:s|S|re|ve|ll|d|m)?|n't|N'T)$")
_NO_SPACE_AFTER = set("([{$£€#")


def detokenise(tokens: Sequence[str]) -> tuple[str, list[tuple[int, int]]]:
    """Join Penn Treebank tokens as they are written; return the text and each token's span."""
    text = ""
    places = []
    glued = True
    quoted = False
    for token in tokens:
        written = _BRACKETS.get(token, token)
        closing = token == "''" or (written == '"' and token == '"' and quoted)
        if not (
            glued
            or closing
            or _NO_SPACE_BEFORE.match(written if token in _BRACKETS and written in ")]}" else token)
        ):
            text += " "
        places.append((len(text), len(text) + len(written)))
        text += written
        if written == '"':
            quoted = not closing
        glued = written in _NO_SPACE_AFTER or token in ("``", "`") or (written == '"' and quoted)
    return text, places


def held_out_titles(path: Path) -> list[str]:
    """Return the titles of the articles of a SQuAD file that no model is trained on."""
    titles = sorted({entry["title"] for entry in json.loads(path.read_text("utf-8"))["data"]})
    return random.Random(_SPLIT_SEED).sample(titles, _HELD_OUT)


def split(
    examples: Iterable[Example], held_out: Iterable[str]
) -> tuple[list[Example], list[Example]]:
    """Divide examples into those to train on and those of the groups held out."""
    parts: dict[bool, list[Example]] = defaultdict(list)
    out = set(held_out)
    for example in examples:
        parts[example.group in out].append(example)
    return parts[False], parts[True]
