"""What the benchmarks run on: the texts beside the checkout, or texts of the same kind made up.

`../shared` holds five real articles, Reuters-21578 as JSON arrays (`title`, `body`; D. Lewis, for
research only) and half of XQuAD's English part (Artetxe et al., ACL 2020; CC BY-SA 4.0).
"""

import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from processes import ROOT

_SHARED = ROOT.parent / "shared"
_REUTERS = _SHARED / "data" / "reuters"
_XQUAD = _SHARED / "data" / "squad" / "xquad.en.half.json"
# As many as Reuters-21578 has items with a body.
_GENERATED = 19_000
_FILES_A_FOLDER = 1_000

_SUBJECTS = (
    "council ferry harbour refinery mill bank exporter union ministry broker carrier producer "
    "airline smelter exchange bureau cooperative shipyard retailer insurer grower utility"
).split()
_OBJECTS = (
    "wheat copper coffee tariff dividend loan pipeline surplus quota freight merger bond cocoa "
    "rubber deficit subsidy shipment contract reserve lease tender budget warehouse sugar"
).split()
_VERBS = (
    "raised cut delayed approved rejected reviewed announced doubled halved questioned financed "
    "suspended renewed widened priced audited"
).split()
_PLACES = (
    "Ostermere Harrow Quill Denby Larkin Velo Marsk Tolland Ivesk Corran Pelham Duna Brisk Aldane "
    "Wexcombe Norring Sarn Kestrane Ixova Petrel"
).split()
_TIMES = (
    "in March|last week|over the winter|since the strike|before the vote|on Tuesday|this quarter|"
    "after the storm|by the end of June|for a second year"
).split("|")


class Story(NamedTuple):
    """A news item."""

    title: str
    body: str


class News(NamedTuple):
    """Many news items, and a line that says which."""

    source: str
    stories: Sequence[Story]


def articles() -> tuple[Path, str]:
    """Return a folder of a few articles on one event, and a line that says which."""
    real = _SHARED / "articles"
    if real.is_dir():
        return real, "the five real articles (../shared/articles)"
    return ROOT / "corpus", "corpus/, as the real articles (../shared/articles) are not there"


def xquad() -> tuple[Path | None, str]:
    """Return the SQuAD file with the questions, or None, and a line that says which."""
    if _XQUAD.is_file():
        return _XQUAD, "half of XQuAD's English part (../shared/data/squad/xquad.en.half.json)"
    return None, "no questions: ../shared/data/squad/xquad.en.half.json is not there"


def news(limit: int | None = None) -> News:
    """Return Reuters' items with a body, or generated ones; at most `limit`, evenly drawn."""
    if _REUTERS.is_dir():
        stories = list(_reuters())
        source = "Reuters-21578 (../shared/data/reuters)"
    else:
        rng = random.Random(1)
        stories = [_generated(rng) for _ in range(limit or _GENERATED)]
        source = "generated articles, as ../shared/data/reuters is not there"
    count = len(stories)
    if limit is not None and limit < count:
        stories = [stories[number * count // limit] for number in range(limit)]
    return News(f"{len(stories):,} articles of {source}", stories)


def write_files(stories: Sequence[Story], folder: Path) -> None:
    """Write each item as a text file, headline first, a thousand to a folder."""
    for number, story in enumerate(stories):
        below = folder / f"{number // _FILES_A_FOLDER:02}"
        below.mkdir(parents=True, exist_ok=True)
        text = f"{story.title}\n\n{story.body}\n"
        (below / f"{number:05}.txt").write_text(text, encoding="utf-8")


def write_lines(stories: Sequence[Story], file: Path) -> None:
    """Write all items into one file, a JSON object a line."""
    with file.open("w", encoding="utf-8") as out:
        for number, story in enumerate(stories):
            record = {"id": f"{number:05}", "title": story.title, "text": story.body}
            out.write(json.dumps(record) + "\n")


def questions(stories: Sequence[Story], count: int) -> dict[str, list[str]]:
    """Make questions of several kinds, each after an item drawn at random.

    `keywords`: its headline with a third of the words dropped. `what`, `how much`: such a question
    about some words of a sentence of its body. `mixed`: words of three items, which no single
    article answers.
    """
    rng = random.Random(7)
    titled = [story for story in stories if len(story.title.split()) > 3]
    made: dict[str, list[str]] = {"keywords": [], "what": [], "how much": [], "mixed": []}
    for number in range(count):
        story = rng.choice(titled)
        kind = list(made)[number % len(made)]
        if kind == "keywords":
            words = story.title.lower().split()
            question = " ".join(_some(words, len(words) - len(words) // 3, rng))
        elif kind == "mixed":
            several = rng.sample(titled, 3)
            words = [word for each in several for word in _some(each.body.split(), 3, rng)]
            question = f"Did {' '.join(words)}?"
        else:
            begin = "What is said about" if kind == "what" else "How much was"
            sentence = rng.choice([s for s in story.body.split(". ") if s.strip()] or [story.body])
            question = f"{begin} {' '.join(_some(sentence.split(), 6, rng))}?"
        made[kind].append(question)
    return made


def _some(words: Sequence[str], count: int, rng: random.Random) -> list[str]:
    """Draw words, kept in order."""
    drawn = sorted(rng.sample(range(len(words)), min(count, len(words))))
    return [words[number] for number in drawn]


def _reuters() -> Iterator[Story]:
    for path in sorted(_REUTERS.glob("*.json")):
        for item in json.loads(path.read_text("utf-8")):
            body = item.get("body", "").strip()
            if body:
                yield Story(item.get("title", "").strip(), body)


def _generated(rng: random.Random) -> Story:
    sentences = [_sentence(rng) for _ in range(rng.randint(3, 14))]
    paragraphs = [" ".join(sentences[start : start + 3]) for start in range(0, len(sentences), 3)]
    title = f"{rng.choice(_PLACES)} {rng.choice(_SUBJECTS)} {rng.choice(_VERBS)} {_goods(rng)}"
    return Story(title.upper(), "\n    ".join(paragraphs))


def _sentence(rng: random.Random) -> str:
    figure = f"{rng.randint(2, 999)}.{rng.randint(0, 9)} mln dlrs"
    return (
        f"The {rng.choice(_PLACES)} {rng.choice(_SUBJECTS)} {rng.choice(_VERBS)} its {_goods(rng)} "
        f"to {figure} {rng.choice(_TIMES)}, the {rng.choice(_SUBJECTS)} of {rng.choice(_PLACES)} "
        f"said, and {rng.randint(2, 99)} pct of the {_goods(rng)} was {rng.choice(_VERBS)} "
        f"{rng.choice(_TIMES)}."
    )


def _goods(rng: random.Random) -> str:
    return f"{rng.choice(_OBJECTS)} {rng.choice(_OBJECTS)}"
