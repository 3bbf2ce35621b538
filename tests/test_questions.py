"""Questions: what they expect, their form, and the words they look for."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ragqa.errors import QuestionError
from ragqa.questions import LONGEST, parse_question

# question, kinds expected (likeliest first), form
ASKED = [
    # Money
    ("How much did the bridge cost?", "money percent", "value"),
    ("how much does the ferry lose a day", "money percent", "value"),
    ("What did the bridge cost?", "money", "value"),
    ("What does a ticket cost?", "money", "value"),
    ("What is the price of a ticket?", "money", "value"),
    ("What was the ferry company's revenue in 2025?", "money", "value"),
    ("What was the daily cost of running the ferry?", "money", "value"),
    ("what share price did the firm reach", "money", "value"),
    ("How much money was raised?", "money", "value"),
    ("ferry daily cost", "money", "value"),
    ("price of a ticket", "money", "value"),
    ("HOW MUCH DID THE BRIDGE COST", "money percent", "value"),
    ("How expensive was the bridge?", "money", "value"),
    ("How high was the fine?", "money number", "value"),
    ("How many million euros were lost?", "money", "value"),
    ("How much turnover did the ferry lose?", "money", "value"),
    ("What did the maker of the boat earn a year before?", "money", "value"),
    ("What did the U.S. government pay?", "money", "value"),
    ("What was the firm's turnover last year?", "money", "value"),
    ("Harlow Lines turnover last year", "money", "value"),
    ("ferry profit first nine months", "money", "value"),
    ("entrance fee Harlow city museum", "money", "value"),
    ("ticket price per day", "money", "value"),
    ("What is he paid?", "money", "value"),
    ("value of the ferry company", "money number", "value"),
    # Percent
    ("What percentage of riders left?", "percent", "value"),
    ("What share of the riders left?", "percent", "value"),
    ("By how much did ridership fall?", "percent money", "value"),
    ("How much of the town was flooded?", "percent money", "value"),
    ("What proportion voted?", "percent", "value"),
    ("How many percent left?", "percent", "value"),
    ("unemployment rate in Harlow", "percent", "value"),
    ("What portion of the fares is refunded?", "percent", "value"),
    ("What part of the budget goes to ferries?", "percent money", "value"),
    ("How large a share of the riders left?", "percent number", "value"),
    ("What was the turnout?", "percent number", "value"),
    ("How much more pay did the crews ask for?", "percent money number", "value"),
    ("By what margin did the mayor win?", "percent number", "value"),
    ("share of riders who still pay in cash", "percent", "value"),
    # Number
    ("How many riders did the ferry have?", "number", "value"),
    ("What was the number of riders?", "number", "value"),
    ("number of riders", "number", "value"),
    ("How tall is the tower?", "number", "value"),
    ("How far is Harlow from the sea?", "number", "value"),
    ("What is the population of Harlow?", "number", "value"),
    ("Harlow storm death toll", "number", "value"),
    ("How often does the council meet?", "number duration", "value"),
    ("How much does the boat weigh?", "number", "value"),
    ("What does the boat weigh?", "number", "value"),
    ("How hot did it get?", "number", "value"),
    ("How fast is the ferry?", "number duration", "value"),
    ("How much snow fell in Harlow?", "number percent money", "value"),
    ("How much water of the river reaches Harlow?", "number percent money", "value"),
    ("population Harlow islands", "number", "value"),
    ("What is the length of the river?", "number duration", "value"),
    # Date
    ("When did the ferry close?", "date", "value"),
    ("The ferry closed when?", "date", "value"),
    ("Until when can riders claim?", "date", "value"),
    ("What date does the ferry close?", "date", "value"),
    ("In which year was the bridge built?", "date", "value"),
    ("Which year was the bridge built?", "date", "value"),
    ("What is the deadline for claims?", "date", "value"),
    ("On what day does the ferry close?", "date", "value"),
    ("ferry closing date", "date", "value"),
    ("What is the ferry's closing date?", "date", "value"),
    ("Can you tell me when the ferry closes?", "date", "value"),
    ("Do you know when it closes?", "date", "value"),
    ("What time does the ferry leave?", "date duration", "value"),
    ("How late is the ferry open?", "date duration", "value"),
    ("During which hour did it sink?", "date", "value"),
    ("In what season does it rain?", "date", "value"),
    ("date on which the ferry closed", "date", "value"),
    ("Can you tell me in which year the ferry closed?", "date", "value"),
    ("Do you have any idea when it closes?", "date", "value"),
    ("When, exactly, did it close?", "date", "value"),
    ("wat year did the ferry close", "date", "value"),
    # Duration
    ("How long did the strike last?", "duration date", "value"),
    ("How many months do riders have?", "duration number", "value"),
    ("How old is the bridge?", "duration number", "value"),
    ("What was the duration of the strike?", "duration", "value"),
    ("How much time do riders have?", "duration number", "value"),
    ("What was the winner's time?", "duration date", "value"),
    ("How long is the bridge?", "duration date number", "value"),
    ("How much longer will the works take?", "duration number", "value"),
    # Name
    ("Who runs the ferry?", "name", "value"),
    ("who's the mayor", "name", "value"),
    ("Whose boat sank?", "name", "value"),
    ("Which company runs the ferry?", "name", "value"),
    ("What company bought Harlow Lines?", "name", "value"),
    ("What is the name of the ferry?", "name", "value"),
    ("Where is the bridge?", "name", "value"),
    ("ceo name", "name", "value"),
    ("Which boat sank?", "name", "value"),
    ("What made up the total?", "", "statement"),
    ("Whom did the mayor blame?", "name", "value"),
    ("Name the owner of the ferry.", "name", "value"),
    ("What newspaper reported the closing?", "name", "value"),
    ("When the ferry and the tug meet, what is the distance?", "number", "value"),
    ("What is the age of the mayor?", "number duration", "value"),
    ("Which investor bought a quarter of the ferry?", "name", "value"),
    ("Which town profits from the ferry?", "name", "value"),
    ("Could you tell me to whom the ferry was sold?", "name", "value"),
    ("Who were the Orrs?", "name", "value"),
    ("Which of the two bridges is longer?", "name", "value"),
    ("But who paid for it?", "name", "value"),
    ("capital Harlow", "name", "value"),
    # Reason
    ("Why did the ferry close?", "", "reason"),
    ("why ferry close", "", "reason"),
    ("What caused the closing?", "", "statement"),
    ("What led to the closing?", "", "statement"),
    ("What causes rust?", "", "statement"),
    ("What happens when the tide falls?", "", "statement"),
    ("What drives the pump?", "", "statement"),
    ("What towns that lie on the river have a mill?", "name", "list"),
    ("What cause of fire was named least?", "", "statement"),
    ("What made the ferry late?", "", "statement"),
    ("What was the main reason for the closing?", "", "reason"),
    ("What reasons did the mayor give?", "", "reason"),
    ("reasons for the ferry closing", "", "reason"),
    ("Why didn't the mayor act?", "", "reason"),
    ("How come the ferry closed?", "", "reason"),
    ("On what grounds did the judges act?", "", "reason"),
    ("What is the reasoning for the rule?", "", "reason"),
    ("What did the mayor resign for?", "", "reason"),
    ("What did the mayor ask for?", "", "statement"),
    ("Is there a reason why it closed?", "", "reason"),
    ("What virus causes fever?", "", "statement"),
    ("What was the cause of the fire?", "", "statement"),
    ("cause of the fire", "", "statement"),
    # List
    ("Which companies run ferries?", "name", "list"),
    ("What are the three priorities?", "", "list"),
    ("What were the main problems?", "", "list"),
    ("List the problems of the ferry.", "", "list"),
    ("Name the towns that the ferry served.", "name", "list"),
    ("Which towns did the ferry serve?", "name", "list"),
    ("What alternatives are there?", "", "list"),
    ("Which Chinese companies offer ferries?", "name", "list"),
    ("Which two teams met in the final?", "name", "list"),
    ("What three conditions did the union set?", "", "list"),
    ("What side effects does the drug have?", "", "list"),
    ("Which of the towns were flooded?", "name", "list"),
    ("Which teams share a harbour?", "name", "list"),
    ("Who are the founders of the ferry company?", "name", "list"),
    ("Who are some of the riders?", "name", "list"),
    ("Name two of the towns that the ferry served.", "name", "list"),
    ("Give me a list of the towns on the river.", "name", "list"),
    ("What were his last words?", "", "list"),
    ("What were the causes of the fire?", "", "list"),
    # Statement
    ("What happened to the ferry?", "", "statement"),
    ("How does the ferry dock?", "", "statement"),
    ("How did the mayor respond?", "", "statement"),
    ("Explain the closing of the ferry.", "", "statement"),
    ("What is a catamaran?", "", "statement"),
    ("What did the mayor say about the storm?", "", "statement"),
    ("What is the mayor doing about the storm?", "", "statement"),
    ("What has the company promised?", "", "statement"),
    ("the ferry was closed by the storm", "", "statement"),
    ("ferry storm Harlow", "", "statement"),
    ("What happens to the crew?", "", "statement"),
    ("What makes the ferry leak?", "", "statement"),
    ("What stays as it is?", "", "statement"),
    ("What are quarks?", "", "statement"),
    ("What are the boats made of?", "", "statement"),
    ("What are the crews called?", "", "statement"),
    ("What were they looking for?", "", "statement"),
    ("What were guns exchanged for in Harlow?", "", "statement"),
    ("What are the police doing about it?", "", "statement"),
    ("What news did the mayor bring?", "", "statement"),
    ("What if the dam fails?", "", "statement"),
    ("What caused population growth in Harlow?", "", "statement"),
    ("What represents the greatest amount of trade?", "", "statement"),
    ("What part of the city was flooded?", "", "statement"),
    ("What did the mayor spend most on?", "", "statement"),
    ("Tell me about the price of bread.", "", "statement"),
    ("Ships are safe when paired with what kind of crew?", "", "statement"),
    # Yes or no
    ("Did the ferry close?", "", "yes-no"),
    ("Is the bridge safe?", "", "yes-no"),
    ("Was the mayor not told?", "", "yes-no"),
    ("Can riders claim money back?", "", "yes-no"),
    ("Did it rain when the ferry sank?", "", "yes-no"),
    ("So did the ferry close?", "", "yes-no"),
    ("Hello, is the ferry open?", "", "yes-no"),
    ("In 1912, did the ferry sink?", "", "yes-no"),
    ("When the tide falls, can riders cross?", "", "yes-no"),
    ("The firm says it paid. Is that true?", "", "yes-no"),
    ("Is the town where the mayor lived still there?", "", "yes-no"),
    ("isnt the ferry closed", "", "yes-no"),
    # Misspelt
    ("waht is the price of a ticket", "money", "value"),
    ("wen did the ferry close", "date", "value"),
    ("hwen did the ferry close", "date", "value"),
    ("hwo much did it cost", "money percent", "value"),
    ("how mcuh did it cost", "money percent", "value"),
    ("how meny riders", "number", "value"),
    ("wich company runs the ferry", "name", "value"),
    ("whcih year did it open", "date", "value"),
    ("wheat price in March", "money", "value"),
    # Two in one
    ("How much did it cost and when did it close?", "money percent date", "value"),
    ("Who runs the ferry? When did it close?", "name date", "value"),
    ("When did it close and why?", "date", "value"),
    ("When was it built, and by whom?", "date name", "value"),
    ("In what year and in what town did it sink?", "date name", "value"),
    ("when & where did it sink", "date name", "value"),
    # Operators, scripts, marks
    ('"ferry" OR NEAR(closing date', "date", "value"),
    ("ferry AND (cost*) NOT bridge^2 : -x", "money", "value"),
    ("¿Cuándo cerró el ferry?", "", "statement"),
    ("когда закрылся паром?", "", "statement"),
    ("渡轮什么时候停运?", "", "statement"),
    ("फ़ेरी कब बंद हुई?", "", "statement"),
    ("When… did — the “ferry” close!?", "date", "value"),
    ("ferry?", "", "statement"),
    ("when", "date", "value"),
]


@pytest.mark.parametrize(("text", "expects", "form"), ASKED)
def test_what_a_question_asks_for(text: str, expects: str, form: str) -> None:
    question = parse_question(text)
    assert (" ".join(question.expects), question.form) == (expects, form)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("When did the ferry close?", "ferry close"),
        ("What is the ferry's closing date?", "ferry closing"),
        ("How much did Harlow Lines' old boat cost?", "harlow lines old boat cost"),
        ("Which AI-generated images were sold?", "ai generated images sold"),
        ("What did the US pay?", "us pay"),
        ("What did they tell us?", "what did they tell us"),
        ("who is it", "who is it"),
        ('"ferry" OR NEAR(boat*', "ferry boat"),
        ("Which was the first boat?", "first boat"),
        ("Où est l’Élysée?", "où est l'élysée"),
        ("когда закрылся Паром?", "когда закрылся паром"),
        ("फ़ेरी कब", "फ़ेरी कब"),
        ("GPT-4o's price", "gpt 4o price"),
    ],
)
def test_the_words_to_look_for(text: str, terms: str) -> None:
    assert " ".join(term.text for term in parse_question(text).terms) == terms


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("When did the Harlow Ferry close?", ["Harlow Ferry"]),
        ("Why did Disney's boat leave Harlow?", ["Disney", "Harlow"]),
        ('What does "slow boat" mean?', ["slow boat"]),
        ("When was Gen-3 shown?", ["Gen-3"]),
        ("what is iPhone 15 Pro price", ["iPhone 15 Pro"]),
        ("WHEN DID THE FERRY CLOSE", []),
        ("When Did The Ferry Close In WSJ", ["WSJ"]),
        ("Disney exit date", ["Disney"]),
        ("Number of riders", []),
        ("when did the ferry close", []),
        ("What did the US and the WHO say?", ["US", "WHO"]),
    ],
)
def test_the_names_in_a_question(text: str, names: list[str]) -> None:
    question = parse_question(text)
    assert [name.text for name in question.names] == names
    assert all(text[name.start : name.end] == name.text for name in question.names)


@pytest.mark.parametrize("text", ["", "   \n", "?!…", "🙂🙂", '"" () * -', "\u0301", "a" * 2001])
def test_a_question_without_words_or_end_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(QuestionError, match=r"^[^\n]+: [^\n]+\.$"):
        parse_question(text)


def test_the_longest_question_is_read() -> None:
    assert parse_question("ferry " * (LONGEST // 6)).terms


@given(st.text(max_size=200))
@settings(max_examples=400, deadline=None)
def test_any_text_with_a_word_is_a_question(text: str) -> None:
    if not any(letter.isalnum() for letter in text):
        return
    question = parse_question(text)
    assert question.text == text
    assert question.terms
    for term in question.terms:
        assert text[term.start : term.end].casefold().replace("’", "'") == term.text
        assert not set(term.text) & set('"*()^:-+?')


@given(
    st.lists(
        st.sampled_from("what how when who which is did the and of cost not ? , many".split()),
        min_size=1,
    )
)
@settings(max_examples=400, deadline=None)
def test_any_order_of_question_words_is_read(words: list[str]) -> None:
    if set(words) <= {"?", ","}:
        return
    assert len(set(parse_question(" ".join(words)).expects)) <= 6
