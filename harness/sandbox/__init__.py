"""Emulates the APIs and their token issuers over HTTP, independently of the checks."""
