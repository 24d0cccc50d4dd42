"""The one-time code that a dialogue's person has just been e-mailed."""

import re

from sqlalchemy import select

from bot.desk import Desk
from tools.commerce.schema import OutboxEmail


def with_code(text: str, desk: Desk) -> str:
    """`text` with `{code}` replaced by the last code that left for the outbox."""
    if "{code}" not in text:
        return text
    with desk.database.reading() as session:
        email = session.scalars(select(OutboxEmail).order_by(OutboxEmail.id.desc())).first()
    assert email is not None
    code = re.search(r"\b\d{6}\b", email.body)
    assert code
    return text.replace("{code}", code[0])
