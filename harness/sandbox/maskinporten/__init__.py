"""Emulates Maskinporten: metadata, keys, the token endpoint and the registration of client keys."""
