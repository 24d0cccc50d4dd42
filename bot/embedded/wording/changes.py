"""Changes in sentences: the question to ask, what is proposed, why it can't be done. Nothing here is ever done."""

import re
from collections.abc import Mapping, Sequence

from bot.embedded.wording.phrases import sentence
from bot.outcomes import NOT_DONE
from tools.cards import AccountFacts, Refusal
from tools.change_cards import Choice, ProposalCard
from tools.commerce.schema import ProposalKind

SHALL_I = f"{NOT_DONE} Shall I do that?"
LEFT = "All right, I've left everything as it is."
ONE_AT_A_TIME = "One thing at a time: after this we go on with the rest of what you asked for."
NOW_THE_REST = "Now to the rest of what you asked for."
NOT_YET = "Not yet: nothing is done before you have said yes."
NO_SUCH_VERSION = "That isn't among the versions of it that are there now."
NOT_FOR_US_TO_CHOOSE = "I'd rather leave the choice to you."
NOT_TAKEN_BACK = "That is done, and I can't take it back."
ONCE_MORE = "Tell me what it should be instead, and I'll check whether it can still be changed."
POSSIBLE = "That's still possible."
THESE_ARE_ALL = "These are all that there are."
ANY_REASON = "It only helps us to do better: any reason will do."
RULES_GO_BY_IT = "What our rules allow, and who pays for what, goes by it."
MONEY_IS_SHOWN = "You'll see every amount, with what is added or taken off, before you say yes."
NEXT_IS_SHOWN = "I'll tell you what happens next, and when, before you say yes."
WHAT_ELSE = (
    "I couldn't tell what should be different, so nothing is done. Tell me what should change: which items, how many, "
    "which version, or where to. Or say “no”, and I leave it as it is."
)
OR_ONE_OF_YOURS = "Type it, or pick one of yours:"
PLAIN_YES = "If that is what you want, a plain “yes” is enough."
GIVE_UP_WHAT = "What would you like to do?"
WAYS_TO_GIVE_UP: tuple[Choice, ...] = (
    Choice(value=ProposalKind.CANCELLATION, label="Cancel an order that hasn't left yet"),
    Choice(value=ProposalKind.RETURN, label="Send back something that has arrived"),
)
WHICH_CHANGE = "What would you like to change about your order?"
CHANGES: tuple[Choice, ...] = (
    Choice(value=ProposalKind.ITEM_CHANGE, label="The items: another version, or how many"),
    Choice(value=ProposalKind.ADDRESS_CHANGE, label="The delivery address"),
    Choice(value=ProposalKind.PAYMENT_CHANGE, label="How it is paid"),
    Choice(value=ProposalKind.CANCELLATION, label="Cancel it, or part of it"),
)
PUT_RIGHT = "Would you like a new one, or your money back?"
WAYS_TO_PUT_RIGHT: tuple[Choice, ...] = (
    Choice(value=ProposalKind.EXCHANGE, label="A new one: replace it"),
    Choice(value=ProposalKind.RETURN, label="My money back: return it for a refund"),
)
ANOTHER_SIZE = "Would you like another size, or your money back?"
WAYS_WITH_SIZE: tuple[Choice, ...] = (
    Choice(value=ProposalKind.EXCHANGE, label="Another size, bigger or smaller: exchange it"),
    WAYS_TO_PUT_RIGHT[1],
)
NO_NEW_ITEMS = (
    "I can't add a new item to an order that was placed: that takes a new order. What is in it already I can change, "
    "to another version or another number."
)
NOT_FOR_STAFF = (
    "Changes are made with the customer whose order it is: they ask for them here, and confirm them."
)
_NEW_ONE = re.compile(
    r"\breplace(?:ment|d)?\b|\b(?:send|get|give|want|need|like) (?:me |us )?(?:a new|another)\b|"
    r"\b(?:a|another) new one\b|\bexchange|\bswap",
    re.IGNORECASE,
)
_MONEY = re.compile(r"\bmoney\b|\brefund|\breimburse", re.IGNORECASE)
_OFFERS: Mapping[ProposalKind, str] = {
    ProposalKind.RETURN: "Shall I prepare a return instead?",
    ProposalKind.EXCHANGE: "Shall I prepare an exchange instead?",
    ProposalKind.CANCELLATION: "Shall I prepare a cancellation instead?",
    ProposalKind.REFUND: "Shall I check whether you can have your money back?",
}
_WHICH: Mapping[ProposalKind, str] = {
    ProposalKind.CANCELLATION: "Which items would you like to cancel?",
    ProposalKind.RETURN: "Which items would you like to return?",
    ProposalKind.EXCHANGE: "Which item would you like to exchange?",
}
_ABOUT: Mapping[ProposalKind, str] = {
    ProposalKind.CANCELLATION: "the cancellation",
    ProposalKind.ADDRESS_CHANGE: "the address",
    ProposalKind.ITEM_CHANGE: "your order's items",
    ProposalKind.PAYMENT_CHANGE: "the payment",
    ProposalKind.RETURN: "your return",
    ProposalKind.EXCHANGE: "your exchange",
    ProposalKind.REFUND: "your refund",
    ProposalKind.PROFILE_CHANGE: "your account",
    ProposalKind.WATCH: "the alert",
    ProposalKind.DIGEST: "the digest",
    ProposalKind.WATCH_STOP: "stopping that",
    ProposalKind.DISPUTE_OUTCOME: "what our team decided",
}


def about(kind: ProposalKind) -> str:
    return _ABOUT[kind]


HERE = "I'm here."


def nth(place: int, label: str) -> str:
    """Which of the answers that were offered is at that place, from 1."""
    return f"Number {place} is: {label}."


BEFORE_SHIPPING = frozenset(
    {
        ProposalKind.CANCELLATION,
        ProposalKind.ADDRESS_CHANGE,
        ProposalKind.ITEM_CHANGE,
        ProposalKind.PAYMENT_CHANGE,
    }
)


def proposal(card: ProposalCard) -> str:
    """The shop's summary, what it is made up of, what happens next, and the question to say yes to."""
    said = (
        card.summary,
        _made_up_of(card) if len(card.parts) > 1 and card.money else None,
        *card.next_steps[:1],
        card.notice,
        card.approval,
        SHALL_I,
    )
    return " ".join(sentence(part) for part in said if part)


def facts(card: ProposalCard, about: str) -> str:
    """What the proposal says of `about`: its money, where that goes, why, or what happens next."""
    if about == "next":
        return " ".join(sentence(step) for step in card.next_steps)
    if about == "purpose":
        titled = [rule for rule in card.rules if rule.title and rule.url]
        links = [f"[{rule.title}]({rule.url})" for rule in titled]
        return (
            " ".join([_made_up_of(card), "These are our rules for it:", *dict.fromkeys(links)])
            if links
            else _made_up_of(card)
        )
    back = [payout for payout in card.payouts if payout.direction == "back"]
    paid = [payout for payout in card.payouts if payout.direction == "pay"]
    moved = [f"You get back {payout.amount.text} to {payout.to}" for payout in back]
    moved += [f"You pay {payout.amount.text} by {payout.to}" for payout in paid]
    said = " ".join(sentence(one) for one in moved) or "No money is paid or given back."
    return f"{said} {_made_up_of(card)}".strip() if about == "money" else said


def _made_up_of(card: ProposalCard) -> str:
    parts = "; ".join(f"{part.label}: {part.amount.text}" for part in card.parts)
    return f"That is made up of {parts}." if len(card.parts) > 1 else ""


def question(message: str, choices: Sequence[Choice]) -> str:
    """With its answers, numbered as they can be picked."""
    return "\n".join(
        [message, *(f"{place}. {choice.label}" for place, choice in enumerate(choices, start=1))]
    )


def which_items(kind: ProposalKind) -> str:
    return _WHICH.get(kind, "Which item should be different?")


def which_version(name: str) -> str:
    return f"Which version of {name} would you like instead?"


def no_such_version(missing: str, *, sold_out: bool) -> str:
    """`missing` are the values that were asked for, as far as they have a name."""
    if not missing:
        return "There is no such version of it to be had now."
    named = f"{missing[0].upper()}{missing[1:]}"
    return f"{named} is sold out." if sold_out else f"{named} isn't among the versions that are there now."


def so_many_versions(count: int, there: int) -> str:
    """`there` can be had now, besides the one they have."""
    has = "one" if there == 1 else str(there or "none")
    return f"It comes in {count} versions in all. Besides yours, {has} can be had now."


def versions_there(labels: Sequence[str]) -> str:
    if not labels:
        return "None of those can be had now."
    return f"Of those there {'is' if len(labels) == 1 else 'are'}: {'; '.join(labels)}."


def only_together(label: str) -> str:
    return f"I can't make only a part of {label} another version: they go together."


def how_many(label: str) -> str:
    return f"How many do you mean of {label}?"


def refused(refusal: Refusal, offer: ProposalKind | None = None) -> str:
    """Why not, what is possible instead, and the rule's section; with `offer`, whether they want that."""
    said = " ".join(part for part in (refusal.message, refusal.instead) if part)
    return "\n\n".join(part for part in (said, _section(refusal), _OFFERS[offer] if offer else None) if part)


def refused_again(refusal: Refusal, contact: str) -> str:
    said = " ".join(part for part in (refusal.message, refusal.instead, contact) if part)
    return "\n\n".join(
        part for part in (f"I'm sorry, that stays as I said: {said}", _section(refusal)) if part
    )


def _section(refusal: Refusal) -> str | None:
    return f"[{refusal.section.title}]({refusal.section.url})" if refusal.section else None


def way_to_put_right(text: str) -> ProposalKind | None:
    """Which way somebody has named already."""
    ways = ((_NEW_ONE, ProposalKind.EXCHANGE), (_MONEY, ProposalKind.RETURN))
    named = [kind for pattern, kind in ways if pattern.search(text)]
    return named[0] if len(named) == 1 else None


def offer(kind: ProposalKind) -> str:
    return _OFFERS[kind]


def go_on_with(labels: Sequence[str]) -> str:
    """Of several items, those that nothing stands against."""
    return f"Shall I go on with the rest, {' and '.join(labels)}?"


def reminder(kind: ProposalKind, asked: str) -> str:
    return f"Back to {_ABOUT[kind]}: {asked}"


def still_waits(kind: ProposalKind) -> str:
    """After something else was answered while a proposal is open."""
    return f"Nothing is done yet about {_ABOUT[kind]}: that still waits for your yes or no."


def noted(asked: str) -> str:
    """Before a question that is still open after something else was told."""
    return f"Noted. {asked}"


def account(facts: AccountFacts) -> str:
    """What the account says now."""
    default = next((address.text for address in facts.addresses if address.is_default), None)
    known = (("name", facts.name), ("phone number", facts.phone), ("default address", default))
    said = [f"{name}: {value}" for name, value in known if value]
    said.append(f"newsletter: {'on' if facts.newsletter else 'off'}")
    return f"Your account says: {'; '.join(said)}."


def missed(asked: str, *, has_choices: bool = False) -> str:
    """`has_choices` where the question came with its answers."""
    unclear = (
        "I'm not sure which of these you mean; its number will do."
        if has_choices
        else "I'm sorry, I didn't get that."
    )
    return f"{unclear} {asked}"


def missed_again(contact: str, asked: str) -> str:
    return (
        f"I'm sorry, I still don't understand. {contact} Or tell me here, or ask for something else: {asked}"
    )
