"""What somebody claims went wrong, in the kinds that the shop's people settle. A mere question claims nothing."""

import re

from bot.embedded.answers import Task
from bot.embedded.changes.draft import Draft
from bot.embedded.changes.reasons import refund_cause, return_reason
from bot.embedded.intents import PLEASANTRIES, Intent
from bot.embedded.reading.clauses import asks
from bot.embedded.reading.plain import plain
from bot.embedded.situation import Situation
from bot.embedded.understanding.wish import Wish
from tools.commerce.schema import DisputeKind, ProposalKind, RefundCause, ReturnReason

_PARCEL = r"(?:parcel|package|order|delivery|shipment|box)"
_NOT = r"(?:\b(?:not|never|no|nothing|nobody|without|neither|empty)\b|n't\b)"
_MONEY = r"(?:charge|payment|transaction|debit|purchase|withdrawal|booking|amount|bill)s?"
_KNOWN = r"(?:know|recogni[sz]e|make|made|place|placed|authori[sz]ed?|approved?|agreed? to|order|ordered)"

_IN_GENERAL = re.compile(
    r"\b(?:what|how|who|where|when)\b[^.?!]{0,40}\b(?:if|when) (?:it|they|my|the|a|an|i|something|someone|one|you)\b|"
    r"\b(?:what|how) (?:do|should|would|can|could) (?:i|you|we)\b|"
    r"\bwhat (?:happens|then)\b|\bwhat(?:'s| is) missing\b|\b(?:suppose|supposing|imagine|hypothetical\w*|in case|"
    r"in the event)\b|"
    r"^\W*(?:and |but |so )*(?:if|do you|does|who pays|can (?:it|a|an|my|something)|how (?:long|often|likely)|"
    r"is there)\b|"
    r"\b(?:policy|policies|procedure)\b",
    re.IGNORECASE,
)
_CHARGEBACK = re.compile(
    r"\bcharge ?-?backs?\b|\bcharg(?:e|ing) (?:it|this|that|the (?:payment|money|order)) back\b(?! (?:on|onto|to)\b)|"
    r"\b(?:visa|mastercard|amex|american express|my bank|the bank|credit card (?:people|company|firm))"
    r"(?: (?:to|will|is|are|can|has|have))? (?:tak|claw|pull)\w*\b[^.?!]{0,20}\bback\b|"
    r"\b(?:my|the) (?:bank|card (?:company|issuer)|credit card company|issuer|"
    r"paypal)\b[^.?!]{0,40}"
    r"\b(?:dispute|disputing|reverse|reversing|take (?:it|the money|this) back|pull (?:it|the money) back|claw|"
    r"get (?:it|my money|the money) back|taking (?:it|the money|this|my money) back)|"
    r"\b(?:dispute|disputed|disputing|reverse|reversing)\b[^.?!]{0,50}\b(?:bank|card|issuer|paypal)\b|"
    r"\b(?:opened|filed|filing|open|file|raise|raised) (?:a |an )?(?:case|claim|dispute) (?:with|at|through) "
    r"(?:my |the )?(?:bank|card|credit card|issuer|paypal|visa|mastercard|amex)",
    re.IGNORECASE,
)
_UNKNOWN_CHARGE = re.compile(
    rf"\b{_MONEY}\b[^.?!]{{0,60}}\b(?:i|we)(?: \w+)? (?:don't|do not|didn't|did not|never|can't|cannot|haven't)"
    rf"[^.?!]{{0,15}}\b{_KNOWN}\b|"
    rf"\b(?:{_MONEY}|charged|billed|debited)\b[^.?!]{{0,60}}\b(?:no idea what|(?:wasn't|isn't|not) (?:me|mine|us|"
    rf"by me|"
    r"from me)\b)|"
    rf"\b(?:don't|do not|didn't|did not|never|can't|cannot) (?:even |really )?{_KNOWN}\b[^.?!]{{0,30}}\b"
    rf"(?:charge|payment|transaction|debit|withdrawal)s?\b|"
    r"\b(?:unknown|unauthori[sz]ed|unrecogni[sz]ed|strange|mysterious|mystery|unexplained|unfamiliar|fraudulent|odd|"
    r"weird) "
    r"(?:\w+ )?(?:charge|payment|transaction|debit|withdrawal)s?\b|"
    r"\bwhat(?:'?s| is| are) (?:this|that|these) (?:\S+ )?(?:charge|payment|transaction|debit)s?\b|"
    r"\b(?:charge|payment|transaction|debit)s?\b[^.?!]{0,60}\b(?:no idea|never (?:bought|ordered|shopped)|"
    r"(?:haven't|hadn't|didn't) (?:bought|ordered|buy|order))|"
    r"\b(?:never|haven't|didn't|did not) (?:bought|ordered|shopped|buy|order|shop)\b[^.?!]{0,60}\b(?:charged?|billed|"
    r"debited|"
    r"took money|payment|statement)\b|"
    r"\b(?:charged|billed|debited)\b[^.?!]{0,60}\b(?:never|haven't|didn't|did not) (?:bought|ordered|shopped|buy|"
    r"order|shop)|"
    r"\b(?:used|stole|stolen|using) my (?:\w+ )?card\b",
    re.IGNORECASE,
)
_SAID_TO_BE_HERE = re.compile(
    r"\b(?:says?|said|shows?|showing|showed|marked|status|tracking|apparently|supposedly|allegedly|claims?|according|"
    rf"insists?|reads|listed|scanned)\b[^.?!]{{0,60}}\b(?:delivered|signed|left|handed|dropped|"
    rf"given)\b.{{0,80}}{_NOT}|"
    rf"\b(?:was|been|is|were) (?:\w+ )?(?:delivered|signed for|handed over|dropped off)\b.{{0,60}}"
    rf"\b(?:but|yet|except|though|only|and)\b.{{0,40}}{_NOT}|"
    rf"\b(?:nothing|no {_PARCEL}|{_PARCEL} isn't)\b.{{0,40}}\b(?:but|though|yet|and|although)\b.{{0,40}}\b"
    r"(?:delivered|signed|handed over|left (?:it|at|on|by|with))\b|"
    r"\b(?:delivered|handed over|given) (?:\w+ ){0,3}(?:to )?(?:the wrong|someone else|somebody else|"
    r"another (?:house|door|"
    r"address))|\bstolen (?:from|off)\b|\bporch pirate",
    re.IGNORECASE,
)
_NEVER_CAME = re.compile(
    r"\bnever (?:arrived|came|showed up|turned up|got here|reached|been delivered|delivered|got (?:it|my|the|"
    r"anything)|"
    r"received|made it|saw)\b"
    r"(?! (?:the |my |a |an |any |your )?(?:newsletters?|e-?mails?|codes?|confirmations?|answers?|repl(?:y|ies)|"
    r"numbers?|"
    r"receipts?|invoices?|discounts?|vouchers?|points|links?))|"
    rf"\b(?:parcel|package|order|delivery|shipment|it|stuff|things?|items?)\b[^.?!]{{0,20}}\bnever\b[^.?!]{{0,20}}"
    r"\b(?:arriv|com|turn|show|deliver|reach)|"
    rf"\b{_PARCEL} (?:is |was |has |got |went |has gone )*(?:lost|vanished|disappeared)\b|\bwent missing\b",
    re.IGNORECASE,
)
_MISSING = re.compile(
    r"\b(?:is|was|are|were|'s|one|two|three|item|items|part|parts|piece|pieces|something|half|bits?)\b[^.?!]{0,30}"
    r"\bmissing\b(?! (?:a )?refund)|\bmissing (?:item|part|piece|one|from|in|a|an|the|some|\w+s)\b|"
    r"\bonly (?:got|received|had|found|contained|came with)\b[^.?!]{0,40}\b(?:of|instead|in|one|two|three|out)\b|"
    r"\bonly (?:one|two|three|four|half|\d)\b[^.?!]{0,40}\b(?:arrived|came|(?:was|were|is|are) (?:in|there|here))\b|"
    r"\bthere (?:should|were (?:meant|supposed) to) be\b|"
    r"\b(?:isn't|wasn't|aren't|weren't|not|no \w+) (?:actually )?(?:in|inside|among) (?:the|my|it|there)\b|"
    r"(?<!\bi )\b(?:left out|forgot) (?:to (?:put|include|send|pack)|the|a|one|my|an|some)\b|"
    r"\bincomplete\b|\bcame without\b|"
    r"\bshort (?:by )?(?:one|two|an? \w+)\b|\b(?:one|two|three|an? \w+) short\b|"
    r"\b(?:ordered|paid for|bought) (?:two|three|four|five|six|\d+)\b[^.?!]{0,40}\b(?:only )?(?:got|received|came|"
    r"there (?:is|"
    r"are|was|were)|sent)\b",
    re.IGNORECASE,
)
_PARCEL_MISSING = re.compile(
    rf"(?<!of my )(?<!of the )(?<!from my )(?<!from the )\b{_PARCEL} (?:(?:is|was|has|went|got|gone|seems) )*missing\b",
    re.IGNORECASE,
)
_REFUND = r"(?:refund\w*|money back|reimburse\w*|credit(?:ed)?|paid back)"
_COME = (
    r"(?:arriv\w*|receiv\w*|got(?:ten)?|come|came|here|there|show\w*|appear\w*|seen?|saw|land\w*|reach\w*|"
    r"turn(?:ed)? up|in my|on my|in the account|on the (?:card|account|statement)|posted|had|have)"
)
_REFUND_NOT_HERE = re.compile(
    rf"\b{_REFUND}\b[^.?!]{{0,60}}(?:\bnever\b|\bnot\b|n't\b|\bnothing\b)[^.?!]{{0,25}}\b{_COME}\b|"
    rf"\b{_REFUND}\b[^.?!]{{0,60}}\b(?:nothing|no sign|no trace|still (?:waiting|missing))\b|"
    rf"(?:\bnever\b|\bnot\b|n't\b)[^.?!]{{0,15}}\b{_COME}(?: (?:my|the|a|any|your|this|that))?(?: \w+)? {_REFUND}\b|"
    r"(?:\bnot|\bnever|n't)(?: yet| even)? been (?:refunded|reimbursed|paid back|credited)\b|"
    rf"\b(?:no|still (?:no|waiting for)|waiting for)\b(?: \w+){{0,3}} {_REFUND}\b|"
    rf"\b(?:says?|said|told|claims?)\b[^.?!]{{0,40}}\b{_REFUND}\b.{{0,60}}\b(?:nothing|no money|n't|not)\b",
    re.IGNORECASE,
)

_WANTS_REFUND = re.compile(
    rf"\b(?:want|give me|like|need|demand)\b[^.?!]{{0,20}}\b{_REFUND}\b|\brefund (?:me|it|this|that|us|please|my)\b|"
    rf"^\W*(?:full )?{_REFUND} please",
    re.IGNORECASE,
)
_NOT_HERE = re.compile(rf"(?:\b(?:not|never|nothing|no)\b|n't\b)[^.?!]{{0,30}}\b{_COME}\b", re.IGNORECASE)

OF_REASON = {
    ReturnReason.DAMAGED: DisputeKind.DAMAGED,
    ReturnReason.DEFECTIVE: DisputeKind.DAMAGED,
    ReturnReason.WRONG_ITEM: DisputeKind.WRONG_ITEM,
    ReturnReason.NOT_AS_DESCRIBED: DisputeKind.NOT_AS_DESCRIBED,
}
_LEFT_AS_READ = PLEASANTRIES | {
    Intent.TALK_TO_PERSON,
    Intent.RETURN_ITEM,
    Intent.EXCHANGE_ITEM,
    Intent.CANCEL_ORDER,
}
_LOOKED_UP = frozenset({Intent.TRACK_ORDER, Intent.ORDER_DETAILS, Intent.POLICY_QUESTION, Intent.COMPLAINT})
_OF_CAUSE = {
    RefundCause.DOUBLE_CHARGE: DisputeKind.DOUBLE_CHARGE,
    RefundCause.LOST_PARCEL: DisputeKind.NOT_RECEIVED,
}


def claim_in(text: str) -> DisputeKind | None:
    """What the words claim; None where they only ask what would be, or claim nothing of these kinds."""
    text = plain(text)
    if _CHARGEBACK.search(text):
        return DisputeKind.CHARGEBACK
    if _IN_GENERAL.search(text):
        return None
    if refund_cause(text) == RefundCause.DOUBLE_CHARGE:
        return DisputeKind.DOUBLE_CHARGE
    if _UNKNOWN_CHARGE.search(text):
        return DisputeKind.UNKNOWN_CHARGE
    if says_delivered(text):
        return DisputeKind.NOT_RECEIVED
    if _REFUND_NOT_HERE.search(text) and not _WANTS_REFUND.search(text):
        return DisputeKind.REFUND_NOT_RECEIVED
    if _MISSING.search(_PARCEL_MISSING.sub(" ", text)):
        return DisputeKind.MISSING_ITEM
    if _NEVER_CAME.search(text) or _PARCEL_MISSING.search(text):
        return DisputeKind.NOT_RECEIVED
    reason = return_reason(text)
    return OF_REASON.get(ReturnReason(reason)) if reason else None


def claim_to_settle(wish: Wish, situation: Situation) -> Task | None:
    """Of a message that claims something plainly, where it was read as a question or another wish."""
    memory = situation.memory
    if situation.is_staff:
        return None
    if wish.intent is not Intent.TALK_TO_PERSON and _CHARGEBACK.search(plain(wish.text)):
        return Task(Intent.COMPLAINT, wish.text)
    if wish.intent in _LEFT_AS_READ:
        return None
    if wish.intent is Intent.CASE_STATUS and asks(wish.text):
        return None  # "did you decide about the parcel that never came?"
    if memory.intent is Intent.RETURN_STATUS and _NOT_HERE.search(plain(wish.text)):
        return Task(Intent.RETURN_STATUS, f"{memory.text} {wish.text}")  # "but it isn't there!"
    match claim_in(wish.text):
        case DisputeKind.UNKNOWN_CHARGE:
            return Task(Intent.REPORT_PROBLEM, wish.text)
        case DisputeKind.NOT_RECEIVED if says_delivered(wish.text) or wish.intent in _LOOKED_UP:
            return Task(Intent.REPORT_PROBLEM, wish.text)
        case DisputeKind.MISSING_ITEM if wish.intent in _LOOKED_UP:
            return Task(Intent.REPORT_PROBLEM, wish.text)
        case DisputeKind.REFUND_NOT_RECEIVED:
            return Task(Intent.RETURN_STATUS, wish.text)
        case _:
            return None


def says_delivered(text: str) -> bool:
    """Whether it is said to have been delivered, and isn't there."""
    return bool(_SAID_TO_BE_HERE.search(plain(text)))


def claim_of(draft: Draft) -> DisputeKind:
    """What stands behind a change that was refused."""
    for text in reversed(draft.said):
        if found := claim_in(text):
            return found
        cause = refund_cause(text) if draft.change is ProposalKind.REFUND else None
        if cause and (kind := _OF_CAUSE.get(RefundCause(cause))):
            return kind
    reason = ReturnReason(draft.reason) if draft.reason in set(ReturnReason) else None
    return OF_REASON.get(reason, DisputeKind.OTHER) if reason else DisputeKind.OTHER
