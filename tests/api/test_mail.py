"""E-mails leave the outbox once, through a real SMTP server on this machine."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from api.mail import Delivery, SmtpServer
from api.returned_mail import note_returned
from tools.commerce import outbox
from tools.commerce.database import Database
from tools.commerce.schema import OutboxEmail

NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)


class Mailbox:
    """Takes mail; answers with each of `refusals` first."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.refusals: list[str] = []

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address.startswith("nobody@"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.refusals:
            return self.refusals.pop(0)
        content = envelope.content
        assert isinstance(content, bytes)
        self.received.append(message_from_bytes(content, EmailMessage, policy=policy.default))
        return "250 OK"


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def server(mailbox: Mailbox) -> Iterator[SmtpServer]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    yield SmtpServer(f"smtp://127.0.0.1:{port}", "Fernway <care@fernway.example>")
    controller.stop()


def delivery(database: Database, server: SmtpServer, now: datetime = NOW) -> Delivery:
    return Delivery(database, server, lambda: now)


def put(database: Database, subject: str = "Your code", recipient: str = "ana@shop.example") -> int:
    with database.writing() as session:
        email = OutboxEmail(
            recipient=recipient, subject=subject, body="It is 123 456.\nBye ✓", created_at=NOW
        )
        session.add(email)
        session.flush()
        return email.id


def stored(database: Database, email_id: int) -> OutboxEmail:
    with database.reading() as session:
        return session.get_one(OutboxEmail, email_id)


def test_sends_what_is_due_once(database: Database, server: SmtpServer, mailbox: Mailbox) -> None:
    email_id = put(database)

    assert delivery(database, server).deliver_due() == 1
    assert delivery(database, server).deliver_due() == 0

    [message] = mailbox.received
    assert (message["To"], message["Subject"]) == ("ana@shop.example", "Your code")
    assert message["From"] == "Fernway <care@fernway.example>"
    assert message["Message-ID"]
    assert "It is 123 456." in message.get_content()
    assert stored(database, email_id).sent_at == NOW


def test_a_failed_try_is_made_again_after_a_pause_that_grows(
    database: Database, server: SmtpServer, mailbox: Mailbox
) -> None:
    email_id = put(database)
    mailbox.refusals = ["451 later", "451 later"]

    sent = [
        delivery(database, server, NOW + timedelta(seconds=after)).deliver_due()
        for after in (0, 59, 61, 120, 180, 182)
    ]

    assert sent == [0, 0, 0, 0, 0, 1]
    assert stored(database, email_id).attempts == 3
    assert len(mailbox.received) == 1


def test_gives_up_in_the_end(database: Database, server: SmtpServer, mailbox: Mailbox) -> None:
    email_id = put(database)
    mailbox.refusals = ["550 no such person"] * 20

    for day in range(12):
        delivery(database, server, NOW + timedelta(days=day)).deliver_due()

    assert (stored(database, email_id).attempts, stored(database, email_id).sent_at) == (8, None)


def test_an_address_that_does_not_exist_is_not_tried_again(database: Database, server: SmtpServer) -> None:
    email_id = put(database, recipient="nobody@shop.example")

    delivery(database, server).deliver_due()

    assert (stored(database, email_id).attempts, stored(database, email_id).sent_at) == (8, None)
    with database.reading() as session:
        assert outbox.is_unreachable(session, "nobody@shop.example")
        assert not outbox.is_unreachable(session, "ana@shop.example")


NOTICE = """\
From: MAILER-DAEMON@mx.example
To: care@fernway.example
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="b"
MIME-Version: 1.0
Message-ID: <1.1@mx.example>

--b
Content-Type: text/plain

We are sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; ana@shop.example
Action: {action}
Status: 5.1.1
--b
Content-Type: {kind}

Message-ID: {id}
Subject: Hello

--b--
"""


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
def test_what_was_accepted_and_comes_back_is_noted(
    database: Database, server: SmtpServer, mailbox: Mailbox, kind: str
) -> None:
    put(database)
    delivery(database, server).deliver_due()
    ours = mailbox.received[0]["Message-ID"]
    for wrong in (
        {"action": "delayed", "id": ours},
        {"action": "failed", "id": ours.replace("@", "1@")},
        {"action": "failed", "id": "<x@y>"},
    ):
        assert not note_returned(database, NOTICE.format(kind=kind, **wrong).encode())
    assert not note_returned(database, b"\xff\x00 no mail")
    with database.reading() as session:
        assert not outbox.is_unreachable(session, "ana@shop.example")

    assert note_returned(database, NOTICE.format(action="failed", kind=kind, id=ours).encode())
    with database.reading() as session:
        assert outbox.is_unreachable(session, "ana@shop.example")
    assert delivery(database, server, NOW + timedelta(days=9)).deliver_due() == 0, "it is not sent again"


def test_two_processes_send_each_email_once(database: Database, server: SmtpServer, mailbox: Mailbox) -> None:
    for number in range(10):
        put(database, f"Number {number}")

    with ThreadPoolExecutor(4) as pool:
        sent = list(pool.map(lambda _: delivery(database, server).deliver_due(), range(4)))

    assert sum(sent) == 10
    assert sorted(str(m["Subject"]) for m in mailbox.received) == [f"Number {n}" for n in range(10)]


def test_one_bad_email_does_not_hold_up_the_others(
    database: Database, server: SmtpServer, mailbox: Mailbox
) -> None:
    put(database, subject="Hello\r\nBcc: everybody@shop.example")
    put(database, subject="Hello")

    assert delivery(database, server).deliver_due() == 1
    assert [str(m["Subject"]) for m in mailbox.received] == ["Hello"]


def test_without_a_mail_server_it_waits(database: Database) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        nobody = SmtpServer(f"smtp://127.0.0.1:{probe.getsockname()[1]}", "care@fernway.example")
        email_id = put(database)

        assert delivery(database, nobody).deliver_due() == 0

    assert stored(database, email_id).sent_at is None


def test_a_password_never_travels_in_the_clear(
    database: Database, server: SmtpServer, mailbox: Mailbox
) -> None:
    put(database)
    port = server.url.rpartition(":")[2]
    with_password = SmtpServer(f"smtp://shop:hunter2@127.0.0.1:{port}", "care@fernway.example")

    assert delivery(database, with_password).deliver_due() == 0
    assert mailbox.received == []
