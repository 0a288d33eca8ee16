"""The cells of a channel's lines as anybody wrote them: cut apart, read as far as they can be, and what is wrong."""

import re

import polars as pl

from schemas.inspection.findings import Rule
from schemas.money import pounds
from schemas.rails.channel import Channel
from schemas.rails.channel import cells as known
from schemas.rails.channel.column import Column
from schemas.rails.channel.line import pattern_of
from schemas.safe_to_open import as_before


def split(lines: pl.DataFrame, channel: Channel, columns: tuple[Column, ...]) -> tuple[pl.DataFrame, list[Rule]]:
    """The cells of lines, null where a line has other cells or a cell is not what it must be; and what is wrong.

    Returns:
        ``line``, and ``cell_0``, ``cell_1`` … for each column; and the rules that say which are none.
    """
    places = [column.place or number for number, column in enumerate(columns, start=1)]
    if channel.delimiter is None:
        ends, at = [], 0
        for column in columns:
            at += column.width or column.exactly
            ends.append(at)
        starts = [0, *ends[:-1]]
        whole = pl.col("text").str.len_chars() == ends[-1]
        cells = [pl.col("text").str.slice(start, end - start) for start, end in zip(starts, ends, strict=True)]
        faults = [Rule(f"the line is to have {ends[-1]} characters", ~whole, pl.lit("its end"))]
    else:
        between = f'"{channel.delimiter}"' if channel.quoting == "always" else channel.delimiter
        text = pl.col("text")
        if channel.quoting == "always":
            text = text.str.strip_prefix('"').str.strip_suffix('"')
        parts = text.str.split(between)
        whole = parts.list.len() == places[-1]
        cells = [parts.list.get(place - 1, null_on_oob=True) for place in places]
        faults = [Rule(f"the line is to have {places[-1]} cells", ~whole, pl.lit("its cells"))]
    found = lines.with_columns(
        whole.alias("whole"),
        *(pl.when(whole).then(cell).alias(f"raw_{at}") for at, cell in enumerate(cells)),
    )
    read = found.with_columns(
        pl.when(pl.col(f"raw_{at}").str.contains(f"^(?:{_pattern(column, channel)})$"))
        .then(_bare(pl.col(f"raw_{at}"), column))
        .alias(f"cell_{at}")
        for at, column in enumerate(columns)
    )
    faults += [
        Rule(
            f"{column.name} must be {_expected(column)}",
            pl.col("whole") & pl.col(f"cell_{at}").is_null(),
            _at(column, places[at]),
        )
        for at, column in enumerate(columns)
    ]
    return read, faults


def _at(column: Column, place: int) -> pl.Expr:
    return pl.lit(f"cell {column.cell or place}")


def _bare(cell: pl.Expr, column: Column) -> pl.Expr:
    return cell if column.padding == "none" or column.constant is not None else cell.str.strip_chars(" ")


def _pattern(column: Column, channel: Channel) -> str:
    """What a cell is to look like, whoever wrote it: what a file says in every line is anybody's."""
    if column.of_payment:
        return pattern_of(column, channel)
    if column.constant is not None:
        return re.escape(column.padded(column.constant))
    match column.field:
        case "paying_sort_code":
            pattern = re.escape(column.between).join(["[0-9]{2}"] * 3)
        case "paying_account":
            pattern = f"[0-9]{{6}}{re.escape(column.between)}[0-9]{{8}}"
        case field if field in known.CODES:
            pattern = f"[0-9]{{{known.CODES[field]}}}"
        case field if field in known.DAYS:
            pattern = re.sub("[dmy]", "[0-9]", column.form or "")
        case "total" if column.form == "pounds":
            pattern = r"[0-9]+\.[0-9]{2}"
        case field if field in known.NUMBERS | known.MONEY:
            pattern = "[0-9]+"
        case _:
            pattern = f'[^{re.escape(channel.delimiter or "")}"]+' if channel.delimiter else ".+"
    return f" *{pattern} *" if column.padding.startswith("spaces") else pattern


def _expected(column: Column) -> str:
    if column.constant is not None:
        return f'"{column.constant}"' if column.constant else "empty"
    if column.field in known.MONEY:
        return f"an amount in {column.form}"
    if column.field in known.DAYS:
        return f"a day as {column.form}"
    if column.exactly:
        digits = 14 if column.field in known.ACCOUNTS else 6 if column.field in known.SORT_CODES else column.exactly
        return f"{digits} digits with {column.between!r} between" if column.between else f"{digits} digits"
    return f"at most {column.width} permitted characters" if column.width else "a number"


def values(channel: Channel) -> list[pl.Expr]:
    """A payment's values from its cells; null where they cannot be read."""
    found: dict[str, pl.Expr] = {"reference": pl.lit(None, pl.String)}
    for at, column in enumerate(channel.columns):
        cell = pl.col(f"cell_{at}")
        match column.field:
            case "account":
                found["sort_code"], found["account_number"] = cell.str.head(6), cell.str.tail(8)
            case "sort_code":
                found["sort_code"] = cell.str.replace_all(column.between, "", literal=True) if column.between else cell
            case "amount":
                found["amount_pence"] = cell.str.replace(".", "", literal=True).cast(pl.Int64, strict=False)
            case field if field in known.TEXTS:
                found[str(field)] = as_before(cell) if channel.opened_by == "people" else cell
            case field if column.of_payment:
                found[str(field)] = cell
    if "roll_number" in found:
        # As by Bacs it stands in the reference's place: whoever compares two files is told that one has lost it.
        roll_number = found.pop("roll_number")
        found["reference"] = pl.when(roll_number.str.len_bytes() > 0).then(roll_number).otherwise(found["reference"])
    return [value.alias(name) for name, value in found.items()]


def rules(channel: Channel) -> list[Rule]:
    """What a bank holds every payment against, whatever its file looks like."""
    largest = channel.largest_item_pence
    at, column = next(each for each in enumerate(channel.columns, start=1) if each[1].field == "amount")
    amount = _at(column, at)
    return [
        Rule("a payment of nothing is not taken", pl.col("amount_pence") == 0, amount),
        Rule(
            f"a payment is more than {pounds(largest)}, the most that is taken",
            pl.col("amount_pence") > largest,
            amount,
        ),
        Rule("the payee's sort code is zeros, which no bank has", pl.col("sort_code") == "000000", pl.lit("sort code")),
        Rule(
            "the payee's account is zeros: the bank has nothing but the name to find the account by",
            pl.col("account_number") == "00000000",
            pl.lit("account"),
            refused=False,
        ),
    ]
