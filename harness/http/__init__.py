"""Sends requests under the fair-use limit and records what went over the wire."""
