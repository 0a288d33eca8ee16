"""How many payments of a message a status report takes, rejects, cancels or leaves open."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import polars as pl

from schemas.bank_messages.bank_file import Kind
from schemas.bank_messages.fields import count, pence, total

REJECTED, CANCELLED = "RJCT", "CANC"
SETTLED = frozenset(("ACCC", "ACSC"))
"""Codes under which a payment's money has moved: the same payment cannot have been rejected. A total keeps them."""

ACCEPTED = frozenset(("ACCP", "ACFC", "ACFW", "ACIS", "ACPD", "ACSP", "ACTC", "ACWC", "ACWP", "PART", "PATC", *SETTLED))
"""Codes under which the payments that are not rejected, cancelled or undecided have been taken."""

UNDECIDED = Kind.PENDING
"""What every other code says of a payment, known or not, and ``PART`` of one without a code of its own."""

ITEM_KINDS = {
    REJECTED: str(Kind.REJECTED),
    CANCELLED: str(Kind.CANCELLED),
    **{code: str(Kind.SETTLED) for code in sorted(SETTLED)},
    **{code: str(Kind.ACCEPTED) for code in sorted(ACCEPTED - SETTLED - {"PART"})},
}
_MOST = 10**18
_TOTALS = {
    Kind.ACCEPTED_TOTAL: (Kind.ACCEPTED, Kind.SETTLED),
    Kind.REJECTED_TOTAL: (Kind.REJECTED,),
    Kind.CANCELLED_TOTAL: (Kind.CANCELLED,),
    Kind.PENDING_TOTAL: (Kind.PENDING,),
}


@dataclass(frozen=True)
class Level:
    """What a report says of the whole message, or of one block of it, as written.

    Attributes:
        status: its code.
        reason: the code of the reason.
        payments: how many payments it has.
        pounds: their sum.
        named: what the block is called.
        counted: code and number, of what is counted by code.
    """

    status: str | None
    reason: str | None
    payments: str | None
    pounds: str | None
    named: str | None
    counted: Sequence[tuple[str | None, str | None]]


class _Sum(NamedTuple):
    payments: int | None
    pence: int | None

    def less(self, other: "_Sum") -> "_Sum":
        return _Sum(
            *(None if mine is None or its is None else mine - its for mine, its in zip(self, other, strict=True))
        )


def count_totals(
    name: str, group: Level, blocks: Sequence[Level], items: pl.DataFrame
) -> tuple[pl.DataFrame, list[str]]:
    """Add up what a report says.

    Args:
        name: its file name, for messages.
        group: what it says of the whole.
        blocks: of each block, in order.
        items: its payments: ``block`` (from 1), ``kind``, ``amount_pence``.

    Returns:
        the totals as answers, and why they do not add up.
    """
    faults: list[str] = []
    rows: list[Mapping[str, object]] = []
    for level, wholes, of_level in _units(group, blocks, items):
        whole = _Sum(*(next(filter(None, said), None) for said in zip(*map(_said, wholes), strict=True)))
        if any(None in _said(each) for each in wholes if each.payments and each.pounds):
            faults.append(f"The totals of {name} are no numbers. Ask the bank for it again.")
        rows += _totals(level, whole, of_level)
    if any(isinstance(said, int) and not 0 <= said <= _MOST for row in rows for said in row.values()):
        faults.append(f"{name} rejects more payments than it answers. Ask the bank for it again.")
        rows = []
    faults += _miscounted(name, group, blocks, items)
    shape = {
        "kind": pl.String,
        "code": pl.String,
        "reference": pl.String,
        "payments": pl.Int64,
        "amount_pence": pl.Int64,
    }
    return pl.DataFrame(rows, schema=shape, orient="row"), faults


def _units(
    group: Level, blocks: Sequence[Level], items: pl.DataFrame
) -> Iterator[tuple[Level, Sequence[Level], pl.DataFrame]]:
    """What is totalled by itself: each block that has a code of its own, or the whole; and where its totals stand."""
    if len(blocks) < 2 or not any(block.status for block in blocks):
        block = blocks[0] if len(blocks) == 1 else group
        level = block if block.status else group
        reason = level.reason or block.reason or group.reason
        yield Level(level.status, reason, None, None, block.named, ()), (group, block), items
        return
    for number, block in enumerate(blocks, start=1):
        status, reason = block.status or group.status, block.reason or group.reason
        level = Level(status, reason, None, None, block.named, ())
        yield level, (block,), items.filter(pl.col("block") == number)


def _said(level: Level) -> _Sum:
    read = pl.select(payments=pl.lit(level.payments, pl.String), pounds=pl.lit(level.pounds, pl.String))
    return _Sum(*read.select(count("payments"), pence("pounds")).row(0))


def _totals(level: Level, whole: _Sum, items: pl.DataFrame) -> Iterator[Mapping[str, object]]:
    """The rest of what is said of the whole, and what is said of single payments otherwise."""
    status = level.status
    if status is None:
        return
    rest = (
        Kind.REJECTED_TOTAL
        if status == REJECTED
        else Kind.CANCELLED_TOTAL
        if status == CANCELLED
        else Kind.ACCEPTED_TOTAL
        if status in ACCEPTED
        else Kind.PENDING_TOTAL
    )
    listed = {name: _sum(items.filter(pl.col("kind").is_in(list(map(str, kinds))))) for name, kinds in _TOTALS.items()}
    left = whole
    for name, found in listed.items():
        left = left if name is rest else left.less(found)
    code = {Kind.REJECTED_TOTAL: level.reason, Kind.CANCELLED_TOTAL: level.reason}.get(rest, status)
    always = {
        Kind.ACCEPTED_TOTAL: (Kind.ACCEPTED_TOTAL, Kind.REJECTED_TOTAL),
        Kind.REJECTED_TOTAL: (Kind.ACCEPTED_TOTAL, Kind.REJECTED_TOTAL),
    }.get(rest, (rest,))
    for name, found in listed.items():
        if name in always or (found.payments and name is not Kind.PENDING_TOTAL):
            payments, amount = left if name is rest else found
            yield {
                "kind": str(name),
                "code": code if name is rest else None,
                "reference": level.named,
                "payments": payments,
                "amount_pence": amount,
            }


def _sum(items: pl.DataFrame) -> _Sum:
    """How many payments these are, and their pence; null if the report does not say that."""
    pence_of_all = None if items["amount_pence"].null_count() else int(items.select(total("amount_pence")).item())
    return _Sum(items.height, pence_of_all)


def _miscounted(name: str, group: Level, blocks: Sequence[Level], items: pl.DataFrame) -> Iterator[str]:
    """Payments that are counted as rejected or cancelled and not listed: nobody knows which they are."""
    counted = group.counted or [each for block in blocks for each in block.counted]
    for code in (REJECTED, CANCELLED):
        said = [
            _said(Level(None, None, number, None, None, ())).payments for status, number in counted if status == code
        ]
        listed = items.filter(pl.col("kind") == ITEM_KINDS[code]).height
        is_whole = code in (group.status, *(block.status for block in blocks))
        if None in said:
            yield f"{name} counts payments by a number that is none. Ask the bank for it again."
        elif not is_whole and said and sum(filter(None, said)) != listed:
            numbers = f"{sum(filter(None, said)):,} payments as {code} and lists {listed:,}"
            yield f"{name} counts {numbers}. Ask the bank for it again."
