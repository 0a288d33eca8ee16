"""The one way in which siller says no."""


class NoGo(Exception):  # noqa: N818  # the field's word for this outcome is "no-go"
    """Something that must not go on, said in a sentence that a person can act on.

    The message names the file, row, column and rule concerned and what to do; it never carries
    personal data (names, accounts, references, single amounts). Commands print it and exit 1; flows
    end in a state named "No-go" that shows it.
    """


class NothingToDo(NoGo):
    """What was asked for is done already, or being done: it is not done twice, and nobody has to act."""
