"""Krav og betalinger: the promises of its documentation, one module per theme."""
