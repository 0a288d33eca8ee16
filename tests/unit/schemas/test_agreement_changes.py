"""Those who adopt an agreement read what it changes in words."""

from pathlib import Path

import pytest

from schemas.agreement import Agreement
from schemas.agreement_changes import changes_between

ILF = (Path(__file__).parents[3] / "data_contracts" / "ilf" / "agreement.yaml").read_text("utf-8")


def agreed(text: str) -> Agreement:
    return Agreement.parsed(text.encode(), "agreement.yaml")


CHANGES = {
    "a threshold": (
        "change_in_total: {refer: 0.05, no_go: 0.25}",
        "change_in_total: {refer: 0.05, no_go: 0.9}",
        ["gates.change_in_total.no_go: 0.9; it was 0.25."],
    ),
    "two approvers": ("10600000.00", "99000000.00", ["two_approvers_above: 99000000.00; it was 10600000.00."]),
    "the account": ("107999", "107998", ["paying_account.sort_code: 107998; it was 107999."]),
    "the number": ('number: "123456"', 'number: "123457"', ["service_user_number: 123457; it was 123456."]),
    "a pay day": ("2026-12-24", "2026-12-23", ["pay_day.exceptions.2026-12: 2026-12-23; it was 2026-12-24."]),
    "a deadline": ('"15:00"', '"14:00"', ["approve_by.time: 14:00:00; it was 15:00:00."]),
    "another part": (
        "auditor@ilf.example, roles: [auditor]",
        "auditor@ilf.example, roles: [auditor, approver]",
        [
            "auditor@ilf.example is approver, auditor, with the account auditor; "
            "it was auditor, with the account auditor."
        ],
    ),
    "another person": (
        "third.approver@ilf",
        "fourth.approver@ilf",
        [
            "fourth.approver@ilf.example is approver, without an account, and is new.",
            "third.approver@ilf.example is in it no more, and was approver, without an account.",
        ],
    ),
    "another account for a person": (
        "account: sender",
        "account: root",
        ["sender@siller.example is sender, with the account root; it was sender, with the account sender."],
    ),
    "a new key": ("rail: ", "bureau_number: '111111'\nrail: ", ["bureau_number: 111111, which is new."]),
    "a value of several lines": (
        "name: Independent Living Fund\n",
        'name: "Fund.\\n\\nbureau_number: 222222"\n',
        ["name: Fund. bureau_number: 222222; it was Independent Living Fund."],
    ),
    "words alone": ("# How the", "# Just how the", []),
}


@pytest.mark.parametrize(("old", "new", "said"), CHANGES.values(), ids=CHANGES)
def test_each_change_is_one_sentence(old: str, new: str, said: list[str]) -> None:
    assert ILF.count(old) == 1
    assert changes_between(agreed(ILF), agreed(ILF.replace(old, new))) == said


def test_what_goes_is_said_too() -> None:
    more = agreed(ILF.replace("rail: ", "bureau_number: '111111'\nrail: "))
    assert changes_between(more, agreed(ILF)) == ["bureau_number is gone; it was 111111."]
