"""The library: loans of organisations."""
