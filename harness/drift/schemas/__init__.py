"""Schemas: what they accept, where two differ, and payloads that show it."""
