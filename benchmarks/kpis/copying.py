"""Makes a demo shop many times as large: each customer, order and visit of it once more, and once more again.

In SQL, for generating a million orders one by one takes a third of an hour. Days, members and proportions stay those of
the demo shop; a day has as many more orders. What figures are not counted from (addresses, tracking) is not copied.
"""

# ruff: noqa: S608 - the names in these statements are those of our own tables

from collections.abc import Callable

from sqlalchemy import Column, Connection, Integer, String, Table, UniqueConstraint, text

from tools.commerce.database import Database
from tools.commerce.schema import (
    Base,
    Cart,
    Customer,
    Order,
    OrderLine,
    Payment,
    Refund,
    Return,
    ReturnLine,
    Review,
    Shipment,
    WebSession,
)

_COPIED = {
    model.__tablename__
    for model in (
        *(
            Customer,
            Order,
            OrderLine,
            Payment,
            Shipment,
            Return,
            ReturnLine,
            Refund,
            Review,
            WebSession,
            Cart,
        ),
    )
}

Progress = Callable[[str], None]


def tables() -> list[Table]:
    """Those that are copied, each after what it refers to."""
    return [one for one in Base.metadata.sorted_tables if one.name in _COPIED]


def multiply(database: Database, times: int, on_table: Progress) -> None:
    """Make `times` as many of everything, in the order of the originals; foreign keys are not looked at meanwhile."""
    with database.engine.connect() as connection:
        if database.is_sqlite:
            connection.exec_driver_sql("COMMIT")
            for pragma in ("foreign_keys=OFF", "synchronous=OFF", "cache_size=-400000"):
                connection.exec_driver_sql(f"PRAGMA {pragma}")
            connection.exec_driver_sql("BEGIN")
        else:
            connection.exec_driver_sql("SET session_replication_role = replica")
            connection.exec_driver_sql("SET statement_timeout = 0")
        for table in tables():
            connection.exec_driver_sql(f"CREATE TABLE few_{table.name} AS SELECT * FROM {table.name}")
        for table in reversed(tables()):
            connection.exec_driver_sql(f"DELETE FROM {table.name}")
        connection.exec_driver_sql("CREATE TABLE copies (copy INTEGER)")
        connection.execute(text("INSERT INTO copies VALUES (:copy)"), [{"copy": n} for n in range(times)])
        for table in tables():
            on_table(table.name)
            _copy(connection, table, times)
            connection.exec_driver_sql(f"DROP TABLE few_{table.name}")
        connection.exec_driver_sql("DROP TABLE copies")
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
        if not database.is_sqlite:
            connection.exec_driver_sql("SET session_replication_role = DEFAULT")
        connection.invalidate()


def _copy(connection: Connection, table: Table, times: int) -> None:
    columns = [column for column in table.columns if column.name not in {"payment_method_id", "proposal_id"}]
    names = ", ".join(column.name for column in columns)
    values = ", ".join(_value(column, times) for column in columns)
    order = ", ".join(column.name for column in table.primary_key)
    connection.exec_driver_sql(
        f"INSERT INTO {table.name} ({names}) SELECT {values} FROM few_{table.name}, copies ORDER BY {order}, copy"
    )


def _value(column: Column[object], times: int) -> str:
    refers = {key.column.table.name for key in column.foreign_keys}
    is_own_id = column.primary_key and not refers and isinstance(column.type, Integer)
    if refers & _COPIED or column.name == "id" or is_own_id:
        return f"{column.name} * {times} + copy"
    if isinstance(column.type, String) and _is_unique(column):
        return f"{column.name} || '-' || copy"
    return column.name


def _is_unique(column: Column[object]) -> bool:
    table = column.table
    assert isinstance(table, Table)
    constraints = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
    return bool(column.unique) or any(list(one.columns) == [column] for one in constraints)
