"""Fetches access tokens from Maskinporten on behalf of a run, and forges tokens that must be refused."""
