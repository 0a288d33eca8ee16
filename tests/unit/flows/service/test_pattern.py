"""``prefect.yaml`` filled in for every body: which have deployments, and when each extract's run begins."""

import os
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from prefect.client.schemas.schedules import RRuleSchedule

from flows.service.pattern import Declared, declare
from schemas.bank_days import LONDON
from schemas.no_go import NoGo
from tasks.settings import PROJECT, Settings

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=LONDON)
QUARTERLY = {"pay_period": {"rhythm": "quarter"}, "office_holidays": "england-and-wales"}
WEEKLY = {
    "pay_period": {"rhythm": "week"},
    "pay_day": {"rule": "weekday", "weekday": "monday"},
    "office_holidays": "england-and-wales",
}


@pytest.fixture
def contracts(tmp_path: Path) -> Path:
    return shutil.copytree(os.environ["SILLER_CONTRACTS"], tmp_path / "contracts")


def add(contracts: Path, tenant: str, **keys: Any) -> Path:
    """One more body, with ILF's contract and agreement but for its name and some keys."""
    folder = shutil.copytree(contracts / "ilf", contracts / tenant)
    contract = folder / "extract.odcs.yaml"
    contract.write_text(contract.read_text("utf-8").replace("tenant: ilf", f"tenant: {tenant}"), "utf-8")
    agreement = folder / "agreement.yaml"
    agreement.write_text(
        yaml.safe_dump(yaml.safe_load(agreement.read_text("utf-8")) | {"tenant": tenant} | keys), "utf-8"
    )
    return agreement


def declared(contracts: Path, now: datetime = NOW) -> Declared:
    return declare(PROJECT / "prefect.yaml", Settings(contracts=contracts), now)


def entries(of: Declared, tenant: str) -> dict[str, dict[str, Any]]:
    """A body's deployments by the kind that their tag says."""
    found = [entry for entry in of.plan["deployments"] if f"tenant:{tenant}" in entry["tags"]]
    return {entry["tags"][1]: entry for entry in found}


def begins(of: Declared, tenant: str, last: str) -> dict[str, str]:
    """When Prefect would begin each pay run up to a period, in the time of London."""
    moments = {}
    for schedule in entries(of, tenant)["kind:pay-run"]["schedules"]:
        rule = RRuleSchedule(rrule=schedule["rrule"], timezone=schedule["timezone"])
        (moment,) = rule.to_rrule()
        assert schedule["parameters"] == {"period": schedule["slug"]}
        moments[schedule["slug"]] = f"{moment.astimezone(LONDON):%a %Y-%m-%d %H:%M}"
        if schedule["slug"] == last:
            break
    return moments


def test_a_run_begins_when_its_extract_is_due_in_every_rhythm(contracts):
    add(contracts, "council", **WEEKLY)
    add(
        contracts,
        "grants",
        **QUARTERLY | {"pay_day": {"rule": "last_bank_day"}, "name": "Small *grants* {{ source.id }}"},
    )
    found = declared(contracts)
    assert found.said == ()
    # Six English bank days before the pay day, reckoned by hand; 25 and 28 December, 26 and 29 March are holidays.
    assert begins(found, "ilf", "2027-01") == {
        "2026-11": "Fri 2026-11-20 17:00",
        "2026-12": "Wed 2026-12-16 17:00",
        "2027-01": "Thu 2027-01-21 17:00",
    }
    assert begins(found, "council", "2026-W53") == {
        "2026-W49": "Fri 2026-11-20 17:00",
        "2026-W50": "Fri 2026-11-27 17:00",
        "2026-W51": "Fri 2026-12-04 17:00",
        "2026-W52": "Fri 2026-12-11 17:00",
        # Paid on Thursday 24 December, the bank day before Monday 28, and the extract due before its week begins.
        "2026-W53": "Wed 2026-12-16 17:00",
    }
    assert begins(found, "grants", "2027-Q1") == {
        "2026-Q4": "Mon 2026-12-21 17:00",
        "2027-Q1": "Fri 2027-03-19 17:00",
    }


def test_a_period_of_last_year_that_is_still_due_keeps_its_run(contracts):
    later = {"rule": "last_bank_day", "exceptions": {"2026-12": "2027-01-15"}}
    add(contracts, "council", pay_day=later)
    for now in (NOW, NOW.replace(year=2027, month=1, day=4)):  # a machine that was started anew after New Year
        moments = begins(declared(contracts, now), "council", "2027-01")
        assert (moments["2026-12"], moments["2027-01"]) == ("Thu 2027-01-07 17:00", "Thu 2027-01-21 17:00")


def test_every_body_has_the_whole_pattern_and_nobody_elses(contracts):
    add(contracts, "council", name="The [Council](https://evil.example)", **WEEKLY)
    found = declared(contracts)
    names = [(entry["name"], entry["entrypoint"]) for entry in found.plan["deployments"]]
    assert len(names) == len(set(names)) == 2 * 4
    for tenant in ("ilf", "council"):
        kinds = entries(found, tenant)
        assert list(kinds) == ["kind:pay-run", "kind:bank-answers", "kind:settle-exceptions", "kind:keep-lessons"]
        assert all(entry["parameters"] == {"tenant": tenant} for entry in kinds.values())
        assert all(entry["version"] == "{{ source.stdout }}" for entry in kinds.values())
        assert kinds["kind:bank-answers"]["schedules"][0]["cron"] == "15 8 * * *"
    assert "](" not in entries(found, "council")["kind:pay-run"]["description"]
    rest = yaml.safe_dump(found.plan)
    assert "{{ tenant }}" not in rest
    assert "{{ body }}" not in rest


def test_lineage_is_sent_on_where_a_store_is_named_alone(contracts):
    named = Settings(contracts=contracts, lineage_url="https://lineage.example/api/v1/lineage")
    tags = [
        [entry["tags"] for entry in declare(PROJECT / "prefect.yaml", settings, NOW).plan["deployments"]]
        for settings in (Settings(contracts=contracts), named)
    ]
    assert [["kind:lineage"] in each for each in tags] == [False, True]


def test_a_broken_body_is_named_and_the_others_are_served(contracts):
    agreement = add(contracts, "council", **WEEKLY)
    agreement.write_text("tenant: council\nname: [", "utf-8")
    add(contracts, "grants").with_name("extract.odcs.yaml").unlink()
    found = declared(contracts)
    assert (found.bodies, found.known) == (("ilf",), ("council", "grants", "ilf"))
    assert [said.split(",")[0] for said in found.said] == ["council is not served", "grants is not served"]
    assert entries(found, "ilf")
    assert not entries(found, "council")
    assert not entries(found, "grants")


def test_a_period_without_a_pay_day_is_named_and_the_others_have_their_runs(contracts):
    days = {"rule": "dates", "dates": ["2026-12-11"]}
    add(contracts, "grants", **QUARTERLY | {"pay_day": days})
    found = declared(contracts)
    assert found.said == (
        "grants: no run is scheduled for 2027-Q1: The agreement lists no pay day in 2027-Q1. Agree on it first.",
    )
    assert [each["slug"] for each in entries(found, "grants")["kind:pay-run"]["schedules"]] == ["2026-Q4"]


def test_the_command_writes_what_prefect_deploys(contracts, tmp_path, monkeypatch, capsys):
    from flows import cli

    add(contracts, "council").write_text("tenant: [", "utf-8")
    monkeypatch.setenv("SILLER_CONTRACTS", str(contracts))
    monkeypatch.setenv("SILLER_HOME", str(tmp_path / "home"))
    for name in ("PREFECT_HOME", "PREFECT_SERVER_UI_STATIC_DIRECTORY"):
        monkeypatch.setenv(name, "put back afterwards")
    monkeypatch.setattr("sys.argv", ["siller", "deployments", str(tmp_path / "all.yaml")])
    with pytest.raises(SystemExit, match=r"^0$"):
        cli.main()
    assert "council is not served" in capsys.readouterr().err
    written = yaml.safe_load((tmp_path / "all.yaml").read_text("utf-8"))
    assert {entry["name"] for entry in written["deployments"]} == {"ilf"}
    assert written["build"] == yaml.safe_load((PROJECT / "prefect.yaml").read_text("utf-8"))["build"]


def test_a_body_has_the_work_queue_that_the_machine_gives_it_and_the_others_the_pools_own(contracts):
    add(contracts, "council", **WEEKLY)
    given = Settings(contracts=contracts, work_queues={"ilf": "large", "grants": "small"})
    found = declare(PROJECT / "prefect.yaml", given, NOW)
    queues = {
        tenant: {entry["work_pool"]["work_queue_name"] for entry in entries(found, tenant).values()}
        for tenant in ("ilf", "council")
    }
    assert queues == {"ilf": {"large"}, "council": {"default"}}
    assert found.said == ("SILLER_WORK_QUEUES names grants, which has no agreement here.",)
    with pytest.raises(NoGo, match=r"SILLER_WORK_QUEUES has 'a/b' for ilf, which is no name of a work queue"):
        declare(PROJECT / "prefect.yaml", Settings(contracts=contracts, work_queues={"ilf": "a/b"}), NOW)
