"""What is found in a shopper's text: numbers, e-mails, codes, prices, places in a list, days, products."""

import string
from datetime import date
from decimal import Decimal
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.embedded.reading.amounts import PriceLimits, price_limits
from bot.embedded.reading.clauses import asks, clauses, turns_to_another
from bot.embedded.reading.content import content_words
from bot.embedded.reading.entities import emails, order_numbers, postcodes, sign_in_code
from bot.embedded.reading.periods import Period, period
from bot.embedded.reading.references import Pick, Selection, is_follow_up, refers_back, selection

TODAY = date(2026, 11, 23)
HEX = "9f86d081884c7d659a2feaa0c55ad015"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("where is #W1234567?", ("W1234567",)),
        ("FW-104233", ("FW-104233",)),
        ("order FW-104233.", ("FW-104233",)),
        ("my order is FW 104233", ("FW104233", "104233")),
        ("fw 104233 please", ("FW104233", "104233")),
        (f"order {HEX} hasn't come", (HEX,)),
        (HEX, (HEX,)),
        ("10023", ("10023",)),
        ("order 57", ("57",)),
        ("My name is Lena Brandt, zip code 04101.", ()),
        ("the 88-key one in white", ()),
        ("order number: AB-99-X", ("AB-99-X",)),
        ("the number is 88213, thanks", ("88213",)),
        ("Order no. 5567 has not arrived", ("5567",)),
        ("#1001 and #1002", ("1001", "1002")),
        ("cancel order 8831 and tell me about order 8832", ("8831", "8832")),
        ("\uff11\uff10\uff10\uff12\uff13", ("10023",)),
        ("I want to order 2 mugs", ()),
        ("the cables in my order 3 m long instead", ()),
        ("I ordered 12 plates and 6 bowls", ()),
        ("boots in size 10, 40cm high, 300 ml", ()),
        ("it cost $120.50 or 99 dollars", ()),
        ("I ordered it on 2026-11-03", ()),
        ("on 11/03/2026 at 10:30", ()),
        ("May 5th 2025 or 12 March", ()),
        ("call me at 555-123-4567", ()),
        ("+49 30 1234567 is my phone", ()),
        ("20% off, the 3rd time", ()),
        ("my zip is 10001", ()),
        ("Sorry, it's 10001.", ("10001",)),
        ("postcode SW1A 1AA", ()),
        ("Send FW-266391 to 18 Ash Street, Denver, CO 80211, US", ("FW-266391",)),
        ("hello, AB 12345 please", ("AB12345", "12345")),
        ("my e-mail is joe99@example.com", ()),
        ("pay my last order with my Visa ending in 3120, please", ()),
        ("cancel the order ending in 3120", ("3120",)),
        ("it has been 14 days, in 2025 it was 3 weeks", ()),
        ("tents for 4 people", ()),
        ("", ()),
    ],
)
def test_order_numbers_are_told_from_other_numbers(text: str, found: tuple[str, ...]) -> None:
    assert order_numbers(text) == found


def test_numbers_that_were_shown_come_first_also_by_their_ending() -> None:
    shown = ["FW-104233", "FW-104777"]

    assert order_numbers("the 4777 one", shown)[0] == "FW-104777"
    assert order_numbers("fw104233", shown)[0] == "FW-104233"
    assert order_numbers("FW 104233 please", shown)[0] == "FW-104233"
    assert order_numbers("the one for 233 dollars", shown) == ()


shapes = st.one_of(
    st.integers(10_000, 10**12).map(str),
    st.text("0123456789abcdef", min_size=32, max_size=32).filter(
        lambda text: any(c.isdigit() for c in text) and any(c.isalpha() for c in text)
    ),
    st.builds(
        lambda letters, digits: f"{letters}-{digits}",
        st.text(string.ascii_uppercase, min_size=1, max_size=4),
        st.integers(1000, 10**9),
    ),
    st.builds(
        lambda letters, digits: f"#{letters}{digits}",
        st.text(string.ascii_uppercase, min_size=1, max_size=3),
        st.integers(1000, 10**9),
    ),
)
sentences = st.sampled_from(
    (
        "{}",
        "order {}",
        "where is order {}?",
        "my order number is {}.",
        "Order number: {}, thanks",
        "Hi, it's about order {} which I placed in May for $20",
        'the number is "{}"',
        "please cancel order {} (2 mugs)",
    )
)


@given(shapes, sentences)
def test_an_order_number_is_found_whatever_its_shape(number: str, sentence: str) -> None:
    assert number.removeprefix("#") in order_numbers(sentence.format(number))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("it's Jane.Doe+shop@Example.co.uk.", ("jane.doe+shop@example.co.uk",)),
        ("a@b.com, c@d.org", ("a@b.com", "c@d.org")),
        ("<joe@example.com>", ("joe@example.com",)),
        ("no address @ all", ()),
    ],
)
def test_emails(text: str, found: tuple[str, ...]) -> None:
    assert emails(text) == found


@pytest.mark.parametrize(
    ("text", "expected", "found"),
    [
        ("my zip is 10001", False, ("10001",)),
        ("zip code: 10001-1234", False, ("10001-1234",)),
        ("the postcode is SW1A 1AA", False, ("SW1A 1AA",)),
        ("CEP 01310-100", False, ("01310-100",)),
        ("PLZ 10115", False, ("10115",)),
        ("postal code k1a 0b1", False, ("K1A 0B1",)),
        ("10001", False, ()),
        ("10001", True, ("10001",)),
        ("it's 94103, I think", True, ("94103",)),
        ("sw1a 1aa", True, ("SW1A 1AA",)),
        ("1012 AB", True, ("1012 AB",)),
        ("I don't know", True, ()),
    ],
)
def test_postcodes(text: str, expected: bool, found: tuple[str, ...]) -> None:
    assert postcodes(text, expected=expected) == found


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("123456", "123456"),
        ("the code is 123 456.", "123456"),
        ("123-456", "123456"),
        ("1234567", None),
        ("12345", None),
        ("#123456", None),
        ("FW-123456", None),
    ],
)
def test_sign_in_codes(text: str, code: str | None) -> None:
    assert sign_in_code(text) == code


@pytest.mark.parametrize(
    ("text", "minimum", "maximum"),
    [
        ("tents under $200", None, "200"),
        ("less than 30 bucks", None, "30"),
        ("between 20 and 40", "20", "40"),
        ("at least 100", "100", None),
        ("50-80 dollars", "50", "80"),
        ("$50 - $80", "50", "80"),
        ("max 25\u20ac", None, "25"),
        ("cheaper than 1,200", None, "1200"),
        ("under 12,50 euros", None, "12.50"),
        ("for around 50 euros", None, "50"),
        ("over $20 but under $40", "20", "40"),
        ("$40 or less", None, "40"),
        ("from 10 to 20 dollars", "10", "20"),
        ("my budget is 60", None, "60"),
        ("a desk under 120 cm", None, None),
        ("it takes less than 3 days", None, None),
        ("from 2 to 4 people", None, None),
        ("a lamp", None, None),
    ],
)
def test_price_limits(text: str, minimum: str | None, maximum: str | None) -> None:
    assert price_limits(text) == PriceLimits(
        Decimal(minimum) if minimum else None, Decimal(maximum) if maximum else None
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the first one", Selection(Pick.NTH, 1)),
        ("2nd", Selection(Pick.NTH, 2)),
        ("the second one please", Selection(Pick.NTH, 2)),
        ("no. 3", Selection(Pick.NTH, 3)),
        ("number two", Selection(Pick.NTH, 2)),
        ("2", Selection(Pick.NTH, 2)),
        ("the last one in the list", Selection(Pick.LAST)),
        ("where is my last order", Selection(Pick.LATEST)),
        ("stop my last order before it ships", Selection(Pick.LATEST)),
        ("the most recent", Selection(Pick.LATEST)),
        ("the newest one", Selection(Pick.LATEST)),
        ("my oldest order", Selection(Pick.OLDEST)),
        ("and the one before?", Selection(Pick.PREVIOUS)),
        ("the previous order", Selection(Pick.PREVIOUS)),
        ("and the other one?", Selection(Pick.OTHER)),
        ("both", Selection(Pick.ALL)),
        ("all of them", Selection(Pick.ALL)),
        ("where is my order", None),
        ("order #10023", None),
        ("this is the first time I complain", None),
        ("last week", None),
        ("Two things. First, I'd like to return the lamp. Second, where is my mug?", None),
    ],
)
def test_selection(text: str, found: Selection | None) -> None:
    assert selection(text) == found


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("my order from 2026-05-03", date(2026, 5, 3), date(2026, 5, 3)),
        ("on May 5th", date(2026, 5, 5), date(2026, 5, 5)),
        ("the 5th of December", date(2025, 12, 5), date(2025, 12, 5)),
        ("5 May 2025", date(2025, 5, 5), date(2025, 5, 5)),
        ("11/03/2026", date(2026, 11, 3), date(2026, 11, 3)),
        ("31.10.2026", date(2026, 10, 31), date(2026, 10, 31)),
        ("ordered in March", date(2026, 3, 1), date(2026, 3, 31)),
        ("in December", date(2025, 12, 1), date(2025, 12, 31)),
        ("May 2025", date(2025, 5, 1), date(2025, 5, 31)),
        ("february?", date(2026, 2, 1), date(2026, 2, 28)),
        ("in 2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("yesterday", date(2026, 11, 22), date(2026, 11, 22)),
        ("last week", date(2026, 11, 16), date(2026, 11, 22)),
        ("last month", date(2026, 10, 1), date(2026, 10, 31)),
        ("this month", date(2026, 11, 1), TODAY),
        ("last year", date(2025, 1, 1), date(2025, 12, 31)),
        ("this year", date(2026, 1, 1), TODAY),
        ("two weeks ago", date(2026, 11, 6), date(2026, 11, 12)),
        ("in the last 30 days", date(2026, 10, 24), TODAY),
        ("last friday", date(2026, 11, 20), date(2026, 11, 20)),
        ("in the summer", date(2026, 6, 1), date(2026, 8, 31)),
        ("last winter", date(2025, 12, 1), date(2026, 2, 28)),
        ("before christmas", date(2025, 12, 1), date(2025, 12, 31)),
    ],
)
def test_periods(text: str, first: date, last: date) -> None:
    assert period(text, TODAY) == Period(first, last)


@pytest.mark.parametrize(
    "text",
    [
        "where is it",
        "may I ask",
        "I march on",
        "31 February",
        "the second one",
        "size 10",
        "two questions today",
        "it broke yesterday",
    ],
)
def test_what_names_no_period(text: str) -> None:
    assert period(text, TODAY) is None


@given(st.dates(date(2000, 3, 1), date(2100, 12, 31)), st.text(max_size=40))
def test_a_period_never_ends_before_it_starts(today: date, text: str) -> None:
    for words in (
        text,
        "last winter",
        "in may",
        "on 29 february",
        "two months ago",
        "last weekend",
        "this week",
    ):
        found = period(words, today)
        assert found is None or found.first <= found.last


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("is the blue enamel mug still in stock?", "blue enamel mug"),
        ("do you have any two person tents under $200", "two person tents"),
        ("how much is it", ""),
        ("Hi, I'm looking for a waterproof jacket for my dad", "waterproof jacket dad"),
        ("what colors does the kettle come in", "kettle"),
        ("show me lamps between 20 and 40 dollars", "lamps"),
        ("tell me more about the Aspen desk", "Aspen desk"),
        ("what is the wool blanket made of?", "wool blanket"),
        ("when will the garden hose be back in stock", "garden hose"),
        ("how many are left?", ""),
        ("do you sell books", "books"),
        ("where is order 10023", ""),
        ("2-person tent", "2-person tent"),
    ],
)
def test_content_words(text: str, left: str) -> None:
    assert content_words(text) == left


@pytest.mark.parametrize(
    "text", ["where is it", "is that one blue", "and what about the red ones", "cancel this order"]
)
def test_what_leans_on_what_was_said(text: str) -> None:
    assert refers_back(text)


@pytest.mark.parametrize(
    "text", ["where is my order", "do you ship this week", "is it possible to pay by card"]
)
def test_what_stands_alone(text: str) -> None:
    assert not refers_back(text)


@pytest.mark.parametrize(
    "text", ["and the other one?", "what about the red one", "in blue?", "how about tomorrow", "the lamp"]
)
def test_follow_ups(text: str) -> None:
    assert is_follow_up(text)


@pytest.mark.parametrize("text", ["where is my order", "I want to cancel", "", "do you sell lamps"])
def test_what_is_no_follow_up(text: str) -> None:
    assert not is_follow_up(text)


@pytest.mark.parametrize(
    ("message", "pieces"),
    [
        ("where is my order", ("where is my order",)),
        ("Order no. 5 is late.", ("Order no. 5 is late.",)),
        ("It broke. What now?", ("It broke.", "What now?")),
        ("Cancel it. Also, do you ship to Peru?", ("Cancel it.", "Also, do you ship to Peru?")),
        ("is it in stock and how much is it", ("is it in stock", "how much is it")),
        ("salt and pepper mills", ("salt and pepper mills",)),
        ("...", ()),
    ],
)
def test_clauses(message: str, pieces: tuple[str, ...]) -> None:
    assert clauses(message) == pieces


@given(st.text(max_size=300))
@settings(max_examples=200)
def test_no_text_is_too_odd(text: str) -> None:
    everything(text)


def everything(text: str) -> None:
    emails(text)
    order_numbers(text)
    order_numbers(text, ["FW-104233"])
    postcodes(text, expected=True)
    sign_in_code(text)
    price_limits(text)
    selection(text)
    period(text, TODAY)
    content_words(text)
    refers_back(text)
    is_follow_up(text)
    for piece in clauses(text[:4000]):
        asks(piece)
        turns_to_another(piece)


@pytest.mark.parametrize(
    "hostile",
    ["a", "a1-", "1", " ", "1 ", "a@", "a.", "a@a.", "#", "$1,", "1-", "order ", "order number ", "the last ", "1/1/",
     "may ", "between 1 and ",
     "\u00ad", "\ufdfa", "and can ", "x?! ", ".\n", "+1 ", "(1) ", "size ", "zip "],
)  # fmt: skip
def test_hostile_text_costs_no_more_than_a_long_message(hostile: str) -> None:
    start = process_time()
    everything(hostile * (100_000 // len(hostile)))
    assert process_time() - start < 1.0
