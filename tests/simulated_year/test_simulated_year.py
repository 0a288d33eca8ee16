"""A part of the simulated year: a month, a week and a quarter, which between them have the worst of it.

A payee of the month has died, the week is approved too late and paid a day later, the quarter's file is disputed.
"""

from pathlib import Path

import pytest

from tests.page_rules import check as check_page
from tests.simulated_year.bodies import BODIES, ILF, KIRKMUIR, ROWAN
from tests.simulated_year.checked import check
from tests.simulated_year.held import hold
from tests.simulated_year.page import year_page
from tests.simulated_year.story import STORIES

PART = (ILF.only("2026-05"), KIRKMUIR.only("2026-W24"), ROWAN.only("2026-Q2"))


def test_the_year_has_the_periods_that_are_meant() -> None:
    assert [len(body.pay_days) for body in BODIES] == [12, 52, 4]
    periods = {f"{body.tenant} {period}" for body in BODIES for period in body.pay_days}
    assert STORIES.keys() <= periods


def test_a_part_of_the_year(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = hold(tmp_path, PART, monkeypatch)
    check(held)
    assert [ran.period.run_id for ran in held.ran] == [
        "ilf-2026-05-live-1",
        "rowan-2026-Q2-live-1",
        "kirkmuir-2026-W24-live-2",
    ]
    page = check_page(year_page(held))
    assert "3 periods of 3 bodies" in page.text_content()
    (tmp_path / "year.html").write_text(year_page(held), encoding="utf-8")
