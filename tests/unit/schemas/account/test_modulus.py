"""The modulus check on the 34 published cases, on what cannot be checked, and on what is no account."""

from pathlib import Path

import polars as pl
import pytest

from schemas.account.modulus import AccountAnswer, account_answers
from schemas.account.table import ModulusTable

PRACTICE = Path(__file__).parents[4] / "data_contracts" / "practice_modulus"

# Vocalink, "Validating account numbers", test cases.
VALID = """
    089999 66374958   107999 88837491   202959 63748472   871427 46238510   872427 46238510   871427 09123496
    871427 99123496   820000 73688637   827999 73988638   827101 28748352   134020 63849203   118765 64371389
    938611 07806039   938600 42368003   938063 55065200   772798 99345694   086090 06774744   309070 02355688
    309070 12345668   309070 12345677   309070 99345694   074456 12345112   070116 34012583   074456 11104102
    180002 00000190
"""
VALID_FOREIGN_CURRENCY = "200915 41011166"
INVALID = """
    938063 15764273   938063 15764264   938063 15763217   118765 64371388   203099 66831036   203099 58716970
    089999 66374959   107999 88837493
"""


def _accounts(text: str) -> pl.DataFrame:
    fields = text.split()
    return pl.DataFrame({"sort_code": fields[::2], "account_number": fields[1::2]})


@pytest.fixture(scope="module")
def table() -> ModulusTable:
    return ModulusTable.load(PRACTICE)


@pytest.mark.parametrize(
    ("accounts", "count", "answer"),
    [
        (VALID, 25, AccountAnswer.PASSES),
        (VALID_FOREIGN_CURRENCY, 1, AccountAnswer.CANNOT_BE_CHECKED),
        (INVALID, 8, AccountAnswer.FAILS),
    ],
    ids=["valid", "valid, in a foreign currency", "invalid"],
)
def test_the_34_published_cases(table: ModulusTable, accounts: str, count: int, answer: AccountAnswer):
    assert account_answers(_accounts(accounts), table).to_list() == [answer] * count


def test_a_changed_last_digit_is_found(table: ModulusTable):
    """MOD10 with weight 1 on the last digit: of the ten accounts that differ there alone, one passes."""
    answers = account_answers(_accounts(" ".join(f"089999 6637495{digit}" for digit in range(10))), table)
    assert [digit for digit, answer in enumerate(answers) if answer == AccountAnswer.PASSES] == [8]


def test_an_unknown_sort_code_cannot_be_checked(table: ModulusTable):
    answers = account_answers(_accounts("000000 12345678  999999 12345678  102399 88837493  108000 88837493"), table)
    assert answers.to_list() == [AccountAnswer.CANNOT_BE_CHECKED] * 4


@pytest.mark.parametrize(
    ("sort_code", "account_number"),
    [
        (None, "66374958"),
        ("089999", None),
        ("", ""),
        ("89999", "66374958"),
        ("08-99-99", "66374958"),
        ("089999", "6637495"),
        ("089999", "663749580"),
        ("089999", "+6374958"),
        ("089999", " 6374958"),
        ("089999", "6.64E+07"),
        ("089999", "66374958\n"),
        ("089999", "٦٦٣٧٤٩٥٨"),
    ],
)
def test_what_is_no_account_gets_no_answer(table: ModulusTable, sort_code: str | None, account_number: str | None):
    accounts = pl.DataFrame(
        {"sort_code": [sort_code], "account_number": [account_number]},
        schema_overrides={"sort_code": pl.String, "account_number": pl.String},
    )
    assert account_answers(accounts, table).to_list() == [None]


def test_answers_come_in_row_order_beside_any_other_columns(table: ModulusTable):
    accounts = _accounts(INVALID + VALID_FOREIGN_CURRENCY + VALID).with_row_index("row_number")
    eager, lazy = account_answers(accounts, table), account_answers(accounts.lazy(), table)
    assert eager.name == "account_answer"
    assert eager.to_list() == lazy.to_list() == ["fails"] * 8 + ["cannot_be_checked"] + ["passes"] * 25


def test_an_empty_frame_has_no_answers(table: ModulusTable):
    assert account_answers(_accounts("").cast(pl.String), table).to_list() == []
