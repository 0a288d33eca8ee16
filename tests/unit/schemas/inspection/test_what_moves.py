"""What a file moves is called what it is: payments, direct debits, another currency; and what looks wrong is told."""

import pytest

from schemas.inspection import inspect, payments_of
from schemas.inspection.compare import compare
from schemas.rails import iso_20022
from schemas.rails.bacs_standard_18 import Scheme
from tests.golden.test_bacs_standard_18_worked_example import EXPECTED
from tests.unit.schemas.inspection.test_inspect import MESSAGE, ROWS, put

FIRST, SECOND, CONTRA, TRAILER = EXPECTED[4], EXPECTED[5], EXPECTED[6], EXPECTED[9]
OWN = "10799988837491"  # the paying account
DEBIT_AMONG_PAYMENTS = (
    "a debit among payments that is not their contra, and that no contra credit balances: it takes money from that "
    "account by direct debit"
)


def trailer(debit, credit, debits, credits, instructions=0):
    return f"UTL1{debit:013}{credit:013}{debits:07}{credits:07}{' ' * 8}{instructions:07}{' ' * 21}"


LABELS_BEFORE, LABELS_AFTER = EXPECTED[:4], EXPECTED[7:9]
"""VOL1, HDR1, HDR2, UHL1; EOF1, EOF2."""


def coded(record, code):
    return record[:15] + code + record[17:]


def lines(*records, ends=TRAILER):
    return [*LABELS_BEFORE, *records, *LABELS_AFTER, ends]


def told(path, refused):
    return [str(finding) for finding in inspect(path).findings if finding.refused is refused]


def totals(path):
    return list(map(str, inspect(path).totals))


def test_a_file_of_direct_debits_is_described_as_one(tmp_path):
    last = coded(FIRST, "19").replace("ILF 2608 100001", "ILF 2608 100009")
    records = [coded(FIRST, "01"), coded(SECOND, "17"), last, coded(CONTRA, "99")]
    records[3] = records[3].replace("00000432150", "00000732150")
    path = put(tmp_path / "file", lines(*records, ends=trailer(732150, 732150, 3, 1)))
    found = inspect(path)
    assert (found.findings, found.payments) == ((), 0)
    assert totals(path) == ["3 direct debits, £7,321.50"]
    assert ("File 007: collecting account", "107999 ****7491") in found.facts
    assert not any("paying account" in name for name, _ in found.facts)


def test_instructions_are_counted_and_have_no_amount(tmp_path):
    none = "00000000000"
    records = [coded(FIRST, "0N").replace("00000300000", none), coded(SECOND, "0C").replace("00000132150", none)]
    path = put(tmp_path / "file", lines(*records, ends=trailer(0, 0, 0, 0, 2)))
    assert (totals(path), told(path, refused=True)) == (["2 direct debit instructions"], [])


def test_payments_and_direct_debits_with_a_contra_each_are_taken_and_both_named(tmp_path):
    records = [FIRST, CONTRA.replace("00000432150", "00000300000")]
    records += [coded(SECOND, "18"), coded(CONTRA, "99").replace("00000432150", "00000132150")]
    path = put(tmp_path / "file", lines(*records, ends=trailer(432150, 432150, 2, 2)))
    assert (totals(path), told(path, refused=True)) == (["1 payment, £3,000.00", "1 direct debit, £1,321.50"], [])
    accounts = [fact for fact in inspect(path).facts if fact[1] == "107999 ****7491"]
    assert [name for name, _ in accounts] == ["File 007: paying account", "File 007: collecting account"]


def test_a_debit_of_another_account_under_any_reference_is_refused_where_payments_stand(tmp_path):
    """The contra with another account in it, and a reference that does not call it a contra."""
    taken = "20201555555555" + CONTRA[14:64] + "ILF 2608".ljust(18) + CONTRA[82:]  # whose it is, its reference
    path = put(tmp_path / "file", lines(FIRST, SECOND, taken))
    assert totals(path) == ["2 payments, £4,321.50", "1 direct debit, £4,321.50"]
    assert told(path, refused=True) == [f"line 7, column 16: {DEBIT_AMONG_PAYMENTS}"]


def test_a_contra_credit_to_another_account_is_refused(tmp_path):
    """What was collected would go to somebody else."""
    paid = "20201555555555" + coded(CONTRA, "99")[14:]
    path = put(
        tmp_path / "file", lines(coded(FIRST, "17"), coded(SECOND, "17"), paid, ends=trailer(432150, 432150, 2, 1))
    )
    says = "a contra of direct debits is a credit of the collecting account itself: this one pays another account"
    assert f"line 7, column 1: {says}" in told(path, refused=True)


def test_a_reference_that_begins_like_a_contra_is_a_reference(tmp_path):
    path = put(tmp_path / "file", lines(FIRST.replace("ILF 2608 100001", "CONTRACT 260801"), SECOND, CONTRA))
    assert (inspect(path).findings, totals(path)) == ((), ["2 payments, £4,321.50"])


def test_faster_payments_takes_no_debit_but_the_contra(tmp_path):
    path = put(tmp_path / "file", lines(coded(FIRST, "17"), coded(CONTRA, "99").replace("432150", "300000")))
    says = "Faster Payments takes no direct debit: a record with code 17 is the contra of the paying account"
    assert f"line 5, column 16: {says}" in [str(each) for each in inspect(path, Scheme.FASTER_PAYMENTS).findings]
    assert not any("Faster" in says for says in told(path, refused=True))


def test_another_currency_is_not_called_pounds(tmp_path):
    user = EXPECTED[3][:20] + "01" + EXPECTED[3][22:]
    path = put(tmp_path / "file", [*EXPECTED[:3], user, *EXPECTED[4:]])
    assert totals(path) == ["2 payments, 4,321.50 in a currency that cannot be told"]
    assert told(path, refused=True) == ["line 4, column 21: UHL1's currency is 00 or blank, which is sterling"]


@pytest.mark.parametrize(
    ("record", "refused", "says"),
    [
        ("000000" + FIRST[6:], True, "line 5, column 1: the destination sort code is zeros, which no account has"),
        (FIRST[:17] + "000000" + FIRST[23:], True, "line 5, column 18: the originating sort code is zeros"),
        (FIRST[:23] + "00000000" + FIRST[31:], True, "line 5, column 24: the originating account number is zeros"),
        (
            FIRST[:6] + "00000000" + FIRST[14:],
            False,
            "line 5, column 7: the destination account is zeros: the bank has",
        ),
        (OWN + FIRST[14:], False, "line 5, column 1: the money goes to the very account that it comes from"),
        (FIRST[:82] + " " * 18, False, "line 5, column 83: the destination account name is blank"),
    ],
)
def test_what_looks_wrong_in_one_payment_is_told(tmp_path, record, refused, says):
    path = put(tmp_path / "file", lines(record, SECOND, CONTRA))
    assert any(each.startswith(says) for each in told(path, refused))
    assert (told(path, refused=True) == []) is not refused


@pytest.mark.parametrize(("reference", "noted"), [("ILF 2608 100001", True), ("ILF 2608 100009", False)])
def test_two_payments_of_the_same_are_noted_and_two_references_are_two_payments(tmp_path, reference, noted):
    again = FIRST.replace("ILF 2608 100001", reference)
    contra = CONTRA.replace("00000432150", "00000732150")
    path = put(tmp_path / "file", lines(FIRST, SECOND, again, contra, ends=trailer(732150, 732150, 1, 3)))
    says = "the same account, amount, reference and name stand in the file before: is the payment meant twice?"
    assert told(path, refused=True) == []
    assert told(path, refused=False) == [f"line 7 as line 5: {says}"] * noted


@pytest.fixture
def message(tmp_path):
    def changed(*changes, rows=ROWS):
        path = tmp_path / "message.xml"
        path.unlink(missing_ok=True)
        iso_20022.write(path, MESSAGE, [rows])
        for before, after in changes:
            assert before in path.read_text()
            path.write_text(path.read_text().replace(before, after))
        return path

    return changed


def test_a_message_in_several_currencies_names_each_with_its_own_sum(message):
    path = message(('Ccy="GBP">3000.00', 'Ccy="EUR">3000.00'))
    assert totals(path) == ["1 payment, 3,000.00 EUR", "1 payment, £1,321.50"]
    path = message(('Ccy="GBP">3000.00', 'Ccy="[red]">3000.00'))
    assert totals(path) == ["1 payment, 3,000.00 in a currency that cannot be told", "1 payment, £1,321.50"]


def test_payments_of_another_currency_are_not_the_same(message):
    pounds = payments_of(message())
    euros = payments_of(message(('Ccy="GBP">3000.00', 'Ccy="EUR">3000.00')))
    assert compare(pounds, euros).different["differs"].to_list() == ["currency"]
    assert list(map(str, compare(euros, euros).same_totals)) == ["1 payment, 3,000.00 EUR", "1 payment, £1,321.50"]


@pytest.mark.parametrize(
    ("before", "after", "refused", "says"),
    [
        ("<MmbId>089999", "<MmbId>000000", True, "payment 1, CdtrAgt: the payee's sort code is zeros"),
        ("<Id>66374958", "<Id>00000000", False, "payment 1, CdtrAcct: the payee's account is zeros"),
        (">3000.00", ">٣٠٠٠.٠٠", True, "payment 1, Amt/InstdAmt: the amount is not pounds with at most two decimals"),
    ],
)
def test_what_looks_wrong_in_a_message_is_told(message, before, after, refused, says):
    assert any(each.startswith(says) for each in told(message((before, after)), refused))


def test_a_message_that_pays_its_own_account_or_twice_is_noted(message):
    own = ROWS.with_columns(sort_code=ROWS["sort_code"].replace("089999", "107999"))
    own = own.with_columns(account_number=own["account_number"].replace("66374958", "88837491"))
    says = "the money goes to the very account that it comes from"
    assert told(message(rows=own), refused=False) == [f"payment 1, CdtrAcct: {says}"]
    twice = ROWS.head(1).vstack(ROWS.head(1)).with_columns(row_number=ROWS["row_number"])
    (noted,) = told(message(rows=twice), refused=False)
    assert noted.startswith("payment 2 as payment 1: the same account, amount, reference and name")


def test_sums_that_no_bank_would_take_are_still_sums(message):
    path = message((">3000.00", ">9999999999999999.99"), (">1321.50", ">9999999999999999.99"))
    assert totals(path) == ["2 payments, £19,999,999,999,999,999.98"]


def test_what_a_terminal_would_obey_is_not_repeated(tmp_path, message):
    """A serial that clears the screen, and a message id without end that turns the text around."""
    path = put(tmp_path / "file", [EXPECTED[0].replace("000007", "\x1b[2J00"), *EXPECTED[1:]])
    assert inspect(path).facts[0] == ("Submission serial", "?[2J00")
    path = message(("<MsgId>", "<MsgId>\u202e\x9b" + "A" * 500))
    assert inspect(path).facts[0] == ("Message", "??" + "A" * 68)
