"""The mechanism that breaks an emulated API on purpose: a named fault wraps a healthy service from the outside."""
