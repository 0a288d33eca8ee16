"""A bank's layouts as data: what does not fit is refused by its key, and nothing is guessed."""

import pytest

from schemas.no_go import NoGo
from schemas.payee_checks.finding import ANSWERS, RULES, Finding
from schemas.payee_checks.profile import PROFILES, PayeeCheckProfile
from tasks.settings import PROJECT

PATH = PROJECT / "data_contracts" / PROFILES / "example.yaml"
EXAMPLE = PATH.read_text(encoding="utf-8")

SPOILED = {
    "an unknown key": ("match_binds_days: 90", "match_binds_days: 90\nmatch_binds: x", "match_binds: siller knows no"),
    "an unknown key of a column": ("says: PERSONAL", "says: PERSONAL, pads: x", "request.5.pads: siller knows no"),
    "a column of nothing": (", says: PERSONAL", "", "Account type: give one of holds and says"),
    "a column of two things": ("says: PERSONAL", "says: PERSONAL, holds: roll_number", "give one of holds and says"),
    "a request without a name": ("holds: payee_name", "says: x", "request: no column holds payee_name"),
    "an answer without a reference": (
        "answer:\n  - {column: Reference, holds: reference}",
        "answer:\n  - {column: Reference}",
        "answer: no column holds reference",
    ),
    "a column twice": ("column: Secondary reference", "column: Account number", "column Account number stands twice"),
    "a detail twice": ("holds: roll_number", "holds: sort_code", "request: holds sort_code stands twice"),
    "a formula": ("column: Secondary reference", 'column: "=1+1"', "for a formula"),
    "a code that is siller's to say": ("CLOSE: close_match", "CLOSE: awaited", "codes: CLOSE can mean one of"),
    "a code of no meaning": ("CLOSE: close_match", "CLOSE: nearly", "codes.CLOSE"),
    "a code that YAML takes for a word of its own": ("  MATCH: match", "  NO: no_match\n  MATCH: match", "codes"),
    "nothing matches": ("MATCH: match\n", "MATCH: close_match\n", "none means match"),
    "a match for ever": ("match_binds_days: 90", "match_binds_days: 401", "match_binds_days"),
    "a match for no day": ("match_binds_days: 90", "match_binds_days: 0", "match_binds_days"),
    "a day in another form": ("day_form: DD/MM/YYYY", "day_form: MM/DD/YYYY", "day_form"),
    "a name that leads elsewhere": ("name: example", "name: ../example", "name: must be of the form"),
}


def test_the_example_loads_and_claims_to_be_no_banks() -> None:
    profile = PayeeCheckProfile.load(PATH)
    assert (profile.name, profile.is_practice, profile.match_binds_days) == ("example", True, 90)
    assert set(profile.codes.values()) == ANSWERS, "the practice bank can say everything"
    assert profile.meaning("OPTED OUT") is Finding.CANNOT_BE_CHECKED
    assert profile.meaning("match") is Finding.UNKNOWN_CODE, "a code is as it is written"


@pytest.mark.parametrize("kind", SPOILED)
def test_a_spoiled_profile_is_refused_with_its_key(kind: str) -> None:
    old, new, named = SPOILED[kind]
    assert EXAMPLE.count(old) >= 1
    with pytest.raises(NoGo) as refused:
        PayeeCheckProfile.parsed(EXAMPLE.replace(old, new, 1).encode(), "bank.yaml")
    assert str(refused.value).startswith("bank.yaml: ")
    assert named in str(refused.value)


def test_what_follows_of_what_is_known() -> None:
    """Written out here: whoever moves one from the left to the right pays somebody by it."""
    held_whoever_calls = {"awaited", "no_match", "no_such_account"}
    assert {str(each) for each in Finding if not each.is_payable_on_call_back} == held_whoever_calls
    assert {each for each in Finding if each.rule not in RULES} == {Finding.MATCH}
