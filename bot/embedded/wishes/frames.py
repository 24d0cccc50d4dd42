"""By which words a clause says what is to be done, what it leaves to its neighbors, and what joins it to them."""

import re

GAP = re.compile(
    r"(?<=[.!;])\s+|[:;]\s+|,\s+(?:and |but |then |also |plus )*|\s+(?:and|but|then|plus|while)\s+(?:also\s+)?|"
    r"\s+[-–—]\s+|(?<=[?])\s+"
)
MARK = re.compile(r"\n\s*(?:\(?\d{1,2}[.)]|[-•*])\s+|\n+|(?:^|\s)\(?\d{1,2}\)\s+(?=[^\W\d_])")
"""Before an entry of a list."""
TOPIC = re.compile(
    r"^\W*(?!(?:first|second|third|next|last|finally|also|from|for|in|about|two|three|some)\b)(?:(?:the|my) )?"
    r"[^\W\d_][\w'-]*(?: (?!things?\b|matters\b|changes\b|items\b)[\w'-]+){0,1}(?: (?:from|in|of) (?:order )?\S+)?: ",
    re.IGNORECASE,
)
""" "Vase: …": what follows, up to the end of the sentence, is about it."""
REQUESTS = re.compile(
    r"^\W*(?:(?:and|but|also|so|then|please|hi|hello|hey)\W+)*(?:can|could|would|will|may|might) "
    r"(?:you|i|we|the|my|it|this|that|those|these|both)\b",
    re.IGNORECASE,
)
""" "Could you swap it?" is no question."""
SAME_FOR = re.compile(
    r"^\W*(?:(?:and|but|also|then|plus)\W+)*"
    r"(?:(?:the )?(?:same|ditto|likewise)(?: thing| again| goes| applies| please)*"
    r"(?: (?:for|with|to|about))?|so (?:can|does|do|should|is|are|must|will|could))\b",
    re.IGNORECASE,
)
"""The same is to be done with what it names."""
ASKS = re.compile(
    r"\?\s*$|^\W*(?:where|when|what|who|why|how|which|(?:is|are|do|does|did|has|have) (?:it|you|the|my|there))\b",
    re.IGNORECASE,
)
GIVES_BACK = re.compile(
    r"\b(?:go(?:es|ing)?|com(?:es?|ing)|send(?:ing)?|sent|ship(?:ping)?|tak(?:e|ing)|bring(?:ing)?|giv(?:e|ing)|"
    r"mail(?:ing)?|get)\b(?: (?!money\b|refund\b|me\b)[\w'-]+){0,5}? (?:back\b|home to you\b)|"
    r"\b(?:return(?:s|ing|ed)?|(?:for|a) returning)\b(?! (?:label|policy|window))|"
    r"\b(?:want|like|need) (?:a|my) (?:full )?(?:refund|money back)\b",
    re.IGNORECASE,
)
DROPS = re.compile(
    r"\b(?:cancel(?:led|ing)?|scrap|drop|remove|call(?:ing)? off)\b|\btake (?:[\w'-]+ ){1,8}(?:off|out)\b|"
    r"\bcall (?:[\w'-]+ ){1,4}off\b|\bcalled off\b",
    re.IGNORECASE,
)
BECOMES = re.compile(
    r"\b(?:to|into|in|for|as|with|should|must|make|swap\w*|exchang\w*|instead|want|like|need|rather|size|one|ones)\b",
    re.IGNORECASE,
)
MONEY_TO = re.compile(
    r"\b(?:for|to|as|into|onto|in|with) (?:(?:my|the|a|an|some) )?(?:full )?(?:store credit|credit|refund|"
    r"money(?: back)?|cash|gift ?card|card|paypal|visa|mastercard|amex|american express|discover|"
    r"original \w+|same \w+)\b",
    re.IGNORECASE,
)
"""Where what is given back should go: it becomes nothing else."""
UNWANTED = re.compile(
    r"\b(?:no longer|don't|do not|didn't|never) (?:really |actually )?(?:need|want|like)(?:ed)?\b",
    re.IGNORECASE,
)
"""Why, and not what it should become."""
OTHER_PLACE = re.compile(
    r"\b(?:deliver\w*|ship\w*|sent?|sending|go(?:es|ing)?)\b(?: [\w'-]+){0,4}? to (?:my|our|the|a|an|his|her|\d+)\b|"
    r"\baddress\b",
    re.IGNORECASE,
)
OTHER_METHOD = re.compile(
    r"\b(?:pay|paid|paying|payment|charged?)\b(?!.*\b(?:difference|refund\w*|back)\b).*\b(?:with|by|to|from|using|method)\b|"
    r"\b(?:charge|bill|use|debit) (?:it to )?(?:my |the )?(?:other )?(?:paypal|visa|mastercard|amex|"
    r"american express|discover|gift ?card|store credit|debit card|credit card)\b",
    re.IGNORECASE,
)
BELONGS_TO_NEXT = re.compile(
    r"^\W*(?:(?:first|second|third|secondly|finally|lastly|one|two)\W*$|(?:from|of|out of|in|on|with|for)\b)",
    re.IGNORECASE,
)
THING_ALONE = re.compile(
    r"^\W*(?:(?:also|and|plus|then)\W+)*(?:(?:from|in|of|out of) (?:the|my) other (?:order|one)\W+)?"
    r"(?:the|my|both|all|one|two|three|\d+)\b"
    r"(?!.*\b(?:is|are|was|were|be|it|i|they|don't|doesn't|didn't|keep|leave|stays?)\b)",
    re.IGNORECASE,
)
"""A thing and nothing said of it: the same is meant as of what was before."""
TOLD_BY_THING = re.compile(
    r"\b(?:the|my) (?:other )?one (?=(?:with|containing|for|that (?:has|had)) )", re.IGNORECASE
)
FRONTED = re.compile(
    r"^(?:the|my|both|all)\b.*\b(?:i(?:'m| am| want| would like|'d like)?|we(?:'re| are)?) (?:to )?"
    r"(?:send\w*|return\w*|giv\w*|cancel\w*|ship\w*)\b",
    re.IGNORECASE,
)
ACTS_AFTER_TOPIC = re.compile(
    r": .*\b(?:return|refund|exchange|swap|cancel|change|need|want|instead|back|keep|fine)\b", re.IGNORECASE
)
UNDONE = re.compile(
    r"\b(?:what(?:ever|'s)?|everything|anything|all)\b.{0,20}\b(?:hasn't|has not|not|isn't) (?:yet )?(?:been )?"
    r"(?:shipped|left|gone|sent)\b",
    re.IGNORECASE,
)
"""Orders told by how far they are."""
MONEY = re.compile(r"^\W*(?:and )?(?:the|my|any) (?:money|refund|difference|credit)\b", re.IGNORECASE)
OF_ALL = re.compile(
    r"\b(?:any|all|both|none|neither|each) of (?:them|these|those)\b|"
    r"\bthe (?:money|refunds?|stuff|things|items)\b|\bfor both\b",
    re.IGNORECASE,
)
"""What is said of all that was named before."""
STAYS = re.compile(
    r": (?:(?:is|are|it's|they're|all|i'm|i'll|just|it|as|is) ){0,3}(?:fine|good|okay?|great|perfect|stays?|leave|"
    r"keep(?:ing)?)(?: (?:it|them|this|that|as is))?\W*$",
    re.IGNORECASE,
)
"""Of a topic with which nothing is to be done: "Bottle: fine"."""
