"""About how long the rest of something takes."""


def time_left(passed: float, done: int, total: int) -> str:
    """In words, if it goes on as it did for so many seconds; empty where nothing is done yet, or nothing is left."""
    if not 0 < done < total:
        return ""
    seconds = passed / done * (total - done)
    return f"about {seconds / 60:.0f} min left" if seconds >= 90 else f"about {seconds:.0f} s left"
