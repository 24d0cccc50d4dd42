"""A language is told where it is clear, and what is English is never taken for another one."""

import pytest

from bot.embedded.understanding.examples import examples
from tools.languages import language_of

FOREIGN = {
    "fr": "Bonjour, ma commande n'est pas arrivée",
    "de": "Hallo, ich möchte die Lampe zurückgeben",
    "es": "¿Dónde está mi paquete? Lo pedí hace dos semanas",
    "it": "il mio pacco non è arrivato",
    "pl": "gdzie jest moje zamówienie",
    "ja": "返品したいです",
    "zh": "我要退货，请帮我",
    "ko": "반품하고 싶어요",
}


@pytest.mark.parametrize(("code", "text"), FOREIGN.items())
def test_it_is_told(code: str, text: str) -> None:
    assert language_of([text]) == code


def test_several_messages_count_together() -> None:
    assert language_of(["merci"]) is None
    assert language_of(["merci", "c'est gentil", "à demain"]) == "fr"


@pytest.mark.parametrize(
    "text",
    [
        "Please change the address of order A-1 to 12 Rue de la Paix, 75002 Paris, France",
        "ship it to Calle de la Constitución 12, 28013 Madrid, España",
        "my name is François Lefèvre",
        "where is 9f86d081884c7d659a2feaa0c55ad015",
        "ok",
        "",
    ],
)
def test_names_numbers_and_short_words_are_of_no_other_language(text: str) -> None:
    assert language_of([text]) in {"en", None}


def test_nothing_of_all_that_shoppers_say_in_english_is_taken_for_another_language() -> None:
    said = examples().texts
    assert len(said) > 5000
    assert [text for text in said if language_of([text]) not in {"en", None}] == []
