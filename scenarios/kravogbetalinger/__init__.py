"""Krav og betalinger: what its documentation promises, one module per theme."""
