"""Disputes: cases that a person settles, with their evidence and their outcome."""
