"""Emulates what Altinn holds: consents and system users."""
