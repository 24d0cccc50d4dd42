"""Why somebody wants a change, and where the money should go, from their own words."""

import re
from collections.abc import Sequence

from bot.embedded.intents import Intent
from bot.embedded.reading.plain import plain
from tools.commerce.schema import CancellationReason, RefundCause, ReturnReason

_Table = Sequence[tuple[str, re.Pattern[str]]]


def _table(*rows: tuple[str, str]) -> _Table:
    return tuple((value, re.compile(pattern, re.IGNORECASE)) for value, pattern in rows)


_DENIED = re.compile(
    r"\b(?:not|isn't|wasn't|aren't|weren't|nothing(?: is|'s| was)?|no longer|never|hardly)"
    r"(?: at all| really| even| actually)? (?:wrong|broken|damaged|defective|faulty|late|lost|too (?:small|big|"
    r"late))\b"
    r"(?: with it| with them)?|\bnot? (?:damage|defects?)\b",
    re.IGNORECASE,
)
_TOO = r"(?:small|big|tight|loose|large|long|short|wide|narrow|snug|baggy|tiny|huge|high|low)\b"
_THAN = (
    r"(?:bigg|small|tight|loos|larg|long|short|wid|narrow|high|low|tall)er than "
    r"(?:i|we)(?:'d| had)? (?:thought|expected|imagined|hoped|pictured)\b"
)
_OWN_MISTAKE = (
    r"\b(?:ordered|bought|picked|chose|selected|clicked)(?: (?:the|a|an|on|it|in|them))* "
    r"(?:wrong|mistaken)\b|\bby (?:mistake|accident)\b|\bmy (?:own )?(?:mistake|fault)\b|\bmistakenly\b|"
    r"\baccidentally\b"
)
_RETURNS = _table(
    (ReturnReason.CHANGED_MIND, _OWN_MISTAKE),  # before what would be the shop's mistake
    (
        ReturnReason.WRONG_ITEM,
        r"\bwrong (?:item|product|thing|one|colou?r|model|version|variant|order)\b|\bsent (?:me |us )?(?:the|"
        r"a) wrong\b|"
        r"\bnot (?:what|the (?:one|thing|item)s?) (?:i|we) (?:ordered|bought)\b|\bnever ordered (?:an?|this|that|the|"
        r"it|any)\b|\bsomeone else'?s\b|"
        r"\bdifferent (?:item|product|thing|one)?\s?(?:from|than|to) what (?:i|we) ordered\b|\bmixed up\b|"
        r"\bsomebody else'?s\b|\bisn't what (?:i|we) (?:ordered|bought)\b|"
        r"\b(?:sent|received) (?:me |us )?an? different\b|\byou sent\b[^.!?]{1,40}, (?:i|we) ordered\b|"
        r"\b(?:sent|received|came)\b[^.!?]{1,40}\b(?:but|though|although) (?:i|we) ordered\b",
    ),
    (
        ReturnReason.DEFECTIVE,
        r"\b(?:doesn't|does not|don't|do not|didn't|did not|won't|will not|wouldn't|never) (?:even )?"
        r"(?:work|turn on|start|switch on|charge|function|light up|close|shut|open|power)|\bnot working\b|"
        r"\bstopp?e?d? working\b|\bdefect|\bfaulty\b|\b(?:has|have|with) (?:a )?faults?\b|"
        r"\bmalfunction|\brattl(?:e|es|ing)\b|\bflicker|\bdied\b|\bdead\b|\bbroke (?:down|after|on|off|when)|"
        r"\b(?:a|has|have|got) holes?\b|\bholes? in (?:it|the|them|one)\b|\bjams?\b|\bjammed\b|\boverheat|"
        r"\bgrinding\b|"
        r"\b(?:zip|zipper|lid|button|key|drawer|lock|switch)s? (?:is |are |gets? |got )?stuck\b|\bkaput\b|"
        r"\bkeeps (?:shutting|turning|switching|cutting|losing|disconnecting)\b|\bpacked (?:up|in) after\b|"
        r"\bstopped (?:heating|charging|cooling|spinning|playing|printing|running|responding|connecting|ticking)\b|"
        r"\b(?:won't|doesn't|don't|can't) (?:hold|connect|heat|cool|respond|spin|print|play)\b|\bpeel(?:s|ing|ed)?\b|"
        r"\b(?:come|came|coming|comes) (?:undone|off|loose)\b|\bwonky\b|\bwobbl|\belectric shock|\bmou?ldy\b|"
        r"\b(?:fell|came|coming|falling) apart\b|\bquit working\b|\bkeeps (?:failing|crashing)\b|\bsnapped\b",
    ),
    (
        ReturnReason.DAMAGED,
        r"\bbroken\b|\bbroke\b|\bdamaged?\b|\bsmashed\b|\bshattered\b|\bcrack(?:ed|s)?\b|\bdent(?:ed|s)?\b|"
        r"\bscratch(?:es|ed)?\b|"
        r"\btorn\b|\bripped\b|\bleak(?:ed|ing|s)?\b|\bcrushed\b|\bchipped\b|\b(?:an?|has|have) chips?\b|"
        r"\bdrip(?:s|ping)?\b|\bbent\b|\bin pieces\b|\bstain(?:ed|s)?\b|"
        r"\bsoaked\b",
    ),
    (
        ReturnReason.WRONG_SIZE,
        rf"\b(?:too|bit|little|way|so) {_TOO}|\b(?:doesn't|does not|don't|do not|didn't|did not|won't) fit\b|"
        rf"\b{_THAN}|"
        r"\bwrong size\b|\b(?:the )?size (?:is|was|isn't|doesn't)\b|\bnot (?:my|the right) size\b|\bdifferent size\b|"
        r"\b(?:bigger|smaller|larger) (?:size|one)\b|\bsize (?:up|down)\b|\bpinch|"
        r"\b(?:rub|squeeze)s? (?:my|his|her|their)\b|"
        r"\b(?:huge|massive|tiny|baggy|snug|tight|loose|big|small|like a tent) on (?:me|him|her|them)\b|\boutgr[eo]w|"
        r"\bruns? (?:small|big|large|short|narrow|wide|tight)\b|\bbetween sizes\b|\bswimming (?:on me|in it)\b|"
        r"\bcan't (?:button|zip|get) (?:it|them)\b",
    ),
    (
        ReturnReason.NOT_AS_DESCRIBED,
        r"\bnot (?:as|like) (?:described|advertised|shown|pictured|in the)|"
        r"\b(?:isn't|wasn't|doesn't look|looks nothing) (?:at all )?(?:as|like) (?:described|advertised|shown|"
        r"pictured|"
        r"the (?:picture|photo|description))|\bdifferent (?:from|than|to) (?:the|your) (?:picture|photo|description|"
        r"website|page)|\bthan (?:advertised|described|shown|pictured)\b|"
        r"\b(?:listing|description) (?:lied|said|says|was wrong)\b|"
        r"\bnot what the (?:website|page|picture|photo|description|listing)\b|"
        r"\boff from the (?:picture|photo)|\blooks? (?:totally |completely |very )?different\b|"
        r"\bmisleading\b|\bmisdescribed\b",
    ),
    (
        ReturnReason.ARRIVED_LATE,
        r"\b(?:arrived|came|delivered|showed up|got here) (?:\w+ ){0,2}late\b|\b(?:arrived|came) (?:too late|"
        r"after)\b|"
        r"(?<!it )(?<!i )\btoo late\b(?! to\b)|\bmissed (?:the|my|our) (?:party|birthday|wedding|event|date)\b",
    ),
    (
        ReturnReason.CHANGED_MIND,
        r"\bchang(?:ed|ing) (?:my|our) minds?\b|\b(?:don't|do not|doesn't|didn't|no longer|not) (?:really |even )?"
        r"(?:want|need|like|love)(?:e?d)?\b|\bno need\b|\bdislike|\bhates?\b|\bregret|\bnot for me\b|"
        r"\b(?:isn't|aren't|wasn't) (?:really |quite )?(?:my|our|her|his) (?:taste|style|thing)\b|"
        r"\b(?:not|isn't|wasn't) (?:happy|satisfied)\b|\bdisappoint|\bno use for\b|"
        r"\bdoesn't (?:suit|match|go with)|\balready (?:have|has|had|own|got)\b|\btoo many\b|"
        r"\bnot (?:my|our|her|his) (?:taste|style|thing)\b|\btoo (?:loud|heavy|expensive|bright|dark|hard|soft|"
        r"complicated)\b|\bcheaper\b|\bunwanted\b|\bnot (?:going to |gonna )?keep(?:ing)?\b|\bitchy\b|"
        r"\bonly (?:need|want)(?:ed)?\b|"
        r"\bno (?:special |particular )?reason\b|\bjust because\b|\bone already\b|\bimpulse\b|\bremorse\b|\bugly\b|"
        r"\buncomfortable\b|\bfancy it\b|\bfound (?:one|something|another)\b|\bscratchy\b|"
        r"\b(?:lost|losing|no) interest\b|\b(?:don't|doesn't|never|hardly) (?:ever |really )?uses? (?:it|them)\b|"
        r"\b(?:too|so) (?:difficult|easy|childish|plain)\b|\b(?:prefer|rather have) (?:the|a|another)\b",
    ),
)
_CANCELLATIONS = _table(
    (
        CancellationReason.ORDERED_BY_MISTAKE,
        r"\bmistaken?(?:ly)?\b|\bby accident\b|\baccident(?:al|ally|ly)\b|\bordered (?:it |them |this )?twice\b|"
        r"\bdouble order|\bduplicate\b|\bwrong (?:item|product|thing|one|size|colou?r|address|model)\b|"
        r"\bunintended\b|"
        r"\bdidn't mean to\b",
    ),
    (
        CancellationReason.FOUND_CHEAPER,
        r"\bcheaper\b|\b(?:better|lower) price\b|"
        r"\b(?:found|got|saw|seen)\b.{1,30}\bfor less\b|\bless (?:money )?elsewhere\b",
    ),
    (
        CancellationReason.ARRIVES_TOO_LATE,
        r"(?<!it )(?<!i )\btoo (?:late|long|slow)\b(?! to\b)|"
        r"\b(?:won't|not|can't) (?:arrive|come|be here|make it|get here) (?:in|on) time\b|"
        r"\btakes? (?:too long|forever|ages)\b|\bneed(?:ed)? it (?:sooner|earlier|by)\b",
    ),
    (
        CancellationReason.CHANGED_MIND,
        r"\bchang(?:ed|ing) (?:my|our) minds?\b|\b(?:don't|do not|no longer|not) (?:really |even )?"
        r"(?:want|need|like)\b|\bregret|\bhates?\b|\bsecond thought|\bno (?:special |particular )?reason\b|"
        r"\bjust because\b",
    ),
)
_CAUSES = _table(
    (
        RefundCause.DOUBLE_CHARGE,
        r"\b(?:charged|billed|debited|paid|took|taken|booked)\b.{0,40}\b(?:twice|two times|2 times|double|2x)\b|"
        r"\b(?:double|duplicate|two|2) (?:charge|charged|charges|payment|payments|billing|debit)\b|\bdoubly\b|"
        r"\btwo (?:\w+ )?charges\b",
    ),
    (
        RefundCause.LOST_PARCEL,
        r"(?<!i )(?<!i've )(?<!we )\blost\b|\bnever (?:arrived|came|showed up|got here|reached)\b|"
        r"\bdisappeared\b|\bnowhere to be (?:seen|found)\b|"
        r"\bvanished\b|\bwent missing\b|\b(?:parcel|package|order) is missing\b|\bgone missing\b",
    ),
    (
        RefundCause.LATE_DELIVERY,
        r"\b(?:delivery|shipping|express|overnight|next[- ]day|postage)\b.{0,60}\b(?:late|delay|too long|on time)|"
        r"\blate\b.{0,60}\b(?:delivery|shipping|express|overnight|next[- ]day|postage)\b|"
        r"\b(?:came|arrived|delivered|was|is|are) (?:\w+ ){0,3}late\b|\blate delivery\b|\bdelay(?:ed)?\b|"
        r"\b(?:shipping|delivery|postage|express) (?:fee|cost|charge|price)s?\b",  # it is given back for nothing else
    ),
)
_TO = (
    r"\b(?:to|as|on|onto|into|in|via|with|for|by|get|want|prefer|rather|give me|take)\b"
    r"(?: (?:the|my|our|a|some|back to|back|it|in))*"
)
_REFUND_TO = _table(
    (
        "store_credit",
        rf"\bmake (?:it|that) (?:store|shop) credit\b|"
        rf"{_TO} (?:store|shop) credit\b|{_TO} (?:credit with you|voucher|credits?)\b(?! card)|"
        r"(?:^|[,;.])\W{0,3}(?:(?:yes|ok|okay|no|but|then|actually|rather)\W{1,3}){0,4}(?:store|shop) credit"
        r"(?: (?:please|then|instead|is (?:fine|ok|okay|good)|will do|would do)){0,2}\W{0,5}$",
    ),
    ("gift_card", rf"{_TO} (?:gift ?card|gift ?voucher)\b"),
    (
        "original",
        rf"{_TO} (?:original|same|credit card|debit card|bank card|card|visa|mastercard|amex|paypal|"
        rf"bank(?: account)?|"
        r"account)\b|\bhow i paid\b|\bthe way i paid\b|\boriginal (?:payment|method|card)\b|"
        r"[,;.]\W{0,3}(?:my )?(?:visa|mastercard|amex|american express|paypal)(?: please)?\W{0,5}$",
    ),
)
_REFUND_TO_SHORT = _table(
    ("store_credit", r"\b(?:store|shop) ?credit\b|\bvoucher\b|^\W*credit\W*$"),
    ("gift_card", r"\bgift ?card\b"),
    (
        "original",
        r"\boriginal\b|\bcard\b|\bvisa\b|\bmastercard\b|\bamex\b|\bpaypal\b|\bbank\b|\bhow i paid\b|\bway i paid\b|"
        r"\bsame (?:way|method)\b|\bcash\b|\bmoney\b",
    ),
)
_ONLY_PAID = re.compile(r"\b(?:paid|pay|bought|ordered) (?:\w+ ){0,4}(?:by|with|via) [^,.;]*", re.IGNORECASE)
_OTHER = re.compile(
    r"\b(?:other|something else|none of (?:these|those|them)|another reason)\b", re.IGNORECASE
)


def return_reason(text: str, *, asked: bool = False) -> str | None:
    return _reason(_RETURNS, text, ReturnReason.OTHER if asked else None)


def cancellation_reason(text: str, *, asked: bool = False) -> str | None:
    return _reason(_CANCELLATIONS, text, CancellationReason.OTHER if asked else None)


def refund_cause(text: str) -> str | None:
    return _first(_CAUSES, plain(text))


def refund_to(text: str, *, asked: bool = False) -> str | None:
    """`store_credit`, `gift_card` or `original`. A card that they only paid by is no wish for the money to go there."""
    text = _ONLY_PAID.sub(" ", plain(text))
    found = _first(_REFUND_TO, text)
    return found or (_first(_REFUND_TO_SHORT, text) if asked else None)


def implied(text: str) -> Intent | None:
    """What somebody wants who only tells what is the matter; None where nothing is."""
    if refund_cause(text) == RefundCause.DOUBLE_CHARGE:
        return Intent.REQUEST_REFUND
    reason = return_reason(text)
    if is_our_fault(reason) or reason == ReturnReason.WRONG_SIZE:
        return Intent.REPORT_PROBLEM
    return Intent.CANCEL_ORDER if reason == ReturnReason.CHANGED_MIND else None


def is_our_fault(reason: str | None) -> bool:
    """Whether it is about what was sent, not about the shopper's taste or size."""
    return reason in {
        ReturnReason.DAMAGED,
        ReturnReason.DEFECTIVE,
        ReturnReason.WRONG_ITEM,
        ReturnReason.NOT_AS_DESCRIBED,
    }


def _reason(table: _Table, text: str, other: str | None) -> str | None:
    text = _DENIED.sub(" ", plain(text))
    found = _first(table, text)
    return found or (other if other and _OTHER.search(text) else None)


def _first(table: _Table, text: str) -> str | None:
    return next((str(value) for value, pattern in table if pattern.search(text)), None)
