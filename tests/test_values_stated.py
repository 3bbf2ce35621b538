"""The one value that an answer span states."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ragqa.types import AnswerItem, Value, ValueKind
from ragqa.values import Qualified, compare, value_of, with_qualifier

WHOLE = [
    ("about $15 million a day", "money", "USD 15000000/day"),
    ("between $10 million and $15 million", "money", "USD 10000000..15000000"),
    ("roughly half", "percent", "50%"),
    ("half its users", "percent", "50%"),
    ("a 50 percent decline", "percent", "50%"),
    ("up to $5.4 billion", "money", "USD 5400000000"),
    ("nearly half a million users", "number", "500000"),
    ("in May", "date", "XXXX-05"),
    ("May", "date", "XXXX-05"),
    ("Tuesday", "date", "weekday Tuesday"),
    ("Tuesday at 5:40 a.m.", "date", "weekday TuesdayT05:40"),
    ("12 May 2025 at 17:40", "date", "2025-05-12T17:40"),
    ("at 5.40am", "date", "T05:40"),
    ("12 a.m.", "date", "T00:00"),
    ("3pm", "date", "T15:00"),
    ("midnight", "date", "T00:00"),
    ("half past four", "date", "T04:30?"),
    ("a quarter to seven", "date", "T06:45?"),
    ("ten to six", "date", "T05:50?"),
    ("at five to seven", "date", "T06:55?"),
    ("20 minutes to 7", "date", "T06:40?"),
    ("five to midnight", "date", "T23:55"),
    ("nineteen minutes past noon", "date", "T12:19"),
    ("rose in the quarter to five percent", "percent", "5%"),
    ("five minutes to ten minutes", "duration", "PT5M..PT10M"),
    ("half past four in the afternoon", "date", "T16:30"),
    ("a quarter to twelve at night", "date", "T23:45"),
    ("a quarter to 7 a.m.", "date", "T06:45"),
    ("seven in the evening", "date", "T19:00"),
    ("7 o'clock", "date", "T07:00?"),
    ("6:45", "date", "T06:45?"),
    ("06:45", "date", "T06:45"),
    ("Tuesday at half past four", "date", "weekday TuesdayT04:30?"),
    ("2:05:41", "duration", "PT2H5M41S"),
    ("a time of 3:54.18", "duration", "PT3M54.18S"),
    ("1h 20m", "duration", "PT1H20M"),
    ("3m 54s", "duration", "PT3M54S"),
    ("0:00.00", "duration", "PT0S"),
    ("the third", "number", "#3"),
    ("the twenty-first", "number", "#21"),
    ("in 3rd place", "number", "#3"),
    ("number three", "number", "#3"),
    ("No 3", "number", "#3"),
    ("twice a week", "number", "2/week"),
    ("five to seven", "number", "5..7"),
    ("five to four", "number", "5-4"),
    ("19 out of 23", "number", "19"),
    ("No. 1", "number", "#1"),
    ("12th place", "number", "#12"),
    ("a week", "duration", "P1W"),
    ("over two years", "duration", "P2Y"),
    ("one", "number", "1"),
    ("twice", "number", "2"),
    ("16 of its 48 hangers", "number", "16"),
    ("nearer a hundred and twelve", "number", "112"),
    ("a thousand two hundred men", "number", "1200"),
    ("a dozen or so travellers", "number", "12"),
    ("on the sixth of September", "date", "XXXX-09-06"),
    ("the first of May 2024", "date", "2024-05-01"),
    ("12 miles (19 km)", "number", "12 mi"),
    ("Sam Altman", "name", "sam altman"),
    ("in Paris", "name", "paris"),
    ("the “Constitution State”", "name", "constitution state"),
    ("(the Old Mill)", "name", "old mill"),
    ("the 1908 Summer Olympics", "name", "1908 summer olympics"),
    ("the 13 colonies", "number", "13"),
    ("29 °F (−2 °C)", "number", "29 °F"),
    ("700 square miles (2,000 km2)", "number", "700 mi2"),
    ("the Wall Street Journal", "name", "wall street journal"),
    ("two out of three", "percent", "66.67%"),
    ("It burned $1 million a day on compute", "money", "USD 1000000/day"),
]
NONE = [
    "",
    " … ",
    "Runway, Luma and Pika",
    "Ann Roe and Bob Smith",
    "from one million to 500,000",
    "500,000, a 50 percent decline",
    "the two companies agreed to merge",
    "coding tools",
    "because it cost too much",
    "the 640,000 people who live in the area that the trust looks after today",
    "tomorrow",
    "5 to 7 p.m.",
    "at 14:05:41",
    "half past seven, an hour before it opened",
    "several hundred",
    "tens of thousands",
    "provides for the passage of large ships into and out of the Baltic Sea",
    "31/31/2025",
]


@pytest.mark.parametrize(("span", "kind", "normal"), WHOLE)
def test_a_span_states_its_value(span: str, kind: ValueKind, normal: str) -> None:
    value = value_of(span)
    assert value is not None
    assert (value.kind, value.normal) == (kind, normal)


@pytest.mark.parametrize("span", NONE)
def test_a_span_with_no_value_or_several_states_none(span: str) -> None:
    assert value_of(span) is None


@pytest.mark.parametrize(
    ("sentence", "span", "normal"),
    [
        ("It loses about $1 million in daily upkeep.", "$1 million", "USD 1000000/day"),
        ("It burns between $10 million and $15 million.", "$10 million", "USD 10000000..15000000"),
        ("Visits fell from 15 to 10 million.", "15", "15000000"),
        ("By then the 13 towns had a court.", "13", "13"),
        ("It was built in the mid-19th century.", "19th", "18XX~mid"),
        ("It was 12 miles from Paris in 2020.", "12 miles", "12 mi"),
    ],
)
def test_the_sentence_tells_what_the_span_leaves_out(sentence: str, span: str, normal: str) -> None:
    start = sentence.index(span)
    value = value_of(sentence, start, start + len(span))
    assert value is not None
    assert value.normal == normal


def test_the_kind_asked_for_decides_between_values() -> None:
    span = "12 boats in 2019"
    assert value_of(span) is None
    number, date = value_of(span, kinds=["number"]), value_of(span, kinds=["date"])
    assert number == Value(kind="number", normal="12")
    assert date == Value(kind="date", normal="2019")


@pytest.mark.parametrize(
    ("span", "bound"),
    [
        ("more than 500", "more"),
        ("at least $5 million", "more"),
        ("500 people or more", "more"),
        ("fewer than 500 people", "less"),
        ("about 500", "about"),
        ("an estimated $5 million", "about"),
        ("500 people or so", "about"),
        ("500 more or less", "about"),
        ("~500", "about"),
        ("almost a third of them", "nearly"),
        ("up to 500", "nearly"),
        ("as many as 500 people", "nearly"),
        ("just under 50 percent", "nearly"),
        ("a little over two years", "beyond"),
        ("just over 500", "beyond"),
        ("no more than half", "less"),
        ("less than two years", "less"),
        ("over two years", "more"),
        ("an hour or so", "about"),
        ("a couple of weeks", "about"),
        ("some thirty-odd employees", "odd"),
        ("three hundred-odd million", "odd"),
        ("about minus 12 °C", "about"),
        ("circa 1850", "about"),
        ("before 1850", "less"),
        ("after 1850", "more"),
    ],
)
def test_a_bound_is_kept_beside_the_normal_form(span: str, bound: str) -> None:
    value = value_of(span)
    assert isinstance(value, Qualified)
    assert value.bound == bound


@pytest.mark.parametrize(
    ("sentence", "span", "bound"),
    [
        ("Some 310 farms have it.", "310", "about"),
        ("It cost nearly a hundred dollars.", "a hundred dollars", "nearly"),
        ("More than 310 farms have it.", "310", "more"),
        ("There were 310 of them or so.", "310", None),
    ],
)
def test_what_stands_before_the_span_is_part_of_what_it_says(
    sentence: str, span: str, bound: str | None
) -> None:
    start = sentence.index(span)
    value = value_of(sentence, start, start + len(span))
    assert value is not None
    assert getattr(value, "bound", None) == bound


@pytest.mark.parametrize(
    ("sentence", "span", "unitless"),
    [
        ("It lost 44 million in all.", "44 million", True),
        ("Dead: 16", "16", True),
        ("It has 44 million users.", "44 million", False),
        ("It has 44 million Swiss users.", "44 million", False),
        ("It took 44 of them.", "44", False),
        ("It took 2.6 billion euros of orders.", "2.6 billion", False),
        ("At four in the morning it broke.", "four", False),
        ("It broke at half past four.", "four", False),
    ],
)
def test_a_number_without_noun_or_unit_is_marked(sentence: str, span: str, unitless: bool) -> None:
    start = sentence.index(span)
    value = value_of(sentence, start, start + len(span))
    assert value is not None
    assert bool(isinstance(value, Qualified) and value.unitless) == unitless
    assert (value.kind == "money") == ("euros" in sentence)


def test_of_those_who_are_counted_no_share_is_assumed() -> None:
    counted = value_of("fewer than fifty", kinds=["number"])
    share = value_of("a third of the workforce", kinds=["number"])
    assert counted is not None and share is not None
    assert compare(counted, share) == "unrelated"


def test_a_qualified_value_is_shown_as_any_other() -> None:
    value = value_of("about 500")
    item = AnswerItem(text="", sentence="", confidence=1, witnesses=1, value=value, citations=())
    assert item.model_dump()["value"] == {"kind": "number", "normal": "500"}


@given(st.text(), st.integers(0, 40), st.integers(0, 40))
@settings(max_examples=300, deadline=None)
def test_any_span_has_a_value_or_none(text: str, start: int, length: int) -> None:
    start = min(start, len(text))
    value = value_of(text, start, min(len(text), start + length))
    assert value is None or value.normal


@pytest.mark.parametrize(
    ("text", "figure", "whole"),
    [
        ("He paid up to $15 million.", "$15 million", "up to $15 million"),
        ("No fewer than ten boats came.", "ten boats", "No fewer than ten boats"),
        ("roughly\none million users", "one million users", "roughly\none million users"),
        ("nearly a quarter of it", "a quarter", "nearly a quarter"),
        ("It fell by just over 3 percent.", "3 percent", "just over 3 percent"),
        ("500 people or so came", "500 people", "500 people or so"),
        ("Over two years it fell.", "two years", "two years"),
        ("between about 10 and 20 men", "10 and 20", "10 and 20"),
        ("at about 5 p.m. it shut", "5 p.m.", "5 p.m."),
        ("about boats: 500", "500", "500"),
    ],
)
def test_a_figure_is_widened_to_its_qualifier(text: str, figure: str, whole: str) -> None:
    start = text.index(figure)
    first, last = with_qualifier(text, start, start + len(figure))
    assert text[first:last] == whole


@given(st.text(alphabet="about up to 12,5 or more.$\n", max_size=40), st.data())
def test_widening_never_narrows(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    first, last = with_qualifier(text, start, end)
    assert 0 <= first <= start
    assert end <= last <= len(text)


@pytest.mark.parametrize(
    ("span", "kind"),
    [("900 million", "number"), ("a tenth", "percent"), ("Studio 54", "name"), ("May", "date")],
)
def test_only_a_bare_figure_is_one_where_a_name_is_asked_for(span: str, kind: ValueKind) -> None:
    text = f"The council gave {span} of it."
    value = value_of(text, 17, 17 + len(span), ("name",))
    assert value is not None
    assert value.kind == kind
