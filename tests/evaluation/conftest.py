"""Rows and answers made by hand: they are plain values."""

import pytest

from ragqa.evaluation.metrics import tally
from ragqa.evaluation.results import Data, Results, Row, Timing


@pytest.fixture
def make_row():
    def make(identity="q", *, right=True, answerable=True, confidence=0.5, loss=None, **changes):
        measures = {
            "right": float(right),
            "hit@1": float(right) if answerable else None,
            "answered": 1.0,
            **changes.pop("measures", {}),
        }
        fields = {
            "id": identity,
            "type": "amount",
            "question": f"Question {identity}?",
            "answerable": answerable,
            "answers": ("$1 million",) if answerable else (),
            "articles": (),
            "conflict": (),
            "must_cite": None,
            "answered": True,
            "confidence": confidence,
            "agreement": "single",
            "shown": (),
            "cited": None,
            "expected": None,
            "rank": 1,
            "cause": None if right else "wrong sentence",
            "loss": float(not right) if loss is None else loss,
            "measures": measures,
            "milliseconds": 20.0,
        }
        return Row(**{**fields, **changes})

    return make


@pytest.fixture
def make_results():
    def make(rows, *, corpus_sha256="c", reader_only=False, settings=None, complete=True):
        data = Data(
            gold="gold.jsonl",
            gold_sha256="g",
            corpus_sha256=corpus_sha256,
            articles=3,
            chunks=9,
            questions=len(rows),
            asked=len(rows),
            reader_only=reader_only,
        )
        return Results(
            **tally(rows),
            questions=tuple(rows),
            settings=settings or {"search": "fused"},
            versions={"ragqa": "0"},
            data=data,
            timing=Timing(total=2.0, engine=1.9),
            complete=complete,
        )

    return make
