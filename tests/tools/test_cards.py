"""Cards are kept in transcripts, and read from there by whoever shows them later."""

import pytest

from bot.public import cards_of
from tests.tools.filled_cards import KINDS, filled
from tools.context import answer
from tools.facts import Facts
from tools.kpi_cards import ContributionFacts, FigureFacts


@pytest.mark.parametrize("items", [0, 2], ids=["empty", "full"])
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_of_card_is_read_as_it_was_kept(kind: type[Facts], items: int) -> None:
    card = filled(kind, "text", items)

    _, artifact = answer(card, cards=(card,))

    assert cards_of({"artifact": artifact}) == (card,)


def test_what_has_no_name_is_kept_too() -> None:
    nameless = ContributionFacts(
        member=None, figure=FigureFacts(text="$1.00"), part="+$1.00", part_value="100", rate="$0", mix="$0"
    )

    assert ContributionFacts.model_validate(nameless.model_dump(exclude_none=True)) == nameless
