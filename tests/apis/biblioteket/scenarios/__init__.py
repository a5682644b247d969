"""Scenarios of the library."""
