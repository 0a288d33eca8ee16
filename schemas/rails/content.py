"""A digest of what a payment file says, apart from how its bytes say it."""

import hashlib
from collections.abc import Mapping

import polars as pl

from schemas.rails.files import bytes_of, side_by_side

#: What a payment tells the payer's and the payee's banks, in the order in which the digest covers it.
CONTENT: Mapping[str, pl.DataType] = {
    "sort_code": pl.String(),
    "account_number": pl.String(),
    "amount_pence": pl.Int64(),
    "reference": pl.String(),
    "payee_name": pl.String(),
}


class ContentDigest:
    """SHA-256 over a list of payments, column by column, in their order.

    The writer feeds it the fields before it renders them, the reader feeds it what it read from the bytes:
    equal digests mean the same payments in the same order, each with its own account and amount. Where one
    batch ends and the next begins makes no difference. A text column is hashed as its bytes and, apart, as
    its lengths, so that no two lists of texts run together into the same bytes.
    """

    def __init__(self, columns: Mapping[str, pl.DataType] = CONTENT) -> None:
        """Digest the columns of ``CONTENT``, or those that a rail has beside them."""
        self._dtypes = columns
        self._columns = {name: (hashlib.sha256(), hashlib.sha256()) for name in columns}
        self._sections = hashlib.sha256()
        self._section, self._payments = "", 0

    def begin(self, section: str) -> None:
        """Say what the payments that follow have in common, such as their paying account and day.

        To say the same again is to go on, so batches make no difference here either.
        """
        if section != self._section:
            self._sections.update(f"{self._payments} {section}\n".encode())
            self._section = section

    def update(self, payments: pl.DataFrame) -> None:
        """Take in the next payments.

        Args:
            payments: a frame with at least the digested columns, in their types, without nulls.

        Raises:
            ValueError: a column has another type, or a null.
        """
        self._payments += payments.height
        for name, dtype in self._dtypes.items():
            column = payments[name]
            if column.dtype != dtype or column.null_count():
                raise ValueError(f"the column {name} must be {dtype} without nulls")
            values, lengths = self._columns[name]
            if dtype == pl.String:
                lengths.update(column.str.len_bytes().cast(pl.UInt32).to_numpy().tobytes())
                values.update(bytes_of(side_by_side(column)))
            else:
                values.update(column.to_numpy().tobytes())

    def hexdigest(self) -> str:
        """The digest of everything so far, 64 hexadecimal digits."""
        whole = self._sections.copy()
        for values, lengths in self._columns.values():
            whole.update(values.digest())
            whole.update(lengths.digest())
        return whole.hexdigest()
