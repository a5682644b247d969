"""Recorded traffic, compared with a document or with other traffic."""
