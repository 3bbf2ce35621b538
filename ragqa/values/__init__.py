"""Amounts, percentages, numbers, dates, durations and names: where they stand, what they say.

`find_values` finds them in a text, `value_of` is the one that an answer span states, `compare` says
how two of them stand to each other and `agree` whether they may say the same. The grammar is this
project's own because of what was measured on one sentence of news: quantulum3 0.10 reads
0.008 MB/s, splits ranges and takes "half a million" for 1,500,000; dateparser's search reads
0.02 MB/s, takes "may" for a month and gives no spans; price-parser and text2num give none either.
"""

from ragqa.values.agreement import agree, compare
from ragqa.values.bounds import Qualified
from ragqa.values.comparison import Comparison
from ragqa.values.qualifiers import with_qualifier
from ragqa.values.scan import find_values
from ragqa.values.stated import value_of

__all__ = [
    "Comparison",
    "Qualified",
    "agree",
    "compare",
    "find_values",
    "value_of",
    "with_qualifier",
]
