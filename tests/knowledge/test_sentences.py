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
