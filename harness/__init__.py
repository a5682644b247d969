"""Prøvestand: a conformance and test-harness toolkit for Skatteetaten's collection APIs."""

__version__ = "0.1.0"
