"""What each part is worth: the same questions, with one setting changed at a time."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ragqa.engine import Engine, index
from ragqa.evaluation.comparison import differences
from ragqa.evaluation.evidence import Library
from ragqa.evaluation.gold import Gold
from ragqa.evaluation.harness import ask_all
from ragqa.evaluation.metrics import summarise
from ragqa.evaluation.results import Ablation, Row
from ragqa.settings import READERS, Settings


class Variant(NamedTuple):
    """A change to the settings; `reindex` when the index depends on it."""

    name: str
    settings: Mapping[str, Any]
    reindex: bool = False


def variants(settings: Settings) -> tuple[Variant, ...]:
    """As shipped, then each part left out or alone, and each other reader."""
    return (
        Variant("as it is", {}),
        *(
            Variant(f"search: {search}", {"search": search})
            for search in ("fused", "dense", "lexical")
            if search != settings.search
        ),
        *(
            Variant(f"reader: {reader}", {"reader": reader})
            for reader in READERS
            if reader != settings.reader
        ),
        Variant("without duplicate groups", {"group_duplicates": False}, reindex=True),
        Variant("without headline context", {"heading_context": False}, reindex=True),
        Variant("without content cleaning", {"clean_content": False}, reindex=True),
    )


def ablate(gold: Gold, corpus: Sequence[Path], settings: Settings) -> tuple[Ablation, ...]:
    """Ask the questions of every variant, each that needs one with an index of its own.

    The differences are paired, from the first variant. Interrupted from the keyboard, it returns
    the variants that were finished.

    Args:
        gold: The questions.
        corpus: What to index.
        settings: Those of the first variant; the others change them.
    """
    done: list[Ablation] = []
    shipped: tuple[Row, ...] = ()
    with tempfile.TemporaryDirectory(prefix="ragqa-eval-") as folder:
        for number, variant in enumerate(variants(settings)):
            changed = Settings(**{**settings.model_dump(), **variant.settings})
            place = Path(folder) / (str(number) if variant.reindex else "shared")
            report = index(corpus, place, changed)
            with Engine.open(place, changed) as engine:
                library = Library(engine, report.problems)
                library.check(gold)
                asked = ask_all(engine, library, gold, label=variant.name)
            if not asked.complete:
                break
            shipped = shipped or asked.rows
            metrics, intervals = summarise(asked.rows)
            done.append(
                Ablation(
                    name=variant.name,
                    settings=variant.settings,
                    metrics=metrics,
                    intervals=intervals,
                    differences=differences(asked.rows, shipped) if done else {},
                )
            )
    return tuple(done)
