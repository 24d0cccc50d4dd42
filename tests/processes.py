"""Processes of their own, to be killed, that start within a fraction of a second: what they import is loaded once."""

import multiprocessing
from functools import cache
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext


@cache
def processes() -> ForkServerContext:
    """They are forked from one process without threads, which has imported everything and run nothing."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.preloaded"])
    return context


def begin_to_load() -> None:
    """Returns at once, while that one process imports."""
    processes()
    forkserver.ensure_running()
