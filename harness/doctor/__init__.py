"""Checks the access to a target step by step, and explains each failure and how to fix it."""
