"""Emulates Utleggsbegjæring (ELAN): enforcement requests, their attachments, and what becomes of the cases."""
