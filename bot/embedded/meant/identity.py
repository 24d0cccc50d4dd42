"""Finding out who is asking: an order number with its e-mail or postcode, or a one-time code."""

import re

from bot.embedded.answers import Answer, Asks, Task
from bot.embedded.reading.entities import emails, order_numbers, postcodes, sign_in_code
from bot.embedded.reading.plain import plain
from bot.embedded.situation import Situation, Slot
from tools.cards import IdentityFacts, Refusal

WHICH_ORDER = (
    "I'd be glad to look. What is your order number, and the e-mail or postcode on it? "
    "If you don't have the number, I can e-mail you a one-time code instead."
)
WHICH_PROOF = (
    "To show you order {number}, I need the e-mail or the postcode on it. Which would you like to give me?"
)
WHICH_NUMBER = (
    "Thank you. And what is the order number? If you don't have it, just say so, and I'll send a one-time code "
    "to your e-mail."
)
WHICH_EMAIL = "I can send you a one-time code. Which e-mail address do you use with the shop?"
WHICH_CODE = "And what is the code that I e-mailed you?"
_WANTS_IT = re.compile(r"\bcodes?\b|\be-?mail|\bagain\b|\bresend\b|\bsend\b|\bsign\b|\blog\b", re.IGNORECASE)
_NO_NUMBER = re.compile(
    r"\b(?:don't|do not|can't|cannot|without|no|lost|forgot(?:ten)?|no idea)\b[^.,;]{0,30}\b(?:number|confirmation)\b",
    re.IGNORECASE,
)


def prove_order(task: Task, situation: Situation, number: str) -> None:
    """Has the person show that order `number` is theirs. Raises Asks when they must say more, or it failed."""
    email, postcode = _proof(task, situation, number)
    if not email and not postcode:
        raise Asks(WHICH_PROOF.format(number=number), Slot.PROOF, number)
    shown = situation.ask(
        "identify_by_order", order_number=number, email=email, postcode=None if email else postcode
    )
    if isinstance(shown, Refusal):
        raise Asks(shown.message, Slot.PROOF, number)


def ask_who(task: Task, situation: Situation) -> Asks:
    """The question to somebody who wants to hear of orders and has shown nothing."""
    email, postcode = _proof(task, situation, "")
    if _NO_NUMBER.search(plain(task.text)):
        return _ask_for_code(situation)
    return Asks(WHICH_NUMBER if email or postcode else WHICH_ORDER, Slot.PROOF)


def sign_in(_: Task, situation: Situation) -> Answer:
    """A one-time code by e-mail, and then the code. Raises Asks for either."""
    if situation.signed_in:
        return Answer("You are signed in already. What would you like to know?")
    code = sign_in_code(situation.text) if situation.memory.asked is Slot.CODE else None
    if code:
        entered = situation.ask("sign_in_with_code", code=code)
        if isinstance(entered, Refusal):
            raise Asks(entered.message, Slot.CODE)
        return Answer(entered.message if isinstance(entered, IdentityFacts) else "You are signed in now.")
    if (
        situation.memory.asked is Slot.CODE
        and not emails(situation.text)
        and not _WANTS_IT.search(situation.text)
    ):
        raise Asks(WHICH_CODE, Slot.CODE)
    raise _ask_for_code(situation)


def _ask_for_code(situation: Situation) -> Asks:
    """The question for the code that has been sent, or for the e-mail to send it to."""
    address = next(iter(emails(situation.text)), None) or _earlier_email(situation)
    if address is None:
        return Asks(WHICH_EMAIL, Slot.EMAIL)
    sent = situation.ask("send_sign_in_code", email=address)
    if isinstance(sent, Refusal):
        return Asks(sent.message, Slot.EMAIL)
    return Asks(sent.message if isinstance(sent, IdentityFacts) else "Please enter the code.", Slot.CODE)


def _proof(task: Task, situation: Situation, number: str) -> tuple[str | None, str | None]:
    """The e-mail and the postcode that the person gave, now or since they first said this wish."""
    texts = [situation.text]
    if task.resumed:
        texts += situation.earlier[:-4:-1]
    elif not postcodes(situation.text, expected=False):
        # Whoever gave an e-mail for one order need not type it again for the next.
        texts += [text for text in situation.earlier[:-7:-1] if emails(text)][:1]
    for text in texts:
        address = next(iter(emails(text)), None)
        expected = situation.memory.asked is Slot.PROOF
        rest = [code for code in postcodes(text, expected=expected) if not _is_number(code, number)]
        if address or rest:
            return address, next(iter(rest), None)
    return None, None


def email_given(situation: Situation) -> bool:
    """Whether an e-mail was given in this message or not long before."""
    return any(emails(text) for text in (situation.text, *situation.earlier[:-7:-1]))


def _earlier_email(situation: Situation) -> str | None:
    return next((address for text in situation.earlier[:-4:-1] for address in emails(text)), None)


def _is_number(code: str, number: str) -> bool:
    plain = "".join(c for c in code.upper() if c.isalnum())
    return plain in {"".join(c for c in n.upper() if c.isalnum()) for n in (number, *order_numbers(number))}
