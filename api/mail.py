"""Sends what is in the outbox by SMTP.

At least once: a process that dies between the mail server's "accepted" and our note of it leaves a claim that
runs out, and the e-mail goes out again under the same Message-ID. Tries and their pauses are kept in the
database, so that a restart neither forgets nor hastens them.
"""

import asyncio
import logging
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from tools.commerce import outbox
from tools.commerce.database import Database
from tools.commerce.schema import OutboxEmail

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 15
BATCH = 20
POLL_SECONDS = 2.0
MESSAGE_ID = "<{id}.{at}@parley.invalid>"
"""Of the e-mail in the outbox, and when it was put there, in seconds since 1970."""


class MailRefused(Exception):
    """The mail server cannot be used as it is set up."""

    code = "mail_refused"


@dataclass(frozen=True)
class SmtpServer:
    """From `smtp://user:password@host:port` (STARTTLS where offered) or `smtps://` (TLS from the start)."""

    url: str
    sender: str

    def send(self, message: EmailMessage) -> None:
        """Raises smtplib.SMTPException, OSError, MailRefused."""
        parts = urlsplit(self.url)
        host = parts.hostname or ""
        context = ssl.create_default_context()
        if parts.scheme == "smtps":
            client: smtplib.SMTP = smtplib.SMTP_SSL(
                host, parts.port or 465, timeout=TIMEOUT_SECONDS, context=context
            )
        else:
            client = smtplib.SMTP(host, parts.port or 587, timeout=TIMEOUT_SECONDS)
        with client:
            encrypted = parts.scheme == "smtps"
            client.ehlo()
            if not encrypted and client.has_extn("starttls"):
                client.starttls(context=context)
                encrypted = True
            if parts.username:
                if not encrypted:
                    raise MailRefused("the mail server offers no encryption to send a password over")
                client.login(unquote(parts.username), unquote(parts.password or ""))
            client.send_message(message)


class Delivery:
    def __init__(self, database: Database, server: SmtpServer, now: Callable[[], datetime]) -> None:
        self._database = database
        self._server = server
        self._now = now

    async def run_forever(self) -> None:
        while True:
            try:
                await asyncio.to_thread(self.deliver_due)
            except Exception as error:  # noqa: BLE001 - a lost database now must not end mail for good
                log.error("the outbox cannot be read error=%s", type(error).__name__)
            await asyncio.sleep(POLL_SECONDS)

    def deliver_due(self) -> int:
        """Tries once each e-mail that is due. Returns how many were sent."""
        with self._database.reading() as session:
            emails = outbox.due(session, self._now(), BATCH)
        return sum(self._deliver(email) for email in emails)

    def _deliver(self, email: OutboxEmail) -> bool:
        with self._database.writing() as session:
            if not outbox.claim(session, email, self._now()):
                return False
        try:
            self._server.send(self._message(email))
        except (smtplib.SMTPException, OSError, MailRefused, ValueError) as error:
            attempt = email.attempts + 1
            log.warning("e-mail %d not sent attempt=%d error=%s", email.id, attempt, type(error).__name__)
            if _is_no_address(error):
                with self._database.writing() as session:
                    outbox.give_up(session, email.id)
            return False
        with self._database.writing() as session:
            outbox.mark_sent(session, email.id, self._now())
        return True

    def _message(self, email: OutboxEmail) -> EmailMessage:
        """Raises ValueError when a header would break the line."""
        message = EmailMessage()
        message["From"] = self._server.sender
        message["To"] = email.recipient
        message["Subject"] = email.subject
        message["Date"] = email.created_at
        message["Message-ID"] = MESSAGE_ID.format(id=email.id, at=int(email.created_at.timestamp()))
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(email.body)
        return message


def _is_no_address(error: Exception) -> bool:
    """Whether the mail server refuses the address for good (RFC 5321, 4.2.1: a reply of 5yz)."""
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return False
    return all(code >= 500 for code, _ in error.recipients.values())
