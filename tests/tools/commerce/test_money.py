from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.currency import EXPONENTS
from tools.commerce.money import MoneyError, format_money, spread, to_major, to_minor

WEIGHTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=30)
MINOR = st.integers(0, 10**15)


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("49.90", "USD", 4990),
        ("0.1", "EUR", 10),
        ("1200", "JPY", 1200),
        ("1.234", "KWD", 1234),
        ("1E+2", "USD", 10000),
    ],
)
def test_amounts_become_minor_units_of_their_currency(amount: str, currency: str, minor: int) -> None:
    assert to_minor(Decimal(amount), currency) == minor


@pytest.mark.parametrize(
    ("amount", "currency"), [("0.001", "USD"), ("0.5", "JPY"), ("1.2345", "KWD"), (f"1.{'0' * 40}1", "USD")]
)
def test_more_decimals_than_the_currency_has_are_refused(amount: str, currency: str) -> None:
    with pytest.raises(MoneyError) as refused:
        to_minor(Decimal(amount), currency)
    assert refused.value.code == "too_many_decimals"
    assert amount not in str(refused.value)


def test_a_currency_that_does_not_exist_is_refused() -> None:
    with pytest.raises(MoneyError) as refused:
        to_minor(Decimal(1), "ABC")
    assert refused.value.code == "unknown_currency"


@given(MINOR, st.sampled_from(sorted(EXPONENTS)))
def test_minor_units_survive_the_way_to_major_units_and_back(minor: int, currency: str) -> None:
    assert to_minor(to_major(minor, currency), currency) == minor


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (123450, "USD", "$1,234.50"),
        (-300, "EUR", "-€3.00"),
        (1200, "JPY", "¥1,200"),
        (5, "BRL", "R$0.05"),
        (1200, "CHF", "12.00 CHF"),
        (1234567, "KWD", "1,234.567 KWD"),
    ],
)
def test_money_reads_as_people_write_it(minor: int, currency: str, text: str) -> None:
    assert format_money(minor, currency) == text


def test_the_leftover_unit_goes_to_the_largest_remainder_and_of_equals_to_the_first() -> None:
    assert spread(100, [1, 1, 1]) == [34, 33, 33]
    assert spread(10, [5, 3, 3]) == [4, 3, 3]
    assert spread(5, [0, 0]) == [3, 2]


@given(MINOR, WEIGHTS)
def test_spreading_loses_nothing_and_gives_nobody_less_than_nothing(total: int, weights: list[int]) -> None:
    shares = spread(total, weights)
    assert sum(shares) == total
    assert min(shares) >= 0
    assert len(shares) == len(weights)


@given(WEIGHTS, st.data())
def test_a_discount_never_exceeds_what_it_is_taken_off(weights: list[int], data: st.DataObject) -> None:
    total = data.draw(st.integers(0, sum(weights)))
    assert all(share <= weight for share, weight in zip(spread(total, weights), weights, strict=True))


@given(MINOR, WEIGHTS)
def test_a_larger_weight_never_gets_less(total: int, weights: list[int]) -> None:
    ordered = sorted(weights, reverse=True)
    assert spread(total, ordered) == sorted(spread(total, ordered), reverse=True)


@pytest.mark.parametrize(("total", "weights"), [(-1, [1]), (1, [-1, 2]), (1, [])])
def test_what_cannot_be_spread_is_refused(total: int, weights: list[int]) -> None:
    with pytest.raises(ValueError, match=r"negative|nothing"):
        spread(total, weights)
