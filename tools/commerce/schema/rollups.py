"""Daily sums of what the shop's figures are made of: derived from everything else, and never the only copy."""

from datetime import date

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from tools.commerce.schema.base import Base, CurrencyCode

MOST_MEMBERS = 3
MOST_SUMS = 12


class DailySum(Base):
    """What happened on a day of the shop, by the members of a few dimensions.

    `grouping` is a place in `rollups.groupings.GROUPINGS`, which says what each member and each sum is of; `facts` is
    how many rows they were added up from. A row of no facts any more counts as none.
    """

    __tablename__ = "daily_sums"
    __table_args__ = ({"sqlite_with_rowid": False},)

    grouping: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(primary_key=True)
    currency: Mapped[CurrencyCode] = mapped_column(primary_key=True)
    member_1: Mapped[str] = mapped_column(String(300), primary_key=True)
    member_2: Mapped[str] = mapped_column(String(300), primary_key=True)
    member_3: Mapped[str] = mapped_column(String(300), primary_key=True)
    facts: Mapped[int]
    sum_1: Mapped[int]
    sum_2: Mapped[int]
    sum_3: Mapped[int]
    sum_4: Mapped[int]
    sum_5: Mapped[int]
    sum_6: Mapped[int]
    sum_7: Mapped[int]
    sum_8: Mapped[int]
    sum_9: Mapped[int]
    sum_10: Mapped[int]
    sum_11: Mapped[int]
    sum_12: Mapped[int]


class RollupState(Base):
    """What the daily sums hold: days of which zone, by which definitions, and which days are yet to be summed up."""

    __tablename__ = "rollup_state"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        CheckConstraint("(stale_from IS NULL) = (stale_to IS NULL)", name="stale_has_two_ends"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    zone: Mapped[str] = mapped_column(String(60))
    definitions: Mapped[str] = mapped_column(String(64))
    """SHA-256 of all that is added up; another program's sums are not to be read with this one's definitions."""
    stale_from: Mapped[date | None]
    stale_to: Mapped[date | None]
