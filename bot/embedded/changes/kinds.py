"""Which kind of change somebody asks for; None where it can't be told, or where there is none."""

import re

from bot.embedded.changes.details import detail_named
from bot.embedded.changes.reasons import refund_cause
from bot.embedded.changes.saved_addresses import SENDS
from bot.embedded.intents import Intent
from bot.embedded.reading.entities import MAX_CHARS
from bot.embedded.reading.named_items import without_told_order
from tools.commerce.schema import OrderStatus, ProposalKind

NOT_SHIPPED = frozenset({OrderStatus.PENDING, OrderStatus.PROCESSING})
_GIVES_UP = frozenset({ProposalKind.CANCELLATION, ProposalKind.RETURN})

_PROFILE = re.compile(
    r"\bnewsletters?\b|\bunsubscribe\b|\bsubscribe\b|\bmailing list\b|\baddress book\b|\bprofile\b|\baccount\b|"
    r"\bdefault address\b|\bsaved address\b|\bmy (?:new |first |last |full )?(?:name|surname|(?:phone|mobile|"
    r"cell|telephone)"
    r"(?: number)?|number) (?:is|has|was|changed|should|to|on file)\b|"
    r"\b(?:change|update|correct|edit|fix) my (?:name|surname|last name|phone|mobile|cell|telephone|contact|"
    r"personal|details)",
    re.IGNORECASE,
)
_NO_FLOW = re.compile(
    r"\bdelivery (?:date|day|time|slot)\b|\b(?:express|overnight|next[- ]day|faster|sooner|expedite|upgrade)\b|"
    r"\bgift (?:note|wrap|message|bag)\b|\b(?:discount|promo|coupon|voucher) ?(?:code)?\b|\bcombine\b|\bhold\b|"
    r"\b(?:delete|close|remove|deactivate|terminate|erase|wipe|kill|cancel|open|create|register|switch|change|merge|"
    r"use|rid of|into|different|another|other|second)\b(?: (?!order)[a-z]+){0,4} (?:accounts?|profile|login)\b|"
    r"\bpick-?up (?:point|station)\b|\b(?:phone|mobile) (?:number )?on\b|\be-?mail\b|\bdelay\b|"
    r"\b(?:send|ship|deliver|come|arrive|wait|until|till)\w*(?: \w+){0,4} next (?:week|month)\b|"
    r"\b(?:day|week|month|it|them) later\b|\bmerge\b|\borders together\b",
    re.IGNORECASE,
)
_PAYMENT = re.compile(
    r"\b(?:pay|paying|paid|payment|paypal|gift ?card|store credit|visa|mastercard|amex|american express)\b|"
    r"\b(?:other|another|different|new|wrong|debit|credit|bank|my|which) (?:\w+ )?card\b|\bcharge (?:it|my)\b|"
    r"\b(?:change|update|switch) (?:the )?card\b|\bcard ending\b",
    re.IGNORECASE,
)
_DIFFERENCE = re.compile(
    r"\b(?:take|pay|charge|put|bill|cover)\b[^.;,]{0,20}\b(?:difference|surcharge)\b[^.;,]{0,60}|"
    r"\b(?:the|any|my) (?:refund|difference|money|rest)\b[^.;,]{0,30}"
    r"\b(?:go(?:es)?|come|paid|refunded|sent|back)\b[^.;,]{0,60}",
    re.IGNORECASE,
)
"""How a change of the items is paid, or where its difference goes, which is no change of how the order was paid."""
_ADDRESS = re.compile(
    r"\baddress\b|\b(?:post(?:al)? ?code|zip)\b|\bstreet\b|\bhouse number\b|"
    r"\b(?:apartment|apt|flat|unit|suite|floor)\b\.? (?:number|no\b|is\b|#|\d)|"
    r"\b(?:moved|moving|move house)\b|\boffice\b|"
    r"\b(?:deliver|send|ship|redirect|go|going|reroute|mail)(?:ed|s)?\b(?: [\w/#'.-]+){0,4} to\b|\bnew (?:home|place|"
    r"apartment)\b|"
    r"\b(?:deliver(?:ed)?|sent?|ship(?:ped)?|go)\b(?: [\w'-]+){0,3} (?:somewhere|anywhere|someplace) else\b|"
    r"\bname on (?:the|my) (?:parcel|package|label|order|delivery)\b|\brecipient\b|\bre-?route\b|\bredirect\b|"
    r"\b(?:delivery|shipping) details\b|\bwhere it(?:'s| is) going\b|\bbe sent there\b|"
    r"\bwhere (?:[\w/#-]+ ){1,3}(?:goes|is going|is sent|gets (?:sent|delivered))\b",
    re.IGNORECASE,
)
_REMOVE = re.compile(
    r"\b(?:remove|delete|drop|cancel)\b|\btake (?:\w+ ){0,8}(?:off|out)\b|\bwithout the\b|\bdon't (?:want|need) the\b",
    re.IGNORECASE,
)
_ITEMS = re.compile(
    r"\bcolou?r\b|\bsize\b|\b(?:reduce|increase|fewer)\b|\bquantity\b|\bhow many\b|\bnumber of\b|\binstead\b|"
    r"\b(?:one|two|three|\d+) more\b|\banother\b|\b(?:only|just) (?:want|need)(?:ed)?\b|"
    r"\b(?:swap|switch)\b|\bversion\b|\bmodel\b|\badd\b|\bitems?\b|\bproducts?\b|\bvariant\b|\bfrom \w+ to \w+|"
    r"\b(?:black|white|red|blue|green|small|medium|large|xl|xs)\b|\bmake (?:it|that|them|mine|the|my)\b|"
    r"\bextra\b|\b[2-9]\b|\brather than\b|\bin place of\b|, not \b|\bmeant (?:to (?:get|order)|the)\b|"
    r"\b(?:have|get|want|need|like) (?:it|them|the [^,.?!]{1,30}) in\b|"
    r"\b(?:change|replace|upgrade|switch) (?:the|my|it|that|them|one)\b[^.?!]{0,40} (?:to|with|into|for)\b|"
    r"\b(?:ordered|chose|picked) (?:the wrong|[\w-]{1,20} but)\b|\bonly one\b|\ba second\b|\bchange to\b",
    re.IGNORECASE,
)
_NO_LONGER = re.compile(r"\b(?:return|exchange|replacement)\b", re.IGNORECASE)
_SEND_BACK = re.compile(
    r"\b(?:send|sent|give|bring|take|ship) (?!me\b)(?:(?!money|refund|cash|payment)\w+ ){0,4}back\b|"
    r"\breturn(?! (?:the|my|me my|me the) (?:money|payment))",
    re.IGNORECASE,
)
_NAMES_WAY = re.compile(
    r"\bcancel|\b(?:call|calling) (?:\w+ ){0,3}off\b|\bstop\b|\babort\b|\bwithdraw\b|\bremove\b|\bdelete\b|\bdrop\b|"
    r"\b(?:take|leave) (?:\w+ ){1,8}(?:off|out)\b|\breturn|\bback\b|\bship|\bnot send\b|\bdon't send\b",
    re.IGNORECASE,
)
"""Of somebody who says how to be rid of it; others only tell that they don't want it."""
_SWAP = re.compile(
    r"\bexchange|\bswap|\breplace|\banother (?:size|colou?r)|\b(?:bigger|smaller|larger) (?:one|size)",
    re.IGNORECASE,
)


_OWN_CODE = re.compile(
    r"\b(?:zip|post(?:al)? ?code)(?: code)?(?: is|:)? (?=[\w-]*\d)[\w-]{2,10}(?: \d\w{2}\b)?", re.IGNORECASE
)
"""Told to show who they are."""
_PUTS_RIGHT = re.compile(
    r"\b(?:chang\w*|updat\w*|correct\w*|wrong|should|must|instead|new|not|typo|fix|address|ship|send|deliver)\b",
    re.IGNORECASE,
)
_SENT_TO = re.compile(
    r"^\W*(?:(?:please|hi|hello|hey|and|can you|could you|i'd like you to)\W+)*(?:deliver|ship|send|redirect) "
    r"(?!me\b|us\b).{0,40}?\bto (?:the|my|our|a)\b",
    re.IGNORECASE,
)
_PAID_FROM = re.compile(
    r"\b(?:take|charge|draw|debit|bill|pay|book)\b.{0,40}\b(?:from|with|by|to|on|onto|using) (?:my|the|a) "
    r"(?:other |new )?(?:gift ?card|store credit|paypal|visa|mastercard|amex|american express|maestro|debit card|"
    r"credit card)\b(?!.*\b(?:back|refund\w*|return\w*)\b)",
    re.IGNORECASE,
)


def tells_where(text: str) -> bool:
    """Whether it plainly says where an order should go, or what it should be paid from."""
    said = text[:MAX_CHARS].replace("’", "'")
    return bool(_SENT_TO.search(said) or _PAID_FROM.search(said))


_SWAPS = frozenset({ProposalKind.EXCHANGE, ProposalKind.ITEM_CHANGE})


def kind_of(intent: Intent | None, text: str) -> ProposalKind | None:
    """By the words where an intent covers several kinds."""
    text = without_told_order(text[:MAX_CHARS].replace("’", "'"))
    match intent:
        case Intent.CHANGE_PROFILE:
            if SENDS.search(text):
                return ProposalKind.ADDRESS_CHANGE
            by_order = re.search(r"\b(?:order|parcel|package)\b", text, re.IGNORECASE) and _ADDRESS.search(
                text
            )
            return (
                ProposalKind.ADDRESS_CHANGE
                if by_order and not _PROFILE.search(text)
                else ProposalKind.PROFILE_CHANGE
            )
        case Intent.CANCEL_ORDER:
            if _NO_LONGER.search(text) and not re.search(r"\border\b", text, re.IGNORECASE):
                return None
            return (
                ProposalKind.PROFILE_CHANGE
                if re.search(
                    r"\bnewsletters?\b|\b(?:my|the) (?:account|profile|membership)\b", text, re.IGNORECASE
                )
                else ProposalKind.CANCELLATION
            )
        case Intent.CHANGE_ORDER:
            return _of_order(text)
        case Intent.RETURN_ITEM:
            return ProposalKind.RETURN
        case Intent.EXCHANGE_ITEM:
            return ProposalKind.EXCHANGE
        case Intent.REQUEST_REFUND:
            return ProposalKind.RETURN if _SEND_BACK.search(text) else _of_refund(text)
        case _:
            return None


def has_no_flow(text: str) -> bool:
    """Whether it is a change that only a person can make: another delivery day, a faster delivery, a gift note."""
    return bool(_NO_FLOW.search(text))


def names_way(text: str) -> bool:
    """Whether it says how to be rid of something: "send it back", "cancel that"."""
    return bool(_NAMES_WAY.search(text))


def is_of_profile(text: str) -> bool:
    """Whether it names the account, or a detail that is kept there."""
    return bool(_PROFILE.search(text)) or detail_named(text) is not None


def in_place_of(before: ProposalKind, kind: ProposalKind | None) -> ProposalKind:
    """The kind that comes to the same for the order that `before` is about: it has arrived, or hasn't left yet."""
    has_arrived = before in {ProposalKind.RETURN, ProposalKind.EXCHANGE, ProposalKind.REFUND}
    if kind in _SWAPS or kind is None:
        return ProposalKind.EXCHANGE if has_arrived else ProposalKind.ITEM_CHANGE
    if kind is ProposalKind.REFUND:
        return ProposalKind.RETURN if has_arrived else ProposalKind.CANCELLATION
    return kind


def at_status(kind: ProposalKind, status: OrderStatus, text: str) -> ProposalKind:
    """What the wish comes to: nothing can be exchanged or refunded before it left, only changed or canceled.

    Who just doesn't want it any more means whichever is possible.
    """
    if kind in _GIVES_UP and not _NAMES_WAY.search(text):
        kind = {OrderStatus.DELIVERED: ProposalKind.RETURN}.get(status, kind)
        return ProposalKind.CANCELLATION if status in NOT_SHIPPED else kind
    if kind is ProposalKind.EXCHANGE and status in NOT_SHIPPED:
        return ProposalKind.ITEM_CHANGE
    if kind is ProposalKind.REFUND and refund_cause(text) is None:
        if status is OrderStatus.DELIVERED:
            return ProposalKind.RETURN
        if status in NOT_SHIPPED:
            return ProposalKind.CANCELLATION
    return kind


def _of_order(text: str) -> ProposalKind | None:
    if SENDS.search(text):
        return ProposalKind.ADDRESS_CHANGE
    if _PROFILE.search(text):
        return ProposalKind.PROFILE_CHANGE
    if has_no_flow(text):
        return None
    text = _DIFFERENCE.sub(" ", text)
    if not _PUTS_RIGHT.search(text):
        text = _OWN_CODE.sub(" ", text)
    for pattern, kind in (
        (_PAYMENT, ProposalKind.PAYMENT_CHANGE),
        (_ADDRESS, ProposalKind.ADDRESS_CHANGE),
        (_REMOVE, ProposalKind.CANCELLATION),
        (_ITEMS, ProposalKind.ITEM_CHANGE),
    ):
        if pattern.search(text):
            return kind
    return None


def _of_refund(text: str) -> ProposalKind:
    return ProposalKind.EXCHANGE if _SWAP.search(text) and refund_cause(text) is None else ProposalKind.REFUND
