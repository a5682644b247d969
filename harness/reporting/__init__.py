"""Writes a run's findings for people and for machines."""
