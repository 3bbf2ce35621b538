import itertools
import string
import unicodedata
from collections import Counter
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ragqa import chunking
from ragqa.chunking import sentences
from ragqa.types import Block, BlockKind, Chunk, Content, Omission

TARGET, LIMIT = 250, 900
chunk = partial(chunking.chunk, target=TARGET, limit=LIMIT)
WORDS = ["harbour", "council", "the", "of", "storm", "repair", "Mayor", "said", "4.5", "U.S.", "no"]

KINDS: st.SearchStrategy[BlockKind] = st.sampled_from(["heading", "paragraph", "item"])
ANY_TEXT = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("aab  .!?\n\"'()” \u0301\u200d\U0001f469\U0001f1e6\U0001f600日"),
    ),
    max_size=120,
)


@st.composite
def ordinary(draw, low=260, high=800):
    """A paragraph of English-like sentences."""
    size = draw(st.integers(low, high))
    seed = draw(st.randoms(use_true_random=False))
    out = ""
    while len(out) < size:
        words = [seed.choice([*WORDS, seed.choice(string.ascii_lowercase) * 4]) for _ in range(9)]
        out += f"{' '.join(words).capitalize()}. "
    return out.strip()


def content_of(parts):
    """The text of (kind, wording) parts, a line each; kind "omit" is an omission."""
    text, blocks, omissions = "", [], []
    for kind, wording in parts:
        text += "\n"
        start = len(text)
        text += wording
        low = start + len(wording) - len(wording.lstrip())
        high = start + len(wording.rstrip())
        if low >= high:
            continue
        if kind == "omit":
            omissions.append(Omission(start=low, end=high, reason="share"))
        else:
            blocks.append(Block(start=low, end=high, kind=kind))
    return text, Content(blocks=tuple(blocks), omissions=tuple(omissions))


def quotes(text, chunks):
    return [text[c.start : c.end] for c in chunks]


def check(text, content, chunks, target=TARGET, limit=LIMIT):
    """What must hold of the chunks of any text."""
    assert [c.position for c in chunks] == list(range(len(chunks)))
    covered = Counter()
    for c in chunks:
        assert 0 < c.end - c.start <= limit
        assert text[c.start : c.end] == text[c.start : c.end].strip()
        assert not any(o.start < c.end and c.start < o.end for o in content.omissions)
        assert c.sentences[0].start == c.start
        assert c.sentences[-1].end == c.end
        for s in c.sentences:
            assert s.start < s.end
            assert text[s.start : s.end] == text[s.start : s.end].strip()
            block = next(b for b in content.blocks if b.start <= s.start and s.end <= b.end)
            assert s.kind == block.kind
            covered.update(i for i in range(s.start, s.end) if not text[i].isspace())
        for one, two in itertools.pairwise(c.sentences):
            assert one.end <= two.start
    for one, two in itertools.pairwise(chunks):
        assert one.end <= two.start
    wanted = [i for b in content.blocks for i in range(b.start, b.end) if not text[i].isspace()]
    assert covered == Counter(wanted)


@given(st.lists(st.tuples(st.one_of(KINDS, st.just("omit")), ANY_TEXT), max_size=12))
def test_chunks_hold_on_any_text(parts):
    text, content = content_of(parts)
    check(text, content, chunk(text, content))


@given(
    st.lists(st.tuples(st.one_of(KINDS, st.just("omit")), ANY_TEXT), max_size=8),
    st.integers(32, 60),
    st.integers(32, 90),
)
def test_chunks_hold_when_nearly_everything_must_be_divided(parts, target, limit):
    text, content = content_of(parts)
    limit = max(limit, target)
    check(text, content, chunk(text, content, target=target, limit=limit), target, limit)


@given(st.lists(st.tuples(KINDS, ANY_TEXT), max_size=8), st.integers(10, 200))
def test_chunks_fit_the_window(parts, window):
    def fits(texts):
        return [len(t.encode("utf-8", "surrogatepass")) <= window for t in texts]

    text, content = content_of(parts)
    chunks = chunk(text, content, fits=fits)
    check(text, content, chunks)
    for quote in quotes(text, chunks):
        assert fits([quote]) == [True] or len(quote) <= 32 or graphemes_forbid(quote)


def graphemes_forbid(quote):
    """Whether the text is one long grapheme, which has no good place to cut."""
    return all(unicodedata.category(c).startswith("M") or c == "\u200d" for c in quote[1:])


@given(st.lists(ordinary(), min_size=2, max_size=6), ordinary(20, 800))
@settings(max_examples=40)
def test_an_edited_lead_leaves_every_later_chunk_as_it_was(paragraphs, lead):
    first = content_of([("paragraph", p) for p in paragraphs])
    second = content_of([("paragraph", p) for p in [lead, *paragraphs[1:]]])
    one, two = quotes(first[0], chunk(*first)), quotes(second[0], chunk(*second))
    untouched = {p for p in paragraphs[2:] if len(p) <= LIMIT}
    assert untouched <= set(one)
    assert untouched <= set(two)


@given(st.randoms(use_true_random=False), st.integers(1, 3))
@settings(max_examples=40)
def test_short_paragraphs_fall_into_step_after_an_edit(seed, dropped):
    paragraphs = [
        " ".join(seed.choices(WORDS, k=14)).capitalize() + f" {number}." for number in range(60)
    ]
    first = content_of([("paragraph", p) for p in paragraphs])
    second = content_of([("paragraph", p) for p in paragraphs[dropped:]])
    one, two = quotes(first[0], chunk(*first)), quotes(second[0], chunk(*second))
    # 60 paragraphs of about 85 characters are some 13 chunks; an anchor comes about every two.
    assert len(set(one) & set(two)) >= len(one) / 2
    assert one[-3:] == two[-3:]


@given(st.randoms(use_true_random=False))
@settings(max_examples=20)
def test_a_long_paragraph_falls_into_step_after_an_edited_sentence(seed):
    told = [" ".join(seed.choices(WORDS, k=14)).capitalize() + f" at {n}." for n in range(60)]
    first = content_of([("paragraph", " ".join(told))])
    second = content_of([("paragraph", " ".join(["It rained.", *told[2:]]))])
    one, two = quotes(first[0], chunk(*first)), quotes(second[0], chunk(*second))
    assert one[-3:] == two[-3:]


@given(st.lists(st.tuples(KINDS, ANY_TEXT), max_size=8))
@settings(max_examples=20)
def test_the_same_text_has_the_same_chunks(parts):
    text, content = content_of(parts)
    assert chunk(text, content) == chunk(text, content)


def test_whole_paragraphs_close_at_the_target_and_short_ones_join():
    long, short = "Rain fell on the town. " * 12, "The bridge held."  # 276 and 16 characters
    text, content = content_of([("paragraph", p) for p in [long, short, short, long, short]])
    assert [len(c.sentences) for c in chunk(text, content)] == [12, 2 + 12 + 1]


def test_a_heading_opens_a_chunk_and_names_those_after_it():
    long = "Rain fell on the town. " * 12
    parts = [("paragraph", long), ("heading", "What went\n wrong"), ("paragraph", long)]
    parts += [("paragraph", long), ("heading", "Costs"), ("heading", "1. Repair"), ("item", "Six.")]
    text, content = content_of(parts)
    chunks = chunk(text, content)
    assert [c.heading for c in chunks] == [None, "What went wrong", "What went wrong", "1. Repair"]
    assert [c.sentences[0].kind for c in chunks] == ["paragraph", "heading", "paragraph", "heading"]
    assert text[chunks[3].start : chunks[3].end] == "Costs\n1. Repair\nSix."


def test_a_heading_is_never_left_without_what_follows():
    paragraph = "Rain fell on the town. " * 38  # 873 characters: no room for the heading
    text, content = content_of([("heading", "What went wrong in the harbour"), ("item", paragraph)])
    chunks = chunk(text, content)
    assert chunks[0].sentences[1].kind == "item"
    fitted = chunk(text, content, fits=lambda texts: [len(t) <= 60 for t in texts])
    assert fitted[0].sentences[1].kind == "item"
    check(text, content, fitted)


def test_an_omission_between_blocks_parts_them():
    text, content = content_of([("paragraph", "One."), ("omit", "Share this"), ("item", "Two.")])
    assert quotes(text, chunk(text, content)) == ["One.", "Two."]


def test_sizes_that_do_not_fit_together_are_refused():
    for target, limit in [(0, 900), (901, 900), (5, 31)]:
        with pytest.raises(ValueError, match="chunk_limit"):
            chunk("a", Content(blocks=(), omissions=()), target=target, limit=limit)


@pytest.mark.parametrize(
    "unit",
    ["a", "日", "ab ", "“A. B. ", '"a. ', "(", "! ", "\u0301", "\U0001f1e6", "1. A ", "a.\n"],
)
def test_a_long_line_is_divided(unit):
    text = ("x" + unit * (300_000 // len(unit))).strip()
    content = Content(blocks=(Block(start=0, end=len(text), kind="paragraph"),), omissions=())
    chunks = chunk(text, content)
    assert all(c.end - c.start <= LIMIT for c in chunks)
    assert sum(len(q.replace(" ", "").replace("\n", "")) for q in quotes(text, chunks)) == len(
        text.replace(" ", "").replace("\n", "")
    )


@pytest.mark.slow
def test_a_line_of_five_megabytes_that_is_mostly_tokens():
    text = "QmFzZTY0" * 625_000
    content = Content(blocks=(Block(start=0, end=len(text), kind="paragraph"),), omissions=())
    chunks = chunk(text, content, fits=lambda texts: [len(t) <= 254 for t in texts])
    assert "".join(quotes(text, chunks)) == text
    assert max(c.end - c.start for c in chunks) <= 254


def test_graphemes_stay_whole():
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
    for grapheme in [family, "e\u0301", "\U0001f44d\U0001f3fd", "\U0001f1eb\U0001f1ee", "नि"]:
        text = grapheme * 900
        content = Content(blocks=(Block(start=0, end=len(text), kind="paragraph"),), omissions=())
        for fits in (None, lambda texts: [len(t) <= 50 for t in texts]):
            for quote in quotes(text, chunk(text, content, fits=fits)):
                assert quote == grapheme * (len(quote) // len(grapheme))


@pytest.mark.parametrize(
    "told",
    [
        ["He left the U.S. Senate in January.", "In the U.S. Government it is rare."],
        ["It rose 3.5 pct to 5.93 mln dlrs.", "No. 5 was the first.", "Shr 1.20 dlrs."],
        ["Mr. J. P. Smith of Acme Inc. said so.", "Profit rose."],
        [
            'He said "It is over."',
            "Then he left.",
            '"Why?" she asked.',
            "(It was late.)",
            "He slept.",
        ],
        ["“We won.”", "He left.", "‘Fine.’", "Done."],
        ["Lines that are\nwrapped go\non here.", "The next\nline too."],
        [
            "\U0001f600 It rained on Acme.",
            "\U0001f600 The roof held \U0001f468\u200d\U0001f469.",
        ],
        ["It is run by Alex. Brown and Sons.", "The plant at Ste. Therese closed."],
        ["1. Tools come first.", "2. Sales come next."],
        ["At 5 p.m. EST on Sept. 24 it closed.", "She came at 10 a.m. on Friday."],
        ["It fell (see e.g. Vol. 3 of the report).", "[That was wrong.]", "It rose."],
        ["Wait...", "What?", "Really?!", "Yes."],
        ["It uses .NET today.", "Nobody minds."],
    ],
)
def test_sentences(told):
    text = " ".join(told)
    assert [text[s.start : s.end] for s in sentences(text, 0, len(text))] == told
    padded = f"ab. {text} Cd."
    assert [padded[s.start : s.end] for s in sentences(padded, 4, 4 + len(text))] == told


@given(ANY_TEXT)
def test_sentences_cover_and_none_is_a_fragment(text):
    spans = sentences(text, 0, len(text))
    assert "".join("".join(text[s.start : s.end].split()) for s in spans) == "".join(text.split())
    assert all(one.end <= two.start for one, two in itertools.pairwise(spans))
    if len(spans) > 1:
        assert all(any(map(str.isalnum, text[s.start : s.end])) for s in spans)


def test_a_chunk_is_frozen():
    text, content = content_of([("paragraph", "One.")])
    made: Chunk = chunk(text, content)[0]
    with pytest.raises(ValueError, match="frozen"):
        made.start = 3
