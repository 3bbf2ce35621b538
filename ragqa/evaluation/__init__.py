"""How good the answers are, why each wrong one is wrong, and whether a change helped.

    gold -> answers -> measures and causes -> metrics and intervals -> summary, report, comparison

`command.evaluate` is that whole line; nothing below this package imports it.
"""
