"""Emulates Krav og betalinger: authorisation, a ledger per organisation, the four operations."""
