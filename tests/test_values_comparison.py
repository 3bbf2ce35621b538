"""Whether two values are the same, compatible, different or not comparable."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ragqa.types import Value
from ragqa.values import Comparison, Qualified, agree, compare, value_of

SAME = [
    ("$1 million", "US$1m"),
    ("$1 million", "about 1,000,000 dollars"),
    ("€3.5bn", "3.5 billion euros"),
    ("£12k", "12,000 pounds"),
    ("Rs 40 crore", "400 million rupees"),
    ("between $10 million and $15 million", "$10–15 million"),
    ("$1 million per day", "$1m daily"),
    ("$20 per user per month", "$20/user/month"),
    ("$365m a year", "$365 million annually"),
    ("10 to 15 percent", "10-15%"),
    ("50 percent", "half"),
    ("halved", "a 50% decline"),
    ("a quarter", "25%"),
    ("doubled", "twofold"),
    ("500,000 users", "half a million users"),
    ("roughly one million", "1,000,000"),
    ("up to 500", "500"),
    ("nearly 500", "some 500"),
    ("two dozen", "24"),
    ("more than 500", "over 500"),
    ("September 24, 2026", "24/9/2026"),
    ("September 24, 2026", "24th of September 2026"),
    ("5:40 a.m.", "05:40"),
    ("noon", "12 p.m."),
    ("two weeks", "14 days"),
    ("18 months", "a year and a half"),
    ("a fortnight", "two weeks"),
    ("90 minutes", "an hour and a half"),
    ("third", "3rd place"),
    ("20 °C", "20 degrees Celsius"),
    ("80 mph", "80 miles per hour"),
    ("The Walt Disney Company", "Walt Disney"),
    ("WSJ", "the Wall Street Journal"),
    ("Mr. Altman", "Altman"),
    ("16 of its 48 hangers", "16 hangers"),
    ("half a kilometre", "0.5 km"),
    ("one employee in five", "20 percent"),
    ("nine cases in ten", "90%"),
    ("half a percentage point", "50 basis points"),
    ("2:05:41", "2 hours 5 minutes 41 seconds"),
    ("1h20", "80 minutes"),
    ("a quarter to seven", "6:45"),
    ("seven in the evening", "7 p.m."),
    ("twice a week", "two times a week"),
    ("a couple of weeks", "14 days"),
    ("five foot six", "5ft 6in"),
    ("€20 a head", "20 euros per person"),
    ("1998 to 2004", "from 1998 until 2004"),
    ("Mayor Saoirse Valdés", "Saoirse Valdes"),
]
COMPATIBLE = [
    ("$1 million a day", "$1 million"),
    ("$20 per user per month", "$20 a month"),
    ("$10–15 million", "$12 million"),
    ("498,213 users", "500,000 users"),
    ("a third", "33 percent"),
    ("more than 500", "500"),
    ("more than 500", "530"),
    ("more than 500", "fewer than 600"),
    ("at least $1 million", "$1.4 million"),
    ("September 24, 2026", "September 2026"),
    ("September 24, 2026", "in September"),
    ("September 24, 2026", "Thursday"),
    ("3-5 May 2025", "May 2025"),
    ("3-5 May", "4 May 2025"),
    ("mid-June", "June 14"),
    ("Tuesday at 5:40 a.m.", "5:40 a.m."),
    ("Tuesday at 5:40 a.m.", "Tuesday"),
    ("Q3 2025", "August 2025"),
    ("a month", "30 days"),
    ("52 weeks", "a year"),
    ("six to eight weeks", "seven weeks"),
    ("less than two years", "two years"),
    # 12 miles are 18.5 to 20.1 km, and 90 °F is 32 °C, at the precision stated.
    ("12 miles", "19 km"),
    ("6 feet", "1.8 metres"),
    ("90 degrees Fahrenheit", "32 °C"),
    ("59.8 MB", "60 megabytes"),
    ("59.8 MB", "59,800 kilobytes"),
    ("20 degrees", "20 °C"),
    ("3-2", "2-3"),
    ("Sam Altman", "Altman"),
    ("J. Smith", "John Smith"),
    ("Disney", "Walt Disney"),
    # An approximation and what it may approximate: see bounds.reach.
    ("94 metres", "nearly a hundred metres"),
    ("Some 310 farms", "Around 300 farms"),
    ("412 votes", "barely 400 votes"),
    ("about 1,000,000 dollars", "$980,000"),
    ("almost half", "48 percent"),
    ("just under 50 percent", "49 percent"),
    ("well over 200 people", "231 people"),
    ("just over 200 people", "212 people"),
    ("about a third", "35 percent"),
    ("eleven people", "a dozen people or so"),
    ("eleven people", "a dozen or so people"),
    ("300-odd farms", "310 farms"),
    ("~300 farms", "310 farms"),
    ("an estimated 2 million people", "1.95 million people"),
    ("close to 500 people", "more than 480 people"),
    ("up to 500 people", "470 people"),
    ("nearly 500 people", "just over 480 people"),
    ("about 15 miles", "25 km"),
    ("nearly two weeks", "13 days"),
    ("a little over two weeks", "sixteen days"),
    ("nearly a decade", "nine years"),
    # The coarser states no smaller parts.
    ("22 minutes", "22 minutes and 9 seconds"),
    ("half a mile", "800 metres"),
    ("6ft 2in", "1.88 m"),
    ("-12 °C", "10 °F"),
    ("about minus 12 °C", "-11 °C"),
    ("thirty-odd employees", "35 employees"),
    ("thirty-odd employees", "nearly 40 employees"),
    ("three hundred-odd million", "320 million"),
    ("twenty-odd years", "23 years"),
    # A time of day of which no half is told.
    ("a quarter to seven", "6.45 p.m."),
    ("a quarter to seven", "6:45 a.m."),
    ("Tuesday at half past four", "Tuesday at 4:30 p.m."),
    ("around 6 a.m.", "5:50 a.m."),
    ("shortly after four o'clock", "4.10 p.m."),
    ("just before midnight", "11:55 p.m."),
    ("Tuesday shortly after 4 a.m.", "4:05 a.m."),
    # A bound reaches on to where another figure would be said.
    ("more than a dozen people", "14 people"),
    ("more than 150 people", "180 people"),
    ("more than a week", "nine days"),
    ("more than a third", "36 percent"),
    ("over a month", "five weeks"),
    ("less than a month", "three weeks"),
    ("more than two years", "less than three years"),
    ("around 1850", "1848"),
    ("after 1998", "1998"),
    ("late 1990s", "1997"),
    ("the first half of the 19th century", "1830"),
    ("the first week of March", "5 March"),
    ("3 and 4 May", "4 May"),
    ("two thirds", "66 percent"),
    ("two thirds", "67 percent"),
    # A half is rounded either way.
    ("$1.25 trillion", "1.3 trillion dollars"),
    ("$1.25 trillion", "1.2 trillion dollars"),
    # One leaves out its unit, or its scale word too.
    ("1790", "in 1790"),
    ("44 million", "44 million euros"),
    ("forty-one million", "£41 million"),
    ("640", "$640 million"),
    ("34-year-old", "34"),
    ("71", "71 years and 48 days"),
    ("about 90", "93 percent"),
]
DIFFERENT = [
    ("$1 million", "$2 million"),
    ("$1 million a day", "$2 million a day"),
    ("$1 million per day", "between $10 million and $15 million per day"),
    ("$10–15 million", "$10–20 million"),
    ("50 percent", "5 percent"),
    ("half", "a third"),
    ("doubled", "tripled"),
    ("120 people", "121 people"),
    ("more than 500", "fewer than 500"),
    ("more than 500", "700"),
    ("less than two years", "more than two years"),
    ("early 2024", "late 2024"),
    ("early 2024", "mid-2024"),
    ("early June", "mid-June"),
    ("September 24, 2026", "October 1, 2026"),
    ("April", "September"),
    ("Tuesday", "Wednesday"),
    ("5:40 a.m.", "6 a.m."),
    ("2019-2024", "2025"),
    ("six months", "six years"),
    ("30 days", "two months"),
    ("third", "fourth"),
    ("3-2", "3-1"),
    ("12 miles", "12 km"),
    ("20 °C", "20 °F"),
    ("Disney", "Comcast"),
    ("Bank of America", "America"),
    ("about 1 million people", "2 million people"),
    ("about 85,000 people", "140,000 people"),
    ("about 30 people", "41 people"),
    ("around 55 percent", "58.4 percent"),
    ("some 310 farms", "around 370 farms"),
    ("nearly 500 people", "510 people"),
    ("just over 500 people", "490 people"),
    ("nearly 500 people", "more than 500 people"),
    ("almost half", "just over half"),
    ("nearly two weeks", "15 days"),
    ("about two weeks", "three weeks"),
    ("61,300 people", "58,900 people"),
    ("26", "41"),
    ("6.4", "6.6"),
    ("forty", "41"),
    ("44 million", "61 million cubic metres"),
    ("180 million in all", "some $290 million"),
    ("28", "41 minutes"),
    ("89", "93 percent"),
    ("22 minutes", "22 minutes and 39 seconds"),
    ("the sixth of September", "9 September"),
    ("twice", "three times"),
    ("twice a week", "three times a week"),
    ("half a mile", "2 kilometres"),
    ("6ft 2in", "1.80 m"),
    ("minus 12 degrees Celsius", "12 °C"),
    ("thirty-odd employees", "28 employees"),
    ("thirty-odd employees", "41 employees"),
    ("three hundred-odd million people", "300 people"),
    ("300-odd farms", "390 farms"),
    ("one employee in five", "a quarter"),
    ("3:54.18", "3:54.20"),
    ("a quarter to seven", "7 p.m."),
    ("around 6 a.m.", "6:30 a.m."),
    ("shortly after 4 a.m.", "3:50 a.m."),
    ("just before six o'clock", "shortly after six o'clock"),
    ("just under two hours", "2h 5m"),
    ("Tuesday at half past four", "Wednesday at 4:30 p.m."),
    ("more than a dozen people", "30 people"),
    ("more than a week", "three weeks"),
    ("over three hours", "less than three hours"),
    ("around 1850", "1861"),
    ("before 1850", "1860"),
    ("before 1850", "after 1850"),
    ("late 1990s", "1991"),
    ("the first half of the 19th century", "1870"),
    ("the first week of March", "25 March"),
    ("1790", "in 1795"),
    ("five votes to four", "6-3"),
    ("two thirds", "65 percent"),
    ("a third", "34 percent"),
]
UNRELATED = [
    ("$1 million", "€1 million"),
    ("$1 million", "1 million users"),
    ("$1 million a day", "$5.4 billion"),
    ("$1 million a day", "$1 million a year"),
    ("$20 per user", "$20 per month"),
    ("50 percent", "50 percentage points"),
    ("12 miles", "12 boats"),
    ("12 miles", "12 kilograms"),
    ("2026", "in September"),
    ("Tuesday", "24 March"),
    ("Tuesday", "5:40 a.m."),
    ("2026", "two years"),
    ("third", "three"),
    ("57", "48 million francs"),
    ("4", "the fourth"),
    ("a quarter to seven", "7"),
    ("before 1850", "1848"),
    ("12 million Danish kroner", "12 million Norwegian kroner"),
    ("35 per 100,000", "350 per million"),
]
CASES = [
    (*pair, how)
    for how, pairs in (
        ("same", SAME),
        ("compatible", COMPATIBLE),
        ("different", DIFFERENT),
        ("unrelated", UNRELATED),
    )
    for pair in pairs
]


def stated(phrase: str) -> Value:
    value = value_of(phrase)
    assert value is not None, phrase
    return value


@pytest.mark.parametrize(("one", "other", "how"), CASES)
def test_two_answers_compare(one: str, other: str, how: Comparison) -> None:
    assert compare(stated(one), stated(other)) == how
    assert compare(stated(other), stated(one)) == how
    assert agree(stated(one), stated(other)) == (how in ("same", "compatible"))


SAID = sorted({phrase for one, other, _ in CASES for phrase in (one, other)})


@given(st.sampled_from(SAID), st.sampled_from(SAID))
@settings(deadline=None)
def test_comparison_is_mutual_and_a_value_is_the_same_as_itself(one: str, other: str) -> None:
    assert compare(stated(one), stated(one)) == "same"
    assert compare(stated(one), stated(other)) == compare(stated(other), stated(one))


anything = st.builds(
    Value,
    kind=st.sampled_from(["money", "percent", "number", "date", "duration", "name"]),
    normal=st.one_of(
        st.text(max_size=20),
        st.from_regex(r"(USD )?-?\d{1,6}(\.\d)?(\.\.\d{1,6})?(%| km| mi)?(/day)?", fullmatch=True),
        st.from_regex(r"[\dX]{4}(-(\d\d|Q\d))?(-\d\d)?(~late)?(/\d{4})?(T0\d:11)?", fullmatch=True),
        st.from_regex(r"(weekday Monday)?(T0\d:\d\d\??)?", fullmatch=True),
        st.from_regex(r"P(\d{1,3}Y)?(T\d{1,3}M)?(\.\.P\d\dM)?", fullmatch=True),
        st.from_regex(r"#\d{1,3}|\d{1,3}-\d{1,3}", fullmatch=True),
    ),
)
bounded = st.builds(
    lambda value, bound, unitless: Qualified(
        kind=value.kind, normal=value.normal, bound=bound, unitless=unitless
    ),
    anything,
    st.sampled_from([None, "more", "less", "about", "nearly", "beyond", "odd"]),
    st.sampled_from([(), ("money", "number"), ("number", "duration", "percent", "date")]),
)


@given(st.one_of(anything, bounded), st.one_of(anything, bounded))
@settings(max_examples=200, deadline=None)
def test_anything_compares_either_way_round(a: Value, b: Value) -> None:
    assert compare(a, a) == "same"
    assert compare(a, b) == compare(b, a)


AMOUNTS = st.integers(1, 10**9)


@given(AMOUNTS, st.sampled_from(["", " a day", " per user"]))
@settings(deadline=None)
def test_spacing_case_and_the_currency_s_spelling_make_no_difference(n: int, rate: str) -> None:
    spellings = [f"${n}{rate}", f"$ {n:,}{rate}", f"US${n}{rate}", f"USD {n:,}{rate}",
                 f"{n:,} dollars{rate}", f"{n} DOLLARS{rate}", f"{n:,}\nUS dollars{rate}",
                 f"{n:,}\u00a0dollars{rate}"]  # fmt: skip
    assert {compare(stated(spellings[0]), stated(each)) for each in spellings} == {"same"}


@given(st.integers(1, 999), st.sampled_from([("k", 10**3), ("m", 10**6), ("bn", 10**9)]))
@settings(deadline=None)
def test_a_scale_is_its_zeros(n: int, scale: tuple[str, int]) -> None:
    word, factor = scale
    assert compare(stated(f"£{n}{word}"), stated(f"£{n * factor:,}")) == "same"


@given(AMOUNTS, AMOUNTS)
@settings(deadline=None)
def test_opposite_bounds_never_agree_unless_they_leave_room(low: int, high: int) -> None:
    low, high = sorted((low, high))
    assert not agree(stated(f"more than {high}"), stated(f"fewer than {low}"))


@given(st.integers(1, 10**9), st.sampled_from(["about", "nearly", "just over"]), st.floats(0.5, 2))
@settings(deadline=None)
def test_an_approximation_is_a_tenth_off_at_most(n: int, word: str, factor: float) -> None:
    other = max(1, round(n * factor))
    if agree(stated(f"{word} {n} boats"), stated(f"{other} boats")):
        # Besides, from 1,000 on, what rounds to the same two digits: half a unit of the second.
        assert abs(other - n) <= n * (0.1 if n < 1000 else 0.15)
        assert word != "nearly" or other <= n or n >= 1000
        assert word != "just over" or other >= n or n >= 1000


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
@settings(deadline=None)
def test_a_day_is_compatible_with_its_month_year_and_weekday(day: date) -> None:
    whole = stated(f"{day:%B} {day.day}, {day.year}")
    for part in (f"{day:%B} {day.year}", f"in {day:%B}", f"{day.year}", f"{day:%A}"):
        assert compare(whole, stated(part)) == "compatible", part


def test_a_bound_s_normal_form_is_its_figure() -> None:
    assert stated("more than 500").normal == stated("500").normal == "500"
