"""Utleggsbegjæring (ELAN): its published and reconstructed promises, one module per theme."""
