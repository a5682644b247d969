"""Why a file could not be read, in one line."""


class UnreadableFileError(Exception):
    """A file that cannot be read or understood; the text says where, what is wrong, and how to fix it.

    `line` is counted from 1; None means the file as a whole.
    """

    def __init__(self, where: object, what: str, fix: str, line: int | None = None) -> None:
        self.where, self.what, self.fix, self.line = where, " ".join(what.split()), fix, line
        super().__init__(f"{where}{f':{line}' if line else ''}: {self.what}. {fix}")
