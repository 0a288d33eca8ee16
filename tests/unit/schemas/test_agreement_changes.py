"""Those who adopt an agreement read what it changes in words."""

from datetime import date
from pathlib import Path

import pytest

from schemas.agreement import Agreement
from schemas.agreement_changes import changes_between, list_unreviewed

ILF = (Path(__file__).parents[3] / "data_contracts" / "ilf" / "agreement.yaml").read_text("utf-8")


TODAY = date(2026, 12, 1)
ANNA = "{by: Anna Reid, day: 2026-12-01, reason: a second fund joins}"
UNANSWERED = (
    " is changed, and nobody answers for it: write beside it reviewed: {by: NAME, day: YYYY-MM-DD, reason: WHY}."
)


def agreed(text: str) -> Agreement:
    return Agreement.parsed(text.encode(), "agreement.yaml")


CHANGES = {
    "a threshold": (
        "change_in_total: {refer: 0.05, no_go: 0.25}",
        "change_in_total: {refer: 0.05, no_go: 0.9}",
        ["gates.change_in_total.no_go: 0.9; it was 0.25."],
    ),
    "a threshold that somebody answers for": (
        "change_in_total: {refer: 0.05, no_go: 0.25}",
        f"change_in_total: {{refer: 0.05, no_go: 0.9, reviewed: {ANNA}}}",
        [
            "gates.change_in_total.no_go: 0.9; it was 0.25.",
            "gates.change_in_total.reviewed: by Anna Reid on 1 December 2026, for “a second fund joins”, which is new.",
        ],
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


UNREVIEWED = {
    "by nobody": ("change_in_total: {refer: 0.05, no_go: 0.9}", [f"gates.change_in_total{UNANSWERED}"]),
    "by somebody": (f"change_in_total: {{refer: 0.05, no_go: 0.9, reviewed: {ANNA}}}", []),
    "one that is siller's own": (
        "change_in_total: {refer: 0.05, no_go: 0.25}\n  payees_new_to_one_account: {refer: 9}",
        [f"gates.payees_new_to_one_account{UNANSWERED}"],
    ),
    "written out as it was": (
        "change_in_total: {refer: 0.05, no_go: 0.25}\n  payees_new_to_one_account: {refer: 3}",
        [],
    ),
    "on a day to come": (
        f"change_in_total: {{refer: 0.0, no_go: 0.25, reviewed: {ANNA.replace('12-01', '12-02')}}}",
        ["gates.change_in_total is changed, and was set on 2 December 2026, a day that is still to come."],
    ),
    "for words alone": (f"change_in_total: {{refer: 0.05, no_go: 0.25, reviewed: {ANNA}}}", []),
}


@pytest.mark.parametrize(("changed", "said"), UNREVIEWED.values(), ids=UNREVIEWED)
def test_a_changed_threshold_has_an_author_a_day_and_a_reason(changed: str, said: list[str]) -> None:
    later = ILF.replace("change_in_total: {refer: 0.05, no_go: 0.25}", changed)
    assert later != ILF
    assert list_unreviewed(agreed(ILF), agreed(later), TODAY) == said
    assert list_unreviewed(None, agreed(later), TODAY) == []


def test_an_earlier_review_says_nothing_of_a_later_change() -> None:
    assert list_unreviewed(agreed(ILF), agreed(ILF.replace("refer: 0.03\n", "refer: 0.04\n")), TODAY) == [
        f"gates.total_outside_range{UNANSWERED}"
    ]
