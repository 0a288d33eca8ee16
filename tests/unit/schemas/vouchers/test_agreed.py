"""What vouchers are not made for is refused when the agreement is read, with what to agree in its place."""

import pytest

from schemas.agreement import Agreement
from schemas.no_go import NoGo
from tasks.settings import PROJECT

CASH = (
    (PROJECT / "data_contracts" / "cash" / "agreement.yaml")
    .read_text(encoding="utf-8")
    .replace("rail: paygate", "rail: bacs_standard_18")  # which, but for vouchers, would do
)
ACCOUNT = 'paying_account: {sort_code: "820000", account_number: "73688637", name: VISIT EXPENSES}'
SECOND = '{sort_code: "820000", account_number: "73688638", name: GRANTS, pays: grants}'


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            ("  rule: last_bank_day\n", "  rule: last_bank_day\n  also:\n    - {rule: fixed_day, day: 27}\n"),
            "payees of the later pay days would have their money early: agree a pay period for each day",
        ),
        (
            (ACCOUNT, f"{ACCOUNT[:-1]}, pays: visits}}\nfurther_accounts: [{SECOND}]"),
            "every row has to name the one that it leaves",
        ),
    ],
    ids=["several pay days", "several accounts"],
)
def test_it_says_what_to_agree_instead(change: tuple[str, str], says: str) -> None:
    with pytest.raises(NoGo, match=says):
        Agreement.parsed(CASH.replace(*change).encode(), "agreement.yaml")
