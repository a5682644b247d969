"""The client under test: what drives it, what it was recorded to send, and the situation that it is in."""
