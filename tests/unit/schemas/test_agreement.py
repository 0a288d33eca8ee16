"""An agreement says who pays what when; anything unclear in it is refused with its key."""

from datetime import date, time
from pathlib import Path

import pytest

from schemas.agreement import Agreement, Role
from schemas.bank_days import BankDays
from schemas.no_go import NoGo
from schemas.period import Period

PATH = Path(__file__).parents[3] / "data_contracts" / "ilf" / "agreement.yaml"
ILF = PATH.read_text("utf-8")


def payee_checks(profile: str, time_of_day: str, days: int) -> str:
    return (
        f"office_holidays: scotland\npayee_checks: {{profile: {profile}, sha256: {'a' * 64}, "
        f'answer_by: {{time: "{time_of_day}", bank_days_before_processing: {days}}}}}'
    )


SPOILED = {
    "an unknown key": (
        "rail: bacs_standard_18",
        "rail: bacs_standard_18\nfee: 3",
        "fee: siller knows no such key",
    ),
    "an unknown key deep down": ("line_end: CRLF", "line_ned: CRLF", "bank_profile.line_ned"),
    "a missing key": ("name: Independent Living Fund\n", "", "name: is missing"),
    "a key twice": ("tenant: ilf", "tenant: ilf\ntenant: ilf", "tenant stands twice"),
    "another rail": ("bacs_standard_18", "pigeon", "rail"),
    "a number for text": (
        'service_user_number: "123456"',
        "service_user_number: 123456",
        "service_user_number",
    ),
    "a short sort code": ('"107999"', '"07999"', "paying_account.sort_code"),
    "a long account": ('"88837491"', '"888374910"', "paying_account.account_number"),
    "digits of another script": ('"107999"', '"١٠٧٩٩٩"', "paying_account.sort_code"),
    "a name that Bacs cannot carry": (
        "service_user_name: ILF PAYMENTS",
        "service_user_name: ILF's",
        "service_user_name: must be of the form ^[A-Z0-9",
    ),
    "a name too long": (
        "service_user_name: ILF PAYMENTS",
        "service_user_name: ILF PAYMENTS SCOTLAND",
        "service_user_name",
    ),
    "another owner in HDR1": (
        "line_end: CRLF",
        "line_end: CRLF\n  header_owner: serial",
        "bank_profile.header_owner",
    ),
    "another line end": ("CRLF", "CR", "bank_profile.line_end"),
    "another pay day": ("last_bank_day", "payday", "pay_day.rule"),
    "an exception for no month": ('"2026-12"', '"2026-13"', "pay_day.exceptions"),
    "an exception on no day": ("2026-12-24", '"2026-12-32"', "pay_day.exceptions"),
    "a time that YAML takes for a number": (
        '"15:00"',
        "15:00",
        "approve_by.time: must be a time in quotation marks",
    ),
    "an approval on the processing day": (
        '"15:00"\n  bank_days_before_processing: 1',
        '"15:00"\n  bank_days_before_processing: 0',
        "approve_by.bank_days_before_processing",
    ),
    "an extract that comes after its approval": (
        "bank_days_before_processing: 5",
        "bank_days_before_processing: 1",
        "extract_due must not be later than approve_by",
    ),
    "an approval after the file was sent": ('"22:00"', '"14:59"', "nor approve_by later than submit_by"),
    "answers about payees awaited after the approval": (
        "office_holidays: scotland",
        payee_checks("x", "15:01", 1),
        "payee_checks.answer_by must be neither before extract_due nor after approve_by",
    ),
    "answers about payees awaited before the extract": (
        "office_holidays: scotland",
        payee_checks("x", "16:59", 5),
        "payee_checks.answer_by must be neither before extract_due nor after approve_by",
    ),
    "a profile that leads elsewhere": (
        "office_holidays: scotland",
        payee_checks("../x", "12:00", 2),
        "payee_checks.profile: must be of the form",
    ),
    "a file sent when Bacs is closed": ('"22:00"', '"22:31"', "submit_by: Bacs takes no file after 22:30"),
    "an office nowhere": ("office_holidays: scotland", "office_holidays: ireland", "office_holidays"),
    "thresholds the wrong way round": (
        "change_in_total: {refer: 0.05, no_go: 0.25}",
        "change_in_total: {refer: 0.25, no_go: 0.05}",
        "gates.change_in_total: no_go must not be below refer",
    ),
    "a threshold below zero": (
        "refused_share: {refer: 0.0",
        "refused_share: {refer: -0.1",
        "gates.refused_share.refer",
    ),
    "a threshold that is never reached": (
        "no_go: 50.0",
        "no_go: .inf",
        "gates.biggest_change_for_one_payee.no_go",
    ),
    "a threshold that is no number": (
        "no_go: 50.0",
        "no_go: .nan",
        "gates.biggest_change_for_one_payee.no_go",
    ),
    "a gate missing": (
        "  leavers_share: {refer: 0.03, no_go: 0.20}\n",
        "",
        "gates.leavers_share: is missing",
    ),
    "a gate unknown": ("  leavers_share:", "  leaver_share:", "gates.leaver_share: siller knows no such key"),
    "an unknown role": ("roles: [auditor]", "roles: [auditer]", "people.7.roles"),
    "a person without a role": ("roles: [auditor]", "roles: []", "people.7.roles"),
    "a person twice": ("auditor@ilf.example", "enquiries@ilf.example", "enquiries@ilf.example stands twice"),
    "only uploaders approve": ("roles: [approver]", "roles: [approver, uploader]", "at least one approver"),
    "nobody approves": ("roles: [approver]", "roles: [enquirer]", "at least one approver"),
}


class WeekdaysOnly:
    """A calendar without holidays."""

    def on_or_before(self, day: date) -> date:
        return date.fromordinal(day.toordinal() - max(0, day.weekday() - 4))


def written(folder: Path, old: str = "", new: str = "") -> Path:
    assert old in ILF
    path = folder / "agreement.yaml"
    path.write_text(ILF.replace(old, new) if old else ILF, "utf-8")
    return path


def test_ilf_loads():
    ilf = Agreement.load(PATH)
    assert ilf.service_user_number == "123456"
    assert (ilf.paying_account.sort_code, ilf.paying_account.account_number) == ("107999", "88837491")
    assert ilf.approve_by.time == time(15, 0)
    assert ilf.people_with(Role.UPLOADER) == ("finance.officer@ilf.example",)
    assert ilf.people_with(Role.APPROVER) == (
        "first.approver@ilf.example",
        "second.approver@ilf.example",
        "third.approver@ilf.example",
    )
    assert {role for person in ilf.people for role in person.roles} == set(Role)


@pytest.mark.parametrize("kind", SPOILED)
def test_a_spoiled_agreement_is_refused_with_file_and_key(tmp_path, kind):
    old, new, named = SPOILED[kind]
    with pytest.raises(NoGo) as refused:
        Agreement.load(written(tmp_path, old, new))
    assert str(refused.value).startswith("agreement.yaml: ")
    assert named in str(refused.value)


def test_every_fault_is_named_at_once(tmp_path):
    path = written(tmp_path, "rail: bacs_standard_18", "rail: pigeon\nfee: 3")
    with pytest.raises(NoGo, match=r"rail: .*; fee: "):
        Agreement.load(path)


@pytest.mark.parametrize("text", ["", "words", "- 1", "{", "a: &a [*a]"])
def test_a_file_that_is_no_agreement_is_refused(tmp_path, text):
    path = tmp_path / "agreement.yaml"
    path.write_text(text)
    with pytest.raises(NoGo, match=r"agreement\.yaml"):
        Agreement.load(path)


def test_a_missing_agreement_is_refused(tmp_path):
    with pytest.raises(NoGo, match=r"no file agreement\.yaml"):
        Agreement.load(tmp_path / "agreement.yaml")


@pytest.mark.parametrize(
    ("period", "day"),
    [("2026-10", date(2026, 10, 30)), ("2026-11", date(2026, 11, 30)), ("2026-12", date(2026, 12, 24))],
)
def test_the_pay_day_is_the_last_bank_day_or_the_one_agreed(period, day):
    assert Agreement.load(PATH).pay_day_of(Period.parsed(period), WeekdaysOnly()) == day


def test_an_agreed_day_that_is_no_bank_day_is_paid_earlier(tmp_path):
    agreement = Agreement.load(written(tmp_path, "2026-12-24", "2026-12-26"))
    assert agreement.pay_day_of(Period.parsed("2026-12"), WeekdaysOnly()) == date(2026, 12, 25)
    assert agreement.pay_day_of(Period.parsed("2026-12"), BankDays()) == date(2026, 12, 24)


def test_two_who_send_no_extracts_must_be_able_to_say_who_is_authorised(tmp_path):
    agreed = written(tmp_path, "office_holidays: scotland", "office_holidays: scotland\nauthorised_payees: true")
    senders = ("second.approver@ilf.example", "third.approver@ilf.example", "decision.owner@ilf.example")
    for left, name in zip((3, 2, 1), senders, strict=True):
        assert len(Agreement.load(agreed).list_authorisers()) == left + 1
        agreed.write_text(agreed.read_text().replace(f"{name}, roles: [", f"{name}, roles: [uploader, "))
    with pytest.raises(NoGo, match="authorised_payees: two approvers or decision owners must be no uploaders"):
        Agreement.load(agreed)
