"""Requests generated from the pinned specification of every API."""
