"""Sentences to quote, and text without its mark-up."""

from knowledge.sentences import plain, sentences


def test_sentences_end_where_people_end_them() -> None:
    text = "Orders before 2 p.m. Eastern Time leave today. Later ones, e.g. at night, don't! Why? It's dark."

    assert sentences(text) == (
        "Orders before 2 p.m. Eastern Time leave today.",
        "Later ones, e.g. at night, don't!",
        "Why?",
        "It's dark.",
    )


def test_a_list_belongs_to_the_sentence_that_announces_it() -> None:
    assert sentences("Hours:\n\n- Monday: 8 a.m. to 8 p.m.\n- Sunday: closed\n\nWe rest. A lot.") == (
        "Hours:\n- Monday: 8 a.m. to 8 p.m.\n- Sunday: closed",
        "We rest.",
        "A lot.",
    )


def test_other_list_items_are_sentences() -> None:
    assert sentences("Pack it well.\n\n1. Print the label.\n2. Drop it off.") == (
        "Pack it well.",
        "Print the label.",
        "Drop it off.",
    )


def test_mark_up_is_left_out_of_what_is_searched() -> None:
    assert plain("See **Orders > Return**, or [how\nreturns](/help/returns#how) *work*.") == (
        "See Orders > Return, or how returns work."
    )


def test_terms_are_quoted_without_the_numbers_of_their_clauses_and_bars_of_their_tables() -> None:
    table = "| Size | Chest | Fee |\n| --- | --- | --- |\n| L | 41 | $2 |\n| Wide | 44 | $3 |"
    text = f"1.1 We charge:\n\n{table}\n\n1.2 No more. 1.3 Ever."

    assert sentences(text) == (
        "We charge:\n- Size L: chest 41, fee $2\n- Wide: chest 44, fee $3",
        "No more.",
        "Ever.",
    )
