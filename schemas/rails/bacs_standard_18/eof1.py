"""EOF1, the first end-of-file label: HDR1 once more.

Source: the field rules, by which its block count may be anything; the writers put zeros or blanks.
"""

from schemas.rails.bacs_standard_18 import hdr1
from schemas.rails.bacs_standard_18.layout import Layout, Value, choice
from schemas.rails.bacs_standard_18.payment_file import Part, PaymentFile
from schemas.rails.bacs_standard_18.profile import fill

LAYOUT = Layout("EOF1", 80, hdr1.fields("EOF1", choice("block_count", 55, ("000000", " " * 6), "zeros or blank")))


def values(file: PaymentFile, part: Part) -> dict[str, Value]:
    """What the label says."""
    return {**hdr1.values(file, part), "block_count": fill(file.profile.end_block_count, 6)}
