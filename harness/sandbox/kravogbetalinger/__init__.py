"""Emulates Krav og betalinger: authorisation, one ledger per organisation, and the four operations."""
