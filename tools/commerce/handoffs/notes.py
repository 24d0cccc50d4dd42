"""Notes of the shop's people on a case. Nothing that talks with a shopper, and no model, reads them."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select

from tools.commerce.database import ReadSession, WriteSession, hold
from tools.commerce.schema import CaseNote
from tools.commerce.transcript import storable_text


def add_note(
    session: WriteSession, handoff_id: str, author: str, text: str, form_id: str, now: datetime
) -> None:
    """`author` is an e-mail. The same words of the same form again add nothing."""
    content = storable_text(text)
    note_id = sha256(storable_text(f"{handoff_id}\n{author}\n{form_id}\n{content}").encode()).hexdigest()
    hold(session, f"note:{note_id}")
    if session.get(CaseNote, note_id) is None:
        note = CaseNote(id=note_id, handoff_id=handoff_id, author=author, text=content, written_at=now)
        session.add(note)


def notes_of(session: ReadSession, handoff_id: str) -> Sequence[CaseNote]:
    """Oldest first."""
    query = select(CaseNote).where(CaseNote.handoff_id == handoff_id)
    return session.scalars(query.order_by(CaseNote.written_at, CaseNote.id)).all()
