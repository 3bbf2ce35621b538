"""Complete lists and complete reasons, as verbatim spans."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ragqa.articles import discover, parse
from ragqa.chunking import chunk, sentences
from ragqa.content import read_content
from ragqa.coordination import Enumeration
from ragqa.enumerations import enumeration
from ragqa.reasons import reason
from ragqa.types import BlockKind, Sentence, Span

CORPUS = Path(__file__).parent.parent / "corpus"
SHARED = Path(__file__).parent.parent.parent / "shared" / "articles"


def prose(text: str, offset: int = 0) -> list[Sentence]:
    return [
        Sentence(start=each.start + offset, end=each.end + offset, kind="paragraph")
        for each in sentences(text, 0, len(text))
    ]


def lines(*lines: tuple[BlockKind, str]) -> tuple[str, list[Sentence]]:
    """A text of lines of the kinds given, and its sentences."""
    text, found = "", []
    for kind, line in lines:
        for each in sentences(line, 0, len(line)):
            found.append(
                Sentence(start=len(text) + each.start, end=len(text) + each.end, kind=kind)
            )
        text += f"{line}\n"
    return text, found


def place(text: str, phrase: str) -> Span:
    start = text.index(phrase)
    return Span(start=start, end=start + len(phrase))


def quotes(text: str, found: Enumeration | None) -> list[str]:
    return [] if found is None else [text[each.start : each.end] for each in found.spans]


def items(text: str, found: Enumeration | None) -> list[str]:
    return [] if found is None else [text[each.start : each.end] for each in found.items]


# The phrase to be found stands between ⟦ and ⟧; the answer is what comes after.
INSIDE = [
    ("The fair was held in ⟦Paris, London and Rome⟧ after the vote.", "London", 3),
    ("On Monday, ⟦Runway and Pika⟧ left the market.", "Pika", 2),
    ("It now tests ⟦Runway, Luma, and Pika⟧ as other suppliers.", "Runway", 3),
    ("It tests ⟦Runway, Luma and Pika⟧ instead, and wants to be faster.", "Luma", 3),
    ("The firm sold ⟦its mines, its two ports, and a railway⟧ to the state.", "ports", 3),
    ("The board has ⟦Ann Roe, Bob Smith, Carla de la Cruz and the Earl of Ross⟧.", "Bob", 4),
    ("They need three things: ⟦time, money and luck⟧.", "money", 3),
    ("How it works: ⟦cause and effect, object permanence, physics⟧.", "physics", 4),
    ("It has ⟦9,400 employees, 31 dairies and 2 ports⟧.", "31 dairies", 3),
    ("Firms such as ⟦Acme, Bolt and Cord⟧ have left.", "Bolt", 3),
    ("Nine people, including ⟦a nurse, two guards and a child⟧, were hurt.", "a nurse", 3),
    ("The mayor, who is 60, met ⟦Ann Roe and Bob Smith⟧.", "Bob Smith", 2),
    ("Three areas: ⟦coding (where rivals press), firms, and agents⟧.", "firms", 3),
    ("The council (⟦Ann, Bob and Cy⟧) voted.", "Bob", 3),
    ("Three things matter: ⟦the clips; the prompts; and the files⟧.", "the prompts", 3),
    ("The firm works with ⟦Disney as well as Comcast⟧.", "Comcast", 2),
    ("⟦Germany and France and Italy⟧ agreed.", "France", 3),
    ("It speaks ⟦Dutch, Frisian and some German⟧, but no French.", "Frisian", 3),
    ("She wrote ⟦novels, plays and an opera⟧.", "plays", 3),
    ("Boats must carry ⟦lights, horns and flares⟧.", "horns", 3),
    ("The firm makes ⟦pumps, valves and pipes⟧ and sells them.", "valves", 3),
    ("The report names ⟦low pay, long hours and poor housing⟧ as causes.", "long hours", 3),
    (
        "The mayor promised ⟦to mend the roof, to hire two guards and to stay⟧.",
        "to hire two guards",
        3,
    ),
    ("The mayor wants to ⟦fix the roof, hire two guards and open on Sunday⟧.", "hire two", 3),
    ("The plan calls for ⟦mending the dam, clearing drains and planting trees⟧.", "clearing", 3),
    ("Rents rose by ⟦3 percent in May, 4 percent in June and 6 percent in July⟧.", "4 percent", 3),
    ("It was built by ⟦Orr & Sons, Kell Ltd. and the state⟧.", "the state", 3),
    ("Among the guests were ⟦the king, the queen, and three of their sons⟧.", "the queen", 3),
    ("According to the report, ⟦Velo, Kell and Marl⟧ were fined.", "Kell", 3),
    ("For example, ⟦Velo and Kell⟧ were fined.", "Kell", 2),
    ("Two mills, ⟦Velo and Kell⟧, were fined.", "Kell", 2),
    ("Doctors saw ⟦a fever, loss of smell and thirst⟧ among the crew.", "a fever", 3),
    ("Shops open on ⟦Monday, Wednesday and Friday⟧ only.", "Wednesday", 3),
    ("It goes to ⟦Oslo, Norway; Lund, Sweden; and Vejle, Denmark⟧.", "Lund, Sweden", 3),
    ("The causes were ⟦(1) low pay, (2) long hours and (3) poor housing⟧.", "long hours", 3),
    ("The plan names ⟦ChatGPT, Codex, and the Atlas browser⟧.", "Codex", 3),
]


@pytest.mark.parametrize(("marked", "answer", "count"), INSIDE)
def test_a_coordination_is_completed(marked: str, answer: str, count: int) -> None:
    text = marked.replace("⟦", "").replace("⟧", "")
    whole = marked[marked.index("⟦") + 1 : marked.index("⟧")]
    found = enumeration(text, prose(text), place(text, answer))
    assert quotes(text, found) == [whole]
    assert len(items(text, found)) == count
    again = enumeration(text, prose(text), place(text, whole))
    assert quotes(text, again) == [whole]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("It rained, and the game was called off.", "the game"),
        ("The lock cost $5 million.", "$5 million"),
        ("The mayor, Ann Roe, spoke.", "Ann Roe"),
        ("On Monday, the town, which is old, was shut.", "the town"),
        ("It fell by 5 percent.", "5"),
    ],
)
def test_what_is_no_list_is_left_as_it_is(text: str, answer: str) -> None:
    assert enumeration(text, prose(text), place(text, answer)) is None


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Tickets go to pupils, nurses and people over 65.", "pupils, nurses and people over 65"),
        ("It shuts between noon and five.", "between noon and five"),
        ("The fair drew grime and dubstep and acts from Kell.", "grime and dubstep"),
        ("It has weak spots, indeed the worst of all, the heads and limbs.", "heads and limbs"),
        ("It moved the line, making room for lost Poles and Russians.", "Poles and Russians"),
        ("It makes rockets (Atlas, Delta, Titan), jets and ships.", "Atlas, Delta, Titan"),
        ("At that rate, grey whales swim far north with the calf and cows.", "whales"),
        (
            "The firm bought mills in the U.K. and the U.S.",
            "the U.K. and the U.S.",
        ),
    ],
)
def test_an_answer_that_is_whole_is_left_so(text: str, answer: str) -> None:
    assert quotes(text, enumeration(text, prose(text), place(text, answer))) in ([], [answer])


BULLETS = lines(
    ("heading", "After the flood"),
    ("paragraph", "The panel met twice. It made three demands:"),
    ("item", "- Build a dyke at Lowe. It must be high."),
    ("item", "- Clear the drains"),
    ("item", "- Pay the farmers, the millers and the shops."),
    ("paragraph", "The mayor agreed."),
)


@pytest.mark.parametrize("answer", ["It made three demands:", "Build a dyke", "- Clear the drains"])
def test_items_come_with_the_line_that_introduces_them(answer: str) -> None:
    text, spans = BULLETS
    assert quotes(text, enumeration(text, spans, place(text, answer))) == [
        "It made three demands:",
        "- Build a dyke at Lowe. It must be high.",
        "- Clear the drains",
        "- Pay the farmers, the millers and the shops.",
    ]


def test_a_list_inside_an_item_is_the_nearer_one() -> None:
    text, spans = BULLETS
    found = enumeration(text, spans, place(text, "the millers"))
    assert items(text, found) == ["the farmers", "the millers", "the shops"]


def test_a_word_inside_an_item_is_no_list() -> None:
    text, spans = BULLETS
    assert enumeration(text, spans, place(text, "high")) is None


def test_prose_above_a_list_is_not_its_introduction_unless_it_says_so() -> None:
    text, spans = lines(
        ("paragraph", "The mayor agreed."), ("item", "- Old wells"), ("item", "- Old mills")
    )
    assert enumeration(text, spans, place(text, "The mayor")) is None
    assert quotes(text, enumeration(text, spans, place(text, "Old mills"))) == [
        "- Old wells",
        "- Old mills",
    ]


def test_a_line_that_ends_in_a_plural_introduces_the_list_below_it() -> None:
    text, spans = lines(
        ("paragraph", "It lists the main findings."),
        ("item", "- Old wells"),
        ("item", "- Old mills"),
    )
    found = enumeration(text, spans, place(text, "Old mills"))
    assert quotes(text, found) == ["It lists the main findings.", "- Old wells", "- Old mills"]


def test_numbered_headings_are_a_list() -> None:
    text, spans = lines(
        ("paragraph", "The firm has two aims:"),
        ("heading", "1. Better tools"),
        ("paragraph", "Tools sell."),
        ("heading", "2. Fewer rivals"),
        ("paragraph", "Rivals don't."),
        ("heading", "What comes next"),
        ("heading", "3. Nothing"),
    )
    expected = ["The firm has two aims:", "1. Better tools", "2. Fewer rivals"]
    for answer in ("two aims", "Fewer rivals"):
        assert quotes(text, enumeration(text, spans, place(text, answer))) == expected
    assert enumeration(text, spans, place(text, "Tools sell")) is None


REASONS = [
    ("It shut because costs rose. Users left.", "costs rose", ["It shut because costs rose."]),
    (
        "The bridge was shut. That is because a crack was found. It is old.",
        "The bridge was shut",
        ["The bridge was shut.", "That is because a crack was found."],
    ),
    (
        "The bridge was shut. That is because a crack was found. It is old.",
        "a crack",
        ["The bridge was shut.", "That is because a crack was found."],
    ),
    (
        "It shut as costs rose. Another reason was fraud. Many users left.",
        "costs rose",
        ["It shut as costs rose.", "Another reason was fraud."],
    ),
    (
        "It shut. The reason is simple. The money ran out.",
        "It shut",
        ["It shut.", "The reason is simple.", "The money ran out."],
    ),
    (
        "It shut. The main reason behind the move was cost. It was dear.",
        "cost",
        ["The main reason behind the move was cost."],
    ),
    (
        "It rained all night. So the game was called off. Fans left.",
        "the game was called off",
        ["It rained all night.", "So the game was called off."],
    ),
    (
        "Costs rose. The shop therefore closed. Its owner left.",
        "The shop therefore closed",
        ["Costs rose.", "The shop therefore closed."],
    ),
    (
        "Trade fell. The cause was a strike. It was long.",
        "a strike",
        ["Trade fell.", "The cause was a strike."],
    ),
    (
        "It fell for two reasons. First, it was weak. Second, nobody cared. It was old.",
        "nobody cared",
        ["It fell for two reasons.", "First, it was weak.", "Second, nobody cared."],
    ),
    (
        "It sank. One reason was a leak. Another was the storm. It is missed.",
        "the storm",
        ["It sank.", "One reason was a leak.", "Another was the storm."],
    ),
    (
        "Its owner blamed rents. A second factor was crime. It was old.",
        "rents",
        ["Its owner blamed rents.", "A second factor was crime."],
    ),
    ("The firm left due to a strike.", "a strike", ["The firm left due to a strike."]),
]


@pytest.mark.parametrize(("text", "answer", "expected"), REASONS)
def test_a_reason_is_whole(text: str, answer: str, expected: list[str]) -> None:
    found = reason(text, prose(text), place(text, answer))
    assert [text[each.start : each.end] for each in found] == expected


def test_reasons_that_a_sentence_announces_are_the_list_below_it() -> None:
    text, spans = lines(
        ("paragraph", "It gave several reasons."), ("item", "- Cost"), ("item", "- Law")
    )
    found = reason(text, spans, place(text, "several"))
    assert [text[each.start : each.end] for each in found] == [
        "It gave several reasons.",
        "- Cost",
        "- Law",
    ]


def article(path: Path) -> tuple[str, list[Sentence]]:
    (file,), _ = discover(path, max_bytes=1_000_000)
    (read,), _ = parse(file, path.read_bytes())
    parts = chunk(read.text, read_content(read), target=250, limit=900)
    return read.text, [sentence for part in parts for sentence in part.sentences]


def test_a_wrapped_bullet_list_of_the_corpus_is_whole_across_chunks() -> None:
    text, spans = article(CORPUS / "ostermere-inquiry.txt")
    found = enumeration(text, spans, place(text, "Keep a paper form"))
    assert len(items(text, found)) == 5
    assert quotes(text, found)[0] == "Five stand out."
    assert "Ostermere had copies" in items(text, found)[2]


def test_the_corpus_s_coordinations() -> None:
    text, spans = article(CORPUS / "kestrane-deal.txt")
    found = enumeration(text, spans, place(text, "packaging and purchasing"))
    assert quotes(text, found) == ["lorries, packaging and purchasing"]


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared/articles beside the repository")
def test_lists_of_real_articles() -> None:
    text, spans = article(SHARED / "001_220b787a6f0a8f36.txt")
    assert items(text, enumeration(text, spans, place(text, "Luma, and Pika as"))) == [
        "Runway",
        "Luma",
        "Pika",
    ]
    assert len(items(text, enumeration(text, spans, place(text, "several factors likely")))) == 5
    priorities = enumeration(text, spans, place(text, "focused on three priorities"))
    assert len(items(text, priorities)) == 3
    takeaways = enumeration(text, spans, place(text, "Two-stage shutdown"))
    assert len(items(text, takeaways)) == 7


WORDS = (
    "and or the a Ann Bob of in such as because that who is , , ; : ( ) . - 1. \n \n\n one".split(
        " "
    )
)
texts = st.one_of(st.text(), st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join))


@st.composite
def chunked(draw: st.DrawFn) -> tuple[str, list[Sentence], Span]:
    """A text, sentences in it of any kinds, in order, and an answer anywhere."""
    text = draw(texts)
    spans = []
    for each in sentences(text, 0, len(text)):
        kind: BlockKind = draw(st.sampled_from(["paragraph", "item", "heading"]))
        spans.append(Sentence(start=each.start, end=each.end, kind=kind))
    start = draw(st.integers(0, len(text)))
    return text, spans, Span(start=start, end=draw(st.integers(start, len(text))))


@given(chunked(), st.integers(0, 1000))
@example((": 0 ;0;0", [Sentence(start=0, end=8, kind="paragraph")], Span(start=0, end=3)), 0)
@settings(max_examples=300, deadline=None)
def test_spans_are_ordered_apart_trimmed_and_inside(
    case: tuple[str, list[Sentence], Span], offset: int
) -> None:
    text, spans, answer = case
    found = enumeration(text, spans, answer)
    reasons = reason(text, spans, answer)
    for those in (found.spans if found else (), found.items if found else (), reasons):
        assert all(each.end <= other.start for each, other in pairwise(those))
        assert all(0 <= each.start <= each.end <= len(text) for each in those)
    if found:
        assert len(found.items) > 1
        for each in (*found.spans, *found.items):
            quote = text[each.start : each.end]
            assert quote
            assert quote.strip() == quote
    moved = [each.model_copy(update=shift(each, offset)) for each in spans]
    answer_moved = answer.model_copy(update=shift(answer, offset))
    again = enumeration(text, moved, answer_moved, offset=offset)
    assert (again is None) == (found is None)
    if found and again:
        assert again.spans == tuple(
            each.model_copy(update=shift(each, offset)) for each in found.spans
        )
    assert len(reason(text, moved, answer_moved, offset=offset)) == len(reasons)


def shift(span: Span, by: int) -> dict[str, int]:
    return {"start": span.start + by, "end": span.end + by}


@pytest.mark.parametrize("unit", ["a, b and ", "x and ", "x, ", "(", ") (x", "x; y: ", "x y (z) "])
def test_repeated_input_ends(unit: str) -> None:
    text = unit * (20_000 // len(unit))
    whole = [Sentence(start=0, end=len(text), kind="paragraph")]
    enumeration(text, whole, Span(start=50, end=55))
    assert reason(text, whole, Span(start=50, end=55)) == (Span(start=0, end=len(text)),)
