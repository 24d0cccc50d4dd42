import pytest

from tools.commerce.database import Database
from tools.commerce.order_numbers import common_shapes, number_key, shape
from tools.commerce.schema import Order, OrderStatus


@pytest.mark.parametrize("typed", ["FW-104233", "fw104233", " #fw 104 233", "ＦＷ－１０４２３３"])
def test_however_it_is_typed_a_number_has_one_key(typed: str) -> None:
    assert number_key(typed) == "FW104233"


@pytest.mark.parametrize(
    ("number", "expected"),
    [("FW-104233", "FW-999999"), ("#W1", "#W9"), ("10023", "99999"), ("1ab-9", "9AA-9"), ("ABC", "ABC")],
)
def test_a_shape_keeps_the_fixed_start(number: str, expected: str) -> None:
    assert shape(number) == expected


def test_the_shop_s_shapes_come_from_its_orders(database: Database) -> None:
    with database.writing() as session:
        for number in ("FW-1001", "FW-1002", "OLD/7"):
            session.add(
                Order(
                    number=number,
                    number_key=number_key(number),
                    status=OrderStatus.DELIVERED,
                    currency="USD",
                    subtotal_minor=0,
                    total_minor=0,
                )
            )
    with database.reading() as session:
        assert common_shapes(session) == ("FW-9999", "OLD/9")
