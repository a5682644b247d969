"""Mechanical mutants of the sandbox's own code: each breaks it in one place, and the suite must notice."""
