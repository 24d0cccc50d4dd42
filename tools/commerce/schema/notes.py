"""What the shop's people write down about a case for each other."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tools.commerce.schema.base import Base


class CaseNote(Base):
    """Apart from the transcript, which shoppers and models read. Rows are added, never changed.

    `id` is made from the form that the note was sent with: sent twice, it is one note.
    """

    __tablename__ = "case_notes"
    __table_args__ = (Index(None, "handoff_id", "written_at"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    handoff_id: Mapped[str] = mapped_column(ForeignKey("handoffs.id", ondelete="CASCADE"))
    author: Mapped[str] = mapped_column(String(254))
    """The e-mail of the member of staff."""
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime]
