"""What staff want to be told without asking again: alerts on a figure, and digests of several."""
