"""One-time codes, against the RFC's own table."""

from datetime import UTC, datetime, timedelta

import pytest

from schemas.one_time_code import Holder, code_of, prove, step_at

RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""The ASCII text 12345678901234567890, of RFC 6238 appendix B, in base32."""

AT = datetime(2026, 11, 20, 10, 0, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "digits"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_table_of_the_rfc(seconds: int, digits: str) -> None:
    assert code_of(RFC_SECRET, seconds // 30) == digits[-6:]


@pytest.mark.parametrize(("steps", "counts"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_device_may_be_half_a_minute_off(steps: int, counts: bool) -> None:
    code = code_of(RFC_SECRET, step_at(AT + timedelta(seconds=30 * steps)))
    assert (prove(code, Holder(RFC_SECRET, 0, 0), AT).cause == "") is counts


def test_a_code_counts_once_and_none_before_it_afterwards() -> None:
    step = step_at(AT)
    holder = Holder(RFC_SECRET, step, 0)
    for used in (step - 1, step):
        assert "has been used" in prove(code_of(RFC_SECRET, used), holder, AT).cause
    assert prove(code_of(RFC_SECRET, step + 1), holder, AT).step == step + 1


def test_it_may_be_typed_as_devices_show_it() -> None:
    code = code_of(RFC_SECRET, step_at(AT))
    assert not prove(f" {code[:3]} {code[3:]}\n", Holder(RFC_SECRET, 0, 0), AT).cause


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６"])
def test_what_is_no_code(code: str) -> None:
    assert prove(code, Holder(RFC_SECRET, 0, 0), AT).cause


def test_nobody_without_a_secret_and_nobody_who_is_locked() -> None:
    code = code_of(RFC_SECRET, step_at(AT))
    assert "Enrol first" in prove(code, Holder("", 0, 0), AT).cause
    assert "unlock" in prove(code, Holder(RFC_SECRET, 0, 5), AT).cause
    assert not prove(code, Holder(RFC_SECRET, 0, 4), AT).cause
