"""What the file says otherwise than the body wrote it: counted character by character, and row by row for the body.

Names and references lose their accents, their apostrophes and what stands after 18 characters by the written
tables of ``schemas.rails.text``. Here is what that came to: nothing in it is a name but the rows of ``changes``,
which are for the body alone.
"""

import string
from collections import Counter
from collections.abc import Iterator, Mapping

import numpy as np
import polars as pl

from schemas.rails.files import bytes_of, side_by_side
from schemas.rails.text import BACS_TEXT, Carried, in_capitals

COLUMNS = ("payee_name", "payment_reference")

AS_BACS: Mapping[str, Carried] = {"payee_name": BACS_TEXT, "payment_reference": BACS_TEXT}
"""How both are carried by every rail that asks for nothing else."""

_NOT_BY_TABLE = frozenset(string.ascii_letters + string.digits + ".&/ -")


class Tally:
    """A count that goes along while payments are written.

    Args:
        carried: how each of ``COLUMNS`` is carried; one that the payment file has no place for is not among them.

    Attributes:
        characters: how often each character was written otherwise, by the tables.
        changed: texts that say something else than was sent, other than in capitals, by column.
        cut: texts that lost their end, by column.
    """

    def __init__(self, carried: Mapping[str, Carried] = AS_BACS) -> None:
        self._carried = carried
        self.characters: Counter[str] = Counter()
        self.changed = dict.fromkeys(COLUMNS, 0)
        self.cut = dict.fromkeys(COLUMNS, 0)
        self._new_references: list[pl.Series] = []

    def changes(self, payments: pl.DataFrame, written: pl.DataFrame) -> pl.DataFrame:
        """Count a batch, and return its changed texts.

        Args:
            payments: the batch as it was sent, with ``row_number``, both ``COLUMNS`` and ``roll_number``.
            written: the same rows as the file has them, with ``reference`` and ``payee_name``.

        Returns:
            ``row_number``, ``column_name``, ``sent``, ``written``: for the body.
        """
        found = [self._changed(payments, "payee_name", written["payee_name"])]
        if "payment_reference" in self._carried:
            references = self._changed(payments, "payment_reference", self._written_references(payments, written))
            if references.height:
                self._new_references.append(references["written"].unique())
            found.append(references)
        return pl.concat(found)

    def _changed(self, payments: pl.DataFrame, column: str, written: pl.Series) -> pl.DataFrame:
        """Count a column's texts, and return those that are changed."""
        # What the file has in ASCII's capitals is as it was sent, which most text is; to find that out costs little.
        others = (written != in_capitals(payments[column])).arg_true()
        texts = pl.DataFrame(
            {"row_number": payments["row_number"].gather(others), "sent": payments[column].gather(others)}
        ).with_columns(pl.lit(column).alias("column_name"), written.gather(others).alias("written"))
        carried = self._carried[column]
        by_itself = _NOT_BY_TABLE - dict(carried.instead).keys()
        self.characters.update(_by_table(texts["sent"], by_itself))
        changed = texts.filter(pl.col("written") != pl.col("sent").str.to_uppercase())
        # Cut after its last place, a text has lost one space at most.
        long = changed.filter(pl.col("written").str.len_bytes() >= carried.length - 1)
        self.changed[column] += changed.height
        self.cut[column] += long.select(carried.is_cut(pl.col("sent")).sum()).item()
        return changed.select(*_CHANGES)

    def _written_references(self, payments: pl.DataFrame, written: pl.DataFrame) -> pl.Series:
        """What the file would say of each payment reference, also where the roll number stands in its place."""
        replaced = (payments["roll_number"].str.strip_chars() != "").fill_null(False).arg_true()
        cut = self._carried["payment_reference"].cut
        others = payments.select("payment_reference")[replaced].select(cut(pl.all())).to_series()
        return written["reference"].scatter(replaced, others)

    def as_written(self) -> Iterator[tuple[str, str, int]]:
        """Each character that was written otherwise, how it is written, and how often; the most frequent first."""
        table = self._carried["payee_name"].table
        for character, times in sorted(self.characters.items(), key=lambda counted: (-counted[1], counted[0])):
            yield character, table[character], times

    def alike(self, batches: Iterator[pl.DataFrame]) -> pl.DataFrame:
        """Payments whose references differ as sent and are one and the same in the file.

        Args:
            batches: the same payments once more; they are not asked for if no reference was changed.

        Returns:
            ``alike`` (a number for each such reference, from 1) and ``row_number``, in that order.
        """
        if not self._new_references:
            return pl.DataFrame(schema=_ALIKE)
        cut = self._carried["payment_reference"].cut
        wanted = pl.concat(self._new_references).unique().to_frame()
        found = [
            batch.select("row_number", "payment_reference", written=cut(pl.col("payment_reference"))).join(
                wanted, on="written", how="semi"
            )
            for batch in batches
        ]
        several = pl.col("payment_reference").str.to_uppercase().n_unique().over("written") > 1
        return (
            pl.concat(found)
            .filter(several)
            .with_columns(first=pl.col("row_number").min().over("written"))
            .sort("first", "row_number")
            .select(alike=pl.col("first").rank("dense").cast(pl.Int32), row_number="row_number")
        )


_CHANGES = {"row_number": pl.Int32, "column_name": pl.String, "sent": pl.String, "written": pl.String}
_ALIKE = {"alike": pl.Int32, "row_number": pl.Int32}


def _by_table(texts: pl.Series, by_itself: frozenset[str]) -> dict[str, int]:
    """How often each character stands there that is written by the tables."""
    # A number a character: to count those takes a third of finding each by a pattern.
    points = np.frombuffer(str(bytes_of(side_by_side(texts)), "utf-8").encode("utf-32-le"), np.uint32)
    times = np.bincount(points)
    found = ((chr(point), int(times[point])) for point in np.flatnonzero(times))
    return {character: count for character, count in found if character not in by_itself}
