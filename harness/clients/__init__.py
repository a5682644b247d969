"""The client under test: what drives it, what it was recorded sending, and the situation it is put into."""
