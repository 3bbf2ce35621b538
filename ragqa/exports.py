"""Models made ready to run: exported to ONNX once, checked, and cached in one step."""

import hashlib
import logging
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ragqa.errors import ModelError
from ragqa.types import Frozen

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

GRAPH = "model.onnx"
TOKENIZER = "tokenizer.json"
MANIFEST = "manifest.json"


class Source(Frozen):
    """Where a model comes from: a local folder, or a name on the hub.

    A `packaged` one is installed with ragqa, and its weights are known.
    """

    name: str
    folder: Path | None
    packaged: bool = False

    @property
    def place(self) -> str:
        """What the model libraries load it by."""
        return str(self.folder or self.name)


class Manifest(Frozen):
    """What stands beside an exported graph; `sha256` is of each file, by name."""

    export_version: int
    sha256: Mapping[str, str]


def find_source(model: str, flag: str) -> Source:
    """Tell a folder from a name.

    Raises:
        ModelError: it is the path of a folder that is not there.
    """
    folder = Path(model).expanduser()
    if folder.is_dir():
        return Source(name=folder.resolve().name, folder=folder.resolve())
    if folder.is_absolute() or model.startswith((".", "~")):
        raise ModelError(f"there is no model folder {model}; name it with {flag} FOLDER")
    return Source(name=model, folder=None)


def key_of(source: Source) -> str:
    """Name the cached export after what it is made from."""
    if source.folder is not None:
        return f"{source.name}-{folder_sha256(source.folder)[:12]}"
    return "hub-" + source.name.replace("/", "--")


def is_complete(folder: Path, version: int) -> bool:
    """Whether an export is whole and of this version: the manifest's checksums hold."""
    try:
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes(), extra="ignore")
        return manifest.export_version == version and all(
            sha256(folder / name) == digest for name, digest in manifest.sha256.items()
        )
    except (OSError, ValueError):
        return False


def publish(folder: Path, version: int, build: Callable[[Path], bool]) -> bool:
    """Build an export in a temporary folder and put it in place as one step.

    Args:
        folder: Where it will stand.
        version: Of the export, to tell whether one that is there already is whole.
        build: Fills a folder; false when the model does not export.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".making-") as made:
        temporary = Path(made) / "model"
        temporary.mkdir()
        if not build(temporary):
            return False
        shutil.rmtree(folder, ignore_errors=True)
        try:
            temporary.rename(folder)
        except OSError:
            # Another process may have made the same export in the meantime.
            if not is_complete(folder, version):
                raise
    return True


def quantize(graph: Path, target: Path, *, bits: Literal[7, 8] = 7) -> None:
    """Quantise weights to int8, per channel.

    Of 7 `bits` nothing overflows on any CPU; 8 are more exact, and a session is to be opened for
    them.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with quiet():
        quantize_dynamic(
            graph, target, weight_type=QuantType.QInt8, per_channel=True, reduce_range=bits == 7
        )


def open_session(graph: Path, *, bits: Literal[7, 8] = 7) -> "InferenceSession":
    """Return a graph ready to run on one core of the CPU; `bits` are those of int8 weights."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    if bits == 8 and not _has_vnni():
        # Products of 8 bits overflow unless a kernel is asked for that takes half as long again.
        options.add_session_config_entry("session.x64quantprecision", "1")
    return onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])


def _has_vnni() -> bool:
    """Whether the CPU sums products of 8 bits in 32; false where the system does not tell."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8").split()
    except OSError:
        return False
    return not {"avx512_vnni", "avx_vnni"}.isdisjoint(flags)


def sha256(path: Path) -> str:
    """Return the digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def folder_sha256(folder: Path) -> str:
    """Return the digest of all files in a folder and of their names."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(folder).as_posix()} {sha256(path)}\n".encode())
    return digest.hexdigest()


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the model libraries' warnings and progress bars off the terminal."""
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    disabled = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(disabled)
