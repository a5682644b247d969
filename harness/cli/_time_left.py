"""Estimates the time left."""


def time_left(passed: float, done: int, total: int) -> str:
    """The time left in words, from the seconds `passed` so far; empty if nothing is done yet or nothing is left."""
    if not 0 < done < total:
        return ""
    seconds = passed / done * (total - done)
    return f"about {seconds / 60:.0f} min left" if seconds >= 90 else f"about {seconds:.0f} s left"
