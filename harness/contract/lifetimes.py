"""The versions of an API in which something holds: from `since` on, and before `until`."""


def number_of(version: str) -> tuple[int, ...]:
    """`v1.10` as numbers, for comparison."""
    return tuple(int(part) for part in version.removeprefix("v").split(".") if part.isdecimal())


def holds_in(version: str, since: str | None, until: str | None) -> bool:
    """Whether something with these limits holds in a version."""
    has_begun = since is None or number_of(since) <= number_of(version)
    return has_begun and (until is None or number_of(version) < number_of(until))
