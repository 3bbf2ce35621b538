"""Export a trained span reader to ragqa's own form, and write its model card.

    python eval/training/ship_reader.py OUT [--to ragqa/models/reader]

`OUT` is the folder that `train_reader.py` filled. The int8 graph is compared with the float32 one
on the held-out questions, which neither was trained on.
"""

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer
from tqdm import tqdm

from equalisation import equalise
from qa_examples import Example, load_news, load_paragraphs
from ragqa.encoder import default_model_folder
from ragqa.evaluation.squad import exact_match, f1
from ragqa.exports import GRAPH
from ragqa.span_model import SpanModel, export
from train_reader import (
    NEWS,
    PARAGRAPHS,
    STAGES,
    SpanReader,
    best_span,
    read_texts,
    read_weights,
)

ROOT = Path(__file__).parents[2]
NAME = "ragqa-reader"
WINDOW = 384
# Questions whose activations the weights are equalised by.
EQUALISED, SEED = 48, 1
INPUTS = ("input_ids", "attention_mask", "token_type_ids")
CARD = """# {name}

A span reader: a question and a passage in, the logits of each token to start and to end the answer
out, with a null at [CLS] and a logit of the passage's answering at all. It reads English.

- Made from: the weights of sentence-transformers/all-MiniLM-L6-v2 (Apache 2.0), 22 M parameters,
  by `eval/training/train_reader.py` on two CPU cores, in the stages below, a step being about 2,900
  tokens. The weights are the average of {weights}.
- Data: SQuADShifts' New Wikipedia, Reddit and Amazon questions (Miller, Krauth, Recht and Schmidt,
  ICML 2020; CC BY 4.0), less six Wikipedia articles held out; QAMR (Michael, Stanovsky, He, Dagan
  and Zettlemoyer, NAACL 2018); and, written for this project, {news:,} questions over invented news
  (`eval/training/news`) and {paragraphs:,} over paragraphs (`eval/training/paragraphs`), {near:,}
  of these near misses. XQuAD and Reuters took no part.
- Form: ONNX, weights int8 by channel, feed-forward layers equalised before (SmoothQuant, Xiao et
  al. 2023), {megabytes:.1f} MB; checksums in `manifest.json`.
- On {count:,} held-out questions over Wikipedia, each read in its own paragraph: exact match
  {int8_em:.1f} and F1 {int8_f1:.1f}; in float32 {float32_em:.1f} and {float32_f1:.1f}.
- Limits: trained on short factual answers, mostly of one to five words, and on far fewer clauses
  that say why, how or whether; weak on lists, on tables, on questions that share no word with what
  answers them, and on languages other than English. It reads what a text says, true or not.

{stages}

The last stage's learning curve on held-out questions over Wikipedia and over paragraphs written for
it (`own`). `won`: the share of questions whose own paragraph's best span outscores those of three
like ones; `near_miss`: how well the span's score less the null's tells answered questions from near
misses on the same paragraphs (AUROC).

{curve}
"""
CURVE = ("step", "em", "f1", "won", "auroc", "own_em", "own_f1", "near_miss")


def main() -> int:
    """Export, measure, write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("trained", type=Path, help="the folder that train_reader.py filled")
    parser.add_argument(
        "--weights",
        nargs="+",
        default=["reader.pt"],
        metavar="FILE[=SHARE]",
        help="a run's end or checkpoints, in its folder or elsewhere; several are averaged",
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with squad/ and qamr/")
    parser.add_argument("--to", type=Path, default=ROOT / "ragqa" / "models" / "reader")
    parser.add_argument("--measure", type=int, help="held-out questions measured; all without it")
    given = parser.parse_args()
    folder = default_model_folder()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(WINDOW)
    model = SpanReader(folder)
    model.load_state_dict(_averaged(given.trained, given.weights))
    texts, held_out = read_texts(given.data)
    examples = held_out[: given.measure]
    equalise(model, random.Random(SEED).sample(texts, min(EQUALISED, len(texts))), tokenizer)
    given.to.mkdir(parents=True, exist_ok=True)
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for precision, place in (("float32", Path(scratch)), ("int8", given.to)):
            export(
                model,
                tokenizer,
                place,
                name=NAME,
                inputs=INPUTS,
                window=WINDOW,
                precision=precision,
            )
            exact, overlap = _measure(SpanModel(place, 2), examples)
            figures |= {f"{precision}_em": exact, f"{precision}_f1": overlap}
    lines = (given.trained / "curve.jsonl").read_text().splitlines()
    answered, unanswerable = load_paragraphs(PARAGRAPHS)
    card = CARD.format(
        name=NAME,
        news=len(list(load_news(NEWS))),
        paragraphs=len(answered) + len(unanswerable),
        near=len(unanswerable),
        weights=", ".join(f"`{each}`" for each in given.weights),
        megabytes=(given.to / GRAPH).stat().st_size / 1e6,
        count=len(examples),
        stages=_table(json.loads((given.trained / STAGES).read_text("utf-8"))),
        curve=_table([{name: json.loads(line)[name] for name in CURVE} for line in lines]),
        **figures,
    )
    (given.to / "README.md").write_text(card, encoding="utf-8")
    sys.stdout.write(card)
    return 0


def _table(rows: Sequence[Mapping[str, object]]) -> str:
    """Return rows with the same names as a table in Markdown."""
    names = list(rows[0])
    body = [[_cell(row[name]) for name in names] for row in rows]
    return "\n".join(
        "| " + " | ".join(each) + " |" for each in [names, ["---"] * len(names), *body]
    )


def _cell(value: object) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _averaged(folder: Path, named: Sequence[str]) -> dict[str, torch.Tensor]:
    """Return the average of weights by their shares (Wortsman et al. 2022, model soups)."""
    parts = [each.partition("=") for each in named]
    shares = [float(share or 1) for _, _, share in parts]
    loaded = [read_weights(folder / name) for name, _, _ in parts]
    return {
        name: sum(
            share / sum(shares) * weights[name].float()
            for share, weights in zip(shares, loaded, strict=True)
        )
        for name in loaded[0]
    }


def _measure(model: SpanModel, examples: Sequence[Example]) -> tuple[float, float]:
    """Return exact match and F1, in percent, of the best spans as they are."""
    exact = overlap = 0.0
    for example in tqdm(examples, disable=None):
        window = model.read(example.question, [example.context])[0][0]
        first, last, _ = best_span(window.start, window.end)
        said = example.context[window.spans[first, 0] : window.spans[last, 1]]
        golds = [example.context[start:end] for start, end in example.spans]
        exact += exact_match(said, golds)
        overlap += f1(said, golds)
    return 100 * exact / len(examples), 100 * overlap / len(examples)


if __name__ == "__main__":
    sys.exit(main())
