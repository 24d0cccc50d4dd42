"""Daily sums, derived from the definitions of the metrics and kept current in each transaction that changes a fact."""
