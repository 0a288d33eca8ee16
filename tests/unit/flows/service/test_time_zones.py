"""Prefect looks for all time zones once a process, and still knows which there are."""

from zoneinfo import available_timezones

import pytest
from prefect.client.schemas.schedules import SCHEDULE_TYPES, RRuleSchedule
from prefect.types import _datetime
from pydantic import TypeAdapter, ValidationError

from flows.service import time_zones

READ = TypeAdapter(SCHEDULE_TYPES).validate_python
ONCE = {"rrule": "DTSTART:20261126T170000\nRRULE:FREQ=DAILY;COUNT=1", "timezone": "Europe/London"}


def test_however_many_schedules_are_read_time_zones_are_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = []

    def looking() -> set[str]:
        looked.append(True)
        return available_timezones()

    monkeypatch.setattr(_datetime, "available_timezones", looking)
    for _ in range(3):
        READ(ONCE)
    assert len(looked) > 2, "Prefect looks once by itself now: flows/service/time_zones.py may go"
    looked.clear()
    monkeypatch.setattr(time_zones, "available_timezones", looking)
    time_zones.remember()
    for _ in range(3):
        assert READ(ONCE) == RRuleSchedule(**ONCE)
    with pytest.raises(ValidationError, match="Invalid timezone"):
        READ({"cron": "15 8 * * *", "timezone": "Europe/Nowhere"})
    assert len(looked) == 1
