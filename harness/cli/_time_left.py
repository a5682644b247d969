"""Estimates the time left."""


def time_left(passed: float, done: int, total: int) -> str:
    """The time left in words, from the seconds `passed` so far; empty if all is done, or too little to tell."""
    if not total / 20 < done < total:
        return ""
    seconds = passed / done * (total - done)
    return f"about {seconds / 60:.0f} min left" if seconds >= 90 else f"about {seconds:.0f} s left"
