"""Proves the suite's power: runs it against a sandbox that is broken in every way it knows, and a healthy one."""
