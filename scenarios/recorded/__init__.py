"""Recorded traffic of every API."""
