"""Figures of a large shop: from the facts, from the daily sums, and by the best SQL written by hand."""
