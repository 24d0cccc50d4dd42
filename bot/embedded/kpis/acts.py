"""What is wanted of figures: to see them, to know why they changed, what they mean, or to be told of them later."""

import re

from bot.embedded.entities import emails

WHY = re.compile(
    r"\bwhy\b|\bhow come\b|\bwhat(?:'s| is| was| has)? (?:drove|drives|driving|driven|behind|caused|causing|causes|moved|explains|happened (?:to|with))\b|"
    r"\b(?:explain|account for|drivers? (?:of|behind|for)|root cause|reasons? (?:for|behind|why)|cause of|what made|what led to|to blame|due to what)\b|"
    r"\bwhere (?:did|does|is) .{1,40} com(?:e|ing) from\b"
)
REASONS = re.compile(r"\b(?:return(?:s|ed|ing)?|send(?:ing)? (?:\w+ )?back|sent back|refund(?:s|ed|ing)?)\b")
_CHANGED = re.compile(
    r"\b(?:up|down|chang\w+|grow\w*|grew|increas\w+|decreas\w+|improv\w+|ris\w+|rose|fall\w*|fell|drop\w*|jump\w*|spik\w+|dip\w*|tank\w*|"
    r"higher|lower|more|fewer|less|worse|better|slow\w*|fast\w*|so|behind|declin\w+|crash\w*|soar\w*|surg\w+|shr[iau]nk\w*|change)\b"
)
DEFINE = re.compile(
    r"\b(?:how (?:is|are|do (?:we|you)|does (?:parley|the bot|it)) .{1,60}?(?:defin\w+|calculat\w+|comput\w+|measur\w+|work(?:ed)? out|count(?:ed)?)|defin\w+|"
    r"mean(?:s|t|ing)? (?:of|by)|what (?:do|does) .{1,60} mean|what (?:is|are|do you) mean\w* by|what exactly (?:is|are)|what counts (?:as|for|toward)|"
    r"formula|how (?:is|are) .{1,60} (?:defined|calculated|computed|measured|counted|worked out)|(?:explain|describe) (?:the )?(?:term|metric|figure|definition)|"
    r"what(?:'s| is) (?:included|counted) in|(?:does|do) .{1,60} (?:include|exclude|count))\b"
)
CATALOG = re.compile(
    r"\bwhat (?:can|could|may|else can) (?:i|we|you) (?:ask|tell|show|answer|get|see|query|do)\b|"
    r"\b(?:which|what|list(?: all)?|show(?: me)?(?: all)?)(?: of)?(?: the| your| all)*(?: available)? (?:metrics|kpis|figures|measures|numbers|dimensions)(?: (?:do|can|are|is|have|exist|there|you|we|i|available|know|track|report|offer|support).*)?\W*$|"
    r"\bwhat (?:metrics|kpis|figures|numbers)\b|\b(?:how|what) can (?:i|we) (?:split|break|slice|cut|filter)\b|\bby what can\b"
)
OVERVIEW = re.compile(
    r"\b(?:how(?:'s| is| are| was| were| did| have| has)? (?:business|the business|things|we|it|the shop|the store|trade|trading)(?: (?:doing|going|been|do|done|look\w*|perform\w*|go))?|"
    r"scorecard|dashboard|overview|(?:key|headline|main|top-line|weekly|daily|monthly) (?:figures|numbers|kpis|metrics|results|report)|kpis|the numbers|summary)\b"
)
PERSONAL = re.compile(
    r"\b(?:customers?|shoppers?|buyers?|clients?|people|persons?|users?|guests?)(?:'s?)? (?:e-?mails?|names?|addresses|phone|phones|contact|details|list|data)\b|"
    r"\b(?:e-?mails?|names?|(?:street |postal |home )?addresse?s?|phone(?: numbers?)?|contact details|birthdays?) (?:and \w+ )?(?:of|for|from) (?:\w+ ){0,3}(?:customers?|shoppers?|buyers?|people|clients?|everyone|who|guests?|those|them)\b|"
    r"\bwho(?:'s| is| are| was)? (?:our|the|my|that|bought|ordered|spent|spends|returned|returns|paid|purchased|placed|cancell?ed|complained|left|has|have|did|wrote)\b|"
    r"\bwhich (?:one )?(?:customer|shopper|buyer|person|client|guest)s?\b(?! (?:group|segment|kind|type)s?)|"
    r"\b(?:top|best|biggest|worst|largest|most valuable)(?: \d+| ten| five| three)? (?:customers?|buyers?|shoppers?|spenders?|clients?|returners?)\b(?! (?:group|segment|kind|type)s?)|"
    r"\b(?:name|list|show)(?: me)? (?:all |the |our |every )*(?:customers|buyers|shoppers|clients) (?:who|that|with|from|in)\b|"
    r"\b(?:her|his|their|them) (?:e-?mails?|names?|phone|address(?:es)?|number)\b|\bby customer(?: name)?\b(?! (?:kind|type|group|segment))|\bper customer name\b"
)
POLICY = re.compile(
    r"\b(?:policy|policies|allowed|allow|eligible|entitled|can (?:a|the|i|we|they|you|customers?|shoppers?|people|somebody|someone)|"
    r"how (?:do|can|should) (?:i|you|customers?|shoppers?|people|they)|how (?:does|do) .{1,40} work|have to|must|requires?|steps|process for|"
    r"do (?:we|you) (?:accept|offer|take|ship|charge|allow|have)|window|deadline|warranty|label|rules?|guidelines?|terms)\b"
)
WATCH = re.compile(
    r"\b(?:tell|alert|notify|warn|ping|let|message|inform|flag|shout|remind)\b.{0,40}\b(?:when|if|once|as soon as|whenever|should)\b|"
    r"\b(?:set up|create|add|make|want|need|put) (?:an? |me an? )?(?:alert|alarm|watch|warning|notification)s?\b|\bkeep an eye on\b|\b(?:^|please |can you |could you )watch\b|^watch\b|\balert (?:me )?(?:on|for)\b"
)
DIGEST = re.compile(
    r"\b(?:send|post|give|e-?mail|share|show|message|deliver|drop|get|want|need|like|push|report|schedule)\b.{0,80}\b(?:every|each|daily|weekly|monthly)\b|"
    r"\b(?:every|each) (?:day|morning|week|month|monday|tuesday|wednesday|thursday|friday|saturday|sunday|weekday|evening)\b.{0,60}\b(?:send|post|give|share|at \d)|"
    r"\b(?:schedule|subscribe|digest)\b"
)
LISTS = re.compile(
    r"\b(?:what|which|list|show)\b.{0,40}\b(?:watch(?:es|ing|ed)?|alerts?|digests?|alarms?|subscri\w+|scheduled)\b"
)
STOPS = re.compile(
    r"\b(?:stop|cancel|delete|remove|end|drop|turn off|switch off|unsubscribe|mute|quit|kill)\b.{0,40}\b(?:watch(?:es|ing)?|alert(?:s|ing)?|digests?|alarms?|telling|sending|notif\w+|warning|reports?|that one|this one|it|them|me|posting|one|pinging)\b|^stop(?: (?:it|that))?\W*$"
)
_ORDER = re.compile(
    r"(?<![\w-])#?[A-Za-z]{1,4}-?\d{4,}(?![\w-])|(?<!\w)#\d{3,}|\border (?:no\.? |number |#)?\d{4,}\b",
    re.IGNORECASE,
)
_AS_CHART = re.compile(
    r"\b(?:as|in|into|on|with) (?:an? )?(?:\w+ )?(?:chart|graph|plot|diagram|curve)\b|^\W*(?:chart|graph|plot)(?: (?:it|that|this))?\W*$|\b(?:chart|graph|plot|draw|visuali[sz]e) (?:it|that|this|them)\b"
)
_AS_TABLE = re.compile(r"\b(?:as|in|into) (?:an? )?(?:table|list|csv|spreadsheet|numbers?)\b|^\W*table\W*$")


def asks_why(text: str) -> bool:
    """Whether it asks what changed a figure. "Why do people return things?" asks for reasons, not for a change."""
    return bool(WHY.search(text)) and not asks_reasons(text)


def asks_reasons(text: str) -> bool:
    return bool(WHY.search(text) and REASONS.search(text)) and not _CHANGED.search(text)


def is_of_one_order(text: str) -> bool:
    return bool(_ORDER.search(text) or emails(text))


def as_chart(text: str) -> bool:
    return bool(_AS_CHART.search(text))


def as_table(text: str) -> bool:
    return bool(_AS_TABLE.search(text))
