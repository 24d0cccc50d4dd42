"""Answers staff who ask for figures: from a message to the tools' arguments, and from their cards to words."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.embedded.kpis import acts, keeping
from bot.embedded.kpis.asking import asked, chosen
from bot.embedded.kpis.calendar_of import reader_of
from bot.embedded.kpis.completing import SCORECARD, default_metric, with_filters
from bot.embedded.kpis.elsewhere import is_of_the_shop
from bot.embedded.kpis.following import FRAGMENT, goes_on, leads, points_back
from bot.embedded.kpis.meaning import Meanings
from bot.embedded.kpis.months import with_months
from bot.embedded.kpis.naming import Names, names_in
from bot.embedded.kpis.question import Figures, Offered, Question
from bot.embedded.kpis.ratios import Ratio
from bot.embedded.kpis.reading import Reading, read
from bot.embedded.kpis.telling import QUERY, Told, either, nearest, side_by_side, tell
from bot.embedded.kpis.tokens import readable
from bot.embedded.kpis.vocabulary import is_filler, vocabulary
from bot.embedded.reading.entities import emails
from bot.embedded.situation import Situation
from bot.embedded.understanding.spelling import Speller
from bot.embedded.understanding.wish import Wish
from bot.embedded.wording import kpis as wording
from bot.embedded.wording import watches
from knowledge.embedding import Embedder
from tools.commerce.metrics.definitions import BY_NAME, METRICS

PERSONAL = (
    "That would be personal data of customers, which I don't give out with figures. I can count them, or split "
    "figures by country, region, channel or kind of customer."
)
FAR = 0.3
"""A message that is no more like any figure than this is about something else."""
LONGEST_CHANGE = 6
"""Words of a message that changes an alert just proposed."""
_LED = re.compile(r"\b(?:for|in|via|from|at|only|of|without) ([A-Za-z]{4,})\b", re.IGNORECASE)
"""What may be a name by the word before it."""
_POINTS_BACK = re.compile(r"\b(?:it|that|this|those|these|them|same)\b")


class StaffFigures:
    """A pure function of the situation, like the planner that asks it first. Safe to share between threads."""

    def __init__(self, embedder: Embedder, classify: Callable[[str], Wish]) -> None:
        words = vocabulary()
        self._speller = Speller([*words.texts, " ".join(words.fillers)], embedder.knows, common=1)
        self._meanings = Meanings(embedder)
        self._classify = classify
        self._is_word = embedder.knows

    def answer(self, situation: Situation) -> Told | None:
        """None where the message is about something else, or the role has no figures. Raises NeedsTool."""
        if QUERY not in situation.tools:
            return None
        remembered = situation.memory.figures or Figures()
        if meant := chosen(situation.text, remembered):
            return tell(meant, situation)
        text = with_months(self._repaired(readable(situation.text)))
        low = text.lower()
        if (acts.PERSONAL.search(low) and not _is_of_members(low, remembered.last)) or (
            emails(text) and "find_orders" not in situation.tools
        ):
            return Told(PERSONAL, Figures(last=remembered.last))
        if acts.CATALOG.search(low):
            return Told(wording.catalog(METRICS), Figures(last=remembered.last))
        if acts.is_of_one_order(text) or acts.NAMES_POLICY.search(low):
            return None
        if keeps := self._kept(text, situation, remembered):
            return keeps
        reading = read(text, reader_of(situation))
        return self._told(reading, situation, remembered)

    def _repaired(self, text: str) -> str:
        """With its slips repaired, but for what may be a slip of a name: "for beding" is not "for being"."""
        kept = {
            led[1]
            for led in _LED.finditer(text)
            if not is_filler(led[1].lower()) and is_filler(self._speller.repair(led[1]).lower())
        }
        if not kept:
            return self._speller.repair(text)
        parts = re.split(rf"\b({'|'.join(map(re.escape, sorted(kept)))})\b", text)
        return "".join(part if part in kept else self._speller.repair(part) for part in parts)

    def _kept(self, text: str, situation: Situation, remembered: Figures) -> Told | None:
        """Of alerts and digests; None where the message is about none."""
        low = text.lower()
        last = remembered.last
        if acts.LISTS.search(low) and not keeping.wants_watch(low):
            return Told(keeping.listed(situation), Figures(last=last))
        if acts.STOPS.search(low):
            said, choices = keeping.stopped(low, read(text, reader_of(situation)).metrics, situation)
            offered = tuple(Offered(label=watches.stop_label(one)) for one in choices)
            return Told(said, Figures(last=last, offered=offered))
        wants = keeping.wanted(low)
        if wants is None:
            return self._told_otherwise(text, situation, remembered)
        reading = read(keeping.without_terms(text), reader_of(situation))
        before = None if reading.metrics else last
        likely = None if reading.metrics or _POINTS_BACK.search(low) else self._likely(reading)
        metrics = reading.metrics or likely or (before.metrics if before else ())
        if not metrics:
            is_watch = keeping.wants_watch(low)
            return Told(watches.WHICH_FIGURE, Figures(last=last)) if is_watch else None
        names = names_in(reading, metrics, situation, self._is_word)
        if names.unknown:
            unknown = names.unknown[0]
            return Told(wording.unknown_member(unknown.words, unknown.near), remembered)
        filters = with_filters(before.filters, names.filters) if before and not likely else names.filters
        if before and not (likely or reading.dimensions):  # "send me that"
            reading = replace(reading, dimensions=before.dimensions)
        return keeping.proposed(wants(reading, metrics, filters, low), last, situation)

    def _likely(self, reading: Reading) -> tuple[str, ...]:
        """The figure that is plainly meant without being named."""
        sure = self._meanings.likely(reading.undated).sure
        return (sure,) if sure else ()

    def _told_otherwise(self, text: str, situation: Situation, remembered: Figures) -> Told | None:
        """The alert or digest that was proposed last with what is said now in its place: "same for DHL"."""
        low = text.lower()
        if remembered.telling is None or acts.WHY.search(low) or acts.DEFINE.search(low):
            return None
        reading = read(keeping.without_terms(text), reader_of(situation))
        if reading.spans or not (leads(reading) or reading.words <= LONGEST_CHANGE):
            return None
        metrics = keeping.metrics_of(remembered.telling)
        names = names_in(reading, metrics, situation, self._is_word)
        changed = keeping.changed(remembered.telling, reading, names.filters, low)
        return keeping.proposed(changed, remembered.last, situation) if changed else None

    def _told(self, reading: Reading, situation: Situation, remembered: Figures) -> Told | None:
        before = remembered.last
        reading = _as_before(reading, before)
        if told := self._of_words(reading, situation, remembered):
            return told
        if any(name in vocabulary().vague for name in reading.metrics):
            return None
        if reading.ratio:
            of_two = self._of_two(reading, reading.ratio, situation, remembered)
            if isinstance(of_two, Told):
                return of_two
            reading = of_two
        follows = goes_on(reading, before)
        goes_further = follows and (leads(reading) or points_back(reading) or reading.words <= FRAGMENT)
        if not goes_further and is_of_the_shop(reading, self._meanings, self._classify, follows=follows):
            return None
        metrics = reading.metrics
        if not metrics and not follows:
            found = self._meant(reading, situation)
            if not isinstance(found, tuple):
                return found
            metrics = found
        of = () if metrics == SCORECARD else metrics or (before.metrics if before else ())
        names = names_in(reading, of, situation, self._is_word)
        if metrics == SCORECARD:
            metrics = _splittable(reading, names)
        if metrics == ("stock_units",) and _is_of_one_product(reading, names):
            return None
        return asked(reading, metrics, names, situation, follows=follows)

    def _of_words(self, reading: Reading, situation: Situation, remembered: Figures) -> Told | None:
        """What is said of a figure's name alone: its definition, that there is none, or which of several is meant."""
        low, before = reading.text.lower(), remembered.last
        if acts.DEFINE.search(low) and not reading.spans:
            meant = reading.metrics or (before.metrics if before and _POINTS_BACK.search(low) else ())
            if known := [name for name in meant if name in BY_NAME]:
                return Told(_definitions(known), Figures(last=before))
        if lacking := [name for name in reading.metrics if name in vocabulary().lacking]:
            metric = vocabulary().lacking[lacking[0]]
            names = names_in(reading, (metric,), situation, self._is_word)
            return nearest(lacking[0], metric, reading, situation, names.filters)
        vague = [name for name in reading.metrics if name in vocabulary().vague]
        if vague and not acts.POLICY.search(low):
            return either(vocabulary().vague[vague[0]], reading, situation)
        return None

    def _of_two(
        self, reading: Reading, ratio: Ratio, situation: Situation, remembered: Figures
    ) -> Reading | Told:
        """With the figure that the one by the other is; or that there is none."""
        of_two = ratio.over(remembered.last.metrics if remembered.last else ())
        if of_two.above is None or of_two.above == of_two.below:
            return replace(reading, metrics=(of_two.below,), share=True)
        if of_two.metric:
            return replace(reading, metrics=(of_two.metric,))
        pair = (of_two.above, of_two.below)
        names = names_in(reading, pair, situation, self._is_word)
        return side_by_side(pair, reading, situation, names.filters)

    def _meant(self, reading: Reading, situation: Situation) -> tuple[str, ...] | Told | None:
        """The metrics of a question that names none; or what must be said or asked first; None where it is no such."""
        if acts.OVERVIEW.search(reading.text.lower()):
            return SCORECARD
        if ranked := default_metric(reading):
            return (ranked,)
        if acts.NUMBERS.search(reading.text.lower()):
            return either(SCORECARD[:2], reading, situation)
        names = names_in(reading, (), situation, self._is_word)
        cut = {*(one.dimension for one in names.filters), *reading.dimensions}
        likely = self._meanings.likely(_unnamed(reading.undated, names.named)).among(cut)
        if likely.sure:
            return (likely.sure,)
        if len(likely.doubtful) > 1:
            return either(likely.doubtful, reading, situation, names.filters)
        if likely.likeness[0] < FAR and not names.named:
            return None
        if names.named and not names.unknown and len(likely.metrics) > 1:
            return either(likely.metrics[:3], reading, situation, names.filters)
        names = names_in(reading, likely.metrics[:1], situation, self._is_word)
        words = " ".join(one.words for one in names.unknown)
        return nearest(words, likely.metrics[0], reading, situation, names.filters)


def _is_of_members(text: str, before: Question | None) -> bool:
    """Whether "who" is a member of what was told before: "who's the slowest?" of carriers."""
    return bool(before and before.dimensions and acts.WHO_RANKS.search(text))


def _as_before(reading: Reading, before: Question | None) -> Reading:
    """ "And for deliveries to Otago" goes on with the one of several figures that was told."""
    if before is None or len(reading.metrics) != 1 or not leads(reading):
        return reading
    meant = vocabulary().vague.get(reading.metrics[0], ())
    return replace(reading, metrics=()) if before.metrics[0] in meant else reading


def _unnamed(text: str, names: Sequence[str]) -> str:
    """Without what is called so in the shop, which says nothing of the figure."""
    for name in names:
        text = re.sub(rf"\b{re.escape(name.lower())}\b", " ", text)
    return " ".join(text.split()) or "figures"


def _splittable(reading: Reading, names: Names) -> tuple[str, ...]:
    """The figures of the scorecard that can be told of what is asked for."""
    wanted = {*(one.dimension for one in names.filters), *reading.dimensions}
    return tuple(name for name in SCORECARD if wanted <= BY_NAME[name].dimensions) or SCORECARD


def _definitions(names: Sequence[str]) -> str:
    return "\n\n".join(wording.defined(BY_NAME[name]) for name in names)


def _is_of_one_product(reading: Reading, names: Names) -> bool:
    """ "How many walnut clocks are in stock?", which the catalog tells by version."""
    products = [one for one in names.filters if one.dimension == "product" and len(one.members) == 1]
    is_cut = bool(reading.dimensions) or len(names.filters) > len(products)
    return len(products) == 1 and not is_cut and "in stock" in reading.text.lower()
