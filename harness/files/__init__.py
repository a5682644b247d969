"""Reads files that somebody else may have written: bounded in size and depth, whatever editor saved them."""
