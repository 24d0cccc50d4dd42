"""E-mails that the shop's customers get, written into the outbox in the transaction that causes them."""

from datetime import datetime
from string import Template

from tools.commerce.database import WriteSession
from tools.commerce.schema import OutboxEmail

SIGN_IN_CODE = Template(
    """Hello,

your code for the chat at $shop is:

    $code

It works for $minutes minutes, once, and only in the chat that asked for it. If that wasn't you, ignore this
e-mail and give the code to nobody: without it, nothing can be seen of your account.

$shop
"""
)


def queue_sign_in_code(
    session: WriteSession, recipient: str, *, shop: str, code: str, minutes: int, now: datetime
) -> None:
    # The code isn't in the subject: those show on locked screens.
    session.add(
        OutboxEmail(
            recipient=recipient,
            subject=f"Your sign-in code for {shop}",
            body=SIGN_IN_CODE.substitute(shop=shop, code=code, minutes=minutes),
            created_at=now,
        )
    )
