"""A question and texts in, a score for every token to start or end the answer out.

The model that comes with ragqa, and any extractive question-answering model of Hugging Face's
transformers, exported to ONNX once and cached.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ragqa.errors import ModelError
from ragqa.exports import (
    GRAPH,
    MANIFEST,
    TOKENIZER,
    Manifest,
    Source,
    cores,
    find_source,
    is_complete,
    key_of,
    open_session,
    publish,
    quantize,
    quiet,
    sha256,
)
from ragqa.settings import Settings

if TYPE_CHECKING:
    from tokenizers import Encoding
    from torch import nn

Scores = NDArray[np.float32]

_EXPORT_VERSION = 2
_WINDOW = 384
# Of the window, that two windows of one text share.
_OVERLAP_SHARE = 1 / 4
# Of the window, so that a text always has the rest of it.
_QUESTION_SHARE = 1 / 3
# Most that a score of the exported float32 graph may differ from the model's own.
_EXPORT_DIFFERENCE = 1e-3
_PROBE = (
    "How much did it cost?",
    "The bridge closed on 4 May after engineers found cracks that will cost $3 million to mend.",
)


class SpanManifest(Manifest):
    """What stands beside a span model's graph.

    `window` counts tokens, special ones included; `relevance` says whether the graph has a third
    output, the logit of the text's answering at all.
    """

    name: str
    window: int
    inputs: tuple[str, ...]
    relevance: bool = False


class TokenScores(NamedTuple):
    """What the model makes of one window of a text.

    `spans` are the half-open spans of characters of its tokens, of shape (tokens, 2); `start` and
    `end` their logits, of shape (tokens,). `null` is the logit of there being no answer here, start
    and end together; `relevance` that of there being one, 0 from a model that doesn't say.
    """

    spans: NDArray[np.int64]
    start: Scores
    end: Scores
    null: float
    relevance: float


def load_span_model(settings: Settings, name: str | None = None) -> "SpanModel":
    """Load the model that comes with ragqa, or another by name or folder.

    Raises:
        ModelError: it is missing or damaged, cannot be loaded, or has no question-answering head.
    """
    threads = settings.threads or cores()
    if name is None:
        folder = Path(str(resources.files("ragqa").joinpath("models", "reader")))
        _check(folder, "reinstall ragqa")
        return SpanModel(folder, threads)
    source = find_source(name, "--reader")
    if source.folder is not None and (source.folder / MANIFEST).is_file():
        _check(source.folder, "train it again, or name another with --reader")
        return SpanModel(source.folder, threads)
    try:
        folder = settings.cache / "readers" / f"{key_of(source)}-{settings.precision}"
        if not is_complete(folder, _EXPORT_VERSION):
            model, tokenizer = _load(source)
            publish(
                folder,
                _EXPORT_VERSION,
                lambda made: _export_pretrained(source, model, tokenizer, made, settings.precision),
            )
    except OSError as error:
        raise ModelError(
            f"cannot prepare the reader {name!r}: {error}; "
            "set XDG_CACHE_HOME to a folder that can be written"
        ) from error
    return SpanModel(folder, threads)


class SpanModel:
    """An extractive question-answering model on ONNX Runtime; for one thread at a time.

    As for the encoder every text has a run of its own, one a core: what is read in a text does not
    depend on which others are read with it, and nothing is spent on padding.
    """

    def __init__(self, folder: Path, threads: int) -> None:
        from tokenizers import Tokenizer

        manifest = SpanManifest.model_validate_json((folder / MANIFEST).read_bytes())
        self.name = manifest.name
        self.window = manifest.window
        self._inputs = manifest.inputs
        self._relevance = manifest.relevance
        self._threads = threads
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        self._tokenizer.no_padding()
        self._session = open_session(folder / GRAPH, bits=8)

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self._threads, thread_name_prefix="ragqa-reader")

    def read(self, question: str, texts: Sequence[str]) -> list[list[TokenScores]]:
        """Return the scores of each text, in as many overlapping windows as it takes."""
        asked = self._cut(question)
        self._tokenizer.enable_truncation(
            self.window, stride=int(_OVERLAP_SHARE * self.window), strategy="only_second"
        )
        encodings = self._tokenizer.encode_batch([(asked, text) for text in texts])
        windows = [
            (number, window)
            for number, encoding in enumerate(encodings)
            for window in (encoding, *encoding.overflowing)
        ]
        # Longest first, so that the last runs of the pool are short.
        windows.sort(key=lambda each: -len(each[1].ids))
        found: list[list[TokenScores]] = [[] for _ in texts]
        runs = self._pool.map(self._run, [window for _, window in windows])
        for (number, _), scores in zip(windows, runs, strict=True):
            if len(scores.spans):
                found[number].append(scores)
        for each in found:
            each.sort(key=lambda scores: int(scores.spans[0, 0]))
        return found

    def _cut(self, question: str) -> str:
        """Return as much of a question as leaves a text its part of the window."""
        self._tokenizer.no_truncation()
        spans = self._tokenizer.encode(question, add_special_tokens=False).offsets
        most = int(_QUESTION_SHARE * self.window)
        return question if len(spans) <= most else question[: spans[most - 1][1]]

    def _run(self, window: "Encoding") -> TokenScores:
        ids = np.asarray([window.ids], dtype=np.int64)
        feed = {"input_ids": ids}
        if "attention_mask" in self._inputs:
            feed["attention_mask"] = np.ones_like(ids)
        if "token_type_ids" in self._inputs:
            feed["token_type_ids"] = np.asarray([window.type_ids], dtype=np.int64)
        start, end, *relevance = self._session.run(None, feed)
        text = [
            at
            for at, (sequence, span) in enumerate(
                zip(window.sequence_ids, window.offsets, strict=True)
            )
            if sequence == 1 and span[0] < span[1]
        ]
        return TokenScores(
            spans=np.asarray(window.offsets, dtype=np.int64)[text].reshape(-1, 2),
            start=start[0][text],
            end=end[0][text],
            null=float(start[0][0] + end[0][0]),
            relevance=float(relevance[0][0]) if self._relevance else 0.0,
        )


def export(
    model: "nn.Module",
    tokenizer: Any,  # noqa: ANN401 - tokenizers.Tokenizer
    folder: Path,
    *,
    name: str,
    inputs: Sequence[str],
    window: int,
    precision: str,
) -> None:
    """Write a module that gives start and end logits, and perhaps relevance, as an export.

    Args:
        model: Takes the inputs by position, each of shape (texts, tokens); returns tensors.
        tokenizer: Its tokenizer, which joins a question and a text.
        folder: An existing folder, which is filled.
        name: What the model is called.
        inputs: The names of its inputs.
        window: The tokens that it reads at once.
        precision: int8 or float32.

    Raises:
        ModelError: the exported graph does not give the model's own scores.
    """
    import torch

    tokenizer.enable_truncation(window)
    tokenizer.no_padding()
    probe = tokenizer.encode(*_PROBE)
    known = {
        "input_ids": probe.ids,
        "attention_mask": [1] * len(probe.ids),
        "token_type_ids": probe.type_ids,
    }
    example = tuple(torch.tensor([known[each]]) for each in inputs)
    float32 = folder / "float32.onnx"
    with quiet(), torch.no_grad():
        expected = [each.numpy() for each in model.eval()(*example)]
        names = ["start", "end", "relevance"][: len(expected)]
        torch.onnx.export(
            model,
            example,
            str(float32),
            input_names=list(inputs),
            output_names=names,
            dynamic_axes={each: {0: "texts", 1: "tokens"} for each in (*inputs, "start", "end")},
            opset_version=17,
            dynamo=False,
        )
    feed = {each: tensor.numpy() for each, tensor in zip(inputs, example, strict=True)}
    found = open_session(float32).run(None, feed)
    for one, other in zip(expected, found, strict=True):
        if np.abs(one - other).max() > _EXPORT_DIFFERENCE:
            raise ModelError(f"the reader {name!r} does not export to ONNX; name another")
    if precision == "int8":
        quantize(float32, folder / GRAPH, bits=8)
        float32.unlink()
    else:
        float32.rename(folder / GRAPH)
    tokenizer.no_truncation()
    tokenizer.save(str(folder / TOKENIZER))
    manifest = SpanManifest(
        export_version=_EXPORT_VERSION,
        name=name,
        window=window,
        inputs=tuple(inputs),
        relevance=len(expected) > 2,
        sha256={each: sha256(folder / each) for each in (GRAPH, TOKENIZER)},
    )
    (folder / MANIFEST).write_text(manifest.model_dump_json(indent=1) + "\n")


def _check(folder: Path, remedy: str) -> None:
    if not is_complete(folder, _EXPORT_VERSION):
        raise ModelError(
            f"the reader in {folder} is damaged: its files are not those that its manifest "
            f"names; {remedy}"
        )


def _load(source: Source) -> tuple[Any, Any]:
    """Return a transformers model with a trained question-answering head, and its tokenizer."""
    with quiet():
        from transformers import AutoModelForQuestionAnswering, AutoTokenizer

        try:
            model, report = AutoModelForQuestionAnswering.from_pretrained(
                source.place, output_loading_info=True
            )
            tokenizer = AutoTokenizer.from_pretrained(source.place)
        except Exception as error:
            first = next(iter(str(error).strip().splitlines()), repr(error)).rstrip(".")
            raise ModelError(
                f"cannot load the reader {source.name!r}: {first}; name the folder of an "
                "extractive question-answering model, or one that is already downloaded"
            ) from error
    if any("qa_outputs" in str(key) for key in report["missing_keys"]):
        raise ModelError(
            f"the model {source.name!r} has no question-answering head; name one that was trained "
            "to find answers, with --reader NAME_OR_FOLDER"
        )
    if not hasattr(tokenizer, "backend_tokenizer"):
        raise ModelError(f"the reader {source.name!r} has no fast tokenizer; name another")
    return model, tokenizer


def _export_pretrained(
    source: Source,
    model: Any,  # noqa: ANN401 - a transformers model
    tokenizer: Any,  # noqa: ANN401 - a transformers tokenizer
    folder: Path,
    precision: str,
) -> bool:
    import torch

    inputs = tuple(
        name
        for name in ("input_ids", "attention_mask", "token_type_ids")
        if name in tokenizer.model_input_names
    )

    class Graph(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *tensors: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            made = self.model(**dict(zip(inputs, tensors, strict=True)))
            return made.start_logits, made.end_logits

    longest = min(tokenizer.model_max_length, _WINDOW)
    export(
        Graph(),
        tokenizer.backend_tokenizer,
        folder,
        name=source.name,
        inputs=inputs,
        window=int(longest),
        precision=precision,
    )
    return True
