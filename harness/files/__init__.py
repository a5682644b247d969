"""Reads files of untrusted origin: bounded in size and depth, and tolerant of what editors do to them."""
