"""How near-duplicates are told from texts that are merely alike: `python eval/bench/duplicates.py`.

Prints precision and recall over thresholds of similarity with and without the guard, how many
near-duplicates the bands find, and what rensa's and datasketch's signatures cost and how far they
err. The texts are paragraphs of Reuters-21578 in `../shared/data/reuters` when it is there, else
generated ones.

- light: the same paragraph with function words dropped or replaced, an attribution turned round,
  lines wrapped anew, other quotation marks, and up to one word in ten misspelt. Should merge.
- changed: the same paragraph with one number, name, month, negation or direction changed. Never.
- alike: two paragraphs of Reuters that share at least 30% of their word 3-grams, but whose figures
  differ (earnings and dividend items of one template, mostly). Never.
"""

import argparse
import json
import random
import re
import textwrap
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from rensa import RMinHash

from ragqa import duplicates

REUTERS = Path(__file__).resolve().parents[3] / "shared" / "data" / "reuters"
THRESHOLDS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
Pair = tuple[str, str]

SWAPS = {
    "which": "that", "that": "which", "however": "but", "but": "though", "also": "",
    "the": "", "a": "the", "said": "stated", "while": "as", "because": "since", "has": "had",
    "is": "was", "are": "were", "this": "that", "its": "the", "of": "", "and": "as well as",
}  # fmt: skip
CHANGES = {
    "rose": "fell", "fell": "rose", "up": "down", "down": "up", "profit": "loss",
    "loss": "profit", "increase": "decrease", "mln": "billion", "billion": "mln",
    "higher": "lower", "lower": "higher", "will": "may", "January": "June", "March": "May",
    "April": "August", "Monday": "Friday", "all": "some", "more": "less", "before": "after",
    "is": "is not", "was": "was not", "has": "has not",
}  # fmt: skip
NAMES = ["Ostermere", "Harrow", "Quill", "Denby", "Larkin", "Velo"]


def paragraphs(limit: int) -> list[str]:
    """Paragraphs of 100 to 900 characters."""
    texts: list[str] = []
    for path in sorted(REUTERS.glob("*.json")):
        for item in json.loads(path.read_text("utf-8")):
            lines = re.split(r"\n {4}", item.get("body", ""))
            texts += [line.strip() for line in lines if 100 <= len(line.strip()) <= 900]
        if len(texts) >= limit:
            return texts[:limit]
    return texts or [generated(random.Random(number)) for number in range(limit)]


def generated(rng: random.Random) -> str:
    """A paragraph from a template, with figures, names and words of its own."""
    words = ["harbour", "council", "bridge", "storm", "report", "engineers", "ferry", "budget"]
    return (
        f"The {rng.choice(words)} {rng.choice(words)} in {rng.choice(NAMES)} rose to "
        f"{rng.randint(2, 999)} mln dlrs in {rng.choice(['March', 'April', 'January'])}, "
        f"{rng.choice(NAMES)} {rng.choice(NAMES)} said. The {rng.choice(words)} of the "
        f"{rng.choice(words)} was {rng.choice(['higher', 'lower'])} than the "
        f"{rng.choice(words)} which the {rng.choice(words)} has seen, and it is "
        f"{rng.randint(2, 99)} pct of the {' '.join(rng.choices(words, k=8))} that was planned."
    )


def lightly_edited(text: str, rng: random.Random) -> str:
    """The same told with other function words, misspellings, line ends and quotation marks."""
    rate = rng.choice([0.0, 0.03, 0.1])
    text = re.sub(r"([A-Z]\w+) said\b", r"said \1", text) if rng.random() < 0.3 else text
    words: list[str] = []
    for word in text.split():
        if word in SWAPS and rng.random() < 0.3:
            word = SWAPS[word]
        elif re.fullmatch("[a-z]{5,}", word) and rng.random() < rate:
            at = rng.randrange(1, len(word) - 1)
            word = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        words += [word] if word else []
    wrapped = textwrap.fill(" ".join(words), rng.randint(40, 90), break_long_words=False)
    return wrapped.replace("'", "’")


def changed(text: str, rng: random.Random) -> str | None:
    """The same with one claim changed; None when it has none to change."""
    places: list[tuple[int, int, str]] = []
    for match in re.finditer(r"\d", text):
        places.append((*match.span(), str((int(match[0]) + rng.randint(1, 8)) % 10)))
    for match in re.finditer(r"(?<=[a-z] )[A-Z][a-z]+", text):
        name = rng.choice([name for name in NAMES if name != match[0]])
        places.append((*match.span(), CHANGES.get(match[0], name)))
    for match in re.finditer(r"\b\w+\b", text):
        if match[0] in CHANGES:
            places.append((*match.span(), CHANGES[match[0]]))
    if not places:
        return None
    start, end, new = rng.choice(places)
    return text[:start] + new + text[end:]


def alike(texts: Sequence[str]) -> list[Pair]:
    """Pairs that share 3-grams but not figures, found by unguarded bands of two rows."""
    buckets: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for index, text in enumerate(texts):
        sketch = duplicates.signature(text, 64).tolist()
        for row in range(0, 64, 2):
            buckets[row, sketch[row], sketch[row + 1]].append(index)
    pairs = {
        (one, two)
        for bucket in buckets.values()
        for at, one in enumerate(bucket[:20])
        for two in bucket[at + 1 : 20]
    }
    return [
        (texts[one], texts[two])
        for one, two in sorted(pairs)
        if sorted(re.findall(r"\d+", texts[one])) != sorted(re.findall(r"\d+", texts[two]))
        and duplicates.similarity(texts[one], texts[two]) >= 0.3
    ]


def table(same: Sequence[Pair], different: Sequence[Pair]) -> None:
    """Precision and recall over thresholds, guard off and on."""
    scored = [
        (duplicates.similarity(*pair), duplicates.guard(pair[0]) == duplicates.guard(pair[1]), good)
        for pairs, good in ((same, True), (different, False))
        for pair in pairs
    ]
    print("threshold   no guard: precision recall   guard: precision recall   wrong merges")
    for threshold in THRESHOLDS:
        cells: list[float] = []
        for use_guard in (False, True):
            merged = [g for s, equal, g in scored if s >= threshold and (equal or not use_guard)]
            cells += [sum(merged) / max(1, len(merged)), sum(merged) / max(1, len(same))]
        wrong = len(merged) - sum(merged)
        print(
            f"{threshold:9.1f} {cells[0]:20.3f} {cells[1]:6.3f} {cells[2]:18.3f} {cells[3]:6.3f}"
            f" {wrong:8d} of {len(different)}"
        )


def found_by_bands(same: Sequence[Pair]) -> None:
    """The share of near-duplicates with a band in common."""
    near = [pair for pair in same if duplicates.near_duplicates(*pair)]
    keys = [
        tuple(set(duplicates.bands(duplicates.signature(t), duplicates.guard(t))) for t in pair)
        for pair in near
    ]
    print(f"bands find {sum(bool(a & b) for a, b in keys)} of {len(near)} near-duplicates")


def signatures(texts: Sequence[str]) -> None:
    """Time and error of signatures of 64 values, against the true similarity."""
    sets = [sorted(duplicates._shingles(text)) for text in texts]
    pairs = [(s, s[: len(s) // 2] + [f"{x}!" for x in s[len(s) // 2 :]]) for s in sets]
    true = [len(set(a) & set(b)) / len(set(a) | set(b)) for a, b in pairs]

    def rensa_digest(items: list[str]) -> Sequence[int]:
        sketch = RMinHash(num_perm=64, seed=1)
        sketch.update(items)
        digest: Sequence[int] = sketch.digest()
        return digest

    libraries: dict[str, Callable[[list[str]], Sequence[int]]] = {"rensa": rensa_digest}
    start = time.perf_counter()
    try:
        from datasketch import MinHash  # type: ignore[import-untyped]
    except ImportError:
        print("datasketch is not installed: not compared")
    else:
        print(f"datasketch: {time.perf_counter() - start:.2f} s to import")

        def datasketch_digest(items: list[str]) -> Sequence[int]:
            sketch = MinHash(num_perm=64, seed=1)
            sketch.update_batch([item.encode() for item in items])
            return list(sketch.digest())

        libraries["datasketch"] = datasketch_digest
    for name, sign in libraries.items():
        start = time.perf_counter()
        estimates = [float(np.mean(np.equal(sign(a), sign(b)))) for a, b in pairs]
        seconds = time.perf_counter() - start
        errors = np.subtract(estimates, true)
        print(
            f"{name}: {2 * len(pairs) / seconds:,.0f} signatures a second, "
            f"mean error {errors.mean():+.4f}, root mean square {np.sqrt(np.mean(errors**2)):.4f}"
        )


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--paragraphs", type=int, default=20_000, help="how many to take")
    parser.add_argument("--quick", action="store_true", help="a small sample")
    given = parser.parse_args()
    count = 300 if given.quick else given.paragraphs
    rng = random.Random(1)
    texts = paragraphs(count)
    sample = rng.sample(texts, min(2000, len(texts)))
    light = [(text, lightly_edited(text, rng)) for text in sample]
    edits = [(text, edit) for text in sample if (edit := changed(text, rng)) not in (None, text)]
    natural = alike(texts)
    print(f"{len(light)} light, {len(edits)} changed, {len(natural)} alike, of {len(texts)} texts")
    table(light, [*edits, *natural])
    found_by_bands(light)
    signatures(sample)


if __name__ == "__main__":
    main()
