"""Emulates the APIs and their token issuers over HTTP; knows nothing of the checks."""
