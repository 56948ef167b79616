"""Solvers written in the formulas of the notes, one topic a file."""
