"""What a mail server sends back later: a notice that an e-mail of ours was not delivered after all (RFC 3464)."""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from email.parser import HeaderParser

from api.mail import MESSAGE_ID
from tools.commerce import outbox
from tools.commerce.database import Database

_ID = re.compile(
    MESSAGE_ID.replace(".", r"\.").replace("{id}", "([0-9]{1,18})").replace("{at}", "([0-9]{1,12})")
)


def note_returned(database: Database, notice: bytes) -> bool:
    """Note that the e-mail reached nobody. False where `notice` does not tell that of one of ours.

    It is known by its Message-ID, which nobody but its recipient and the mail servers has seen.
    """
    message = message_from_bytes(notice)
    parts = list(message.walk())
    if not any(_tells_of_failure(part) for part in parts):
        return False
    found = next((match for part in parts for match in map(_ID.fullmatch, _message_ids(part)) if match), None)
    if found is None:
        return False
    with database.writing() as session:
        return outbox.note_returned(session, int(found[1]), int(found[2]))


def _tells_of_failure(part: Message) -> bool:
    """RFC 3464, section 2.3.3; `delayed` is no failure yet."""
    return str(part.get("Action", "")).strip().lower() == "failed"


def _message_ids(part: Message) -> Iterator[str]:
    """Of the e-mail that is returned, whole or by its headers (RFC 6522)."""
    if part.get_content_type() == "text/rfc822-headers":
        headers = HeaderParser().parsestr(str(part.get_payload()))
        yield str(headers.get("Message-ID", "")).strip()
    yield str(part.get("Message-ID", "")).strip()
