"""A reader made ready for int8 reads as before, and its weights are told from what is shipped."""

import sys
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from ragqa.encoder import default_model_folder
from ragqa.exports import GRAPH
from ragqa.span_model import SpanModel, export
from support import ROOT

sys.path.insert(0, str(ROOT / "eval" / "training"))

QUESTION = "When was the lock built?"
CONTEXT = "Ida Orr opened the mill in 1840. The lock beside it was built in 1912, of brick."


@pytest.mark.slow
def test_equalised_weights_read_the_same_and_lose_less_in_int8(tmp_path: Path) -> None:
    from equalisation import equalise
    from qa_examples import Example
    from train_reader import SpanReader, read_weights

    folder = default_model_folder()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    model = SpanReader(folder).eval()
    model.load_state_dict(read_weights(ROOT / "ragqa" / "models" / "reader" / GRAPH))
    before = {name: weights.clone() for name, weights in model.state_dict().items()}

    def shipped(name: str, precision: str) -> SpanModel:
        place = tmp_path / f"{name}-{precision}"
        place.mkdir()
        inputs = ("input_ids", "attention_mask", "token_type_ids")
        export(model, tokenizer, place, name=name, inputs=inputs, window=384, precision=precision)
        return SpanModel(place, 1)

    def logits(reader: SpanModel) -> np.ndarray:
        [[window]] = reader.read(QUESTION, [CONTEXT])
        return np.stack([window.start, window.end])

    exact, plain = logits(shipped("plain", "float32")), logits(shipped("plain", "int8"))
    equalise(model, [Example(QUESTION, CONTEXT, ((65, 69),), "test", "test")], tokenizer)
    same, equal = logits(shipped("equal", "float32")), logits(shipped("equal", "int8"))
    np.testing.assert_allclose(same, exact, atol=1e-3)
    assert np.abs(equal - exact).mean() < np.abs(plain - exact).mean()

    found = read_weights(tmp_path / "equal-int8" / GRAPH)
    assert found.keys() == before.keys()
    for name, weights in before.items():
        assert (found[name] - weights).abs().mean() < 0.1 * weights.abs().mean(), name
