"""What is said of a question that is understood, or that must be asked about first."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.embedded.kpis.calendar_of import reader_of
from bot.embedded.kpis.completing import completed, splittable
from bot.embedded.kpis.question import Act, Figures, Offered, Only, Question
from bot.embedded.kpis.reading import Reading
from bot.embedded.situation import Situation
from bot.embedded.wording import kpis as wording
from tools.cards import Refusal
from tools.commerce.metrics.definitions import BY_NAME
from tools.commerce.metrics.query import Comparison
from tools.kpi_cards import ExplanationCard, KpiCard

FAILED = "I couldn't compute that just now."
QUERY, EXPLAIN = "query_kpis", "explain_change"


@dataclass(frozen=True)
class Told:
    """What is said of figures, and what is remembered of it."""

    text: str
    figures: Figures


def tell(question: Question, situation: Situation) -> Told:
    tool, args = (
        (EXPLAIN, question.explanation()) if question.act is Act.EXPLAIN else (QUERY, question.query())
    )
    found = situation.ask(tool, **args)
    remembered = situation.memory.figures or Figures()
    figures = Figures(last=question, earlier=remembered.last)
    match found:
        case KpiCard():
            return Told(wording.answered(found), figures)
        case ExplanationCard():
            return Told(wording.explained(found), figures)
        case Refusal(code="no_contributions"):
            compare = question.compare or (None if question.against else Comparison.PREVIOUS)
            shown = tell(question.but(act=Act.SHOW, compare=compare), situation)
            return replace(shown, text=f"{found.message}\n\n{shown.text}")
        case Refusal():
            return Told(found.message, figures)
    return Told(FAILED, figures)


def either(
    names: Sequence[str], reading: Reading, situation: Situation, filters: tuple[Only, ...] = ()
) -> Told:
    """Which of the figures is meant must be asked."""
    remembered = situation.memory.figures or Figures()
    metrics = [BY_NAME[name] for name in names]
    reader = reader_of(situation)
    offered = tuple(
        Offered(label=one.title, question=splittable(completed(reading, (one.name,), filters, reader)))
        for one in metrics
    )
    return Told(
        wording.which_metric(metrics), Figures(last=remembered.last or offered[0].question, offered=offered)
    )


def nearest(
    words: str, metric: str, reading: Reading, situation: Situation, filters: tuple[Only, ...] = ()
) -> Told:
    """That the figure is not known, and the nearest that is."""
    remembered = situation.memory.figures or Figures()
    known = BY_NAME[metric]
    question = completed(reading, (metric,), filters, reader_of(situation))
    offered = (Offered(label=known.title, question=question),)
    return Told(
        wording.unknown_metric(words, known), Figures(last=remembered.last or question, offered=offered)
    )


def side_by_side(
    names: Sequence[str], reading: Reading, situation: Situation, filters: tuple[Only, ...]
) -> Told:
    """That there is no figure of the one by the other, and both of them."""
    remembered = situation.memory.figures or Figures()
    metrics = [BY_NAME[name] for name in names]
    before = remembered.last
    question = (
        splittable(before.but(act=Act.SHOW, metrics=tuple(names), top=None, shares=False, running=False))
        if before
        else completed(reading, names, filters, reader_of(situation))
    )
    label = wording.both_label(metrics)
    return Told(
        wording.unknown_ratio(*metrics),
        Figures(last=before or question, offered=(Offered(label=label, question=question),)),
    )
