"""Random questions about the figures of a shop, worded by `figure_wordings.yaml`, to be read back.

The query that is meant is made first, and the words from it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

from knowledge.plain_yaml import plain_values
from tests.bot.figure_members import BOUNDS, is_told, members
from tests.bot.figure_periods_worded import worded_period
from tests.bot.figure_questions import Question, Shop
from tests.bot.figure_readings import Kpis, Why
from tools.commerce.metrics.calendar import Grain
from tools.commerce.metrics.definitions import BY_NAME
from tools.commerce.metrics.facts import Dimension
from tools.commerce.metrics.metric import Metric
from tools.commerce.metrics.query import Comparison, Side

Query = Kpis | Why


@dataclass(frozen=True)
class Said:
    """A question that is being put together: what is meant, and the words of its parts."""

    query: Query
    figure: str
    """What is asked for with its ranks, sizes and shares."""
    cuts: tuple[str, ...] = ()
    """Splits and filters, in any order."""
    period: str = ""
    compared: str = ""
    ask: str = ""
    """A whole question for the figure, where there is one."""


class Speaker:
    """Words random questions to a shop that is made from a catalog. The same `seed` says the same."""

    def __init__(self, shop: Shop, seed: int) -> None:
        assert shop.catalog is not None
        self._shop = shop
        self._dice = Random(seed)
        self._words: Mapping[str, Any] = plain_values(
            Path(__file__).with_name("figure_wordings.yaml").read_text(encoding="utf-8")
        )
        self._members = members(shop.catalog)

    def conversation(self, follow_ups: int) -> tuple[Question, ...]:
        """A question, and up to so many that go on with it."""
        said = self._asked()
        questions = [Question.model_validate({"say": self._say(said), **_told(said.query)})]
        query = said.query
        for _ in range(follow_ups):
            further = self._followed(query)
            if further is None:
                break
            words, query = further
            questions.append(Question.model_validate({"say": self._spelled(words), **_told(query)}))
        return tuple(questions)

    # What is asked

    def _asked(self) -> Said:
        name = self._dice.choice(list(self._words["metrics"]))
        metric, words = BY_NAME[name], self._words["metrics"][name]
        query = Kpis(metrics=(name,))
        said = Said(query, self._dice.choice(words["names"]))
        if words.get("asks") and self._dice.random() < 0.3:
            said = replace(said, ask=self._dice.choice(words["asks"]))
        if metric.has_history:
            said = self._dated(said)
        said = self._filtered(said, metric)
        if not said.ask:
            said = self._shaped(said, metric)
        return self._compared(said) if metric.has_history else said

    def _dated(self, said: Said) -> Said:
        words, period = worded_period(self._shop, self._dice)
        return replace(
            said, query=said.query.model_copy(update={"days": (period.first, period.last)}), period=words
        )

    def _filtered(self, said: Said, metric: Metric) -> Said:
        told = dict(self._words["only"])
        for dimension in self._some(self._known(metric), self._dice.choice((0, 0, 0, 1, 1, 2))):
            members = self._some(self._members[dimension], 2)
            if len(members) == 2 and self._dice.random() < 0.2:
                form, count, field = self._dice.choice(told["two"]), 2, "only"
            elif self._dice.random() < 0.2:
                form, count, field = self._dice.choice(self._words["without"]), 1, "without"
            else:
                form, count, field = (
                    self._dice.choice([*told["any"], *told.get(dimension.value, ())]),
                    1,
                    "only",
                )
            names = dict(zip("xy", (one.words for one in members), strict=False))
            filters = {**getattr(said.query, field), dimension: tuple(one.name for one in members[:count])}
            said = replace(
                said,
                query=said.query.model_copy(update={field: filters}),
                cuts=(*said.cuts, form.format(**names)),
            )
        return said

    def _shaped(self, said: Said, metric: Metric) -> Said:
        """With splits, units of time, ranks, sizes, shares, or for the reasons of a change."""
        free = [one for one in self._known(metric) if one not in said.query.only]
        shape = self._dice.choice(
            (
                "plain",
                "plain",
                "by",
                "by",
                "by",
                "by_two",
                "grain",
                "rank",
                "rank",
                "size",
                "shares",
                "running",
                "why",
            )
        )
        if shape == "grain" and metric.has_history:
            return self._with(
                said, grain=(grain := self._grain(said)), cut=self._dice.choice(self._words["grain"][grain])
            )
        if shape == "running" and metric.can_run and metric.has_history:
            said = replace(said, figure=self._dice.choice(self._words["running"]).format(m=said.figure))
            grain = self._grain(said)
            return self._with(
                said, grain=grain, running=True, cut=self._dice.choice(self._words["grain"][grain])
            )
        if shape == "why" and metric.has_history:
            why = Why(why=metric.name, days=said.query.days, only=said.query.only, without=said.query.without)
            return replace(
                said, query=why, figure=self._dice.choice(self._words["why"]).format(m=said.figure)
            )
        if not free or shape in ("plain", "grain", "running", "why"):
            return said
        dimension = self._dice.choice(free)
        one, several = self._dice.choice(self._words["dimensions"][dimension.value])
        if shape == "rank":
            side, count = self._dice.choice(("top", "bottom")), self._dice.choice((3, 5, 10))
            figure = self._dice.choice(self._words["ranks"][side]).format(n=count, ds=several, m=said.figure)
            said = replace(said, figure=figure)
            return self._with(said, by=(dimension,), top=count, ascending=side == "bottom")
        if shape == "size" and metric.unit in BOUNDS:
            side = self._dice.choice(list(self._words["sizes"]))
            spoken, told, values = BOUNDS[metric.unit]
            value = self._dice.choice(values)
            form = self._dice.choice(self._words["sizes"][side])
            said = replace(said, figure=form.format(ds=several, m=said.figure, v=spoken.format(value)))
            return self._with(said, by=(dimension,), size=(Side(side), told.format(value)))
        if shape == "shares" and metric.is_amount:
            said = replace(said, figure=self._dice.choice(self._words["shares"]).format(m=said.figure, d=one))
            return self._with(said, by=(dimension,), shares=True)
        said = self._with(said, by=(dimension,), cut=self._dice.choice(self._words["by"]).format(d=one))
        further = [it for it in free if it is not dimension]
        if shape == "by_two" and further:
            second = self._dice.choice(further)
            name = self._dice.choice(self._words["dimensions"][second.value])[0]
            said = replace(said, cuts=(*said.cuts[:-1], f"{said.cuts[-1]} and {name}"))
            return self._with(said, by=(dimension, second))
        return said

    def _compared(self, said: Said) -> Said:
        if self._dice.random() > 0.25 or isinstance(said.query, Why) or said.query.size:
            return said
        compare = self._dice.choice((Comparison.PREVIOUS, Comparison.YEAR_BEFORE, Comparison.TARGET))
        words = self._dice.choice(self._words["compare"][compare])
        return replace(self._with(said, compare=compare), compared=f"{self._dice.choice((' ', ', '))}{words}")

    def _with(self, said: Said, cut: str = "", **changes: object) -> Said:
        cuts = (*said.cuts, cut) if cut else said.cuts
        return replace(said, query=said.query.model_copy(update=changes), cuts=cuts)

    def _grain(self, said: Said) -> Grain:
        first, last = said.query.days or (self._shop.today, self._shop.today)
        days = (last - first).days
        return (
            Grain.DAY
            if days < 14
            else self._dice.choice((Grain.DAY, Grain.WEEK))
            if days < 60
            else Grain.MONTH
        )

    # What goes on with it

    def _followed(self, query: Query) -> tuple[str, Query] | None:
        """The words that change one part of the query, and the query then."""
        if isinstance(query, Why) or query.size or query.shares or query.running:
            return None
        metric = BY_NAME[query.metrics[0]]
        part = self._dice.choice(list(self._words["follow"]))
        form = self._dice.choice(self._words["follow"][part])
        known = self._known(metric)
        filtered = [one for one in known if one in query.only or one in query.without]
        if part == "only":
            dimension = self._dice.choice(filtered or known)
            before = query.only.get(dimension, ())
            others = [one for one in self._members[dimension] if one.name not in before]
            if not others:
                return None
            member = self._dice.choice(others)
            only = {**query.only, dimension: (member.name,)}
            without = {one: names for one, names in query.without.items() if one is not dimension}
            return form.format(x=member.words), query.model_copy(update={"only": only, "without": without})
        free = [one for one in known if one not in filtered and one not in query.by]
        if part == "without" and free:
            dimension = self._dice.choice(free)
            member = self._dice.choice(self._members[dimension])
            without = {**query.without, dimension: (member.name,)}
            return form.format(x=member.words), query.model_copy(update={"without": without})
        if part == "by" and free and not (query.grain or query.top):
            dimension = self._dice.choice(free)
            name = self._dice.choice(self._words["dimensions"][dimension.value])[0]
            return form.format(d=name), query.model_copy(update={"by": (dimension,)})
        if part == "metric" and not (query.grain or query.top):
            told = {*query.by, *query.only, *query.without}
            names = [
                one
                for one in self._words["metrics"]
                if told <= BY_NAME[one].dimensions
                and BY_NAME[one].has_history == metric.has_history
                and one not in query.metrics
            ]
            name = self._dice.choice(names)
            words = self._dice.choice(self._words["metrics"][name]["names"])
            return form.format(m=words), query.model_copy(update={"metrics": (name,)})
        if part == "top" and query.by and not (query.grain or query.top):
            count = self._dice.choice((2, 3))
            return form.format(n=count), query.model_copy(update={"top": count})
        return self._followed_in_time(query, part, form) if metric.has_history else None

    def _followed_in_time(self, query: Kpis, part: str, form: str) -> tuple[str, Query] | None:
        if part == "period" and not query.grain:
            words, period = worded_period(self._shop, self._dice)
            return form.format(p=words), query.model_copy(update={"days": (period.first, period.last)})
        if part == "compare":
            compare = self._dice.choice((Comparison.PREVIOUS, Comparison.YEAR_BEFORE, Comparison.TARGET))
            words = self._dice.choice(self._words["compare"][compare])
            return form.format(c=words), query.model_copy(update={"compare": compare})
        if part == "grain" and not (query.grain or query.top):
            grain = self._grain(Said(query, ""))
            return form.format(g=self._dice.choice(self._words["grain"][grain])), query.model_copy(
                update={"grain": grain}
            )
        return None

    # How it is said

    def _say(self, said: Said) -> str:
        cuts = self._some(said.cuts, len(said.cuts))
        cuts.sort(key=lambda cut: any(cut.startswith(form.split(" {")[0]) for form in self._words["without"]))
        form = self._dice.choice(self._words["asked" if said.ask else "shapes"])
        if isinstance(said.query, Why):
            form = "{q} {p}?"
        filtered = " ".join(cuts)
        ask = said.ask if "{f}" in form else f"{said.ask} {filtered}"
        asked = " ".join((said.figure, *cuts))
        text = form.format(q=asked, a=ask, f=filtered, p=said.period, c=said.compared)
        return self._spelled(text)

    def _spelled(self, text: str) -> str:
        """As it is typed: without capitals, or with a slip."""
        text = re.sub(r"\s+([,:?.]|$)", r"\1", " ".join(text.split())).lstrip(":, ")
        names = {one.words.lower() for known in self._members.values() for one in known}
        words = text.split(" ")
        long = [at for at, word in enumerate(words) if word.isalpha() and word.islower() and len(word) > 6]
        if long and self._dice.random() < 0.12:
            at = self._dice.choice(long)
            word, place = words[at], self._dice.randint(1, len(words[at]) - 3)
            if not any(word in name for name in names):
                words[at] = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
        text = " ".join(words)
        return text.lower() if self._dice.random() < 0.3 else text

    def _known(self, metric: Metric) -> list[Dimension]:
        return [
            one
            for one in Dimension
            if one in metric.dimensions and one in self._members and is_told(one, metric)
        ]

    def _some(self, of: Sequence[Any], count: int) -> list[Any]:
        return self._dice.sample(list(of), min(count, len(of)))


def _told(query: Query) -> dict[str, Any]:
    return query.model_dump(exclude_defaults=True)
