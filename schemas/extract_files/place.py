"""How people are told which column is meant."""


def letter(number: int) -> str:
    """The letter of a column as a spreadsheet shows it, of its number from 1: ``A``, ``Z``, ``AA``."""
    said = ""
    while number:
        number, rest = divmod(number - 1, 26)
        said = chr(ord("A") + rest) + said
    return said


def number(letters: str) -> int:
    """The number from 1 of a column that a spreadsheet shows by letters."""
    found = 0
    for sign in letters:
        found = found * 26 + ord(sign) - ord("A") + 1
    return found


def at(number: int) -> str:
    """A column by letter and number: ``column C (number 3)``."""
    return f"column {letter(number)} (number {number})"
