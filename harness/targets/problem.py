"""What is wrong with a configuration, in one line: where, what, how to fix it."""


class ConfigurationError(Exception):
    """The configuration cannot be used; each line of the text says what is wrong, where, and how to fix it."""


class FieldProblem(ConfigurationError):  # noqa: N818 - raised where the field's place is not known
    """An unusable field. `field` is its path within the table where it was found."""

    def __init__(self, field: tuple[str, ...], what: str, fix: str) -> None:
        super().__init__(f"{'.'.join(field)}: {what}. {fix}")
        self.field, self.what, self.fix = field, what, fix
