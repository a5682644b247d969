"""Fetches access tokens from Maskinporten on behalf of a run, and forges the ones that must be refused."""
