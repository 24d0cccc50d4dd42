"""Faults in the log: what broke and where, never the message, which may carry personal data."""

import traceback
from pathlib import Path

FRAMES = 6


def fault(error: BaseException) -> str:
    """`KeyError in track (orders.py:44) < _work_on (planner.py:71)`, with what caused it behind."""
    frames = traceback.extract_tb(error.__traceback__)[::-1][:FRAMES]
    places = " < ".join(f"{frame.name} ({Path(frame.filename).name}:{frame.lineno})" for frame in frames)
    cause = error.__cause__ or error.__context__
    behind = f", caused by {fault(cause)}" if cause else ""
    return f"{type(error).__name__} in {places}{behind}"
