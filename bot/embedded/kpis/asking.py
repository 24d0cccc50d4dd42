"""The answer to a question that is understood, or what must be asked or said before there can be one."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.embedded.kpis import acts, cues
from bot.embedded.kpis.calendar_of import reader_of
from bot.embedded.kpis.completing import COUNTED_BY, completed, splittable
from bot.embedded.kpis.following import followed
from bot.embedded.kpis.naming import Names, Unknown, allowed
from bot.embedded.kpis.question import Act, Figures, Offered, Only, Question
from bot.embedded.kpis.reading import Reading
from bot.embedded.kpis.telling import Told, tell
from bot.embedded.kpis.tokens import readable
from bot.embedded.kpis.vocabulary import vocabulary
from bot.embedded.situation import Situation
from bot.embedded.wording import kpis as wording
from tools.commerce.metrics.calendar import Grain
from tools.commerce.metrics.definitions import BY_NAME
from tools.commerce.metrics.facts import Dimension
from tools.commerce.metrics.query import Side

LONGEST_CHOICE = 4
"""Words of an answer to a question of ours that does not repeat it."""
_OF_LINES = (Dimension.CATEGORY, Dimension.BRAND, Dimension.PRODUCT, Dimension.VARIANT, Dimension.SELLER)
"""What an order has several of."""
_SMALL = (Side.BELOW, Side.AT_MOST)
_YES = frozenset({"yes", "yes please", "ok", "sure", "y"})


def asked(
    reading: Reading, metrics: tuple[str, ...], names: Names, situation: Situation, *, follows: bool
) -> Told:
    """The answer, or the question that must be answered first. What was understood is remembered in either case.
    Raises NeedsTool."""
    reader = reader_of(situation)
    remembered = situation.memory.figures or Figures()
    before = remembered.last if follows else None

    def whole(filters: tuple[Only, ...]) -> Question:
        if before is not None:
            return followed(reading, metrics, filters, before, remembered.earlier, reader)
        return completed(reading, metrics, filters, reader)

    understood = splittable(whole(names.filters))
    if reading.finer:
        daily = Offered(
            label=wording.daily_label(BY_NAME[understood.metrics[0]]), question=_daily(understood)
        )
        return Told(wording.not_finer(reading.finer), Figures(last=understood, offered=(daily,)))
    if names.unknown:
        return _of_unknown(names.unknown[0], understood, metrics)
    if (
        understood == before
        and not names.named
        and (nothing := _of_nothing_new(reading, understood, metrics))
    ):
        return nothing
    if names.doubtful:
        doubt = names.doubtful[0]
        offered = tuple(
            Offered(
                label=wording.member_label(one.dimension, one.members), question=whole((*names.filters, one))
            )
            for one in doubt.meanings
        )
        return Told(
            wording.which_member(doubt.words, [one.dimension for one in doubt.meanings]),
            Figures(last=understood, offered=offered),
        )
    question = whole(names.filters)
    told_apart = (*question.dimensions, *(one.dimension for one in question.filters))
    if impossible := [one for one in told_apart if one not in allowed(question.metrics)]:
        return _of_impossible(impossible[0], question)
    if question.period and question.period.period.first > reader.today:
        return Told(wording.not_begun(question.period.period), Figures(last=remembered.last))
    told = tell(question, situation)
    unused = [*_unused(reading, question), *_lost(question, before)]
    return replace(told, text=wording.with_notes(told.text, unused)) if unused else told


def _of_nothing_new(reading: Reading, understood: Question, metrics: Sequence[str]) -> Told | None:
    """That what goes on with a figure changes nothing of it, for the same figure again says nothing; None where it
    says what is so already, or how to show it."""
    if reading.unread:
        return _of_unknown(Unknown(reading.unread[0].text, (), False), understood, metrics)
    low = reading.text.lower()
    if reading.says_how or acts.as_chart(low) or acts.as_table(low) or understood.act is Act.EXPLAIN:
        return None
    return Told(wording.unchanged(reading.text), Figures(last=understood))


def _unused(reading: Reading, question: Question) -> Iterator[str]:
    """What was said and has no part in the answer."""
    if reading.spans and not question.has_history:
        yield wording.undated(BY_NAME[question.metrics[0]])
    if question.size and question.size.side in _SMALL and BY_NAME[question.metrics[0]].adds_up:
        yield wording.NONE_AT_ALL
    if reading.bounds and question.size is None:
        yield wording.unbounded(reading.bounds)
    if reading.rank and reading.rank.count and question.act is Act.SHOW and not question.top:
        yield wording.UNRANKED
    if question.act is Act.SHOW and cues.opposes(reading.text.lower()) and not _is_held_against(question):
        yield wording.UNCOMPARED


def _lost(question: Question, before: Question | None) -> Iterator[str]:
    """What the figure before was told by, and this one can't be."""
    if before:
        told_by = (*before.dimensions, *(one.dimension for one in before.filters))
        if lost := [one for one in dict.fromkeys(told_by) if one not in allowed(question.metrics)]:
            yield wording.not_told_by(BY_NAME[question.metrics[0]], lost)


def _is_held_against(question: Question) -> bool:
    """Whether another period, figure or member stands beside what is asked for."""
    return bool(
        question.compare
        or question.against
        or len(question.metrics) > 1
        or Dimension.CUSTOMER_KIND in question.dimensions
        or any(len(one.members) > 1 for one in question.filters)
    )


def _daily(question: Question) -> Question:
    return question.but(act=Act.SHOW, grain=Grain.DAY, dimensions=(), top=None, ascending=False, shares=False)


def _of_unknown(unknown: Unknown, understood: Question, metrics: Sequence[str]) -> Told:
    """That there is no such name; what else was understood can be gone on with."""
    if unknown.is_cut and metrics:
        metric = BY_NAME[metrics[0]]
        uncut = Offered(label=wording.uncut_label(metric), question=understood)
        return Told(wording.unknown_cut(unknown.words, metric), Figures(last=understood, offered=(uncut,)))
    return Told(wording.unknown_member(unknown.words, unknown.near), Figures(last=understood))


def _of_impossible(cut: Dimension, question: Question) -> Told:
    """That the figure cannot be told apart so, and what can: it as a whole, or the figure that the cut is of."""
    metric = BY_NAME[question.metrics[0]]
    uncut = splittable(question)
    offered = [Offered(label=wording.uncut_label(metric), question=uncut)]
    counts_orders = metric.name == "orders" and cut in _OF_LINES
    above = next((above for (above, _), name in vocabulary().ratios.items() if name == metric.name), None)
    for other in dict.fromkeys(("units",) if counts_orders else (above, COUNTED_BY.get(cut))):
        if other is None or len(offered) > 1:
            continue
        instead = splittable(question.but(act=Act.SHOW, metrics=(other,)))
        if cut in instead.dimensions:
            offered.append(Offered(label=wording.cut_label(BY_NAME[other], cut), question=instead))
    said = wording.unknown_cut(cut.replace("_", " "), metric)
    return Told(said, Figures(last=uncut, offered=tuple(offered)))


def chosen(text: str, remembered: Figures) -> Question | None:
    """The question that an answer to ours leads to."""
    said = readable(text).strip(" .!?").lower()
    offered = [one for one in remembered.offered if one.question]
    exact = [one for one in offered if one.label.lower() == said]
    if not exact and len(said.split()) <= LONGEST_CHOICE:
        exact = [one for one in offered if set(said.split()) & set(one.label.lower().split())]
    if not exact and len(offered) == 1 and said in _YES:
        exact = offered
    return exact[0].question if len(exact) == 1 else None
