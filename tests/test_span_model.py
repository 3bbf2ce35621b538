"""Span models through the one door: the shipped one, others by folder, and what is refused."""

import json
import shutil
from importlib import resources
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st

from ragqa import exports
from ragqa.errors import ModelError
from ragqa.settings import Settings
from ragqa.span_model import SpanModel, TokenScores, load_span_model
from support import complaint, ragqa

SHIPPED = Path(str(resources.files("ragqa").joinpath("models", "reader")))
LIMIT = 25_000_000


@pytest.fixture(scope="module")
def model() -> SpanModel:
    return load_span_model(Settings(device="cpu"))


def best(text: str, windows: list[TokenScores]) -> str:
    scores = {
        (float(window.start[i] + window.end[j]), i, j, number): window
        for number, window in enumerate(windows)
        for i in range(len(window.start))
        for j in range(i, min(i + 12, len(window.end)))
    }
    (_, first, last, _), window = max(scores.items(), key=lambda item: item[0])
    return text[window.spans[first, 0] : window.spans[last, 1]]


# The shipped model


def test_it_is_small_and_has_a_card() -> None:
    assert sum(path.stat().st_size for path in SHIPPED.iterdir()) < LIMIT
    card = (SHIPPED / "README.md").read_text()
    for said in ("SQuADShifts", "CC BY 4.0", "QAMR", "all-MiniLM-L6-v2", "Apache 2.0"):
        assert said in card


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How much did the pumps cost?", "$3.1 million"),
        ("Who paid for the pumps?", "the harbour council"),
        ("When were they delivered?", "4 May 2026"),
    ],
)
def test_it_finds_the_words(model: SpanModel, question: str, answer: str) -> None:
    text = (
        "The harbour council paid $3.1 million for the pumps. They were delivered on 4 May 2026, "
        "after a strike at the factory in Velo."
    )
    [windows] = model.read(question, [text])
    said, wanted = (each.casefold().removeprefix("the ") for each in (best(text, windows), answer))
    assert said == wanted


def test_the_kernel_for_cpus_without_vnni_reads_the_same(
    model: SpanModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "_has_vnni", lambda: False)
    other = SpanModel(SHIPPED, threads=1)
    text = "The harbour council paid $3.1 million for the pumps, which came on 4 May 2026."
    [[one]], [[two]] = (each.read("What did the pumps cost?", [text]) for each in (model, other))
    assert all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))


def test_a_text_is_read_the_same_whatever_is_read_with_it(model: SpanModel) -> None:
    texts = [f"The lock at Velo cost {n} million guilders. " * (1 + n % 3) for n in range(7)]
    together = model.read("What did the lock cost?", texts)
    for text, windows in zip(texts, together, strict=True):
        [alone] = model.read("What did the lock cost?", [text])
        assert len(alone) == len(windows)
        for one, other in zip(alone, windows, strict=True):
            assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


@profile(max_examples=40, deadline=None)
@given(
    question=st.text(max_size=300),
    texts=st.lists(st.text(max_size=400), max_size=3),
)
def test_every_token_stands_where_it_says(question: str, texts: list[str]) -> None:
    found = load_once().read(question, texts)
    assert len(found) == len(texts)
    for text, windows in zip(texts, found, strict=True):
        for window in windows:
            assert len(window.spans) == len(window.start) == len(window.end)
            assert (window.spans[:, 0] < window.spans[:, 1]).all()
            assert (window.spans >= 0).all()
            assert (window.spans <= len(text)).all()
            assert (np.diff(window.spans[:, 0]) >= 0).all()


_loaded: list[SpanModel] = []


def load_once() -> SpanModel:
    if not _loaded:
        _loaded.append(load_span_model(Settings(device="cpu")))
    return _loaded[0]


def test_a_text_wider_than_the_window_is_read_in_overlapping_ones(model: SpanModel) -> None:
    filler = "The river there is slow and brown in the summer months. " * 80
    text = filler + "The lock at Velo cost 12 million guilders. " + filler
    [windows] = model.read("What did the lock at Velo cost?", [text])
    assert len(windows) > 2
    read = np.zeros(len(text), dtype=bool)
    for window in windows:
        for start, end in window.spans:
            read[start:end] = True
    assert all(read[at] or text[at].isspace() for at in range(len(text)))
    for one, other in pairwise(windows):
        assert other.spans[0, 0] < one.spans[-1, 1], "windows overlap"
    assert best(text, windows).startswith("12 million")


def test_a_question_wider_than_the_window_is_cut(model: SpanModel) -> None:
    text = "The lock at Velo cost 12 million guilders."
    [[window]] = model.read("why " * 1500, [text])
    assert (window.spans[0, 0], window.spans[-1, 1]) == (0, len(text))


# Other models


def tiny(folder: Path, kind: str = "BertForQuestionAnswering") -> Path:
    """Save a tiny BERT with random weights."""
    import torch
    import transformers

    torch.manual_seed(5)
    folder.mkdir(parents=True)
    letters = "abcdefghijklmnopqrstuvwxyz0123456789.,?"
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{x}" for x in letters)]
    (folder / "vocab.txt").write_text("\n".join(pieces))
    transformers.BertTokenizerFast(str(folder / "vocab.txt"), model_max_length=64).save_pretrained(
        folder
    )
    config = transformers.BertConfig(
        vocab_size=len(pieces),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=48,
        max_position_embeddings=64,
    )
    getattr(transformers, kind)(config).save_pretrained(folder)
    return folder


@pytest.mark.slow
def test_a_model_of_transformers_by_its_folder(tmp_path: Path) -> None:
    import torch
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer

    folder = tiny(tmp_path / "other")
    settings = Settings(device="cpu", cache=tmp_path / "cache", precision="float32")
    text = "The lock cost 12 million."
    for _ in range(2):  # the second time from the cache
        model = load_span_model(settings, str(folder))
        [[window]] = model.read("What cost?", [text])
    original = AutoModelForQuestionAnswering.from_pretrained(folder).eval()
    tokens = AutoTokenizer.from_pretrained(folder)("What cost?", text, return_tensors="pt")
    with torch.no_grad():
        expected = original(**tokens)
    kept = [at for at, part in enumerate(tokens.sequence_ids(0)) if part == 1]
    assert np.abs(window.start - expected.start_logits[0, kept].numpy()).max() < 1e-3
    assert np.abs(window.end - expected.end_logits[0, kept].numpy()).max() < 1e-3
    assert window.null == pytest.approx(
        float(expected.start_logits[0, 0] + expected.end_logits[0, 0]), abs=2e-3
    )
    assert window.relevance == 0.0


@pytest.mark.slow
def test_asking_with_another_reader(tmp_path: Path) -> None:
    folder = tiny(tmp_path / "other")
    (tmp_path / "a.txt").write_text("The lock at Velo cost 12 million guilders, the board said.")
    assert ragqa("index", "a.txt", cwd=tmp_path).returncode == 0
    for reader in ("sentence", "spans", str(folder)):
        ran = ragqa(
            "ask", "What did the lock cost?", "--json", "--reader", reader, cwd=tmp_path,
            RAGQA_CACHE=str(tmp_path / "cache"),
        )  # fmt: skip
        assert ran.returncode in (0, 1), ran
        for citation in json.loads(ran.stdout)["citations"]:
            assert citation["quote"] in (tmp_path / "a.txt").read_text()


# What is refused


@pytest.mark.slow
def test_a_model_without_the_head(tmp_path: Path) -> None:
    folder = tiny(tmp_path / "headless", "BertModel")
    with pytest.raises(ModelError, match=r"no question-answering head; name one"):
        load_span_model(Settings(cache=tmp_path / "cache"), str(folder))


@pytest.mark.slow
def test_no_weights(tmp_path: Path) -> None:
    folder = tiny(tmp_path / "other")
    (folder / "model.safetensors").unlink()
    with pytest.raises(ModelError, match=r"cannot load the reader 'other'.*name the folder"):
        load_span_model(Settings(cache=tmp_path / "cache"), str(folder))


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "manifest.json"])
@pytest.mark.parametrize("what", ["cut short", "changed"])
def test_a_damaged_reader(name: str, what: str, tmp_path: Path) -> None:
    folder = tmp_path / "reader"
    shutil.copytree(SHIPPED, folder)
    data = bytearray((folder / name).read_bytes())
    if what == "cut short":
        del data[len(data) // 2 :]
    else:
        data[len(data) // 2] ^= 1
    (folder / name).write_bytes(data)
    with pytest.raises(ModelError, match=r"damaged.*train it again, or name another"):
        load_span_model(Settings(), str(folder))


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_missing_file(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "reader"
    shutil.copytree(SHIPPED, folder)
    (folder / name).unlink()
    with pytest.raises(ModelError, match="damaged"):
        load_span_model(Settings(), str(folder))


def test_no_such_folder(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The lock at Velo cost 12 million guilders, the board said.")
    assert ragqa("index", "a.txt", cwd=tmp_path).returncode == 0
    line = complaint(ragqa("ask", "What cost?", "--reader", "./nowhere", cwd=tmp_path))
    assert "there is no model folder ./nowhere; name it with --reader FOLDER" in line
