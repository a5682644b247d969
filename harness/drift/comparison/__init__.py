"""Compares two documents: matches their parts, finds what changed, and proves it."""
