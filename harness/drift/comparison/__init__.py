"""Two documents compared: pairs what belongs together, finds what changed, proves it."""
