"""Emulates the parts of Altinn that keep consents and system users."""
