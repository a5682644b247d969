"""Skatteetaten's rule of fair use."""

IN_FLIGHT = 5
"""The number of calls in flight that one consumer may have: docs/om/bruk of Skatteetaten's API documentation (2022)."""
