"""Train the span reader that ragqa ships, from the weights of the default encoder.

    python eval/training/train_reader.py --data ../shared/data --out OUT

One pass reads every question once with a window of the text that answers it and, for some, with a
window that does not: a passage that the encoder finds near the question, or the rest of the same
text without the sentence that answers. The loss of a window is over its tokens and a null at
[CLS] (Devlin et al. 2019, as for SQuAD 2.0); where a question has both windows a second loss
normalises over the tokens of both (shared norm, Clark and Gardner 2018), so that scores compare
across passages. A third head learns whether the window answers. The annotators' spans share the
target equally. One question in ten is read as it is typed in haste, with words misspelt.

Besides the published sets it reads what was written for it: paragraphs with questions in other
words than theirs (`paragraphs/`), and several articles of an event (`news/`), both with near misses
and the phrase that tempts.

The rate of learning rises, stays, and falls linearly over the last `--decay` of the steps
(warmup-stable-decay), so that a stopped run goes on from its last checkpoint, and a longer run
from the last one before the fall. The weights shipped are an exponential moving average.
"""

import argparse
import hashlib
import itertools
import json
import math
import random
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from sentencex import get_sentence_boundaries
from tokenizers import Tokenizer
from torch import Tensor, nn
from tqdm import tqdm

from qa_examples import (
    Example,
    NewsQuestion,
    Place,
    held_out_titles,
    load_news,
    load_paragraphs,
    load_qamr,
    load_squad,
    split,
)
from ragqa.encoder import default_model_folder, load_encoder
from ragqa.evaluation.squad import exact_match, f1
from ragqa.settings import DEFAULT_MODEL, Settings

NEWS = Path(__file__).parent / "news"
PARAGRAPHS = Path(__file__).parent / "paragraphs"
STAGES = "stages.json"
SQUAD = ("new_wiki", "reddit", "amazon_reviews")
SPLIT_SEED = 1
CLS, SEP = 101, 102
QUESTION_TOKENS = 48
WINDOW_TOKENS = (48, 224)
NEGATIVE_SHARE = 0.5
HASTY_SHARE = 0.1
HASTY_WORDS = 0.3
NEIGHBOURS = 8
BATCH_TOKENS = 3200
RATE = 1.5e-4
WARMUP_STEPS = 150
DECAY = 0.25
PARTS = (1, 1, 4, 2)
AVERAGE = 0.998
WEIGHT_DECAY = 0.01
SHARED, RELEVANCE = 0.5, 0.5
LONGEST_ANSWER = 40


class Text(NamedTuple):
    """A text's token ids, their spans of characters, and where its sentences begin, in tokens."""

    ids: NDArray[np.int32]
    spans: NDArray[np.int32]
    sentences: tuple[int, ...]


class Window(NamedTuple):
    """One input: question and text ids, and the probability of each text token to start, end.

    Without a target the window does not answer.
    """

    question: NDArray[np.int32]
    text: NDArray[np.int32]
    start: NDArray[np.float32] | None
    end: NDArray[np.float32] | None
    pair: int

    def __len__(self) -> int:
        return len(self.question) + len(self.text) + 3


class SpanReader(nn.Module):
    """The encoder's transformer with a start, an end and a relevance score."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        from transformers import AutoModel

        # PyTorch's fused attention is the slower one on a CPU for heads of 32 (2.13: 1.3 times the
        # step), and its dropout is slow there: the layers keep one of their three.
        self.bert = AutoModel.from_pretrained(
            folder,
            add_pooling_layer=False,
            attention_probs_dropout_prob=0.0,
            attn_implementation="eager",
        )
        for layer in self.bert.encoder.layer:
            layer.attention.output.dropout.p = 0.0
        width = self.bert.config.hidden_size
        self.span = nn.Linear(width, 2)
        self.relevance = nn.Linear(width, 1)
        for head in (self.span, self.relevance):
            nn.init.normal_(head.weight, std=0.02)
            nn.init.zeros_(head.bias)

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return start and end logits of shape (texts, tokens), and relevance ones (texts,)."""
        hidden = self.bert(
            input_ids=ids, attention_mask=mask, token_type_ids=types
        ).last_hidden_state
        span = self.span(hidden).float()
        return span[..., 0], span[..., 1], self.relevance(hidden[:, 0]).float().squeeze(-1)


class Questions:
    """Questions' token ids, now and then those of one as it is typed in haste."""

    def __init__(self, texts: Sequence[str], tokenizer: Tokenizer) -> None:
        self._texts = texts
        self._tokenizer = tokenizer
        encodings = tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        self.ids = [np.asarray(each.ids[:QUESTION_TOKENS], np.int32) for each in encodings]

    def asked(self, row: int, chance: random.Random) -> NDArray[np.int32]:
        """Return a question's token ids."""
        if chance.random() >= HASTY_SHARE:
            return self.ids[row]
        typed = hasty(self._texts[row], chance)
        encoding = self._tokenizer.encode(typed, add_special_tokens=False)
        return np.asarray(encoding.ids[:QUESTION_TOKENS], np.int32)


def hasty(question: str, chance: random.Random) -> str:
    """Return a question without its mark and with some words misspelt, never a name or number.

    A misspelling is one edit after the first letter: letters exchanged, one left out, doubled, or
    a vowel for another (the kinds of Damerau 1964).
    """
    first, *words = question.rstrip("? ").split()
    return " ".join(
        _misspelt(word, chance)
        if word.isalpha() and word.islower() and len(word) > 2 and chance.random() < HASTY_WORDS
        else word
        for word in (first.lower(), *words)
    )


def _misspelt(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word))
    before, letter, after = word[:at], word[at], word[at + 1 :]
    if letter in "aeiou" and chance.random() < 0.5:
        return before + chance.choice("aeiou") + after
    edits = [before + after, before + letter + letter + after]
    if after:
        edits.append(before + after[0] + letter + after[1:])
    return chance.choice(edits)


class Corpus:
    """Examples, tokenised, with the passages near each question that do not answer it."""

    def __init__(self, examples: Sequence[Example], tokenizer: Tokenizer, cache: Path) -> None:
        """Find the passages near each question, or read them from the folder `cache`."""
        self.examples = examples
        contexts = sorted({example.context for example in examples})
        number = {context: at for at, context in enumerate(contexts)}
        self.context_of = [number[example.context] for example in examples]
        self.texts = [_text(context, tokenizer) for context in contexts]
        self.contexts = contexts
        self.questions = Questions([example.question for example in examples], tokenizer)
        self.near = self._near(cache)

    def _near(self, cache: Path) -> NDArray[np.int32]:
        """Return, for each question, the contexts nearest to it in the same source."""
        digest = hashlib.sha256(repr(self.examples).encode("utf-8")).hexdigest()
        file = cache / f"near-{digest[:16]}.npy"
        if file.is_file():
            return np.load(file)
        encoder = load_encoder(Settings(), DEFAULT_MODEL)
        contexts = encoder.encode(self.contexts)
        near = np.full((len(self.examples), NEIGHBOURS), -1, np.int32)
        sources = sorted({example.source for example in self.examples})
        for source in sources:
            rows = [at for at, each in enumerate(self.examples) if each.source == source]
            own = sorted({self.context_of[row] for row in rows})
            asked = encoder.encode([self.examples[row].question for row in rows], "question")
            for at, row in enumerate(rows):
                answers = {
                    self.examples[row].context[start:end].casefold()
                    for start, end in self.examples[row].spans
                }
                order = np.argsort(-(contexts[own] @ asked[at]))[: 3 * NEIGHBOURS]
                kept = [
                    own[each]
                    for each in order
                    if own[each] != self.context_of[row]
                    and not any(answer in self.contexts[own[each]].casefold() for answer in answers)
                ][:NEIGHBOURS]
                near[row, : len(kept)] = kept
        np.save(file, near)
        return near

    def windows(self, row: int, chance: random.Random) -> list[Window]:
        """Return the window of a question that answers it and, for some, one that does not."""
        example, text = self.examples[row], self.texts[self.context_of[row]]
        spans = [span for span in (_tokens_of(text, span) for span in example.spans) if span]
        if not spans:
            return []
        short, long = WINDOW_TOKENS
        budget = chance.randint(short, long)
        chosen = chance.choice(spans)
        first, last = _around(text, chosen, budget, chance)
        pieces = [(text, first, last)]
        if example.source == "qamr":
            # Sentences alone teach nothing about choosing one: other sentences stand around it.
            others = [self.texts[each] for each in self.near[row] if each >= 0]
            chance.shuffle(others)
            pieces += [(each, 0, len(each.ids)) for each in others[: chance.randint(0, 1)]]
            chance.shuffle(pieces)
        asked = self.questions.asked(row, chance)
        found = [_window(asked, pieces, text, spans, row)]
        if example.source != "qamr" and chance.random() < NEGATIVE_SHARE:
            negative = self._negative(row, asked, text, spans, budget, chance)
            if negative is not None:
                found.append(negative)
        return [each for each in found if len(each) <= 320]

    def _negative(
        self,
        row: int,
        asked: NDArray[np.int32],
        text: Text,
        spans: Sequence[tuple[int, int]],
        budget: int,
        chance: random.Random,
    ) -> Window | None:
        near = [each for each in self.near[row] if each >= 0]
        if chance.random() < 0.4 and len(text.sentences) > 2:
            held = {
                at
                for start, end in spans
                for at, (first, last) in enumerate(_bounds(text))
                if first < end and start < last
            }
            pieces = [
                (text, first, last)
                for at, (first, last) in enumerate(_bounds(text))
                if at not in held
            ]
            if pieces:
                return _window(asked, _fit(pieces, budget), None, (), row)
        if not near:
            return None
        other = self.texts[chance.choice(near)]
        at = chance.randrange(len(other.ids))
        first, last = _around(other, (at, at + 1), budget, chance)
        return _window(asked, [(other, first, last)], None, (), row)


class News:
    """Questions over the articles of events, tokenised."""

    def __init__(self, questions: Sequence[NewsQuestion], tokenizer: Tokenizer) -> None:
        self.examples = questions
        texts = {place.text for each in questions for place in (*each.answers, *each.against)}
        self._texts = {text: _text(text, tokenizer) for text in texts}
        self._questions = Questions([each.question for each in questions], tokenizer)

    def windows(self, row: int, chance: random.Random) -> list[Window]:
        """Return one window that answers, if any does, and up to two that do not."""
        each = self.examples[row]
        # Numbers of questions tell pairs apart in a batch, those of texts from those of news.
        pair = -1 - row
        asked = self._questions.asked(row, chance)
        found = []
        if each.answers:
            found += self._window(asked, chance.choice(each.answers), pair, chance, answers=True)
        against = list(each.against)
        chance.shuffle(against)
        for place in against[:2]:
            found += self._window(asked, place, pair, chance, answers=False)
        return [each for each in found if len(each) <= 320]

    def whole(self, row: int) -> Window:
        """Return the whole of a text that does not answer."""
        text = self._texts[self.examples[row].against[0].text]
        return Window(self._questions.ids[row], text.ids[: WINDOW_TOKENS[1] + 128], None, None, row)

    def _window(
        self,
        asked: NDArray[np.int32],
        place: Place,
        pair: int,
        chance: random.Random,
        *,
        answers: bool,
    ) -> list[Window]:
        text = self._texts[place.text]
        at = chance.randrange(len(text.ids))
        span = _tokens_of(text, place.span) if place.span is not None else (at, at + 1)
        if span is None:
            return []
        first, last = _around(text, span, chance.randint(*WINDOW_TOKENS), chance)
        answering, spans = (text, [span]) if answers else (None, [])
        return [_window(asked, [(text, first, last)], answering, spans, pair)]


def _text(context: str, tokenizer: Tokenizer) -> Text:
    encoding = tokenizer.encode(context, add_special_tokens=False)
    spans = np.asarray(encoding.offsets, np.int32).reshape(-1, 2)
    starts = [int(each["start_index"]) for each in get_sentence_boundaries("en", context)]
    tokens = sorted({int(np.searchsorted(spans[:, 0], start)) for start in starts} | {0})
    return Text(
        np.asarray(encoding.ids, np.int32), spans, tuple(at for at in tokens if at < len(spans))
    )


def _bounds(text: Text) -> list[tuple[int, int]]:
    return list(zip(text.sentences, (*text.sentences[1:], len(text.ids)), strict=True))


def _tokens_of(text: Text, span: tuple[int, int]) -> tuple[int, int] | None:
    """Return the half-open run of tokens that covers a span of characters."""
    start = int(np.searchsorted(text.spans[:, 1], span[0], side="right"))
    end = int(np.searchsorted(text.spans[:, 0], span[1], side="left"))
    return (start, end) if start < end else None


def _around(
    text: Text, span: tuple[int, int], budget: int, chance: random.Random
) -> tuple[int, int]:
    """Return a run of whole sentences around a run of tokens, of about `budget` tokens."""
    bounds = _bounds(text)
    first = max(at for at, (start, _) in enumerate(bounds) if start <= span[0])
    last = min(at for at, (_, end) in enumerate(bounds) if end >= span[1])
    while True:
        sides = [
            side for side, more in (("left", first > 0), ("right", last + 1 < len(bounds))) if more
        ]
        if not sides:
            break
        side = chance.choice(sides)
        wider = (first - 1, last) if side == "left" else (first, last + 1)
        if bounds[wider[1]][1] - bounds[wider[0]][0] > budget:
            break
        first, last = wider
    return bounds[first][0], bounds[last][1]


def _fit(pieces: Sequence[tuple[Text, int, int]], budget: int) -> list[tuple[Text, int, int]]:
    kept: list[tuple[Text, int, int]] = []
    for piece in pieces:
        if kept and sum(last - first for _, first, last in kept) + piece[2] - piece[1] > budget:
            break
        kept.append(piece)
    return kept


def _window(
    question: NDArray[np.int32],
    pieces: Sequence[tuple[Text, int, int]],
    answering: Text | None,
    spans: Sequence[tuple[int, int]],
    pair: int,
) -> Window:
    ids = np.concatenate([text.ids[first:last] for text, first, last in pieces])
    if answering is None:
        return Window(question, ids, None, None, pair)
    starts, ends = np.zeros(len(ids), np.float32), np.zeros(len(ids), np.float32)
    offset = 0
    for text, first, last in pieces:
        if text is answering:
            for start, end in spans:
                if first <= start and end <= last:
                    starts[offset + start - first] += 1
                    ends[offset + end - 1 - first] += 1
        offset += last - first
    if not starts.any():
        return Window(question, ids, None, None, pair)
    return Window(question, ids, starts / starts.sum(), ends / ends.sum(), pair)


def batches(corpus: Corpus | News, seed: int, number: int, parts: int = 1) -> list[list[Window]]:
    """Return pass `number` over the questions, or over one of so many parts of them.

    Windows of like length stand together, a question's too.
    """
    chance = random.Random(f"{seed} {number}")
    groups = [
        windows
        for row in range(number % parts, len(corpus.examples), parts)
        if (windows := corpus.windows(row, chance))
    ]
    chance.shuffle(groups)
    made: list[list[Window]] = []
    pool = 4096
    for at in range(0, len(groups), pool):
        part = sorted(groups[at : at + pool], key=lambda windows: max(map(len, windows)))
        batch: list[Window] = []
        longest = 0
        for windows in part:
            longest = max(longest, *map(len, windows))
            if batch and longest * (len(batch) + len(windows)) > BATCH_TOKENS:
                made.append(batch)
                batch, longest = [], max(map(len, windows))
            batch.extend(windows)
        made.append(batch)
    chance.shuffle(made)
    return made


class Batch(NamedTuple):
    """Windows as tensors of shape (windows, tokens); `text` marks the tokens that may answer."""

    ids: Tensor
    mask: Tensor
    types: Tensor
    text: Tensor
    start: Tensor
    end: Tensor
    answers: Tensor
    pairs: Tensor


def collate(windows: Sequence[Window], device: str) -> Batch:
    """Pad windows; a window that does not answer has its target at [CLS]."""
    size = (len(windows), max(map(len, windows)))
    ids, mask, types, text = (np.zeros(size, np.int64) for _ in range(4))
    start, end = np.zeros(size, np.float32), np.zeros(size, np.float32)
    for row, window in enumerate(windows):
        asked = len(window.question) + 2
        stop = asked + len(window.text)
        ids[row, :asked] = [CLS, *window.question, SEP]
        ids[row, asked : stop + 1] = [*window.text, SEP]
        mask[row, : stop + 1] = 1
        types[row, asked : stop + 1] = 1
        text[row, asked:stop] = 1
        if window.start is None or window.end is None:
            start[row, 0] = end[row, 0] = 1
        else:
            start[row, asked:stop], end[row, asked:stop] = window.start, window.end
    numbers: dict[int, int] = {}
    pairs = [numbers.setdefault(window.pair, len(numbers)) for window in windows]
    answers = [float(window.start is not None) for window in windows]
    tensors = [torch.from_numpy(each).to(device) for each in (ids, mask, types, text, start, end)]
    return Batch(*tensors, torch.tensor(answers, device=device), torch.tensor(pairs, device=device))


def loss_of(model: SpanReader, batch: Batch) -> Tensor:
    """Return the mean over windows of the three losses."""
    starts, ends, relevance = model(batch.ids, batch.mask, batch.types)
    text = batch.text.bool()
    allowed = text.clone()
    allowed[:, 0] = True
    answers = batch.answers.bool()
    total = torch.zeros((), device=starts.device)
    questions = int(batch.pairs.max()) + 1
    for logits, target in ((starts, batch.start), (ends, batch.end)):
        own = logits.masked_fill(~allowed, -1e4)
        total = total - (target * own.log_softmax(-1)).sum(-1).mean() / 2
        shared = logits.masked_fill(~text, -1e4).logsumexp(-1)
        norm = torch.full((questions,), -1e4, device=logits.device)
        top = norm.scatter_reduce(0, batch.pairs, shared.detach(), "amax")
        sums = torch.zeros_like(norm).scatter_add(0, batch.pairs, (shared - top[batch.pairs]).exp())
        norm = top + sums.clamp_min(1e-30).log()
        gold = (target * logits).sum(-1)
        total = total + SHARED * (norm[batch.pairs] - gold)[answers].sum() / len(answers) / 2
    judged = nn.functional.binary_cross_entropy_with_logits(relevance, batch.answers)
    return total + RELEVANCE * judged


def rate_at(step: int, steps: int, decay: float) -> float:
    """Return the share of the full rate: warm-up, stable, then linear decay."""
    begin = steps * (1 - decay)
    if step < WARMUP_STEPS:
        return (step + 1) / WARMUP_STEPS
    return 1.0 if step < begin else max(0.0, (steps - step) / (steps - begin))


def best_span(start: NDArray[np.float32], end: NDArray[np.float32]) -> tuple[int, int, float]:
    """Return the best run of tokens [first, last] and its score."""
    scores = start[:, None] + end[None, :]
    scores[~np.triu(np.tril(np.ones_like(scores, bool), LONGEST_ANSWER - 1))] = -np.inf
    first, last = divmod(int(scores.argmax()), len(end))
    return first, last, float(scores[first, last])


@torch.no_grad()
def evaluate(model: SpanReader, corpus: Corpus, device: str, most: int) -> dict[str, float]:
    """Measure on held-out questions.

    Exact match and F1 in the text that answers; the share of questions for which it wins against
    the passages near the question by its span's score, and by that less the null; and how well
    the latter tells the window that answers from the best that does not (AUROC).
    """
    from sklearn.metrics import roc_auc_score

    model.eval()
    rows = range(len(corpus.examples))[:most]
    exact = overlap = won = won_less_null = 0.0
    yes, no = [], []
    for row in tqdm(rows, desc="evaluating", disable=None, leave=False):
        example = corpus.examples[row]
        own = corpus.context_of[row]
        places = [own, *[each for each in corpus.near[row][:3] if each >= 0]]
        windows = [
            Window(corpus.questions.ids[row], corpus.texts[each].ids[:400], None, None, row)
            for each in places
        ]
        batch = collate(windows, device)
        with torch.autocast(device, torch.bfloat16, enabled=device != "cpu" or _bf16()):
            starts, ends, _ = model(batch.ids, batch.mask, batch.types)
        scores = []
        asked = len(corpus.questions.ids[row]) + 2
        for at, window in enumerate(windows):
            stop = asked + len(window.text)
            first, last, score = best_span(
                starts[at, asked:stop].cpu().numpy(), ends[at, asked:stop].cpu().numpy()
            )
            scores.append((score, score - float(starts[at, 0] + ends[at, 0])))
            if at == 0:
                spans = corpus.texts[own].spans
                said = example.context[spans[first][0] : spans[last][1]]
        golds = [example.context[start:end] for start, end in example.spans]
        exact += exact_match(said, golds)
        overlap += f1(said, golds)
        if len(scores) > 1:
            won += scores[0][0] > max(score for score, _ in scores[1:])
            won_less_null += scores[0][1] > max(score for _, score in scores[1:])
            yes.append(scores[0][1])
            no.append(max(score for _, score in scores[1:]))
    model.train()
    count = len(rows)
    return {
        "em": 100 * exact / count,
        "f1": 100 * overlap / count,
        "won": 100 * won / len(yes),
        "won_less_null": 100 * won_less_null / len(yes),
        "auroc": float(roc_auc_score([1] * len(yes) + [0] * len(no), yes + no)),
    }


@torch.no_grad()
def near_misses(
    model: SpanReader, corpus: Corpus, unanswerable: News, device: str, most: int
) -> float:
    """Return how well spans less nulls tell what paragraphs answer from near misses (AUROC)."""
    from sklearn.metrics import roc_auc_score

    windows = [
        Window(corpus.questions.ids[row], corpus.texts[corpus.context_of[row]].ids, None, None, row)
        for row in range(len(corpus.examples))[:most]
    ]
    near = [unanswerable.whole(row) for row in range(len(unanswerable.examples))[:most]]
    model.eval()
    margins = []
    for window in [*windows, *near]:
        batch = collate([window], device)
        with torch.autocast(device, torch.bfloat16, enabled=device != "cpu" or _bf16()):
            starts, ends, _ = model(batch.ids, batch.mask, batch.types)
        asked = len(window.question) + 2
        stop = asked + len(window.text)
        start, end = starts[0].cpu().numpy(), ends[0].cpu().numpy()
        margins.append(best_span(start[asked:stop], end[asked:stop])[2] - start[0] - end[0])
    model.train()
    return float(roc_auc_score([1] * len(windows) + [0] * len(near), margins))


def _bf16() -> bool:
    return bool(torch.cpu._is_avx512_bf16_supported())


def _optimizer(model: SpanReader, rate: float) -> torch.optim.Optimizer:
    decayed = [each for each in model.parameters() if each.ndim > 1]
    others = [each for each in model.parameters() if each.ndim <= 1]
    groups: list[dict[str, Any]] = [
        {"params": decayed, "weight_decay": WEIGHT_DECAY},
        {"params": others, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.98), eps=1e-6, fused=True)


def schedule(
    parts: Sequence[tuple[Corpus | News, int]], seed: int, begin: int
) -> Iterator[list[Window]]:
    """Yield batches for ever, from the one numbered `begin` on.

    A pass reads each source's questions, or of those with parts one part, the next one in the next.
    """
    done = 0
    for number in itertools.count():
        of_pass = [batch for source, many in parts for batch in batches(source, seed, number, many)]
        random.Random(f"{seed} {number} order").shuffle(of_pass)
        for batch in of_pass:
            if done >= begin:
                yield batch
            done += 1


def weights_of(graph: Path) -> dict[str, Tensor]:
    """Return the weights of a shipped reader, its int8 ones as the floats that they stand for."""
    import onnx

    made = onnx.load(graph).graph
    known = {each.name: onnx.numpy_helper.to_array(each) for each in made.initializer}
    parts = ("_quantized", "_zero_point", "_scale")

    def dequantised(name: str) -> Tensor:
        whole, zero, scale = (known[name + part].astype(np.float32) for part in parts)
        return torch.from_numpy(np.asarray((whole - zero) * scale))

    weights = {
        name: torch.from_numpy(np.array(each))
        for name, each in known.items()
        if not name.endswith(parts)
    }
    for name in known:
        if ".embeddings." in name and name.endswith(parts[0]):
            weights[name.removesuffix(parts[0])] = dequantised(name.removesuffix(parts[0]))
    for node in made.node:
        if node.op_type == "MatMulInteger":
            layer = node.name.strip("/").rpartition("/")[0].replace("/", ".")
            matrix = dequantised(node.input[1].removesuffix(parts[0]))
            weights[f"{layer}.weight"] = matrix.T.contiguous()
    for name in [each for each in weights if each.endswith(".inverse")]:
        layer, inverse = name.removesuffix(".inverse"), weights.pop(name)
        weights[f"{layer}.weight"] = weights.pop(f"{layer}.linear.weight") * inverse
        weights[f"{layer}.bias"] = weights.pop(f"{layer}.linear.bias")
    return weights


def read_texts(data: Path) -> tuple[list[Example], list[Example]]:
    """Return SQuADShifts' questions to train on, and those over the Wikipedia articles held out."""
    files = [data / "squad" / f"squadshifts_{name}.json" for name in SQUAD]
    groups = [f"{files[0].stem}: {title}" for title in held_out_titles(files[0])]
    train, held_out = split((each for file in files for each in load_squad(file)), groups)
    random.Random(SPLIT_SEED).shuffle(held_out)
    return train, held_out


def read_weights(path: Path) -> dict[str, Tensor]:
    """Return the weights of a shipped reader, of a finished run, or a checkpoint's average."""
    if path.suffix == ".onnx":
        return weights_of(path)
    state = torch.load(path, map_location="cpu", weights_only=True)
    average = state.get("average", {})
    return {
        name.removeprefix("module."): tensor
        for name, tensor in (average or state).items()
        if name != "n_averaged"
    }


def _begun_with(begin: Path | None) -> str:
    """Say in the card what a stage began with."""
    if begin is None:
        return "the encoder's weights"
    if begin.suffix == ".onnx":
        return "the stage before, as shipped (int8)"
    return "the stage before (average of its weights)"


def earlier_stages(begin: Path | None) -> list[dict[str, Any]]:
    """Return what is known of the training of the weights that a run begins with."""
    file = begin.parent / STAGES if begin is not None else None
    if file is None or not file.is_file():
        return []
    stages: list[dict[str, Any]] = json.loads(file.read_text("utf-8"))
    return stages


def resume(
    checkpoint: Path,
    model: SpanReader,
    optimizer: torch.optim.Optimizer,
    average: torch.optim.swa_utils.AveragedModel,
    device: str,
) -> int:
    """Load a checkpoint, if there is one; return how many steps were done."""
    if not checkpoint.is_file():
        return 0
    state = torch.load(checkpoint, map_location=device, weights_only=True)
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    average.load_state_dict(state["average"])
    torch.set_rng_state(state["random"].cpu())
    return int(state["step"])


def main() -> int:
    """Train, from the last checkpoint if there is one."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with squad/ and qamr/")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--news", type=Path, default=NEWS, help="folder of questions over news")
    parser.add_argument("--paragraphs", type=Path, default=PARAGRAPHS, help="and over paragraphs")
    parser.add_argument(
        "--begin",
        type=Path,
        metavar="FILE",
        help="begin with a reader's weights, model.onnx or reader.pt, instead of the encoder's",
    )
    parser.add_argument("--rate", type=float, default=RATE, help="of learning, the highest")
    parser.add_argument("--decay", type=float, default=DECAY, help="share of steps it falls in")
    parser.add_argument(
        "--parts",
        type=int,
        nargs=4,
        default=PARTS,
        metavar="N",
        help="passes in which paragraphs, SQuADShifts, QAMR, and news with near misses are read",
    )
    parser.add_argument("--steps", type=int, default=12000, help="all steps, decay included")
    parser.add_argument("--every", type=int, default=500, help="steps between checkpoints")
    parser.add_argument("--measure", type=int, default=300, help="held-out questions measured")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(given.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"

    folder = default_model_folder()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    train, development = read_texts(given.data)
    squad = Corpus(train, tokenizer, given.out)
    qamr = Corpus(list(load_qamr(given.data / "qamr")), tokenizer, given.out)
    answered, unanswerable = load_paragraphs(given.paragraphs)
    written = Corpus(answered, tokenizer, given.out)
    news = News([*load_news(given.news), *unanswerable], tokenizer)
    judged = Corpus(development, tokenizer, given.out)
    answered, unanswerable = load_paragraphs(given.paragraphs / "held-out")
    missed = News(unanswerable, tokenizer)
    own = Corpus(answered, tokenizer, given.out)
    read = {"written": written, "squad": squad, "qamr": qamr, "news": news, "held out": judged}
    print("questions:", {name: len(each.examples) for name, each in read.items()}, flush=True)

    model = SpanReader(folder).to(device).train()
    if given.begin is not None:
        model.load_state_dict(read_weights(given.begin))
    optimizer = _optimizer(model, given.rate)
    average = torch.optim.swa_utils.AveragedModel(
        model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(AVERAGE)
    )
    step = resume(given.out / "checkpoint.pt", model, optimizer, average, device)

    def save(name: str) -> None:
        temporary = given.out / f"{name}.new"
        torch.save(
            {
                "model": model.state_dict(),
                "optimizer": optimizer.state_dict(),
                "average": average.state_dict(),
                "random": torch.get_rng_state(),
                "step": step,
            },
            temporary,
        )
        temporary.replace(given.out / name)

    def measure(loss: float) -> None:
        figures = {"step": step, "loss": loss, "minutes": (time.monotonic() - begun) / 60}
        figures |= evaluate(average.module, judged, device, given.measure)
        of_own = evaluate(average.module, own, device, given.measure)
        figures |= {f"own_{name}": of_own[name] for name in ("em", "f1", "won")}
        figures["near_miss"] = near_misses(average.module, own, missed, device, 2 * given.measure)
        line = json.dumps({name: round(value, 4) for name, value in figures.items()})
        with (given.out / "curve.jsonl").open("a") as curve:
            curve.write(line + "\n")
        print(line, flush=True)

    stages = earlier_stages(given.begin)
    stages.append(
        {
            "begun with": _begun_with(given.begin),
            "questions": sum(len(each.examples) for each in read.values() if each is not judged),
            "written for it": len(written.examples) + len(news.examples),
            "steps": given.steps,
            "highest rate": given.rate,
            "share in which it falls": given.decay,
            "seed": given.seed,
        }
    )
    (given.out / STAGES).write_text(json.dumps(stages, indent=1) + "\n", encoding="utf-8")
    begun = time.monotonic()
    running = math.nan
    stable = int(given.steps * (1 - given.decay))
    parts = list(zip((written, squad, qamr, news), given.parts, strict=True))
    bar = tqdm(total=given.steps, initial=step, disable=None)
    for windows in schedule(parts, given.seed, step):
        if step >= given.steps:
            break
        for group in optimizer.param_groups:
            group["lr"] = given.rate * rate_at(step, given.steps, given.decay)
        with torch.autocast(device, torch.bfloat16, enabled=device != "cpu" or _bf16()):
            loss = loss_of(model, collate(windows, device))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        average.update_parameters(model)
        value = float(loss.detach())
        running = value if math.isnan(running) else 0.99 * running + 0.01 * value
        step += 1
        bar.update()
        if step % 50 == 0:
            print(
                f"step {step} loss {running:.3f} {(time.monotonic() - begun) / 60:.1f} min",
                flush=True,
            )
        if step == stable:
            save("stable.pt")
        if step % given.every == 0 or step == given.steps:
            save("checkpoint.pt")
            measure(running)
    torch.save(average.module.state_dict(), given.out / "reader.pt")
    return 0


if __name__ == "__main__":
    sys.exit(main())
