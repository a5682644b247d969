"""Recognises a full disk among errors."""

import errno

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


def no_room(error: BaseException | None) -> OSError | None:
    """The full-disk error, if it is this error or one that caused it."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            return error
        error = error.__cause__ or error.__context__
    return None
