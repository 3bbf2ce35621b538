"""English word tables that more than one step reads: closed classes and fixed vocabularies.

Only words that belong to the language itself stand here (function words, months, number words,
currencies), never words of a topic. All are lower case unless said otherwise.
"""

from decimal import Decimal
from typing import Final

MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SEASONS: Final = {
    "spring": "spring",
    "summer": "summer",
    "autumn": "autumn",
    "fall": "autumn",
    "winter": "winter",
}

UNITS: Final = {
    word: Decimal(number)
    for number, word in enumerate(
        """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
    fifteen sixteen seventeen eighteen nineteen""".split()
    )
}
TENS: Final = {
    word: Decimal(number * 10)
    for number, word in enumerate(
        """twenty thirty forty fifty sixty seventy eighty ninety""".split(), start=2
    )
}
SCALES: Final = {
    word: Decimal(factor)
    for words, factor in (
        ("hundred", 10**2),
        ("thousand k", 10**3),
        ("lakh lakhs", 10**5),
        ("million m mn mln mio", 10**6),
        ("crore crores", 10**7),
        ("billion b bn bln", 10**9),
        ("trillion tn trn tln", 10**12),
        ("dozen", 12),
    )
    for word in words.split()
}
# Scale words that are too short to be one anywhere but glued to the digits or after a currency.
SHORT_SCALES: Final = frozenset({"k", "m", "b"})
ORDINALS: Final = {
    word: number
    for number, word in enumerate(
        """first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth
        thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth
        twentieth""".split(),
        start=1,
    )
}
FRACTIONS: Final = {
    "third": 3,
    "thirds": 3,
    "quarter": 4,
    "quarters": 4,
    "fourth": 4,
    "fourths": 4,
    "fifth": 5,
    "fifths": 5,
    "sixth": 6,
    "sixths": 6,
    "eighth": 8,
    "eighths": 8,
    "tenth": 10,
    "tenths": 10,
}

# ISO 4217 codes.
CURRENCY_SIGNS: Final = {
    "$": "USD",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "￥": "JPY",
    "₹": "INR",
    "₩": "KRW",
    "₽": "RUB",
    "₺": "TRY",
    "₪": "ILS",
    "₫": "VND",
    "₦": "NGN",
    "₱": "PHP",
    "฿": "THB",
    "₴": "UAH",
}
# What stands glued before a "$" (or "¥") and says whose it is.
CURRENCY_PREFIXES: Final = {
    "us": "USD",
    "u.s.": "USD",
    "a": "AUD",
    "au": "AUD",
    "c": "CAD",
    "ca": "CAD",
    "can": "CAD",
    "hk": "HKD",
    "nz": "NZD",
    "s": "SGD",
    "sg": "SGD",
    "r": "BRL",
    "nt": "TWD",
    "mx": "MXN",
    "cn": "CNY",
}
CURRENCY_CODES: Final = {
    **{
        code.lower(): code
        for code in """USD EUR GBP JPY CNY INR CHF CAD AUD HKD NZD SGD KRW BRL MXN SEK NOK DKK RUB
        ZAR TRY TWD THB PLN ILS AED SAR NGN PHP IDR MYR VND UAH EGP PKR BDT KES ARS CLP COP CZK
        HUF""".split()
    },
    "rmb": "CNY",
    "rs": "INR",
    "stg": "GBP",
}
CURRENCY_WORDS: Final = {
    word: code
    for words, code in (
        ("dollar dollars dlr dlrs buck bucks", "USD"),
        ("euro euros", "EUR"),
        ("pound pounds sterling stg", "GBP"),
        ("yen", "JPY"),
        ("yuan renminbi", "CNY"),
        ("rupee rupees", "INR"),
        ("won", "KRW"),
        ("franc francs", "CHF"),
        ("ruble rubles rouble roubles", "RUB"),
        ("lira liras", "TRY"),
        ("peso pesos", "MXN"),
        ("krona kronor", "SEK"),
        ("shekel shekels", "ILS"),
        ("baht", "THB"),
        ("ringgit", "MYR"),
        ("zloty zlotys", "PLN"),
        ("dirham dirhams", "AED"),
        ("riyal riyals", "SAR"),
        ("naira", "NGN"),
        ("rand rands", "ZAR"),
        ("reais", "BRL"),
        ("krone kroner", "NOK"),
        ("rupiah rupiahs", "IDR"),
        ("dong", "VND"),
        ("hryvnia hryvnias", "UAH"),
        ("forint forints", "HUF"),
        ("koruna korunas", "CZK"),
        ("taka", "BDT"),
        ("shilling shillings", "KES"),
        ("cedi cedis", "GHS"),
    )
    for word in words.split()
}
# Hundredths of a currency.
SMALL_COINS: Final = {"cent": "USD", "cents": "USD", "pence": "GBP", "penny": "GBP"}
# "Canadian dollars": the nationality decides, whatever the noun's own default.
CURRENCY_NATIONS: Final = {
    ("canadian", "USD"): "CAD",
    ("australian", "USD"): "AUD",
    ("singapore", "USD"): "SGD",
    ("taiwan", "USD"): "TWD",
    ("american", "USD"): "USD",
    ("us", "USD"): "USD",
    ("u.s.", "USD"): "USD",
    ("british", "GBP"): "GBP",
    ("swiss", "CHF"): "CHF",
    ("french", "CHF"): "FRF",
    ("belgian", "CHF"): "BEF",
    ("japanese", "JPY"): "JPY",
    ("chinese", "CNY"): "CNY",
    ("indian", "INR"): "INR",
    ("pakistani", "INR"): "PKR",
    ("egyptian", "GBP"): "EGP",
    ("philippine", "MXN"): "PHP",
    ("argentine", "MXN"): "ARS",
    ("brazilian", "BRL"): "BRL",
    ("danish", "NOK"): "DKK",
    ("norwegian", "NOK"): "NOK",
    ("swedish", "SEK"): "SEK",
    ("icelandic", "SEK"): "ISK",
    ("czech", "CZK"): "CZK",
    ("turkish", "TRY"): "TRY",
    ("lebanese", "GBP"): "LBP",
    ("syrian", "GBP"): "SYP",
    ("sudanese", "GBP"): "SDG",
    ("mexican", "MXN"): "MXN",
    ("argentinian", "MXN"): "ARS",
    ("chilean", "MXN"): "CLP",
    ("colombian", "MXN"): "COP",
    ("cuban", "MXN"): "CUP",
    ("russian", "RUB"): "RUB",
    ("belarusian", "RUB"): "BYN",
    ("israeli", "ILS"): "ILS",
    ("nigerian", "NGN"): "NGN",
    ("polish", "PLN"): "PLN",
    ("saudi", "SAR"): "SAR",
    ("qatari", "SAR"): "QAR",
    ("emirati", "AED"): "AED",
    ("moroccan", "AED"): "MAD",
    ("nepalese", "INR"): "NPR",
    ("kenyan", "KES"): "KES",
    ("ugandan", "KES"): "UGX",
    ("tanzanian", "KES"): "TZS",
    ("jamaican", "USD"): "JMD",
    ("zimbabwean", "USD"): "ZWL",
    ("taiwanese", "USD"): "TWD",
}

# Duration units: how many of which ISO 8601 designator one is.
PERIODS: Final = {
    word: (Decimal(count), designator)
    for words, count, designator in (
        ("second seconds sec secs", 1, "S"),
        ("minute minutes min mins", 1, "min"),
        ("hour hours hr hrs", 1, "H"),
        ("day days", 1, "D"),
        ("week weeks wk wks", 1, "W"),
        ("fortnight fortnights", 2, "W"),
        ("month months", 1, "M"),
        ("quarter quarters", 3, "M"),
        ("year years yr yrs", 1, "Y"),
        ("decade decades", 10, "Y"),
        ("century centuries", 100, "Y"),
    )
    for word in words.split()
}
RATES: Final = {
    **{
        word: period
        for period, words in {
            "second": "second sec",
            "minute": "minute min",
            "hour": "hour hr",
            "day": "day",
            "week": "week wk",
            "month": "month",
            "quarter": "quarter",
            "year": "year yr annum",
        }.items()
        for word in words.split()
    },
}
RATE_ADVERBS: Final = {
    "hourly": "hour",
    "daily": "day",
    "weekly": "week",
    "monthly": "month",
    "quarterly": "quarter",
    "yearly": "year",
    "annually": "year",
    "annual": "year",
}
MEASURES: Final = {
    word: unit
    for unit, words in {
        "mm": "mm millimeter millimeters millimetre millimetres",
        "cm": "cm centimeter centimeters centimetre centimetres",
        "m": "meter meters metre metres",
        "km": "km kilometer kilometers kilometre kilometres",
        "mi": "mile miles",
        "ft": "ft foot feet",
        "in": "inch inches",
        "yd": "yard yards",
        "ha": "hectare hectares",
        "ac": "acre acres",
        "g": "gram grams gramme grammes",
        "mg": "mg milligram milligrams",
        "kg": "kg kilo kilos kilogram kilograms",
        "lb": "lb lbs",
        "oz": "oz ounce ounces",
        "t": "ton tons tonne tonnes",
        "L": "liter liters litre litres",
        "gal": "gallon gallons",
        "bbl": "barrel barrels",
        "B": "byte bytes",
        "kB": "kb kilobyte kilobytes",
        "MB": "mb megabyte megabytes",
        "GB": "gb gigabyte gigabytes",
        "TB": "tb terabyte terabytes",
        "PB": "pb petabyte petabytes",
        "W": "watt watts",
        "kW": "kw kilowatt kilowatts",
        "MW": "mw megawatt megawatts",
        "GW": "gw gigawatt gigawatts",
        "kWh": "kwh",
        "MWh": "mwh",
        "mph": "mph",
        "km/h": "kph kmh",
        "Hz": "hz hertz",
        "MHz": "mhz megahertz",
        "GHz": "ghz gigahertz",
        "ms": "ms millisecond milliseconds",
        "°": "degree degrees",
    }.items()
    for word in words.split()
}

PRONOUNS: Final = frozenset(
    """i you he she it we they me him her us them my your his its our their mine yours hers
    ours theirs myself yourself himself herself itself ourselves themselves this that these
    those who whom whose which what whoever whatever everyone everybody everything someone
    somebody something anyone anybody anything nobody nothing none one ones each other
    others another both either neither all any some many much few several such same""".split()
)
DETERMINERS: Final = frozenset(["a", "an", "the", "no", "every"])
PREPOSITIONS: Final = frozenset(
    """about above across after against along amid among around as at before behind below
    beneath beside besides between beyond by despite down during except for from in inside
    into like near of off on onto out outside over past per since than through throughout to
    toward towards under underneath unlike until till up upon versus via with within
    without""".split()
)
CONJUNCTIONS: Final = frozenset(
    """and but or nor so yet if unless because although though while whereas whether once when
    whenever where wherever how however why""".split()
)
AUXILIARIES: Final = frozenset(
    """am is are was were be been being do does did done doing have has had having can could
    may might must shall should will would ought isn't aren't wasn't weren't don't doesn't
    didn't haven't hasn't hadn't can't cannot couldn't mightn't mustn't shan't shouldn't
    won't wouldn't let let's""".split()
)
ADVERBS: Final = frozenset(
    """not only just also too even still already again ever never always often sometimes soon
    now then there here today tomorrow yesterday tonight later earlier meanwhile instead
    otherwise rather quite very more most less least almost nearly perhaps maybe indeed thus
    hence therefore moreover furthermore nevertheless nonetheless else together apart
    further first second third next last finally yes no ok well far away back ago long""".split()
)
NEGATIONS: Final = frozenset(
    "no not never none nobody nothing nowhere neither nor without cannot".split()
)
# Words that carry grammar, not content; a closed class, so it never grows with a topic.
FUNCTION_WORDS: Final = PRONOUNS | DETERMINERS | PREPOSITIONS | CONJUNCTIONS | AUXILIARIES | ADVERBS
