"""Utleggsbegjæring (ELAN): what is published and reconstructed of it, one module per theme."""
