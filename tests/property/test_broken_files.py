"""Whatever the bytes are, a reader answers: with what it found, or with a sentence. Never with another error."""

from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from schemas.inspection import inspect, payments_of
from schemas.inspection.compare import compare
from schemas.no_go import NoGo
from schemas.rails import bacs_standard_18, iso_20022
from schemas.rails.bacs_standard_18 import PayingAccount
from tests.golden.test_bacs_standard_18_worked_example import EXPECTED, PAYMENTS
from tests.golden.test_files_met import PAYMENT_FILES

STANDARD_18 = "".join(line + "\r\n" for line in EXPECTED).encode()
DIRECT_DEBITS = STANDARD_18.replace(b"0991079", b"0011079").replace(b"0171079", b"0991079")
MET = [path.read_bytes() for path in sorted(PAYMENT_FILES.glob("*.txt"))]
TWICE = STANDARD_18.replace(EXPECTED[5].encode(), EXPECTED[4].encode())


@pytest.fixture(scope="module")
def message(tmp_path_factory):
    path = tmp_path_factory.mktemp("message") / "message.xml"
    account = PayingAccount("107999", "88837491", "ILF")
    file = iso_20022.Initiation(7, "123456", "ILF", date(2026, 8, 14), date(2026, 8, 24), account)
    iso_20022.write(path, file, [PAYMENTS.with_row_index("row_number")])
    return path.read_bytes()


cuts = st.lists(
    st.tuples(
        st.floats(0, 1),
        st.integers(0, 120),
        st.one_of(
            st.binary(max_size=8),
            st.sampled_from([b"\n", b"\r\n", b"UTL1", b"</PmtInf>", b"\x00", b"&", b"CONTRA", b"0" * 14]),
        ),
    ),
    max_size=4,
)
"""Where to cut, how much to take out, and what to put there."""


def mutated(data, changes):
    for where, length, put in changes:
        at = int(where * len(data))
        data = data[:at] + put + data[at + length :]
    return data


def answered(path):
    """Ask every reader; each may refuse with a sentence alone."""
    for read in (
        described,
        payments_of,
        lambda each: compare(payments_of(each), payments_of(each)).agree or pytest.fail("it differs from itself"),
        lambda each: list(bacs_standard_18.read_payments(each)),
        lambda each: list(iso_20022.read_payments(each)),
    ):
        try:
            read(path)
        except NoGo as said:
            assert str(said)


def described(path):
    """Everything that a person is shown of a file can be shown, and its totals are those of its payments."""
    found = inspect(path)
    assert all(text.isprintable() for text in map(str, (*found.totals, *found.findings)))
    assert all(text.isprintable() for fact in found.facts for text in fact)
    assert (sum(total.count for total in found.totals) > 0) or found.pence == 0


@settings(deadline=None, max_examples=60)
@given(whole=st.sampled_from([STANDARD_18, DIRECT_DEBITS, TWICE, *MET]), changes=cuts)
def test_a_changed_standard_18_file_is_answered(tmp_path_factory, whole, changes):
    path = tmp_path_factory.mktemp("file") / "file"
    path.write_bytes(mutated(whole, changes))
    answered(path)


@settings(deadline=None, max_examples=60)
@given(changes=cuts)
def test_a_changed_message_is_answered(tmp_path_factory, message, changes):
    path = tmp_path_factory.mktemp("file") / "file"
    path.write_bytes(mutated(message, changes))
    answered(path)


@settings(deadline=None)
@given(
    data=st.binary(max_size=400),
    opening=st.sampled_from([b"", b"VOL1", b"<?xml version='1.0'?>", b"HDR1A", b"<Document "]),
)
@example(data=b"\xef\xbb\xbf", opening=b"")
def test_any_bytes_are_answered(tmp_path_factory, data, opening):
    path = tmp_path_factory.mktemp("file") / "file"
    path.write_bytes(opening + data)
    answered(path)
