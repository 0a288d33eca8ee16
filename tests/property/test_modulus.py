"""A column's answers agree with a reader of one account at a time, written from the specification."""

from itertools import product
from pathlib import Path

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.account.modulus import account_answers
from schemas.account.table import ModulusTable

PRACTICE = Path(__file__).parents[2] / "data_contracts" / "practice_modulus"
TABLE = ModulusTable.load(PRACTICE)
ROWS = [line.split() for line in (PRACTICE / "valacdos-practice.txt").read_text().splitlines()]
SUBSTITUTIONS = dict(line.split() for line in (PRACTICE / "scsubtab.txt").read_text().splitlines())

sort_codes = st.one_of(
    st.sampled_from(ROWS).flatmap(lambda row: st.integers(int(row[0]), int(row[1]))).map("{:06d}".format),
    st.sampled_from(sorted(SUBSTITUTIONS)),
    st.from_regex("[0-9]{6}", fullmatch=True),
)
account_numbers = st.from_regex(
    "[0-9]{8}|[09]9[0-9]{4}9[0-9]|[4-8][0-9]{5}(00|11|99)|[0-9]{6}[09][019]", fullmatch=True
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(sort_codes, account_numbers), min_size=1, max_size=200))
def test_a_column_is_answered_as_each_account_is(accounts: list[tuple[str, str]]):
    frame = pl.DataFrame(accounts, schema=["sort_code", "account_number"], orient="row")
    assert account_answers(frame, TABLE).to_list() == [_answer(*account) for account in accounts]


def test_every_digit_that_an_exception_speaks_of_is_answered_as_the_specification_says():
    """Accounts abc456gh for the digits on and around each boundary, on the first sort code of every range."""
    sort_codes_to_try = {row[0] for row in ROWS} | set(SUBSTITUTIONS)
    account_numbers = [
        f"{a}{b}{c}456{g}{h}" for a, b, c, g, h in product("013489", "589", "0679", "0123456789", "0123456789")
    ]
    for sort_code in sorted(sort_codes_to_try):
        frame = pl.DataFrame({"sort_code": sort_code, "account_number": account_numbers})
        assert account_answers(frame, TABLE).to_list() == [_answer(sort_code, account) for account in account_numbers]


def _answer(sort_code: str, account: str) -> str:
    rows = [row for row in ROWS if row[0] <= sort_code <= row[1]]
    exceptions = [int(row[17]) if len(row) > 17 else 0 for row in rows]
    if not rows or (6 in exceptions and account[0] in "45678" and account[6] == account[7]):
        return "cannot_be_checked"
    first = _passes(rows[0], exceptions[0], sort_code, account)
    if exceptions == [14]:
        again = account[7] in "019" and _passes(rows[0], 0, sort_code, "0" + account[:7])
        passes = first or again
    elif len(rows) == 1 or (exceptions[1] == 3 and account[2] in "69"):
        passes = first
    else:
        second = _passes(rows[1], exceptions[1], sort_code, account)
        passes = first or second if exceptions[0] in (2, 10, 12) else first and second
    return "passes" if passes else "fails"


def _passes(row: list[str], exception: int, sort_code: str, account: str) -> bool:
    method, weights, g, h = row[2], [int(weight) for weight in row[3:17]], account[6], account[7]
    if exception == 2 and account[0] != "0":
        weights = [0, 0, 1, 2, 5, 3, 6, 4, 8, 7, 10, 9, 3, 1] if g != "9" else [0] * 8 + [8, 7, 10, 9, 3, 1]
    if g == "9" and (exception == 7 or (exception == 10 and account[:2] in ("09", "99"))):
        weights = [0] * 8 + weights[8:]
    checked = {5: SUBSTITUTIONS.get(sort_code, sort_code), 8: "090126", 9: "309634"}.get(exception, sort_code)
    products = [int(digit) * weight for digit, weight in zip(checked + account, weights, strict=True)]
    if method == "DBLAL":
        total = sum(int(digit) for product in products for digit in str(product)) + (27 if exception == 1 else 0)
    else:
        total = sum(products)
    remainder = total % (11 if method == "MOD11" else 10)
    if exception == 4:
        return remainder == int(g + h)
    if exception == 5 and method == "MOD11":
        return g == "0" if remainder == 0 else remainder != 1 and 11 - remainder == int(g)
    if exception == 5:
        return h == "0" if remainder == 0 else 10 - remainder == int(h)
    return remainder == 0
