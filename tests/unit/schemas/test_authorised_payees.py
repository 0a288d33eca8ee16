"""A list of authorised payees as a body hands it in: read whole, or not at all."""

import pytest

from schemas.authorised_payees import parse_list
from schemas.no_go import NoGo

ACCOUNT = "8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4"
"""The SHA-256 of "hi", as any list of test vectors has it."""


def rows_of(content: str) -> list[tuple[str, str | None]]:
    return parse_list(content.encode(), "list.csv").rows()


def test_references_alone() -> None:
    assert rows_of("payee_reference\nA1\nB2\n") == [("A1", None), ("B2", None)]


def test_with_accounts_where_it_says_so() -> None:
    sent = f"account_sha256,payee_reference\r\n{ACCOUNT.upper()}, A1 \r\n,B2\r\n"
    assert rows_of(sent) == [("A1", ACCOUNT), ("B2", None)]


def test_as_excel_saves_it() -> None:
    assert rows_of('\ufeffpayee_reference\r\n"A,1"\r\n00012\r\n') == [("A,1", None), ("00012", None)]


def test_a_payee_may_have_two_accounts() -> None:
    other = "0" * 64
    assert rows_of(f"payee_reference,account_sha256\nA1,{ACCOUNT}\nA1,{other}\n") == [("A1", ACCOUNT), ("A1", other)]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param("", "cannot be read as a CSV file", id="empty"),
        pytest.param("payee_reference\n", "names nobody", id="nobody"),
        pytest.param("reference\nA1\n", "its columns are to be payee_reference", id="another-header"),
        pytest.param("payee_reference,name\nA1,Jo\n", "its columns are to be payee_reference", id="a-column-more"),
        pytest.param("payee_reference,payee_reference\nA1,A1\n", "its columns are to be", id="a-column-twice"),
        pytest.param("payee_reference;account_sha256\nA1;\n", "its columns are to be", id="semicolons"),
        pytest.param("payee_reference,account_sha256\nA1,,3\n", "cannot be read as a CSV file", id="ragged"),
        pytest.param("payee_reference,account_sha256\nA1,\n ,\n,\n", "row 2, 3 below the header has no", id="blank"),
        pytest.param(
            "payee_reference,account_sha256\nA1,874077 05346707\n", "row 1 below the header has an acc", id="no-hash"
        ),
        pytest.param("payee_reference\nA1\nB2\nA1\n", "row 1, 3 below the header names a payee", id="twice"),
        pytest.param(
            f"payee_reference,account_sha256\nA1,{ACCOUNT}\nA1,\n", "row 1, 2 below the header names a", id="both"
        ),
    ],
)
def test_a_wrong_one_is_refused_whole_and_nothing_of_it_is_repeated(content: str, said: str) -> None:
    with pytest.raises(NoGo, match="is no list of authorised payees, and nothing of it was taken") as refused:
        parse_list(content.encode(), "list.csv")
    assert said in str(refused.value)
    assert not {"A1", "Jo", "874077"} & set(str(refused.value).replace(",", " ").split())


def test_other_bytes_than_text_are_refused() -> None:
    with pytest.raises(NoGo, match="cannot be read as a CSV file"):
        parse_list(b"payee_reference\n\xff\xfe\x00\n", "list.csv")
