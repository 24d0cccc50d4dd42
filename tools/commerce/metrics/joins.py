"""Of a fact's joined tables, those that a statement reads."""

from collections.abc import Iterable, Iterator

from sqlalchemy import ClauseElement, Column, FromClause, Join
from sqlalchemy.sql import visitors


def needed(source: FromClause, read: Iterable[ClauseElement]) -> FromClause:
    """The `source` without joins that nothing in `read` has a column of.

    Each join of a fact finds one row for a row, or at most one where it may find none, so without it the rows are the
    same. Databases leave out the second kind by themselves, and go through all orders for the first.
    """
    return _without(source, {table for one in read for table in _tables(one)})


def _without(source: FromClause, tables: set[FromClause]) -> FromClause:
    if not isinstance(source, Join) or source.onclause is None:
        return source
    if source.right not in tables:
        return _without(source.left, tables)
    left = _without(source.left, {*tables, *_tables(source.onclause)})
    return Join(left, source.right, source.onclause, isouter=source.isouter)


def _tables(read: ClauseElement) -> Iterator[FromClause]:
    """Also those that a subquery refers to, be it its own: one too many does no harm."""
    return (found.table for found in visitors.iterate(read) if isinstance(found, Column))
