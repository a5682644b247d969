"""Measures what the suite detects: runs it against a sandbox broken in every known way, and against a healthy one."""
