"""Walks the chain of access to a target step by step, and says of what fails why and how to fix it."""
