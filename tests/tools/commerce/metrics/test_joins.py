"""A statement joins only what it reads, and each join of a fact can be left out without another row, or one less."""

from collections.abc import Iterator

import pytest
from sqlalchemy import BinaryExpression, Column, FromClause, Join, Table

from tools.commerce.metrics import facts
from tools.commerce.metrics.facts import Dimension, Fact
from tools.commerce.metrics.joins import needed
from tools.commerce.schema import Order

FACTS = [one for one in vars(facts).values() if isinstance(one, Fact)]


def joins(source: FromClause) -> Iterator[Join]:
    while isinstance(source, Join):
        yield source
        source = source.left


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)
def test_each_join_finds_one_row(fact: Fact) -> None:
    for one in joins(fact.source):
        assert isinstance(one.onclause, BinaryExpression)
        assert isinstance(one.right, Table)
        sides = [side for side in (one.onclause.left, one.onclause.right) if isinstance(side, Column)]
        (key,) = (side for side in sides if side.table == one.right)
        (refers,) = (side for side in sides if side.table != one.right)
        assert key.primary_key
        assert one.isouter or (refers.foreign_keys and not refers.nullable), str(one.onclause)


def test_a_join_is_left_out_where_nothing_of_it_is_read() -> None:
    refunds, returned = facts.REFUNDS, facts.RETURNED_LINES
    assert refunds.moment is not None
    assert returned.moment is not None
    assert str(needed(refunds.source, [refunds.moment])) == "refunds"
    assert needed(refunds.source, [refunds.splits[Dimension.CHANNEL]]).is_derived_from(Order.__table__)
    by_region = needed(returned.source, [returned.moment, returned.splits[Dimension.REGION]])
    assert [one.right.description for one in joins(by_region)] == ["orders", "returns"]
