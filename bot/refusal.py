"""What the operator can mend: told in a line, without a trace."""


class Refusal(Exception):
    """The bot will not run like this; the text says what to change."""
