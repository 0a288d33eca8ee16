"""What the file says otherwise than the body wrote it: counted character by character, and row by row for the body.

Names and references lose their accents, their apostrophes and what stands after 18 characters by the written
tables of ``schemas.rails.text``. Here is what that came to: nothing in it is a name but the rows of ``changes``,
which are for the body alone.
"""

from collections import Counter
from collections.abc import Iterator

import polars as pl

from schemas.rails.text import TEXT_LENGTH, as_bacs_text, changed, is_cut, mapping

COLUMNS = ("payee_name", "payment_reference")

_IN_TABLES = r"[^A-Za-z0-9.&/ -]"


class Tally:
    """A count that goes along while payments are written.

    Attributes:
        characters: how often each character was written otherwise, by the tables.
        changed: texts that say something else than was sent, other than in capitals, by column.
        cut: texts that lost their end, by column.
    """

    def __init__(self) -> None:
        self.characters: Counter[str] = Counter()
        self.changed = dict.fromkeys(COLUMNS, 0)
        self.cut = dict.fromkeys(COLUMNS, 0)
        self._new_references = pl.Series("written", [], dtype=pl.String)

    def changes(self, payments: pl.DataFrame) -> pl.DataFrame:
        """Count a batch, and return its changed texts.

        Returns:
            ``row_number``, ``column_name``, ``sent``, ``written``: for the body.
        """
        found = []
        for column in COLUMNS:
            sent = pl.col(column)
            # Most text needs capitals alone, and to find that out costs a tenth of writing it.
            others = payments.filter(sent.str.contains(_IN_TABLES) | sent.str.contains(" {2}|^ | $") | _is_long(sent))
            if others.is_empty():
                continue
            self.characters.update(others[column].str.extract_all(_IN_TABLES).explode().drop_nulls().to_list())
            other = others.select(
                "row_number",
                column_name=pl.lit(column),
                sent=sent,
                written=as_bacs_text(sent),
                changed=changed(sent),
                cut=is_cut(sent),
            ).filter("changed")
            self.changed[column] += other.height
            self.cut[column] += int(other["cut"].sum())
            found.append(other.drop("changed", "cut"))
        if not found:
            return pl.DataFrame(schema=_CHANGES)
        all_found = pl.concat(found)
        references = all_found.filter(pl.col("column_name") == "payment_reference")["written"]
        self._new_references = pl.concat([self._new_references, references]).unique()
        return all_found

    def as_written(self) -> Iterator[tuple[str, str, int]]:
        """Each character that was written otherwise, how it is written, and how often; the most frequent first."""
        table = mapping()
        for character, times in sorted(self.characters.items(), key=lambda counted: (-counted[1], counted[0])):
            yield character, table[character], times

    def alike(self, batches: Iterator[pl.DataFrame]) -> pl.DataFrame:
        """Payments whose references differ as sent and are one and the same in the file.

        Args:
            batches: the same payments once more; they are not asked for if no reference was changed.

        Returns:
            ``alike`` (a number for each such reference, from 1) and ``row_number``, in that order.
        """
        if self._new_references.is_empty():
            return pl.DataFrame(schema=_ALIKE)
        wanted = self._new_references.to_frame()
        found = [
            batch.select("row_number", "payment_reference", written=as_bacs_text(pl.col("payment_reference"))).join(
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


def _is_long(text: pl.Expr) -> pl.Expr:
    return text.str.len_bytes() > TEXT_LENGTH
