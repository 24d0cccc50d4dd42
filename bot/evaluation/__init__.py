"""Judging a model by what it does: scenarios, simulated shoppers, and a report. `docs/evaluating.md` tells how."""
