"""``siller calendar``: the screen, the file for diaries, and the years that nobody knows."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tasks.settings import PROJECT

Siller = Callable[..., Any]


def events(path: Path) -> dict[str, dict[str, str]]:
    """The events of an iCalendar file by UID, read by its lines alone (RFC 5545, section 3.1)."""
    found: dict[str, dict[str, str]] = {}
    lines = path.read_bytes().decode().replace("\r\n ", "").split("\r\n")
    event: dict[str, str] = {}
    for line in lines:
        if line == "BEGIN:VEVENT":
            event = {}
        elif line == "END:VEVENT":
            found[event["UID"]] = event
        else:
            name, _, value = line.partition(":")
            event[name] = value
    return found


def test_a_year_on_the_screen(siller: Siller):
    said = siller("calendar", "ilf", "--year", "2026")
    assert said.code == 0
    (december,) = [line for line in said.out.splitlines() if line.startswith("2026-12")]
    assert " ".join(december.split()) == ("2026-12 Wed 16 Dec Tue 22 Dec Tue 22 Dec Wed 23 Dec Thu 24 Dec Wed 30 Dec")
    assert len([line for line in said.out.splitlines() if line.startswith("2026-")]) == 12


def test_an_exception_that_another_body_has_too_is_named(
    siller: Siller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Christmas of 2026, copied with all the rest; an exception of another day, or of another period, is not."""
    contracts = tmp_path / "contracts"
    ilf = (PROJECT / "data_contracts" / "ilf" / "agreement.yaml").read_text("utf-8")
    for tenant, agreed in (("copied", '"2026-12": 2026-12-24'), ("own", '"2026-12": 2026-12-23')):
        (contracts / tenant).mkdir(parents=True)
        said = ilf.replace("tenant: ilf", f"tenant: {tenant}").replace('"2026-12": 2026-12-24', agreed)
        (contracts / tenant / "agreement.yaml").write_text(said, "utf-8")
    (contracts / "ilf").mkdir()
    (contracts / "ilf" / "agreement.yaml").write_text(ilf, "utf-8")
    monkeypatch.setenv("SILLER_CONTRACTS", str(contracts))
    said = siller("calendar", "ilf", "--year", "2026")
    assert said.code == 0
    named = "That 2026-12 is paid on 24 December 2026 is an agreed exception, and the agreement with copied has it too."
    assert named in " ".join(said.out.split())
    assert "has it too" not in siller("calendar", "own", "--year", "2026").out
    assert "has it too" not in siller("calendar", "ilf", "--year", "2027").out


def test_a_year_for_diaries(siller: Siller, tmp_path: Path):
    """Each deadline at its moment in UTC, summer and winter, each day as a day."""
    ical = tmp_path / "ilf.ics"
    assert siller("calendar", "ilf", "--year", "2027", "--ical", ical).code == 0
    found = events(ical)
    assert len(found) == 12 * 10
    assert found["ilf-2027-01-corrections-by@siller"]["DTSTART"] == "20270126T150000Z"
    assert found["ilf-2027-01-closed@siller"]["SUMMARY"] == "Close 2027-01 by 15:00"
    assert found["ilf-2027-01-approve-by@siller"]["DTSTART"] == "20270127T150000Z"
    assert found["ilf-2027-07-approve-by@siller"]["DTSTART"] == "20270728T140000Z"
    assert found["ilf-2027-03-submit-by@siller"]["DTSTART"] == "20270325T220000Z"
    assert found["ilf-2027-08-entry-date@siller"]["DTSTART;VALUE=DATE"] == "20270831"
    assert found["ilf-2027-08-processing-date@siller"]["DTSTART;VALUE=DATE"] == "20270827"
    assert ical.read_bytes().startswith(b"BEGIN:VCALENDAR\r\n") and ical.read_bytes().endswith(b"END:VCALENDAR\r\n")


def test_the_last_year_that_is_known_has_no_last_days(siller: Siller, tmp_path: Path):
    ical = tmp_path / "ilf.ics"
    said = siller("calendar", "ilf", "--year", "2028", "--ical", ical)
    assert said.code == 1 and "bank holidays of 2029 are not known" in said.err
    assert "2028-11" in said.out and "2028-12" not in said.out
    assert len(events(ical)) == 11 * 10


@pytest.mark.parametrize(
    ("year", "said"),
    [("2011", "of 2011 are not known"), ("0", "0 is no year"), ("9999", "9999"), ("99999", "99999")],
)
def test_a_year_that_is_not_known(siller: Siller, tmp_path: Path, year: str, said: str):
    answer = siller("calendar", "ilf", "--year", year, "--ical", tmp_path / "ilf.ics")
    assert answer.code == 1 and said in answer.err and not answer.out
    assert not (tmp_path / "ilf.ics").exists()


def test_a_body_that_nobody_knows(siller: Siller):
    said = siller("calendar", "nobody")
    assert said.code == 1 and "no tenant 'nobody'" in said.err


def test_an_announced_holiday_moves_the_year(siller: Siller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Friday 27 November 2026 becomes a holiday: the 30th is processed on the 26th, and must be sent on the 25th."""
    file = tmp_path / "announced.yaml"
    file.write_text(
        "version: 2\nannouncements:\n  - announced_on: 2026-11-20\n    source: gazette\n"
        "    divisions: [england-and-wales]\n    holidays: [2026-11-27]\n"
    )
    monkeypatch.setenv("SILLER_BANK_HOLIDAYS", str(file))
    said = siller("calendar", "ilf", "--year", "2026")
    (november,) = [line for line in said.out.splitlines() if line.startswith("2026-11")]
    assert " ".join(november.split()) == ("2026-11 Thu 19 Nov Wed 25 Nov Wed 25 Nov Thu 26 Nov Mon 30 Nov Wed 2 Dec")
    assert "announcements 2" in said.out


def test_a_file_of_holidays_that_is_not_there(siller: Siller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SILLER_BANK_HOLIDAYS", str(tmp_path / "gone.yaml"))
    said = siller("calendar", "ilf")
    assert said.code == 1 and "no file gone.yaml" in said.err


def test_a_period_for_which_no_day_is_listed_is_named_and_the_others_are_shown(
    siller: Siller, monkeypatch: pytest.MonkeyPatch
):
    """Rowan's board has set a day for the first quarter of 2027 alone."""
    monkeypatch.setenv("SILLER_CONTRACTS", str(PROJECT / "data_contracts"))
    said = siller("calendar", "rowan", "--year", "2027")
    assert said.code == 1
    assert "The agreement lists no pay day in 2027-Q2. Agree on it first." in said.err
    assert [line.split()[0] for line in said.out.splitlines() if line.startswith("2027-")] == ["2027-Q1"]
