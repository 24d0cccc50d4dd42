"""Sums of sums: of several members together, and of all units of time so far."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from tools.commerce.metrics.reading import WHOLE, Key, Sums


def merged(sums: Sums, kept: Collection[tuple[str | None, ...]]) -> Sums:
    """All members but those that are kept, as one. Only of what is added up, not of what is counted as different."""

    def total(table: Mapping[Key, int]) -> dict[Key, int]:
        return {WHOLE: sum(value for key, value in table.items() if key[1] not in kept)}

    return replace(sums, of_measures={one: total(table) for one, table in sums.of_measures.items()})


def running(sums: Sums, places: range) -> Sums:
    """At each place what there has been from the first to it. Only of what is added up."""

    def total(table: Mapping[Key, int]) -> dict[Key, int]:
        found: dict[Key, int] = {}
        for members in {key[1] for key in table}:
            so_far = 0
            for place in places:
                so_far += table.get((place, members), 0)
                found[place, members] = so_far
        return found

    return replace(sums, of_measures={one: total(table) for one, table in sums.of_measures.items()})
