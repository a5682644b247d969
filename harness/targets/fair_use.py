"""Skatteetaten's rule of fair use."""

IN_FLIGHT = 5
"""Calls in flight that one consumer is allowed: docs/om/bruk of Skatteetaten's API documentation (2022)."""
