"""Gathering what a message says of each payment: a document's rows as columns of texts, a batch at a time."""

from collections.abc import Iterator, Mapping, Sequence

import polars as pl
from lxml import etree

from schemas.bank_messages.bank_file import ANSWERS, Message
from schemas.bank_messages.xml_text import Leaves

Column = type[pl.String] | type[pl.Int64]

BATCH = 50_000
AMOUNT = "an amount that is not pounds and pence"
NUMBER = "a number of records that is not a whole number of at most 15 digits"


class Rows:
    """A table of texts and numbers that grows row by row and stands in memory as columns.

    Args:
        columns: name and type of each, in the order of the cells of a row.
    """

    def __init__(self, **columns: Column) -> None:
        self._schema = pl.Schema(columns)
        self._batch: list[tuple[str | int | None, ...]] = []
        self._frames: list[pl.DataFrame] = []
        self.height = 0

    def add(self, *cells: str | int | None) -> None:
        """Add one row."""
        self._batch.append(cells)
        self.height += 1
        if len(self._batch) == BATCH:
            self._turn()

    def frame(self) -> pl.DataFrame:
        """The whole table, its texts without surrounding blanks, with ``place``: which row each is, from 1."""
        self._turn()
        whole = pl.concat(self._frames) if self._frames else pl.DataFrame(schema=self._schema)
        return whole.with_columns(place=pl.int_range(1, whole.height + 1, dtype=pl.Int64))

    def _turn(self) -> None:
        if self._batch:
            columns = zip(self._schema.items(), zip(*self._batch, strict=True), strict=True)
            texts = pl.col(pl.String).str.strip_chars()
            self._frames.append(
                pl.DataFrame([pl.Series(name, cells, dtype) for (name, dtype), cells in columns]).with_columns(
                    pl.when(texts != "").then(texts)
                )
            )
            self._batch = []


class LeafRows:
    """Such a table of the leaves of one element after another.

    Args:
        fields: the texts, each with the paths where it may stand, see ``Leaves``; the first that has one counts.
        others: further columns, whose cells come first.
    """

    def __init__(self, fields: Mapping[str, Sequence[str]], **others: Column) -> None:
        paths = [path for able in fields.values() for path in able]
        self._fields, self._others = fields, others
        self._leaves = Leaves(*paths)
        self._rows = Rows(**others, **dict.fromkeys(paths, pl.String))

    @property
    def height(self) -> int:
        """How many there are."""
        return self._rows.height

    def add(self, element: etree._Element, *others: str | int | None) -> None:
        """Add one row."""
        self._rows.add(*others, *self._leaves.read(element))

    def frame(self) -> pl.DataFrame:
        """The whole table, as that of ``Rows``."""
        texts = [pl.coalesce(*able).alias(name) for name, able in self._fields.items()]
        return self._rows.frame().select("place", *self._others, *texts)


def unread(rows: pl.DataFrame, said: str, read: str, one: str, value: str) -> Iterator[str]:
    """A sentence if a column has texts of which no value could be made.

    Args:
        rows: with ``place``, the texts and what was read of them.
        said: the column of texts.
        read: the column of values.
        one: what a row is called, with the file's name after it, such as ``Item {} of advice.xml``.
        value: what it has, such as ``AMOUNT``.
    """
    wrong = rows.filter(pl.col(said).is_not_null(), pl.col(read).is_null())["place"]
    if len(wrong):
        others = f", and so have {len(wrong) - 1:,} others" if len(wrong) > 1 else ""
        yield f"{one.format(wrong[0])} has {value}{others}. Ask the bank for the file again."


def as_answers(message: Message, *parts: pl.DataFrame) -> pl.DataFrame:
    """Number the answers of one file and give them the shape of ``ANSWERS``; what a part lacks is null.

    Args:
        message: which message they stand in.
        parts: columns of ``ANSWERS``, others are left out; in the order in which the answers are numbered.
    """
    # Pandera is a tenth of what a process loads, and most only ask what answers there are.
    from schemas.bank_messages.answers_schema import checked

    columns = [name for name in ANSWERS if name not in ("item", "message")]
    shaped = [
        part.select(
            (pl.col(name) if name in part.columns else pl.lit(None)).cast(ANSWERS[name]).alias(name) for name in columns
        )
        for part in parts
    ]
    whole = pl.concat(shaped) if shaped else pl.DataFrame(schema=ANSWERS).select(columns)
    return checked(
        whole.select(
            pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("item"), pl.lit(str(message)).alias("message"), *columns
        )
    )
