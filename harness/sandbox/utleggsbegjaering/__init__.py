"""Emulates Utleggsbegjæring (ELAN): enforcement requests, their attachments, and the progress of the cases."""
