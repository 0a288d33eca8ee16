"""The control total as a person types it into the form, as integer pence; never a float in between.

People copy it from a ledger, a spreadsheet or a letter, so it may be grouped by commas or by spaces, may have a pound
sign, and may leave out pence that are ``.00``. An amount in an extract may do nothing of that: ``money.py`` reads it.
"""

import re

MOST_DIGITS = 15
"""Of the pounds; no body pays a thousand million million."""

EXAMPLES = ("£1,234,567.89", "1234567.89", "1 234 567.89")
"""How it may be written. They are nobody's total: an example that were this month's would be copied."""

_SPACE = "[ \u00a0\u2009\u202f]"  # a spreadsheet or a web page groups with spaces that do not break
_TYPED = re.compile(
    rf"£?{_SPACE}?(?P<pounds>[0-9]{{1,3}}(?:,[0-9]{{3}})+|[0-9]{{1,3}}(?:{_SPACE}[0-9]{{3}})+|[0-9]+)"
    r"(?:\.(?P<pence>[0-9]{2}))?"
)


def typed_total(text: str) -> int:
    """Read a control total that a person typed, as integer pence.

    Args:
        text: pounds and two digits of pence after a point: ``£10,651,415.60``, ``10 651 415.60``, ``10651415.60``.
            Without a point they are whole pounds: one digit of pence, or a comma before them, could mean another sum.

    Raises:
        ValueError: anything else. The message does not repeat what was typed, and names no sum that could be this
            month's.
    """
    typed = _TYPED.fullmatch(text.strip())
    digits = re.sub(r"[^0-9]", "", typed["pounds"]) if typed else ""
    if not typed or len(digits) > MOST_DIGITS:
        raise ValueError(
            f"Write pounds and pence, as in {', '.join(EXAMPLES[:-1])} or {EXAMPLES[-1]}: commas or spaces between "
            "thousands, a point before two digits of pence. Where there are no pence, .00 may be left out."
        )
    return int(digits + (typed["pence"] or "00"))
