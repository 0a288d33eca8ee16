"""What a bank takes in the data and contra records of a Standard 18 file, a whole column at a time."""

from datetime import date

import polars as pl

from schemas.inspection.findings import Rule
from schemas.money import pounds
from schemas.rails.bacs_standard_18.payment_file import LARGEST_ITEM_PENCE, Scheme
from schemas.rails.text import PERMITTED

CREDITS = ("99", "Z4", "Z5")
DEBITS = ("17", "01", "18", "19")
INSTRUCTIONS = ("0N", "0C", "0S")

_FASTER_PAYMENTS_CODES = ("99", "17")  # credits and their contra

_TEXTS = (("service user's name", 47), ("reference", 65), ("destination account name", 83))
_DIGITS = (
    ("destination sort code", 1, 6),
    ("destination account number", 7, 8),
    ("originating sort code", 18, 6),
    ("originating account number", 24, 8),
    ("amount", 36, 11),
)
_NEVER_ZEROS = tuple(field for field in _DIGITS if field[0] not in ("destination account number", "amount"))

_on_own_account = (
    (pl.col("sort_code") == pl.col("payer_sort_code")) & (pl.col("account_number") == pl.col("payer_account_number"))
).fill_null(False)
_balances = pl.col("code").is_in(["17", "99"])
# Not CONTRACT 12, which a payee may well read.
_called_contra = _balances & (pl.col("reference") == "CONTRA")


def split_fields(records: pl.DataFrame, several_days: bool) -> pl.DataFrame:
    """The fields of records that stand as ``text`` in one column.

    Returns:
        ``line``, ``text`` and the fields; what cannot be read is null.
    """
    day = _cut(101, 6) if several_days else pl.lit(None, pl.String)
    fields = records.select(
        "line",
        "text",
        sort_code=_cut(1, 6),
        account_number=_cut(7, 8),
        code=_cut(16, 2),
        payer_sort_code=_cut(18, 6),
        payer_account_number=_cut(24, 8),
        amount_pence=pl.when(_cut(36, 11).str.contains("^[0-9]{11}$")).then(_cut(36, 11)).cast(pl.Int64),
        reference=_cut(65, 18).str.strip_chars_end(" "),
        payee_name=_cut(83, 18).str.strip_chars_end(" "),
        written_day=day,
    ).with_columns(on_own_account=_on_own_account, day=_day(pl.col("written_day")))
    return fields.with_columns(
        is_contra=pl.col("on_own_account") & _balances & pl.col("reference").str.starts_with("CONTRA")
    )


def rules(length: int, first_day: date | None, scheme: Scheme) -> list[Rule]:
    """What each record is held against.

    Args:
        length: 100 characters, or 106 in a file of several processing days.
        first_day: the processing date in UHL1.
        scheme: whose limit counts, and whose transaction codes.
    """
    whole = pl.col("text").str.len_bytes() == length
    credit, debit = pl.col("code").is_in(CREDITS), pl.col("code").is_in(DEBITS)
    money, no_contra = credit | debit, ~pl.col("is_contra")
    payment, largest = credit & no_contra, LARGEST_ITEM_PENCE[scheme]
    codes = CREDITS + DEBITS + INSTRUCTIONS + ("04",) if scheme is Scheme.BACS else _FASTER_PAYMENTS_CODES
    found = [
        Rule(
            f"a record of this file is {length} characters long, as HDR2 and UHL1 say",
            ~whole,
            pl.format("column {}", pl.min_horizontal(pl.col("text").str.len_bytes(), pl.lit(length)) + 1),
        ),
        *(
            Rule(f"the {name} is {size} digits", whole & ~_cut(start, size).str.contains("^[0-9]+$"), _at(start))
            for name, start, size in _DIGITS
        ),
        Rule(
            "the destination account type is a digit, 0 as a rule", whole & ~_cut(15, 1).str.contains("[0-9]"), _at(15)
        ),
        Rule(
            f"the transaction code is none that {scheme} takes",
            whole & ~pl.col("code").is_in(codes),
            _at(16),
        ),
        Rule("a payment of nothing is not taken", whole & money & (pl.col("amount_pence") == 0), _at(36)),
        Rule(
            f"a payment is more than {pounds(largest)}, the most that {scheme} takes",
            whole & payment & (pl.col("amount_pence") > largest),
            _at(36),
        ),
        *(_text_rule(name, start, scheme) for name, start in _TEXTS),
        *(
            Rule(f"the {name} is zeros, which no account has", whole & (_cut(start, size) == "0" * size), _at(start))
            for name, start, size in _NEVER_ZEROS
        ),
        Rule(
            "a contra is a debit of the paying account itself: this one takes the money from another account",
            whole & debit & _called_contra & no_contra,
            _at(1),
        ),
        Rule(
            "a contra of direct debits is a credit of the collecting account itself: this one pays another account",
            whole & credit & _called_contra & no_contra,
            _at(1),
        ),
        Rule(
            "the destination account is zeros, so its name is needed and missing",
            whole & (pl.col("account_number") == "00000000") & (pl.col("payee_name") == ""),
            _at(83),
        ),
        Rule(
            "the reference is blank: the payment may be paid, but is hard to find again",
            whole & payment & (pl.col("reference") == ""),
            _at(65),
            refused=False,
        ),
        Rule(
            "the destination account name is blank: nobody can see whom the payment is for",
            whole & money & no_contra & (pl.col("account_number") != "00000000") & (pl.col("payee_name") == ""),
            _at(83),
            refused=False,
        ),
        Rule(
            "the destination account is zeros: the bank has nothing but the name to find the account by",
            whole & (pl.col("account_number") == "00000000") & (pl.col("payee_name") != ""),
            _at(7),
            refused=False,
        ),
        Rule(
            "the money goes to the very account that it comes from, and the reference does not call it a contra",
            whole & money & pl.col("on_own_account") & no_contra,
            _at(1),
            refused=False,
        ),
    ]
    if scheme is Scheme.FASTER_PAYMENTS:
        says = "Faster Payments takes no direct debit: a record with code 17 is the contra of the paying account"
        found.append(Rule(says, whole & debit & no_contra, _at(16)))
    if length == 106:
        found += [
            Rule("the processing date is no day in the form bYYDDD", whole & pl.col("day").is_null(), _at(101)),
            Rule(
                "the processing date is before that of UHL1",
                pl.col("day") < pl.lit(first_day, pl.Date),
                _at(101),
            ),
            Rule(
                "the processing date is more than 30 days after that of UHL1; banks differ in how far they go",
                (pl.col("day") - pl.lit(first_day, pl.Date)).dt.total_days() > 30,
                _at(101),
                refused=False,
            ),
        ]
    return found


def _text_rule(name: str, start: int, scheme: Scheme) -> Rule:
    text = _cut(start, 18)
    first = text.str.find(f"[^{PERMITTED}]")
    return Rule(
        f"the {name} has a character that {scheme} does not take: only A-Z 0-9 . & / - and space",
        first.is_not_null(),
        pl.format("column {}", first.fill_null(0) + start),
    )


def _cut(start: int, length: int) -> pl.Expr:
    return pl.col("text").str.slice(start - 1, length)


def _at(column: int) -> pl.Expr:
    return pl.lit(f"column {column}")


def _day(written: pl.Expr) -> pl.Expr:
    """The day of a space, two digits of the year and three of the day in it; null for anything else."""
    shaped = pl.when(written.str.contains("^ [0-9]{5}$")).then(written)
    year, number = shaped.str.slice(1, 2).cast(pl.Int32) + 2000, shaped.str.slice(3, 3).cast(pl.Int32)
    found = pl.date(year, 1, 1) + pl.duration(days=number - 1)
    return pl.when((number > 0) & (found.dt.year() == year)).then(found)
