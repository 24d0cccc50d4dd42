"""The words of a shopper's sentence that name a product."""

import re

from bot.embedded.amounts import without_prices
from bot.embedded.entities import MAX_CHARS, emails, order_numbers

_PHRASES = re.compile(
    r"\b(?:good (?:morning|afternoon|evening|day)|thank you(?: so much)?|how (?:much|many|long|big|tall|wide|heavy|large|high|deep)|"
    r"(?:back )?(?:in|out of|on) stock|sold out|in (?:your|the) (?:shop|store|catalog(?:ue)?|range|warehouse)|"
    r"looking for|look for|search(?:ing)? for|interested in|shopping for|tell me(?: more)? about|know (?:more )?about|information (?:on|about)|"
    r"details (?:on|of|about)|difference between|kind of|sort of|type of|kinds of|sorts of|types of|a (?:lot|bit|pair|set) of|made (?:of|from|out of)|"
    r"(?:gift|present) (?:idea|suggestion)s?(?: for)?|on sale|at the moment|right now|by any chance|any chance|"
    r"as well|next to|instead of|or so|at all|do you (?:guys )?(?:have|sell|carry|stock|offer|do)|have you got|"
    r"can i (?:buy|get|order|see)|(?:my|an?|the|this) order)\b",
    re.IGNORECASE,
)
_FUNCTION_WORDS = frozenset(
    """
    a about above actually afternoon again all already also always am an and another any anybody anyone anything anyway are aren't around as ask asking at available availability
    back be because been before being below best better between both bought but buy buying by can can't cheap cheaper cheapest check come comes coming cost costs could
    currently d'you day did didn't do does doesn't don't done down each either else even ever every expensive few find for from fine found
    get getting give go going good got great guys had hadn't has hasn't have haven't having he hello help her here here's hey hi hiya him his how how's however i i'd i'll i'm i've
    if in info information instead interested into is isn't it it'll it's item items its itself just keep know last left let let's like list little long look looking
    lot love made make many maybe me mean mine might mind more morning most much must my myself near need needed needs never new next nice no not nothing now of
    off offer ok okay on once one ones only or order ordered orders other our out over own perhaps please pls possible possibly price priced prices pricing product products
    purchase quick quite question rather really recommend recommendation recommendations restock restocked right same say search see sell selling she should show shop so some somebody someone
    something soon sorry start starting still stock stocked stocking store such sure take tell than thank thanks that that'll that's the their theirs them then there there's these they
    they'd they'll they're thing things think this those though through till to today together tonight too under until up us use very via wait wanna want wanted wants was wasn't way we
    we'd we'll we're we've well were weren't what what's whats whatever when when's where where's wheres whether which while who who's whole whose why will with within without won't wonder wondering would
    wouldn't yeah yes yet you you'd you'll you're you've your yours yourself hows
    afford bucks budget carry come dollars euros expected gonna gotta max maximum min minimum
    color colors colour colours material materials dimension dimensions size sizes measure measurements weigh weight made fit fits option options variant variants version versions
    describe description details detail difference compare comparison spec specs specifications feature features review reviews rating ratings
    arrive delivery deliver delivered ship shipped shipping anything evening suggest suggestion suggestions idea ideas hmm oh um uh er fancy
    """.split()
)
_WORD = re.compile(r"[^\W_](?:[\w'&-]{0,60}[^\W_])?")


def content_words(text: str) -> str:
    """What is left to search products with; "" when the text names none ("how much is it?")."""
    text = " ".join(text[:MAX_CHARS].replace("’", "'").split())
    for address in emails(text):
        text = re.sub(re.escape(address), " ", text, flags=re.IGNORECASE)
    rest = _PHRASES.sub(" ", without_prices(text))
    numbers = {number.upper() for number in order_numbers(text)}
    words = [
        word
        for word in _WORD.findall(rest)
        if word.lower() not in _FUNCTION_WORDS and word.upper() not in numbers
    ]
    return " ".join(words)
