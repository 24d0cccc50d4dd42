"""The words of a shopper's sentence that name a product."""

import re
from functools import lru_cache

from bot.embedded.reading.amounts import without_prices
from bot.embedded.reading.entities import MAX_CHARS, emails, order_numbers

_PHRASES = re.compile(
    r"\b(?:"
    r"good (?:morning|afternoon|evening|day)|thank you(?: so much)?|"
    r"how (?:much|many|long|big|tall|wide|heavy|large|high|deep)|(?:back )?(?:in|out of|on) stock|"
    r"sold out|in (?:your|the) (?:shop|store|catalog(?:ue)?|range|warehouse)|looking for|look for|"
    r"search(?:ing)? for|interested in|shopping for|tell me(?: more)? about|know (?:more )?about|"
    r"information (?:on|about)|details (?:on|of|about)|difference between|kind of|sort of|type of|"
    r"kinds of|sorts of|types of|a (?:lot|bit|pair|set) of|made (?:of|from|out of)|"
    r"(?:gift|present) (?:idea|suggestion)s?(?: for)?|on sale|at the moment|right now|by any chance|"
    r"any chance|as well|next to|instead of|or so|at all|"
    r"do you (?:guys )?(?:have|sell|carry|stock|offer|do)|have you got|can i (?:buy|get|order|see)|"
    r"(?:my|an?|the|this) order"
    r")\b",
    re.IGNORECASE,
)
_FUNCTION_WORDS = frozenset(
    """
    a about above actually afford afternoon again all already also always am an and another any anybody anyone
    anything anyway are aren't around arrive as ask asking at availability available back be because been before
    being below best better between both bought bucks budget but buy buying by can can't carry cheap cheaper
    cheapest check color colors colour colours come comes coming compare compared comparison cost costs could
    currently d'you day deliver delivered delivery describe description detail details did didn't difference
    dimension dimensions do does doesn't dollars don't done down each either else er euros even evening ever every
    everything expected differ different difference differences expensive fancy feature features few find fine fit
    fits for found from get getting give go going gonna good got gotta great guys had hadn't has hasn't have haven't
    having he hello help her here here's hey hi him his hiya hmm how how's however hows i i'd i'll i'm i've idea
    ideas if in info information instead interested into is isn't it it'll it's item items its itself just keep know
    last left let let's like list little long look looking lot love made make many material materials max maximum
    maybe me mean measure measurements might min mind mine minimum more morning most much must my myself near need
    needed needs never new next nice no not nothing now of off offer oh ok okay on once one ones only option options
    or order ordered orders other our out over own perhaps please pls possible possibly price priced prices pricing
    product products purchase question quick quite rather rated rating ratings really recommend recommendation
    recommendations restock restocked review reviews right same say search see sell selling she ship shipped
    shipping shop should show size sizes so some somebody someone something soon sorry spec specifications specs
    start starting still stock stocked stocking store such suggest suggestion suggestions sure take tell than thank
    thanks that that'll that's the their theirs them then there there's these they they'd they'll they're thing
    things think this those though through till to today together tonight too uh um under until up us use variant
    variants variation variations version versions very via wait wanna want wanted wants was wasn't way we we'd
    we'll we're we've weigh weight well were weren't what what's whatever whats when when's where where's wheres
    whether which while who who's whole whose why will with within without won't wonder wondering would wouldn't
    yeah yes yet you you'd you'll you're you've your yours yourself
    """.split()
)
_NO_CONTENT = _FUNCTION_WORDS | {word.replace("'", "") for word in _FUNCTION_WORDS if "'" in word}
"""People leave apostrophes out."""
_WORD = re.compile(r"[^\W_](?:[\w'&-]{0,60}[^\W_])?")


@lru_cache(maxsize=1024)
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
        if word.lower() not in _NO_CONTENT and word.upper() not in numbers
    ]
    return " ".join(words)
