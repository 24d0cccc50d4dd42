"""Keeps Python's garbage collector from looking, in the middle of a turn, through what lives as long as the process."""

import gc


def spare_what_stays() -> None:
    """To be called once everything is loaded; a full collection looks through what came after alone."""
    gc.collect()
    gc.freeze()
