"""Tells a full disk from every other error."""

import errno

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


def no_room(error: BaseException | None) -> OSError | None:
    """The error of a full disk, where it is this one or what led to it."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            return error
        error = error.__cause__ or error.__context__
    return None
